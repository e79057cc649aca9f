"""What a file is: content before name before media type; programs; names that lie."""

from __future__ import annotations

import pytest

from mailbot.understand.inputs import input_of
from mailbot.understand.inputs_kind import PROGRAMS, ending_of, expected, kind_of, lie_of, media_type_of
from tests.understand.attachments import attached, png

KNOWN = [
    (b"%PDF-1.7", "pdf"), (b"\x00\xff\x01\n%PDF-1.7", "pdf"), (b"PK\x05\x06", "zip"), (b"\x1f\x8b\x08", "gzip"),
    (b"GIF89a", "GIF"), (b"RIFF0000WEBP", "WebP"), (b"RIFF0000WAVE", "sound"), (b"RIFF0000AVI ", "film"),
    (b"0000ftypheic", "HEIC"), (b"0000ftypavif", "AVIF"), (b"0000ftypisom", "film"), (b"BM0000\0\0\0\0", "BMP"),
    (b"a" * 257 + b"ustar", "tar"), (b"# v2 git bundle\n", "bundle"), (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"{\\rtf1", "rtf"), (b"SQLite format 3\0", "database"), (b"\x78\x9f\x3e\x22", "tnef"), (b"II*\0", "TIFF"),
    (b"\x7fELF", "program"), (b"\xca\xfe\xba\xbe", "program"), (b"MZ\x90\0\3\0\0\0", "program"), (b"MSCF", "program"),
    (b"MZ is how this text begins", "text"), (b" <!DOCTYPE HTML><p>", "html"), (b"<?xml version='1.0'?><svg ", "SVG"),
    (b"<!-- x --><svg>", "SVG"), (b"<?xml version='1.0'?><a/>", "xml"), (b"BEGIN:VCALENDAR", "calendar"),
    (b"BEGIN:VCARD", "contact"), (b"-----BEGIN RSA PRIVATE KEY-----", "secret"),
    (b"-----BEGIN PGP SIGNATURE-----", "signature"), (b"diff --git a/x b/x", "patch"),
    (b"--- a\n+++ b\n@@ -1 +1 @@", "patch"), (b"--- a\nwords", "text"), (b"\0\1\2\3", "data"),
    (b"[1]", "json"), (b"[x", "text"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "kind"), KNOWN, ids=range(len(KNOWN)))
def test_what_the_first_bytes_say(content, kind):
    """Whatever its name and the mail say of it."""
    assert kind_of("noname", "", content) == kind
    if kind not in {"text", "json", "data"}:
        assert kind_of("a.csv", "text/csv", content) == kind


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("a.csv", "text/plain", "csv"),
        ("A.TSV", "", "csv"),
        ("a", "text/csv", "csv"),
        ("a.yml", "", "yaml"),
        ("a.py", "text/html", "source"),
        ("Dockerfile", "", "source"),
        ("src/Makefile", "", "source"),
        ("a.md", "text/plain", "markdown"),
        ("a.unknown", "", "text"),
        ("a.docx", "", "text"),
        ("a", "message/rfc822", "mail"),
        ("a", "application/pgp-signature", "signature"),
    ],
)
def test_texts_are_what_they_are_called(name, media_type, kind):
    """First by the name, then by the mail."""
    assert kind_of(name, media_type, b"some words\n") == kind


@pytest.mark.parametrize("ending", sorted(PROGRAMS))
def test_what_a_click_would_run_is_never_used(ending):
    """Whatever it holds, and under a second ending."""
    for content in (b"words", png()):
        found = input_of(attached(f"bill.pdf.{ending.upper()}", content))
        assert (found.used, found.kind, found.text) == (False, "program", "")


@pytest.mark.parametrize("content", [content for content, kind in KNOWN if kind == "program"])
def test_programs_under_other_names(content):
    """They are known by their first bytes, and the lie is told."""
    assert input_of(attached("bill.pdf", content)).note.startswith("named .pdf, but it is a program")


@pytest.mark.parametrize(
    ("name", "kind", "lie"),
    [
        ("a.pdf", "text", "named .pdf, but it is text"),
        ("a.csv", "xlsx", "named .csv, but it is an Excel workbook"),
        ("a.png", "data", "named .png, but it is no file of that kind"),
        ("a.png", "image", ""),
        ("a.csv", "json", ""),
        ("a.tgz", "tar", ""),
        ("a.csv.gz", "csv", ""),
        ("a.doc", "tnef", ""),
        ("a", "pdf", ""),
        ("id_rsa.txt", "secret", ""),
    ],
)
def test_lies(name, kind, lie):
    """Only what is another kind altogether is one."""
    assert lie_of(name, kind) == lie


def test_names():
    """Endings, what they promise, and the media type that goes with them."""
    assert [ending_of(name) for name in ("A.CSV", "a/b.c/d", "x.py.", "Dockerfile")] == ["csv", "", "py", "dockerfile"]
    assert [expected(name) for name in ("a.jpeg", "a.rs", "a", "a.zzz")] == ["JPEG", "source", "", ""]
    names = ("a.svg", "a.jpg", "a.txt", "a.py", "a.csv", "a.patch", "a.zzz")
    assert [media_type_of(name) for name in names] == [
        *("image/svg+xml", "image/jpeg", "text/plain", "text/plain", "text/csv", "text/x-patch"),
        "application/octet-stream",
    ]
