"""A mail as the spam filter sees it: its beginning, whatever it is."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.spam_letter import MAX_FILES, MAX_HTML, MAX_LINKS, MAX_TAGS, MAX_TEXT, letter_of

HTML = b"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def multipart(*parts):
    inside = b"\r\n--b\r\n".join(parts)
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + inside + b"\r\n--b--\r\n"


def test_the_words_of_each_kind_are_kept_apart():
    """Plain words, words of HTML, and words that its styles hide."""
    html = b"Content-Type: text/html\r\n\r\n<p>Shown <b>here</b><span style='display:none'>not this</span><style>css"
    letter = letter_of(multipart(b"\r\nPlain words", html))
    assert letter.plain == "Plain words"
    assert letter.shown == "Shown here"
    assert letter.hidden == "not this"
    assert letter.text == "Plain words\nShown here"
    assert letter.shape == "text/plain,text/html"


def test_words_in_base64_and_quoted_printable():
    """The encoding of the way is undone, the charset read."""
    wrapped = base64.b64encode("Grüße".encode("latin-1"))
    part = b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped
    letter = letter_of(multipart(part, b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=3Db"))
    assert letter.plain == "Grüße\na=b"
    assert letter.encodings == ("base64", "quoted-printable")
    assert letter.charsets == ("iso-8859-1", "")


def test_links_and_files():
    """Where it leads, each place once, and what it brings."""
    file = b'Content-Type: application/octet-stream; name="invoice.exe"\r\n\r\nMZ'
    letter = letter_of(multipart(b"\r\nhttps://a.example/x, https://a.example/x.", HTML[12:] + b"<a href=/y>", file))
    assert letter.links == ("/y", "https://a.example/x")
    assert letter.files == ("invoice.exe",)


def test_a_mailbox_line_and_a_header_in_pieces():
    """What some mailbox files put before a mail is not its header; a subject in encoded words is read."""
    letter = letter_of(b"From a@b Thu\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nX-A: b\n\nwords")
    assert letter.names == {"subject", "x-a"}
    assert letter.subject == "Grüße"
    assert letter.plain == "words"


@pytest.mark.parametrize(
    "raw",
    [
        HTML + b"<p>" * 600_000,
        HTML + b"<a href=x" * 300_000,
        HTML + b"<span style='display:none'>words " * 100_000,
        b"Subject: x\r\n\r\n" + b"http://a.example/" * 200_000,
        b"Subject: x\r\n\r\n" + b"a@" * 2_000_000,
        multipart(*[b'Content-Type: a/b; name="x.exe"\r\n\r\n'] * 3_000),
    ],
    ids=["tags", "links in tags", "hidden", "links", "at signs", "files"],
)
def test_there_is_a_limit_to_everything(raw):
    """However much of one thing there is, only so much is looked at."""
    letter = letter_of(raw)
    assert len(letter.text) <= MAX_TEXT
    assert len(letter.hidden) <= MAX_TEXT
    assert len(letter.html) <= MAX_HTML
    assert len(letter.tags) <= MAX_TAGS
    assert len(letter.links) <= MAX_LINKS
    assert len(letter.files) <= MAX_FILES


@given(st.binary(max_size=600))
def test_no_bytes_are_refused(raw):
    """Whatever it is, it can be looked at."""
    letter = letter_of(raw)
    assert letter.text is not None
    assert letter.tags is not None


@pytest.mark.parametrize(
    ("charset", "content", "lies"),
    [
        ("us-ascii", b"plain", False),
        ("utf-8", "gr\u00fcn".encode(), False),
        ("us-ascii", "gr\u00fcn".encode(), True),
        ("utf-8", b"gr\xfcn", True),
        ("no-such", b"gr\xfcn", True),
        ("", b"gr\xfcn", True),
    ],
)
def test_a_charset_that_is_none_or_another_is_noted(charset, content, lies):
    """Programs that send in bulk often name the wrong one."""
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    raw = b"Content-Type: " + kind.encode() + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + content
    assert letter_of(raw).lies is lies


def test_parts_that_are_not_there_are_noted():
    """It says that it has parts, and no delimiter comes."""
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno part at all"
    assert letter_of(raw).shape == "text/plain!"
