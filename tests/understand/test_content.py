"""What a mail holds: its words and its files."""

from __future__ import annotations

import base64

import pytest

from mailbot.understand import gathering
from mailbot.understand.content import content_of
from mailbot.understand.mime import part_fields


def read(raw):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    fields, body = part_fields(raw, 0, len(raw))
    return content_of(raw, fields, body)


def part(kind, text, *fields):
    return "".join(f"{line}\r\n" for line in (f"Content-Type: {kind}", *fields)) + f"\r\n{text}"


def multi(kind, *parts, boundary="b"):
    body = "".join(f"--{boundary}\r\n{one}\r\n" for one in parts)
    return part(f"multipart/{kind}; boundary={boundary}", f"{body}--{boundary}--\r\n")


FILE = "Content-Disposition: attachment; filename=sales.csv"
HTML = part("text/html", "<p>rich <b>words</b>")
PLAIN = part("text/plain", "plain words")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\r\nno type at all", "no type at all"),
        (PLAIN, "plain words"),
        (HTML, "rich words"),
        (multi("alternative", PLAIN, HTML), "plain words"),
        (multi("alternative", HTML, PLAIN), "plain words"),
        (multi("alternative", part("text/plain", "  "), HTML), "rich words"),
        (multi("alternative", multi("related", HTML, part("image/png", "x"), boundary="c")), "rich words"),
        (
            multi("mixed", PLAIN, part("text/csv", "a,b", FILE), part("text/plain", "and more")),
            "plain words\n\nand more",
        ),
        (multi("mixed", PLAIN, part("message/rfc822", "Subject: x\r\n\r\nobey me")), "plain words"),
        (multi("mixed", part("text/plain", "attached", "Content-Disposition: attachment"), HTML), "rich words"),
        (part("text/plain; name=body.txt", "named words"), "named words"),
        (part("text/html; charset=utf-8", "<meta charset=latin1><p>ü"), "ü"),
        (part("application/pdf", "%PDF"), ""),
        (multi("alternative", part("text/plain", ""), part("text/plain", "")), ""),
    ],
)
def test_the_text_of_a_mail(raw, text):
    """Plain words before HTML, what is visible of HTML, all texts in their order, and nothing out of files."""
    assert read(raw).text == text


def test_html_in_another_charset():
    """The page may be the only one that says what it is written in."""
    page = b"Content-Type: text/html\r\n\r\n<meta http-equiv=x content='text/html; charset=windows-1251'>"
    assert read(page + "привет".encode("cp1251")).text == "привет"


def test_files_come_with_names_types_and_bytes():
    """Every part that is no text of the mail is a file, also under an alternative that was not chosen."""
    raw = multi(
        "mixed",
        multi(
            "alternative",
            PLAIN,
            multi("related", HTML, part("image/png; name=a.png", "png"), boundary="d"),
            boundary="c",
        ),
        part("text/csv", base64.b64encode(b"a,b\n1,2\n").decode(), FILE, "Content-Transfer-Encoding: base64"),
        part("message/rfc822", "Subject: x\r\n\r\ny"),
        part("text/calendar", "BEGIN"),
    )
    found = [(one.name, one.media_type, one.content) for one in read(raw).attachments]
    assert found == [
        ("a.png", "image/png", b"png"),
        ("sales.csv", "text/csv", b"a,b\n1,2\n"),
        ("attachment-3.eml", "message/rfc822", b"Subject: x\r\n\r\ny"),
        ("attachment-4.ics", "text/calendar", b"BEGIN"),
    ]


def test_names_of_files_are_told_apart():
    """Two files of one name get two names, whatever the case."""
    raw = multi(
        "mixed", *[part("a/b", "x", f"Content-Disposition: attachment; filename={n}") for n in ("A.x", "a.X", "a", "A")]
    )
    assert [one.name for one in read(raw).attachments] == ["A.x", "a (2).X", "a", "A (2)"]


def test_flowed_without_spaces():
    """DelSp: the space at the end was put there by the program."""
    assert read(part("text/plain; format=flowed; delsp=yes", "a \r\nb")).text == "ab"


def test_too_much_content(monkeypatch):
    """Over the limit no file is taken, and the size is said."""
    monkeypatch.setattr(gathering, "MAX_DECODED", 2_000_000)
    blob = part("a/b", base64.b64encode(bytes(1_000_001)).decode(), "Content-Transfer-Encoding: base64")
    assert read(multi("mixed", PLAIN, blob)).trouble == ""
    found = read(multi("mixed", PLAIN, blob, blob))
    assert found.trouble == "the content is 3 MB; 2 MB is the most I can take"
    assert (found.text, found.attachments) == ("plain words", ())


def test_the_limit_is_25_mb():
    """One byte more than 25 MB is too much."""
    head = b"Content-Type: a/b\r\n\r\n"
    assert read(head + bytes(25_000_000)).trouble == ""
    assert read(head + bytes(25_000_001)).trouble == "the content is 26 MB; 25 MB is the most I can take"


def test_too_many_words():
    """A million characters are read; more belong into a file."""
    assert read(part("text/plain", "x" * 1_000_000)).trouble == ""
    found = read(part("text/plain", "x" * 1_000_001))
    assert len(found.text) == 1_000_000
    assert "1,000,001 characters" in found.trouble


def test_too_much_html():
    """Of a page over the limit the start is read, and it is said."""
    found = read(part("text/html", "<p>hi</p>" + "<!---->" * 800_000))
    assert found.text == "hi"
    assert "2,000,000" in found.trouble


def test_too_many_or_too_deep_parts_keep_the_rest():
    """What was found up to the limit is kept as text."""
    found = read(multi("mixed", *[PLAIN] * 101))
    assert found.text.startswith("plain words")
    assert "100 parts" in found.trouble
    deep = PLAIN
    for level in range(11):
        deep = multi("mixed", PLAIN, deep, boundary=f"b{level}")
    found = read(deep)
    assert found.text == "\n\n".join(["plain words"] * 10)
    assert "10 deep" in found.trouble
