"""What programs wrap around words and files, made as they make it: winmail.dat, packed RTF, AppleSingle, CMS."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

SIGNATURE = b"\x78\x9f\x3e\x22\x01\x00"


def record(name, content, level=1):
    return struct.pack("<BII", level, name, len(content)) + content + struct.pack("<H", sum(content) % 65536)


def properties(*known):
    """Each (name, type, value): bytes are of variable size, numbers are as they are."""
    out = struct.pack("<I", len(known))
    for name, kind, value in known:
        out += struct.pack("<HH", kind, name)
        if name >= 0x8000:
            out += bytes(16) + struct.pack("<II", 0, 7)
        if isinstance(value, bytes):
            out += struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)
        else:
            out += struct.pack("<I", value)
    return out


def a_file(title, data, *known):
    return (
        record(0x69002, bytes(14), 2)
        + record(0x18010, title + b"\0", 2)
        + record(0x6800F, data, 2)
        + (record(0x69005, properties(*known), 2) if known else b"")
    )


def winmail(*records):
    return SIGNATURE + record(0x89006, b"\0\0\1\0") + record(0x69007, struct.pack("<II", 1252, 0)) + b"".join(records)


def packed(rtf):
    """RTF as Outlook packs it, without one reference back."""
    body = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    return struct.pack("<II4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


def apple_single(name, content):
    start = 26 + 2 * 12
    return (
        b"\x00\x05\x16\x00\x00\x02\x00\x00"
        + bytes(16)
        + struct.pack(">H", 2)
        + struct.pack(">III", 3, start, len(name))
        + struct.pack(">III", 1, start + len(name), len(content))
        + name
        + content
    )


def certificate():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ana@acme.example")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(7).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    return key, built.not_valid_after(datetime(2036, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())


def signed(content):
    """*content*, signed opaque."""
    key, cert = certificate()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(cert, key, hashes.SHA256())
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def enveloped(content):
    """*content*, sealed."""
    _, cert = certificate()
    return pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(cert).encrypt(Encoding.DER, [])


def nested_cms(levels):
    """A signed block within a signed block."""
    raw = b"Content-Type: text/plain\r\n\r\nBlue\r\n"
    for _ in range(levels):
        octets = b"\x24\x80\x04\x83" + len(raw).to_bytes(3, "big") + raw + b"\0\0"
        inner = b"\x30\x80" + bytes.fromhex("06092a864886f70d010701a080") + octets
        raw = b"Content-Type: application/pkcs7-mime\r\n\r\n" + (
            b"\x30\x80" + bytes.fromhex("06092a864886f70d010702a0803080020101310d300b0609608648016503040201") + inner
        )
    return raw.partition(b"\r\n\r\n")[2]
