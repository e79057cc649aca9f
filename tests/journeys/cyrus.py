"""The IMAP way in against a second real server, Cyrus; `python -m tests.campaigns.cyrus` fetches it and runs this."""

from __future__ import annotations

import asyncio
import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.domain.request import State
from tests.deliver.sink import Sink
from tests.journeys.mailbot import Mailbot, until
from tests.journeys.people import Person, project, read
from tests.receive.imap_world import letter, settings, site, subjects
from tests.receive.inbox import Inbox
from tests.servers_cyrus import PASSWORD, USER, Cyrus, unavailable
from tests.servers_dns import dns_thread

ROOT = Path(os.environ.get("MAILBOT_CYRUS", "/"))  # noqa: TID251  (a switch of the test run)
ANA = Person("ana@acme.example")

ROOMS = """\
[[receive]]
kind = "imap"
host = "127.0.0.1"
port = {cyrus.tls_port}
user = "{user}"
password = "{password}"
ca_file = "{cyrus.certificate.file}"
[[deliver]]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
"""


@pytest.fixture
def cyrus():
    if reason := unavailable(ROOT):
        pytest.skip(reason)
    with Cyrus(root=ROOT) as server, server.program():  # the first login makes the mailbox
        yield server


@contextlib.asynccontextmanager
async def reading(cyrus, inbox, folder, **changes):
    """An account on it, over TLS with its own certificate."""
    known = {"tls": "implicit", "ca_file": cyrus.certificate.file, "password": PASSWORD, "user": USER} | changes
    box = settings(known.pop("port", cyrus.tls_port), **known).open(site(folder))
    await box.open(inbox)
    try:
        yield box
    finally:
        await box.close()


async def deliver(cyrus, *numbers):
    await asyncio.to_thread(cyrus.deliver, *[letter(number) for number in numbers])


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
async def test_what_is_delivered_is_stored(cyrus, tmp_path, tls):
    """By IDLE, in order, with the sender and the time that the server wrote on it; nothing in the mailbox changes."""
    inbox, begun = Inbox(), datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  (Cyrus has no clock of ours)
    async with reading(
        cyrus, inbox, tmp_path, tls=tls, port=getattr(cyrus, "tls_port" if tls == "implicit" else "port")
    ):
        await inbox.until(lambda: inbox.commits)
        await deliver(cyrus, 1, 2, 3)
        await inbox.until(lambda: len(inbox.mails) == 3)
    assert inbox.subjects() == subjects(1, 2, 3)
    assert {envelope.sender for _, envelope in inbox.mails.values()} == {"ana@acme.example"}
    assert all(envelope.arrived_at >= begun for _, envelope in inbox.mails.values())
    assert await asyncio.to_thread(cyrus.count, "INBOX", "UNSEEN") == 3


async def test_what_came_while_we_were_down_is_taken_once(cyrus, tmp_path):
    """Several batches of it, and a large mail among them, byte for byte."""
    inbox = Inbox()
    async with reading(cyrus, inbox, tmp_path):
        await inbox.until(lambda: inbox.commits)
    await deliver(cyrus, *range(1, 250))
    await asyncio.to_thread(cyrus.deliver, letter(250, ("y" * 76 + "\r\n") * 40_000))
    async with reading(cyrus, inbox, tmp_path, batch=100):
        await inbox.until(lambda: len(inbox.mails) == 250)
    assert inbox.subjects() == subjects(*range(1, 251))
    assert set(inbox.offered.values()) == {1}
    assert list(inbox.mails.values())[-1][0].count(b"y" * 76) == 40_000


@pytest.mark.parametrize(
    ("done", "there", "moved"), [("flag", 3, 0), ("move:Done", 0, 3), ("delete", 0, 0), ("keep", 3, 0)]
)
async def test_done_mail_is_marked(cyrus, tmp_path, done, there, moved):
    """A folder that is not there is made."""
    inbox = Inbox()
    async with reading(cyrus, inbox, tmp_path, done=done):
        await inbox.until(lambda: inbox.commits)
        await deliver(cyrus, 1, 2, 3)
        await inbox.until(lambda: len(inbox.mails) == 3)
        await asyncio.to_thread(until, lambda: cyrus.count("INBOX") == there)
    assert cyrus.count("INBOX", "KEYWORD $MailbotDone") == (3 if done == "flag" else 0)
    assert cyrus.count("Done") == moved


async def test_a_wrong_password_is_told(cyrus, tmp_path):
    """In the server's own words."""
    inbox = Inbox()
    async with reading(cyrus, inbox, tmp_path, password="wrong", name="box"):
        await inbox.until(lambda: inbox.trouble)
    assert "refuses the login of build@example.org" in inbox.trouble["box"]


def test_a_thread_goes_round(cyrus, tmp_path):
    """A signed mail is built; the answer to that answer is the next revision of the same project; each exactly once."""
    with Sink() as people, dns_thread(ANA.records) as dns:
        rooms = ROOMS.format(cyrus=cyrus, user=USER, password=PASSWORD, port=people.port)
        mailbot = Mailbot(folder=tmp_path, rooms=rooms, domain="example.org", dns=dns.address)
        with mailbot.up():
            mailbot.reads()
            cyrus.deliver(ANA.writes(USER).wire)
            until(lambda: people.mails)
            first = read(people.mails[0].wire)
            cyrus.deliver(ANA.answers(first, "Make the header blue.").wire)
            until(lambda: len(people.mails) == 2)
            assert project(read(people.mails[1].wire)) == (project(first)[0], "2")
            assert [mail.state for mail in mailbot.ended(ANA.address, 2)] == [State.ANSWERED] * 2
        assert len(people.mails) == 2
