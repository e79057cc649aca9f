"""Whom a bounce could not reach, and which mail of ours it gives back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailbot.domain.message import Envelope, Failed
from mailbot.domain.names import Names
from mailbot.understand import bounce
from mailbot.understand.bounce import delivery_of_bounce, failed_recipients
from mailbot.understand.parse import parse
from mailbot.understand.thread import came_back

NAMES = Names(domain="mailbot.localhost", keys=(b"k" * 32,))
DELIVERY = NAMES.delivery_id("r", "email", "zip")
OURS = NAMES.message_id(None, "told", DELIVERY)
HEAD = "From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"


def report(*blocks, to="x@mailbot.localhost", returned="Message-ID: <1@acme.example>"):
    """A bounce after RFC 3464."""
    status = "\r\n\r\n".join(("Reporting-MTA: dns; mx.example", *blocks))
    head = HEAD.format(to=to) + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    parts = (
        "text/plain\r\n\r\nSorry.",
        f"message/delivery-status\r\n\r\n{status}",
        f"message/rfc822\r\n\r\n{returned}\r\n\r\nx",
    )
    return (head + "".join(f"--b\r\nContent-Type: {part}\r\n" for part in parts) + "--b--\r\n").encode()


def plain(text, **more):
    """A bounce in words."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in more.items())
    return f"{HEAD.format(to='x@mailbot.localhost')}{extra}\r\n{text}\r\n".encode()


def envelope(*recipients):
    return Envelope(channel="smtp", sender="", recipients=recipients, received_at=datetime(2026, 11, 20, tzinfo=UTC))


def block(address="ana@acme.example", action="failed", status="5.1.1"):
    return f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}"


def test_the_part_for_programs_names_them():
    """Each once, with what became of it; who got the mail is no failure."""
    raw = report(
        block(), block("bob@acme.example", "delayed", "4.2.2"), block("eve@acme.example", "delivered", "2.0.0")
    )
    assert failed_recipients(raw) == (
        Failed(address="ana@acme.example", status="5.1.1", action="failed"),
        Failed(address="bob@acme.example", status="4.2.2", action="delayed"),
    )


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("Final-Recipient: rfc822;ana@acme.example", "ana@acme.example"),
        ("Final-Recipient: RFC822; <ana@acme.example>", "ana@acme.example"),
        ("Final-Recipient: ana@acme.example", "ana@acme.example"),
        (
            "Final-Recipient: rfc822; other@x.example\r\nOriginal-Recipient: rfc822; ana@acme.example",
            "ana@acme.example",
        ),
        ("Final-Recipient:\r\n rfc822; ana@acme.example", "ana@acme.example"),
        ("Final-Recipient: rfc822; nobody", None),
    ],
)
def test_the_ways_in_which_a_recipient_is_written(field, found):
    """The original one is the one that we wrote to; what is no address is left out."""
    assert [one.address for one in failed_recipients(report(f"{field}\r\nAction: failed"))] == (
        [found] if found else []
    )


def test_a_status_may_stand_in_the_other_servers_words():
    """A third of all bounces have no Status field."""
    raw = report("Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 5.7.26 no")
    assert [one.status for one in failed_recipients(raw)] == ["5.7.26"]


@pytest.mark.parametrize(
    "raw",
    [
        plain("550 5.1.1 no such user", X_Failed_Recipients="ana@acme.example"),
        plain("I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
              "Hi. This is the qmail-send program at mx.example.\r\n\r\n<ana@acme.example>:\r\nNo such user (#5.1.1)"),
    ],
)  # fmt: skip
def test_words_name_them_too(raw):
    """Exim's field, and what qmail writes."""
    assert failed_recipients(raw) == (Failed(address="ana@acme.example", status="5.1.1", action="failed"),)


def test_no_more_than_a_few_are_taken():
    """A bounce with thousands of them is no bounce of ours."""
    assert (
        len(failed_recipients(report(*(block(f"p{number}@x.example") for number in range(500))))) == bounce.MAX_FAILED
    )


HOSTILE = {
    "empty lines": b"\n" * 100_000,
    "angles": b"<a@b.example>\r\n" * 5_000,
    "one line": b"a" * 100_000,
    "parts in parts": b"".join(b"Content-Type: multipart/x; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(5000)),
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
    "no letters": bytes(range(128, 256)) * 4_000,
    "ids": b"Message-ID: <a.b.c.d@e>\r\n" * 5_000,
    "paths": b"b+" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_bounce_is_no_result(name):
    """Whatever goes wrong in the library, and only the top of a mail is shown to it: minutes otherwise."""
    raw = (
        HEAD.format(to="x@y.example").encode()
        + (b"" if " in " in name else b"\r\n")
        + HOSTILE[name].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    )
    assert failed_recipients(raw) == ()
    message = parse(raw)
    assert (message.failed, message.returned) == ((), ())
    assert "MAILER-DAEMON" in message.automatic


@pytest.mark.parametrize(
    ("to", "returned"),
    [
        (NAMES.return_path(DELIVERY), "Subject: x"),
        ("someone@else.example", f"Message-ID: {OURS}"),
        ("someone@else.example", f"Message-Id:\r\n {OURS}"),
        ("someone@else.example", f"Return-Path: <{NAMES.return_path(DELIVERY)}>"),
    ],
    ids=["envelope", "Message-ID", "folded", "return path"],
)
def test_the_delivery_that_came_back_is_known(to, returned):
    """By the return path it came to; where a provider overrides that, by the mail that is given back."""
    message = came_back(parse(report(block(), returned=returned)), envelope(to), NAMES)
    assert message.failed[0].address == "ana@acme.example"
    assert f"our delivery {DELIVERY}" in message.automatic


@pytest.mark.parametrize(
    "returned",
    [
        f"Message-ID: {OURS.replace(DELIVERY, 'a' * 12)}",
        f"References: {OURS}",
        "Message-ID: <1@acme.example>",
        "Return-Path: <b+aaaaaaaaaaaa.aaaaaaaaaa@mailbot.localhost>",
    ],
    ids=["forged", "an older mail", "a stranger's", "forged path"],
)
def test_what_we_did_not_sign_names_no_delivery(returned):
    """Anybody can write a bounce; and the mails that ours refers to did arrive."""
    message = parse(report(block(), returned=returned))
    assert delivery_of_bounce(message.returned, envelope("x@mailbot.localhost"), NAMES) is None
    assert came_back(message, envelope("x@mailbot.localhost"), NAMES) is message


def test_a_persons_mail_is_not_searched():
    """Their words are no report, whatever addresses stand in them."""
    message = parse(
        b"From: ana@acme.example\r\nSubject: Bees\r\n\r\nMake a page about <bob@acme.example>: no such user.\r\n"
    )
    assert (message.automatic, message.failed, message.returned) == ("", (), ())
