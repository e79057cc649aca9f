"""What a file is: by its content first, then by its name, then by what the mail says of it."""

from __future__ import annotations

import re
from typing import Final

from mailbot.understand.inputs_found import is_text
from mailbot.understand.inputs_text import LANGUAGES

#: Endings of files that a click runs, or that change the machine. They are named, never used.
PROGRAMS: Final = frozenset(
    {
        "ade", "adp", "apk", "app", "appx", "bat", "cab", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "img",
        "ins", "iso", "isp", "jar", "jnlp", "js", "jse", "lib", "lnk", "mde", "msc", "msi", "msix", "msp", "mst", "nsh",
        "pif", "ps1", "psm1", "reg", "scf", "scr", "sct", "shb", "sys", "vb", "vbe", "vbs", "vhd", "vhdx", "vxd", "wsc",
        "wsf", "wsh", "xll", "deb", "rpm", "pkg", "url",
    }
)  # fmt: skip
_ENDINGS: Final = {
    "csv": "csv", "tsv": "csv", "tab": "csv", "json": "json", "jsonl": "json", "ndjson": "json", "geojson": "json",
    "webmanifest": "json", "yaml": "yaml", "yml": "yaml", "txt": "text", "text": "text", "log": "text",
    "md": "markdown", "markdown": "markdown", "html": "html", "htm": "html", "xhtml": "html", "xml": "xml",
    "xsd": "xml", "patch": "patch", "diff": "patch", "eml": "mail", "ics": "calendar",
    "pdf": "pdf", "docx": "docx", "docm": "docx", "dotx": "docx",
    "xlsx": "xlsx", "xlsm": "xlsx", "xltx": "xlsx", "pptx": "pptx", "pptm": "pptx", "odt": "odt", "ods": "ods",
    "zip": "zip", "tar": "tar", "tgz": "tar", "gz": "gzip", "bundle": "bundle", "png": "PNG", "jpg": "JPEG",
    "jpeg": "JPEG", "gif": "GIF", "webp": "WebP", "bmp": "BMP", "ico": "ICO", "heic": "HEIC", "avif": "AVIF",
    "tif": "TIFF", "tiff": "TIFF", "svg": "SVG", "doc": "old-office", "xls": "old-office", "ppt": "old-office",
    "msg": "old-office", "rtf": "rtf", "rar": "packed", "7z": "packed", "xz": "packed", "bz2": "packed",
    "zst": "packed", "p7s": "signature", "sig": "signature", "asc": "signature", "sqlite": "database", "db": "database",
    "vcf": "contact", "mp3": "sound", "wav": "sound", "mp4": "film", "mov": "film",
}  # fmt: skip
_MEDIA: Final = {
    "text/csv": "csv", "text/tab-separated-values": "csv", "application/json": "json", "application/yaml": "yaml",
    "application/x-yaml": "yaml", "text/yaml": "yaml", "text/markdown": "markdown", "text/html": "html",
    "text/xml": "xml", "application/xml": "xml", "text/x-patch": "patch", "text/x-diff": "patch",
    "message/rfc822": "mail", "text/calendar": "calendar", "application/ics": "calendar",
    "application/pkcs7-signature": "signature", "application/pgp-signature": "signature", "text/vcard": "contact",
}  # fmt: skip
#: First bytes -> what only such a file begins with.
_MAGIC: Final = (
    (b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\x1f\x8b", "gzip"),
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"), (b"MM\x00*", "TIFF"), (b"\x00\x00\x01\x00", "ICO"), (b"# v2 git bundle\n", "bundle"),
    (b"# v3 git bundle\n", "bundle"), (b"7z\xbc\xaf\x27\x1c", "packed"), (b"Rar!\x1a\x07", "packed"),
    (b"\xfd7zXZ\x00", "packed"), (b"BZh", "packed"), (b"\x28\xb5\x2f\xfd", "packed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"), (b"{\\rtf", "rtf"), (b"SQLite format 3\x00", "database"),
    (b"\x78\x9f\x3e\x22", "tnef"), (b"ID3", "sound"), (b"OggS", "sound"), (b"fLaC", "sound"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "program"), (b"\x7fELF", "program"), (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"), (b"\xce\xfa\xed\xfe", "program"), (b"MSCF", "program"), (b"dex\n", "program"),
)  # fmt: skip
_BRANDS: Final = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"avif": "AVIF"}
_WORDS: Final = (
    (re.compile(rb"\s{0,99}(?:<!doctype html|<html[\s>])", re.IGNORECASE), "html"),
    (re.compile(rb"(?i)\s{0,99}(?:<\?xml[^>]{0,200}>\s{0,99})?(?:<!--[^>]{0,500}>\s{0,99})?<svg[\s>]"), "SVG"),
    (re.compile(rb"\s{0,99}<\?xml\s"), "xml"),
    (re.compile(rb"\s{0,9}BEGIN:VCALENDAR"), "calendar"),
    (re.compile(rb"\s{0,9}BEGIN:VCARD"), "contact"),
    (re.compile(rb"-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY"), "secret"),
    (re.compile(rb"-----BEGIN PGP (?:SIGNATURE|PUBLIC)"), "signature"),
    (re.compile(rb"From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001\n"), "patch"),
    (re.compile(rb"diff --git a/|Index: [^\n]{1,300}\n====="), "patch"),
    (re.compile(rb"--- [^\n]{1,300}\r?\n\+\+\+ [^\n]{1,300}\r?\n@@ "), "patch"),
)  # fmt: skip
#: Kinds of text that look alike: content cannot contradict a name that says one of them.
_ALIKE: Final = frozenset(
    {"csv", "json", "yaml", "text", "markdown", "source", "mail", "patch", "xml", "html", "signature"}
)
#: What people call a kind.
_CALLED: Final = {
    "zip": "a ZIP archive", "html": "an HTML page", "text": "text", "pdf": "a PDF", "docx": "a Word document",
    "xlsx": "an Excel workbook", "pptx": "slides", "odt": "a Writer document", "ods": "a LibreOffice workbook",
    "gzip": "a packed file", "tar": "a tar archive", "old-office": "an old Office file", "program": "a program",
    "image": "a picture", "mail": "a mail", "patch": "a patch", "calendar": "a calendar", "bundle": "a git bundle",
    "packed": "a packed archive", "rtf": "RTF", "data": "no file of that kind",
}  # fmt: skip
PICTURES: Final = frozenset({"PNG", "JPEG", "GIF", "WebP", "BMP", "ICO", "HEIC", "AVIF", "TIFF", "SVG"})


def ending_of(name: str) -> str:
    """The ending of a file's name, in small letters, without its dot."""
    last = name.rpartition("/")[2].lower().rstrip(". ")
    return last.rpartition(".")[2] if "." in last else last if last in LANGUAGES else ""


def kind_of(name: str, media_type: str, content: bytes) -> str:
    """What the file is; empty when nothing is known that reads it."""
    if is_program(content):
        return "program"
    if known := _by_content(content):
        return known
    ending = ending_of(name)
    named = _ENDINGS.get(ending, "")
    if not is_text(content):
        return named if named in {"sound", "film", "database"} else "data"
    for pattern, kind in _WORDS:
        if pattern.match(content):
            return "source" if kind in {"html", "xml"} and ending in LANGUAGES else kind
    if ending in LANGUAGES:
        return "source"
    known = named or _MEDIA.get(media_type, "")
    return known if known in _ALIKE or known == "calendar" else _guessed(content)


def is_program(content: bytes) -> bool:
    """Whether *content* is what a computer runs by itself."""
    if content.startswith(b"MZ") and not is_text(content[:1_000]):
        return True
    return any(kind == "program" and content.startswith(magic) for magic, kind in _MAGIC)


def expected(name: str) -> str:
    """What a file of that *name* should be; empty when the name says nothing."""
    ending = ending_of(name)
    return "source" if ending in LANGUAGES else _ENDINGS.get(ending, "")


def shown(kind: str) -> str:
    """The kind as the rest of mailbot knows it."""
    return "image" if kind in PICTURES else {"gzip": "tar", "script": "program"}.get(kind, kind)


def lie_of(name: str, kind: str) -> str:
    """How *name* contradicts what the file is, in words; empty when it does not."""
    said = expected(name)
    if not said or said == kind or {said, kind} <= _ALIKE or kind == "secret":
        return ""
    if said in PICTURES and kind == "image":
        return ""
    if (said, kind) in {("gzip", "tar"), ("old-office", "tnef"), ("signature", "secret")} or said == "gzip":
        return ""
    return f"named .{ending_of(name)}, but it is {_CALLED.get(kind, kind)}"


def media_type_of(name: str) -> str:
    """The media type that a name stands for."""
    kind = expected(name)
    if kind in PICTURES:
        return "image/svg+xml" if kind == "SVG" else f"image/{kind.lower()}"
    usual = {"text": "text/plain", "patch": "text/x-patch", "source": "text/plain", "pdf": "application/pdf"}
    return usual.get(kind) or next((media for media, one in _MEDIA.items() if one == kind), "application/octet-stream")


def _by_content(content: bytes) -> str:
    """The kind of what begins as only one kind does."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF":
        return {b"WEBP": "WebP", b"WAVE": "sound"}.get(content[8:12], "film")
    if content[:2] == b"BM" and content[6:10] == bytes(4):
        return "BMP"
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "film")
    if content[257:262] == b"ustar":
        return "tar"
    return "pdf" if b"%PDF-" in content[:1_024] and not is_text(content[:1_024]) else ""


def _guessed(content: bytes) -> str:
    """A text of which neither name nor mail says more."""
    head = content[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return "json" if head in {b"{", b"["} and content.rstrip()[-1:] in {b"}", b"]"} else "text"
