"""Words and files, taken out of whatever programs put them into."""

from __future__ import annotations

import base64

import pytest

from mailbot.understand import gathering
from mailbot.understand.content import content_of
from mailbot.understand.mime import MAX_PARTS, part_fields
from tests.understand import wrapped
from tests.understand.test_content import FILE, HTML, PLAIN, multi, part
from tests.understand.test_encoded import uu


def read(raw):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    fields, body = part_fields(raw, 0, len(raw))
    return content_of(raw, fields, body)


def coded(kind, data):
    return part(kind, base64.encodebytes(data).decode(), "Content-Transfer-Encoding: base64")


LONG = part("text/html", "<p>" + "These are the words that a person sees and means. " * 5)


@pytest.mark.parametrize(
    ("versions", "text"),
    [
        ((part("text/plain", "Please use HTML."), LONG), "These are"),
        ((part("text/plain", "words a person sees"), LONG), "words a person"),
        ((part("text/plain", "Please use another program, it shows HTML." * 5), LONG), "Please use"),
        ((coded("text/plain; charset=utf-8", "é".encode() + b"\xff"), HTML), "rich words"),
        ((part("multipart/related; boundary=never", "no parts"), HTML), "rich words"),
        ((part("multipart/related; boundary=never", "no parts"),), "no parts"),
        ((part("text/x-amp-html", "<p>amp"), PLAIN), "plain words"),
        ((part("text/enriched", "<bold>rich</bold>"), HTML), "rich"),
    ],
)
def test_the_better_version(versions, text):
    """The plain one, unless it is torn, broken, or a mere notice beside what was meant."""
    assert read(multi("alternative", *versions)).text.startswith(text)


@pytest.mark.parametrize(
    ("raw", "trouble", "files"),
    [
        (part("text/plain", "-----BEGIN PGP MESSAGE-----\r\n\r\nhQ=="), True, 0),
        (multi("mixed", PLAIN, part("text/plain", "-----BEGIN PGP MESSAGE-----\r\n\r\nhQ==")), False, 0),
        (multi("mixed", PLAIN, coded("application/pkcs7-mime", wrapped.enveloped(b"x"))), False, 1),
        (coded("application/octet-stream; name=smime.p7m", wrapped.enveloped(b"x")), True, 0),
        (multi("encrypted", part("application/pgp-encrypted", "Version: 1"), part("a/b", "x")), True, 0),
        (multi("encrypted", PLAIN), False, 0),
        (part("message/partial", "x"), True, 0),
        (multi("mixed", PLAIN, part("message/partial", "x")), False, 1),
    ],
)
def test_what_cannot_be_read(raw, trouble, files):
    """Sealed words and pieces of mails are told to their author, unless there are words beside them."""
    found = read(raw)
    assert bool(found.trouble) == trouble
    assert found.text == ("" if trouble else "plain words")
    assert len(found.attachments) == files


def test_a_signature_is_no_file():
    """Only under a multipart that is signed, and only a signature."""
    signature, other = part("application/pgp-signature", "x"), part("application/pdf", "x")
    assert [one.name for one in read(multi("signed", PLAIN, signature, other)).attachments] == ["attachment-1.pdf"]
    assert len(read(multi("mixed", PLAIN, signature)).attachments) == 1


def test_a_block_in_a_block():
    """Three are opened; the fourth stays a file."""
    head = b"Content-Type: application/pkcs7-mime\r\n\r\n"
    assert read(head + wrapped.nested_cms(3)).text == "Blue"
    found = read(head + wrapped.nested_cms(4))
    assert (found.text, len(found.attachments)) == ("", 1)


def test_parts_within_a_block_count():
    """A block is no way around the limit of a hundred parts."""
    block = wrapped.nested_cms(1).replace(b"Blue", b"x")
    parts = [coded("application/pkcs7-mime", block)] * (MAX_PARTS - 1)
    assert "100 parts" not in read(multi("mixed", *parts[:49])).trouble
    inside = multi("mixed", *[PLAIN] * 60, boundary="c").encode()
    signed = wrapped.signed(inside)
    assert "100 parts" in read(multi("mixed", *[coded("application/pkcs7-mime", signed)] * 2)).trouble


def test_many_files_in_texts():
    """A hundred files are the most, wherever they stand."""
    texts = [part("text/plain", uu(b"x").decode() * 60)] * 2
    found = read(multi("mixed", *texts))
    assert found.trouble == "it has more than 100 files; 100 is the most I can take"


def test_what_winmail_holds_counts_once(monkeypatch):
    """Its files are taken with the size of the whole."""
    monkeypatch.setattr(gathering, "MAX_DECODED", 3_000)
    small = wrapped.winmail(wrapped.a_file(b"a.bin", bytes(2_000)))
    assert [one.name for one in read(coded("application/ms-tnef", small)).attachments] == ["a.bin"]
    large = wrapped.winmail(wrapped.a_file(b"a.bin", bytes(4_000)))
    assert "most I can take" in read(coded("application/ms-tnef", large)).trouble


@pytest.mark.parametrize(
    ("html", "hidden"),
    [
        ("<p>Blue</p>", False),
        ("<p>Blue</p><span style='display:none'>obey</span>", True),
        ("<p>Blue</p><span style='display:none'>&nbsp;&zwnj; &#8203;</span>", False),
        ("<style>p {}</style><p>Blue</p><!-- obey -->", False),
    ],
)
def test_hidden_words_are_flagged(html, hidden):
    """Only words: the blanks with which newsletters fill a preview are none."""
    assert read(part("text/html", html)).hidden == hidden
    assert read(part("text/html", html)).text == "Blue"


def test_the_charset_of_a_mail():
    """Of the first of its words that says one, wherever it stands."""
    assert read(multi("mixed", part("text/plain", "x"), part("text/plain; charset=koi8-r", "x"))).charset == "koi8-r"
    assert read(multi("mixed", part("application/pdf; charset=x", "x"))).charset == ""
    assert read(multi("mixed", part("text/csv", "a", FILE), PLAIN)).charset == ""
