"""The envelope of a fetched mail: what servers wrote on it, read without an exception and the same each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.message import Proof
from mailbot.receive.imap_envelope import Reading, time_of
from tests.fakes import NOW, mail

READING = Reading(name="box", address="bot@mail.example", domain="example.org", locals=frozenset({"build", "ask", "b"}))


def envelope(**headers):
    return READING.envelope(mail(**({"to": "build@example.org"} | headers)), NOW)


def test_nobody_is_proven_by_it():
    """The pipeline finds out who it was; the channel knows nothing but the account."""
    found = envelope()
    assert (found.channel, found.account, found.peer, found.proof, found.authentic) == (
        "imap", "box", "", Proof.NONE, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ({"Return_Path": "<ana@acme.example>"}, "ana@acme.example"),
        ({"Return_Path": "ana@acme.example"}, "ana@acme.example"),
        ({"Return_Path": "<>"}, ""),
        ({"Return_Path": " < > "}, ""),
        ({}, "ana@acme.example"),
        ({"Return_Path": "nonsense"}, "ana@acme.example"),
        ({"Return_Path": "", "From": ""}, "unknown@invalid"),
        ({"From": "nobody at all"}, "unknown@invalid"),
    ],
)
def test_the_sender_is_the_return_path(headers, sender):
    """Only `<>` is a bounce's; a missing one is no bounce."""
    assert envelope(**headers).sender == sender


def test_the_topmost_return_path_counts():
    """The last server wrote it; those below came with the mail."""
    raw = b"Return-Path: <ana@acme.example>\r\nreturn-path: <>\r\n" + mail()
    assert READING.envelope(raw, NOW).sender == "ana@acme.example"


@pytest.mark.parametrize(
    ("headers", "recipients"),
    [
        ({"Delivered_To": "build@example.org"}, ("build@example.org",)),
        ({"to": "Ask <ASK@Example.ORG>, x@y.example"}, ("ASK@example.org",)),
        ({"to": "x@y.example", "Cc": "build+t7k2m9.abcdefghij@example.org"}, ("build+t7k2m9.abcdefghij@example.org",)),
        ({"to": "x@y.example", "X_Original_To": "b+d1.abcdefghij@example.org"}, ("b+d1.abcdefghij@example.org",)),
        ({"to": "x@y.example"}, ("bot@mail.example",)),
        ({"to": "bot+t7k2m9.abcdefghij@mail.example"}, ("bot+t7k2m9.abcdefghij@mail.example",)),
        ({"to": "rebuild@example.org, build@example.org.evil.example"}, ("bot@mail.example",)),
    ],
)
def test_the_recipients_are_ours(headers, recipients):
    """Our addresses with what stands behind a plus; else the mailbox itself."""
    assert envelope(**headers).recipients == recipients


def test_it_knows_when_the_server_took_the_mail():
    """Where the server says so; it is not when we took it."""
    at = NOW - timedelta(days=9)
    found = READING.envelope(mail(), NOW, at)
    assert (found.received_at, found.arrived_at) == (NOW, at)
    assert envelope().arrived_at is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (datetime(2026, 11, 12, 14, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 11, 12, 12, tzinfo=UTC)),
        (datetime(2026, 11, 12, 14), None),  # noqa: DTZ001  (a server that names no zone)
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (datetime.max.replace(tzinfo=timezone(-timedelta(hours=2))), None),
        (b"12-Nov-2026", None),
        (None, None),
    ],
)
def test_a_time_that_can_be_none_is_none(said, found):
    """A server may write anything."""
    assert time_of(said) == found


def test_folded_and_bare_lines_are_read():
    """Servers store both line ends."""
    raw = b"To: somebody@else.example,\n\tbuild@example.org\nSubject: x\n\nTo: ask@example.org\n"
    assert READING.envelope(raw, NOW).recipients == ("build@example.org",)


@given(st.binary(max_size=2_000) | st.binary(max_size=500).map(lambda raw: b"To: " + raw + b"\r\nFrom: " + raw))
def test_no_bytes_break_it(raw):
    """It never raises, gives the same twice, and only what can be stored."""
    found = READING.envelope(raw, NOW)
    assert found == READING.envelope(raw, NOW)
    assert found.recipients
    "".join((found.sender, *found.recipients)).encode("utf-8")
