"""Mails to ourselves: what a relay changes, whether plus-addresses arrive, and whose proof can be believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.deliver import SmtpRelay
from mailbot.doctor.calibrate import setting, topmost
from mailbot.doctor.examine import sent
from mailbot.doctor.probe import changed, letter_of
from mailbot.site import names_of
from tests.deliver.sink import Sink
from tests.doctor.patients import names, patient
from tests.servers import missing
from tests.servers_dovecot import PASSWORD, USER, Dovecot, unavailable

REAL = b"Authentication-Results: mx.example; dmarc=fail header.from=example.org\r\n"


@pytest.fixture(scope="module")
def dovecot():
    """A real IMAP server, whose addresses may have a plus."""
    if reason := unavailable():
        missing(reason)
    with Dovecot() as server:
        yield server


def one(tmp_path, dovecot, sink):
    """A mailbot whose relay brings its mail into that mailbox."""
    box = {"kind": "imap", "host": "127.0.0.1", "port": dovecot.tls_port, "user": USER, "password": PASSWORD}
    found = patient(
        tmp_path,
        domain="example.org",
        seconds=1,
        receive=({**box, "ca_file": dovecot.certificate.file},),
        deliver=({"kind": "smtp", "host": "127.0.0.1", "port": sink.port, "security": "none"},),
    )
    found.settings.folder.mkdir()
    names_of(found.settings)
    return found


def brings(dovecot, change=lambda mail, wire: (mail.sender, wire), *, plus=False):
    """What a relay does with each mail: changed in some way, it comes into the mailbox."""

    def taken(mail):
        sender, wire = change(mail, mail.wire)
        if plus or "+" not in mail.recipients[0]:
            dovecot.deliver(wire, sender=sender)

    return taken


async def told(signs):
    return [f"{sign.level} {sign.words} => {sign.mend}" for sign in await signs]


async def test_a_relay_that_leaves_everything(tmp_path, dovecot):
    """It is said so; a plus-address that does not arrive is, too."""
    with Sink(taken=brings(dovecot)) as sink:
        lines = await told(sent(one(tmp_path, dovecot, sink), None))
    assert names(lines, "ok", "came back after")
    assert names(lines, "ok", "leaves the Message-ID")
    assert names(lines, "ok", "leaves the sender of the envelope")
    assert names(lines, "warn", "build+doctor@example.org", "plus-addressing")


async def test_a_relay_that_rewrites(tmp_path, dovecot):
    """Message-ID and envelope."""

    def rewritten(_mail, wire):
        head, body = wire.split(b"\r\n\r\n", 1)
        lines = [
            b"Message-ID: <other@relay>" if x.lower().startswith(b"message-id") else x for x in head.split(b"\r\n")
        ]
        return "account@relay.example", b"\r\n".join(lines) + b"\r\n\r\n" + body

    with Sink(taken=brings(dovecot, rewritten, plus=True)) as sink:
        lines = await told(sent(one(tmp_path, dovecot, sink), None))
    assert names(lines, "warn", "rewrites the Message-ID")
    assert names(lines, "warn", "rewrites the sender of the envelope", "account@relay.example")
    assert names(lines, "ok", "mail for plus-addresses arrives")


def test_a_relay_that_rewrites_from(tmp_path):
    """People would see another author."""
    letter = letter_of(patient(tmp_path, domain="example.org"), "build@example.org")
    found = changed(letter, b"From: Account <account@relay.example>\r\nMessage-ID: x\r\n\r\n", "relay")
    assert any("rewrites From" in sign.words and "sent_from" in sign.mend for sign in found)


@pytest.mark.parametrize(
    ("above", "strips", "words"),
    [
        (REAL, True, ("ok", 'trust = { provider = "custom", authserv_id = "mx.example", hops = 2 }')),
        (REAL, False, ("ok", "authserv_id")),
        (b"", False, ("fail", "the forged field stands on top", "leave `trust` out")),
        (b"", True, ("fail", "no Authentication-Results at all")),
    ],
    ids=["strips", "puts-above", "none-of-its-own", "none-at-all"],
)
async def test_whose_proof_counts_is_found_out_by_forging_it(tmp_path, dovecot, above, strips, words):
    """A provider that puts its own on top can be believed; one that does not, never."""

    def provider(mail, wire):
        kept = [x for x in wire.split(b"\r\n") if not (strips and x.startswith(b"Authentication-Results"))]
        received = b"Received: from relay by mx.example; Sat, 21 Nov 2026 10:00:00 +0000\r\n" if above else b""
        return mail.sender, received + above + b"\r\n".join(kept)

    with Sink(taken=brings(dovecot, provider)) as sink:
        found = one(tmp_path, dovecot, sink)
        lines = await told(sent(found, found.settings.deliver[0]))
    assert names(lines, *words), lines
    assert names(lines, "fail") != (words[0] == "ok")


async def test_a_provider_that_lets_its_own_name_be_forged_is_not_believed(tmp_path, dovecot):
    """It writes its field only where none of its name is there: the second mail finds that out."""

    def provider(mail, wire):
        return mail.sender, wire if b"Authentication-Results: mx.example" in wire else REAL + wire

    with Sink(taken=brings(dovecot, provider)) as sink:
        found = one(tmp_path, dovecot, sink)
        lines = await told(sent(found, found.settings.deliver[0]))
    assert names(lines, "fail", "a forged field under the name 'mx.example' gets on top", "leave `trust` out")


def test_the_setting_for_each_provider(tmp_path, dovecot):
    """By the host of the mailbox."""
    room = one(tmp_path, dovecot, Sink(port=25)).mailboxes[0]
    gmail = room.model_copy(update={"host": "imap.gmail.com"})
    assert setting(gmail, "mx.google.com", 2) == (
        'trust = { provider = "gmail", authserv_id = "mx.google.com", hops = 2 }'
    )
    office = room.model_copy(update={"host": "outlook.office365.com"})
    assert setting(office, "", 4) == 'trust = { provider = "microsoft365", hops = 4 }'


def test_the_field_on_top():
    """How many Received stand above it; a header that is malformed shows nothing."""
    found = topmost(b"Received: a\r\nReceived: b\r\n" + REAL + b"From: a@b.example\r\n\r\n")
    assert found
    assert (found.above, found.results.id, found.forged) == (2, "mx.example", False)
    assert topmost(b"From: a@b.example\r\n\r\n") is None
    assert topmost(b"From a\r\n\x00\r\n\r\n") is None


async def test_without_a_relay_nothing_is_sent(tmp_path):
    """And it is said."""
    assert names(await told(sent(patient(tmp_path), None)), "ok", "no mail is sent")
    lines = await told(sent(patient(tmp_path), SmtpRelay(host="127.0.0.1", security="none")))
    assert names(lines, "fail", "no [[receive]] of kind imap")


def test_the_letter_is_known_as_ours(tmp_path):
    """So that the mailbot that reads it answers nothing."""
    made = replace(letter_of(patient(tmp_path), "build@x.example"), above=("X-Y: z",)).wire(patient(tmp_path))
    assert made.startswith(b"X-Y: z\r\n")
    assert b"X-Mailbot-Loop: mailbot.localhost\r\n" in made
