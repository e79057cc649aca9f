"""Signs mails for tests with every tag as the test wants it, by dkimpy's canonical forms and not by ours."""

from __future__ import annotations

import base64
import functools
import hashlib
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from dkim.canonicalization import CanonicalizationPolicy

from mailbot.understand.zone import Records, Unsure

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@functools.cache
def rsa_key(name="k", bits=2048, exponent=65537):
    """A private key, the same for the same name within a run."""
    return rsa.generate_private_key(exponent, bits)


@functools.cache
def ed_key(name="k"):
    """A private Ed25519 key, the same for the same name in every run."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def record(key, more=""):
    """The TXT record for a private key."""
    public = key.public_key()
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if isinstance(public, rsa.RSAPublicKey):
        return f"v=DKIM1; {more}k=rsa; p={base64.b64encode(public.public_bytes(*form)).decode()}"
    return f"v=DKIM1; {more}k=ed25519; p={base64.b64encode(public.public_bytes_raw()).decode()}"


def zone(names):
    """A Lookup over TXT records by name; a Records or Unsure is given back or raised as it is. Counts who asks."""

    def look(name, kind):
        look.asked.append(name)
        found = names.get((name, kind), names.get(name) if kind == "TXT" else None)
        if isinstance(found, Unsure):
            raise found
        if found is None:
            return Records(exists=any(known == name for known, _ in filter(lambda one: len(one) == 2, names)))
        return Records(tuple(one.encode() for one in ([found] if isinstance(found, str) else found)))

    look.asked = []
    return look


def fields_of(mail):
    """The header fields of a mail of CR LF."""
    lines = mail.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b"\0 ").replace(b"\r\n\t", b"\0\t").split(b"\r\n")
    pairs = (line.replace(b"\0", b"\r\n").partition(b":") for line in lines)
    return [(name, value + b"\r\n") for name, _, value in pairs]


def chosen(fields, names):
    """The fields that h= names, from the bottom."""
    left = list(fields)
    for name in names:
        at = next((i for i in range(len(left) - 1, -1, -1) if left[i][0].lower() == name.lower()), None)
        if at is not None:
            yield left.pop(at)


def made(key, content):
    """The signature of *content*, as base64."""
    if isinstance(key, rsa.RSAPrivateKey):
        return base64.b64encode(key.sign(content, padding.PKCS1v15(), hashes.SHA256()))
    return base64.b64encode(key.sign(hashlib.sha256(content).digest()))


def content_of(header, fields, names, policy):
    """What is signed: the chosen fields and the signature's own, with an empty b=."""
    parts = policy.canonicalize_headers([*chosen(fields, names), header])
    return b"".join(name + b":" + value for name, value in parts).removesuffix(b"\r\n")


def signed(mail, *, d="acme.example", key=None, h="from:to:subject:date:message-id", tags=(), **changes):
    """*mail* with a signature on top. *tags* and *changes* replace or add; None leaves a tag out."""
    key = key or rsa_key()
    policy = CanonicalizationPolicy.from_c_value(changes.get("c", "relaxed/relaxed").encode())
    kind = "rsa-sha256" if isinstance(key, rsa.RSAPrivateKey) else "ed25519-sha256"
    body = policy.canonicalize_body(mail.partition(b"\r\n\r\n")[2])
    bh = base64.b64encode(hashlib.sha256(body).digest()).decode()
    every = {"v": "1", "a": kind, "c": "relaxed/relaxed", "d": d, "s": "k", "h": h, "bh": bh} | dict(tags) | changes
    text = "; ".join(f"{name}={value}" for name, value in every.items() if value is not None)
    value = b" " + text.encode() + b"; b="
    content = content_of((b"DKIM-Signature", value + b"\r\n"), fields_of(mail), h.encode().split(b":"), policy)
    return b"DKIM-Signature:" + value + made(key, content) + b"\r\n" + mail


def sealed(mail, results, *, d="lists.example", key=None, number=1, h="from:to:subject:date"):
    """*mail* with one more ARC set on top: what *results* says, signed and sealed."""
    cv = "pass" if number > 1 else "none"
    key = key or rsa_key()
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    body = policy.canonicalize_body(mail.partition(b"\r\n\r\n")[2])
    bh = base64.b64encode(hashlib.sha256(body).digest()).decode()
    aar = (b"ARC-Authentication-Results", f" i={number}; {results}\r\n".encode())
    start = f" i={number}; a=rsa-sha256; c=relaxed/relaxed; d={d}; s=k; h={h}; bh={bh}; b="
    content = content_of((b"ARC-Message-Signature", start.encode()), fields_of(mail), h.encode().split(b":"), policy)
    ams = (b"ARC-Message-Signature", start.encode() + made(key, content) + b"\r\n")
    start = f" i={number}; a=rsa-sha256; t=1795168000; cv={cv}; d={d}; s=k; b="
    names = [b"arc-authentication-results", b"arc-message-signature", b"arc-seal"] * number
    content = content_of((b"ARC-Seal", start.encode()), [ams, aar, *fields_of(mail)], names[:-1], policy)
    seal = (b"ARC-Seal", start.encode() + made(key, content) + b"\r\n")
    return b"".join(name + b":" + value for name, value in (seal, ams, aar)) + mail
