"""Mails that are made to keep a reader busy: a megabyte each of what costs most."""

from __future__ import annotations

import base64
import struct

from tests.understand import wrapped

MEGABYTE = 1_000_000
HEAD = b"From: ana@acme.example\r\n"
MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n"


def many(piece, size=MEGABYTE):
    return piece * (size // len(piece))


def nested(levels):
    """A multipart in a multipart, each with a delimiter of its own."""
    out = [HEAD, b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"]
    out += [b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (at, at + 1) for at in range(levels)]
    return b"".join(out)


def enclosed(levels):
    return HEAD + many(b"Content-Type: message/rfc822\r\n\r\n", levels * 32)


def body(kind, content):
    return HEAD + b"Content-Type: " + kind + b"\r\n\r\n" + content


def coded(coding, content):
    return HEAD + b"Content-Transfer-Encoding: " + coding + b"\r\n\r\n" + content


def parts(head):
    """As many parts as there is room for."""
    return HEAD + MIXED + b"\r\n" + many(b"--b\r\n" + head + b"\r\n\r\n")


def tnef(content):
    return body(b"application/ms-tnef\r\nContent-Transfer-Encoding: base64", base64.encodebytes(content))


def rtf(packed):
    return tnef(wrapped.winmail(wrapped.record(0x69003, wrapped.properties((0x1009, 0x102, packed)))))


PROPERTIES = struct.pack("<I", 0xFFFFFFFF) + many(struct.pack("<HHI", 0x101E, 0x1000, 100) + bytes(400), 700_000)
BOMB = bytes(4) + b"\xff\xff\xff\x7fLZFu" + bytes(4) + many(b"\xff" + b"\x00\x0e" * 8, 700_000)
MANY_NAMES = b"; ".join(b"name*%d*=%%41" % at for at in range(1_500))
FLOODS = {
    "delimiters": HEAD + MIXED + b"\r\n" + many(b"--b\r\n"),
    "delimiters on one line": HEAD + MIXED + b"\r\n" + many(b"--b"),
    "delimiters of nothing": body(b'multipart/mixed; boundary=""', many(b"--\r\n")),
    "delimiters that are guessed": body(b"multipart/mixed", many(b"--" + b"x" * 198 + b"\r\nContent")),
    "dashes": body(b"multipart/mixed", many(b"-")),
    "parts": parts(b""),
    "parts of HTML": parts(b"Content-Type: text/html\r\n\r\n<p>x"),
    "parts with 200 fields": parts(b"A: b\r\n" * 199),
    "nested multiparts": nested(5_000),
    "nested with one delimiter": parts(b"Content-Type: multipart/mixed; boundary=b"),
    "nested mails": enclosed(5_000),
    "continuation lines": HEAD + b"X: y\r\n" + b" \r\n" * 10 + b" z\r\n" * 5_000 + b"\r\nwords",
    "40,000 continuation lines": HEAD + b"X: y\r\n" + b" \r\n" * 40_000 + b"\r\nwords",
    "continuation lines of a part": HEAD + MIXED + b"\r\n--b\r\nContent-Type: a/b;\r\n" + b" z=1;\r\n" * 140_000,
    "parameters": body(b"text/plain;" + many(b"a=b;", 30_000), b"words"),
    "RFC 2231": body(b"text/plain; " + MANY_NAMES, b"words"),
    "RFC 2231 in parts": parts(b"Content-Type: a/b; " + many(b"name*1*='%41;", 9_000)),
    "quotes": parts(b"Content-Type: a/b; name=" + many(b'"\\', 900_000)),
    "encoded words": HEAD + b"Subject: " + many(b"=?utf-8?q?=41?= ", 30_000) + b"\r\n\r\nwords",
    "encoded words without an end": HEAD + b"Subject: " + many(b"=?utf-8?q?", 30_000) + b"\r\n\r\nwords",
    "encoded words in names": parts(b'Content-Type: a/b; name="' + many(b"=?a?b?QQ==?=", 9_000) + b'"'),
    "uuencode": body(b"text/plain", many(b"begin 644 a\r\n")),
    "uuencode of nothing": body(b"text/plain", many(b"begin 644 a\r\n`\r\nend\r\n")),
    "uuencode without an end": body(b"text/plain", many(b"begin 644 a\r\n#86)C\r\n")),
    "uuencode as a coding": coded(b"x-uuencode", many(b"M\r\n")),
    "yEnc": body(b"text/plain", many(b"=ybegin line=1 name=x\r\n")),
    "yEnc with one end": body(b"text/plain", b"=yend\r\n" + many(b"=ybegin line=1 name=x\r\n") + b"=yend\r\n"),
    "yEnc escapes": body(b"text/plain", b"=ybegin line=1 name=x\r\n" + many(b"=}") + b"\r\n=yend\r\n"),
    "base64 junk": coded(b"base64", many(b"=A=")),
    "base64 and padding": body(b"a/b\r\nContent-Transfer-Encoding: base64", many(b"A=")),
    "quoted-printable junk": coded(b"quoted-printable", many(b"=\r\n==")),
    "flowed": body(b"text/plain; format=flowed", many(b"> \r\n")),
    "quote marks": body(b"text/plain; format=flowed", many(b">")),
    "enriched": body(b"text/enriched", many(b"<param><")),
    "armour": body(
        b"text/plain", b"-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\n" + many(b"-----BEGIN PGP SIGNATURE-----\r\nx\r\n")
    ),
    "escapes of Japanese": body(b"text/plain", many(b"\x1b$B")),
    "bytes above ASCII": body(b"text/plain", many(bytes(range(128, 256)))),
    "UTF-7": body(b"text/plain; charset=utf-7", many(b"+AAA-")),
    "HZ": body(b"text/plain; charset=hz-gb-2312", many(b"~{~}")),
    "TNEF records": tnef(wrapped.SIGNATURE + many(wrapped.record(0x69002, b"", 2), 700_000)),
    "TNEF properties": tnef(wrapped.winmail(wrapped.record(0x69003, PROPERTIES))),
    "TNEF RTF": rtf(wrapped.packed(many(b"{\\u1?", 600_000))),
    "TNEF bomb": rtf(BOMB),
    "CMS": body(b"application/pkcs7-mime", wrapped.nested_cms(20) + many(b"\x30\x80")),
    "AppleSingle": body(b"application/applefile", b"\x00\x05\x16\x00" + bytes(20) + b"\xff\xff" + many(b"\0\0\0\1")),
}
