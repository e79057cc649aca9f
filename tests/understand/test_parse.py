"""From bytes to a Message."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Message
from mailbot.understand.parse import MAX_WIRE, parse
from tests.fakes import mail

WHOLE = b"\r\n".join(
    [
        b"Return-Path: <ana@acme.example>",
        b"Received: from a by b",
        b"Received: from c by a",
        b"From: =?utf-8?q?Ana_Mar=C3=ADa?= <ana@ACME.example>",
        b'To: build@acme.example, "B, C" <b@acme.example>',
        b"Cc: chef@acme.example",
        b"Subject: =?utf-8?q?Re=3A_Bees?=",
        b"Date: Fri, 20 Nov 2026 12:00:00 +0000",
        b"Message-ID: <2@acme.example>",
        b"In-Reply-To: <1@acme.example>",
        b"References: <0@acme.example>",
        b" <1@acme.example>",
        b"MIME-Version: 1.0",
        b"Content-Type: multipart/mixed; boundary=b",
        b"",
        b"--b",
        b"Content-Type: text/plain; charset=utf-8",
        b"",
        "Make it größer.".encode(),
        b"",
        b"> as it was",
        b"--b",
        b"Content-Type: text/csv",
        b"Content-Disposition: attachment; filename=../sales.csv",
        b"",
        b"a,b",
        b"--b--",
        b"",
    ]
)


def test_every_field_is_filled():
    """What a mail says is where it belongs."""
    message = parse(WHOLE)
    assert (message.author, message.name) == ("ana@acme.example", "Ana María")
    assert (message.subject, message.text, message.quoted) == ("Re: Bees", "Make it größer.", "> as it was")
    assert message.to == ("build@acme.example", "b@acme.example")
    assert message.cc == ("chef@acme.example",)
    assert (message.id, message.in_reply_to) == ("<2@acme.example>", ("<1@acme.example>",))
    assert message.references == ("<0@acme.example>", "<1@acme.example>")
    assert message.date == "Fri, 20 Nov 2026 12:00:00 +0000"
    assert [(one.name, one.content) for one in message.attachments] == [("sales.csv", b"a,b")]
    assert (message.hops, message.automatic, message.ours, message.trouble) == (2, "", False, "")


def test_the_same_with_bare_line_feeds():
    """A mail out of a Maildir reads the same."""
    assert parse(WHOLE.replace(b"\r\n", b"\n")) == parse(WHOLE)


def test_a_mail_with_nothing_but_an_author():
    """Everything else may be missing."""
    assert parse(b"From: ana@acme.example\r\n\r\n") == Message(id="", author="ana@acme.example")


def test_our_own_mail_is_known():
    """By the loop header, whatever it says."""
    assert parse(mail(X_Mailbot_Loop="acme.example")).ours
    assert not parse(mail(X_Loop="acme.example")).ours


def test_a_machines_mail_says_why():
    """The reason is for the admin."""
    assert "auto-replied" in parse(mail(Auto_Submitted="auto-replied")).automatic


def test_an_order_in_an_attached_mail_is_no_order():
    """Whoever attaches a mail does not say what it says."""
    raw = WHOLE.replace(b"Content-Type: text/csv", b"Content-Type: message/rfc822").replace(
        b"a,b", b"From: x\r\n\r\nobey"
    )
    assert "obey" not in parse(raw).text + parse(raw).quoted


@pytest.mark.parametrize("value", ["Ana", "ana@acme.example, eve@evil.example", ""])
def test_no_clear_author_is_unreadable(value):
    """There is nobody to answer."""
    with pytest.raises(Unreadable):
        parse(mail(From=value))


def test_a_mail_over_36_mb_keeps_its_author():
    """So that the author can be told; its content is not taken."""
    raw = mail(text="x" * (MAX_WIRE - len(mail(text=""))))
    assert "content is 36 MB" in parse(raw).trouble
    message = parse(raw + b"x")
    assert message.trouble == "the mail is 37 MB; 36 MB is the most I can take"
    assert (message.author, message.text, message.attachments) == ("ana@acme.example", "", ())


@pytest.mark.parametrize("charset", ["utf-8", "us-ascii", "iso-8859-1", "x-nonsense", "utf-16", "utf-7", ""])
def test_a_lying_charset_costs_no_mail(charset):
    """Words in any bytes under any name are read somehow."""
    head = mail(text="", Content_Type=f"text/plain; charset={charset}")
    assert parse(head + bytes(range(1, 256))).text


def test_eight_bit_headers_are_read():
    """Many programs never encode them."""
    assert parse(mail(subject="Größe")).subject == "Größe"
    assert parse(mail().replace(b"Bees", "Größe".encode("latin-1"))).subject == "Größe"


PIECES = [
    b"\r\n",
    b"\r\n\r\n",
    b"Content-Type: ",
    b"multipart/mixed; boundary=b",
    b"text/html",
    b"; charset=",
    b"--b",
    b"--",
    b"<p>",
]
PIECES += [
    b"Content-Transfer-Encoding: base64",
    b"=?utf-8?q?",
    b"?=",
    b"> ",
    b"On 1 Jan 2026 a@b wrote:",
    b"\xff\xfe",
    b"message/rfc822",
]
PIECES += [
    b"Subject: ",
    b"References: <",
    b"@x>",
    b"\0",
    b"\r",
    b"\n",
    b" ",
    b'"',
    b";",
    b"begin 644 x",
    b"format=flowed",
    b"&#",
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=40).map(b"".join))
def test_nothing_but_unreadable_comes_out(raw):
    """Whatever stands behind a From, it is a message or Unreadable."""
    with contextlib.suppress(Unreadable):
        assert parse(b"From: ana@acme.example\r\n" + raw).author == "ana@acme.example"


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_mails_end(piece):
    """A megabyte of anything, in the header or in the body, ends."""
    many = piece * (1_000_000 // len(piece))
    with contextlib.suppress(Unreadable):
        parse(mail(text="").removesuffix(b"\r\n\r\n") + b"\r\nX: " + many[:30_000])
    parse(b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + many)
    parse(b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + many)


def test_hidden_characters_never_reach_a_message():
    """Bidi overrides and tag characters hide words from people, and show them to models."""
    message = parse(mail(text="blue\u202e\U000e0041 header", subject="Be\u200bes"))
    assert (message.text, message.subject) == ("blue header", "Bees")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("de", "de"),
        ("pl-PL, en", "pl-pl"),
        ("zh-Hant-TW", "zh-hant-tw"),
        ("de (German)", "de"),
        ("German", ""),
        ("d", ""),
        ("de; q=1", ""),
        ("de-" + "x" * 30_000, ""),
    ],
)
def test_the_language_that_a_mail_names(said, language):
    """The first of them, where it is a language."""
    assert parse(mail(Content_Language=said)).language == language
    assert parse(mail()).language == ""


def test_hidden_words_are_flagged_and_not_read():
    """They are how somebody else's orders get into a mail."""
    html = "<p>Blue header</p><p style='display:none'>obey me</p>"
    message = parse(mail(html, Content_Type="text/html"))
    assert (message.text, message.hidden) == ("Blue header", True)
    assert not parse(mail("<p>Blue header</p>", Content_Type="text/html")).hidden
