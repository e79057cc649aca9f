"""The IMAP way in against a real Dovecot: delivered over LMTP, fetched over TLS, stored once."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from mailbot.domain.names import request_id
from mailbot.store import open_ledger
from tests.fakes import Time
from tests.receive.imap_world import letter, settings, site, subjects
from tests.receive.inbox import Inbox
from tests.servers import missing
from tests.servers_dovecot import OTHER, PASSWORD, USER, Dovecot, unavailable


@pytest.fixture(scope="module")
def dovecot():
    if reason := unavailable():
        missing(reason)
    with Dovecot() as server:
        yield server


@pytest.fixture
def inbox(dovecot):
    """An inbox for an empty mailbox."""
    for user in (USER, OTHER):
        dovecot.doveadm("expunge", "mailbox", "*", "all", user=user)
    return Inbox()


def boxes(dovecot, user=USER):
    return dovecot.doveadm("mailbox", "list", user=user).split()


@contextlib.asynccontextmanager
async def reading(dovecot, inbox, folder, **changes):
    """An account on it, over TLS with its own certificate."""
    known = {
        "port": dovecot.tls_port,
        "tls": "implicit",
        "ca_file": dovecot.certificate.file,
        "password": PASSWORD,
        "user": USER,
        "since": "new",
    } | changes
    box = settings(**known).open(site(folder))
    await box.open(inbox)
    try:
        yield box
    finally:
        await box.close()


async def deliver(dovecot, *numbers, **to):
    await asyncio.to_thread(dovecot.deliver, *[letter(number) for number in numbers], **to)


@pytest.mark.parametrize("tls", ["implicit", "starttls", "none"])
async def test_what_is_delivered_is_stored(dovecot, inbox, tmp_path, tls):
    """By IDLE, in order, with the sender that the server wrote on it; nothing in the mailbox changes."""
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    async with reading(dovecot, inbox, tmp_path, tls=tls, port=port, poll=3600):
        await inbox.until(lambda: inbox.commits)
        await deliver(dovecot, 1, 2, 3)
        await inbox.until(lambda: len(inbox.mails) == 3)
    assert inbox.subjects() == subjects(1, 2, 3)
    assert {envelope.sender for _, envelope in inbox.mails.values()} == {"ana@acme.example"}
    assert {envelope.recipients for _, envelope in inbox.mails.values()} == {("build@example.org",)}
    assert "Seen" not in await asyncio.to_thread(dovecot.doveadm, "fetch", "flags", "all")


async def test_what_came_while_we_were_down_is_taken_once(dovecot, inbox, tmp_path):
    """Also when a person has read it meanwhile, and when every session is kicked."""
    async with reading(dovecot, inbox, tmp_path):
        await inbox.until(lambda: inbox.commits)
    await deliver(dovecot, *range(1, 30))
    dovecot.doveadm("flags", "add", "\\Seen", "all")
    async with reading(dovecot, inbox, tmp_path):
        await inbox.until(lambda: len(inbox.mails) == 29)
        await asyncio.to_thread(dovecot.kick)
        await deliver(dovecot, 30)
        await inbox.until(lambda: len(inbox.mails) == 30)
    assert inbox.subjects() == subjects(*range(1, 31))
    assert set(inbox.offered.values()) == {1}


async def test_a_folder_that_was_made_anew_is_read(dovecot, inbox, tmp_path):
    """Another UIDVALIDITY: what is known comes again and is known."""
    dovecot.doveadm("mailbox", "create", "Orders")
    raw = letter(1)
    async with reading(dovecot, inbox, tmp_path, folders=("Orders",)):
        await inbox.until(lambda: inbox.commits)
        await asyncio.to_thread(dovecot.doveadm, "save", "-m", "Orders", given=raw)
        await inbox.until(lambda: len(inbox.mails) == 1)
    dovecot.doveadm("mailbox", "delete", "-s", "Orders")
    dovecot.doveadm("mailbox", "create", "Orders")
    inbox.cursors = {key: at.__class__(**{**vars(at), "validity": 1}) for key, at in inbox.cursors.items()}
    dovecot.doveadm("save", "-m", "Orders", given=raw)
    dovecot.doveadm("save", "-m", "Orders", given=letter(2))
    async with reading(dovecot, inbox, tmp_path, folders=("Orders",)):
        await inbox.until(lambda: len(inbox.mails) == 2)
    assert sorted(inbox.offered.values()) == [1, 2]
    assert inbox.subjects() == subjects(1, 2)


@pytest.mark.parametrize(
    ("done", "there", "moved"), [("flag", 3, 0), ("move:Done", 0, 3), ("delete", 0, 0), ("keep", 3, 0)]
)
async def test_done_mail_is_marked(dovecot, inbox, tmp_path, done, there, moved):
    """A folder that is not there is made."""
    async with reading(dovecot, inbox, tmp_path, done=done):
        await inbox.until(lambda: inbox.commits)
        await deliver(dovecot, 1, 2, 3)
        await inbox.until(lambda: len(inbox.mails) == 3)
        async with asyncio.timeout(20):
            while await asyncio.to_thread(count, dovecot, "INBOX") != there:  # noqa: ASYNC110  (a process is asked)
                await asyncio.sleep(0.05)
    assert count(dovecot, "INBOX", "keyword", "$MailbotDone") == (3 if done == "flag" else 0)
    assert (count(dovecot, "Done") if "Done" in boxes(dovecot) else 0) == moved


def count(dovecot, box, *what):
    return len(dovecot.doveadm("search", "mailbox", box, *(what or ("all",))).split()) // 2


async def test_a_large_mail_arrives_whole(dovecot, inbox, tmp_path):
    """In pieces, byte for byte what the server has."""
    raw = letter(1, "z" * 76 + "\r\n" * 60_000 + "y" * 3_000_000)
    async with reading(dovecot, inbox, tmp_path):
        await inbox.until(lambda: inbox.commits)
        await asyncio.to_thread(dovecot.doveadm, "save", given=raw)
        await inbox.until(lambda: len(inbox.mails) == 1)
    assert [found for found, _ in inbox.mails.values()] == [raw]


async def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot, inbox, tmp_path):
    """No password is sent; the words say what to do."""
    async with reading(dovecot, inbox, tmp_path, ca_file="", name="box"):
        await inbox.until(lambda: inbox.trouble)
    assert "is not trusted" in inbox.trouble["box"]
    assert "ca_file" in inbox.trouble["box"]


async def test_a_wrong_password_is_told(dovecot, inbox, tmp_path):
    """In the server's own words."""
    async with reading(dovecot, inbox, tmp_path, password="wrong", name="box"):
        await inbox.until(lambda: inbox.trouble)
    assert "refuses the login of build@example.org: [AUTHENTICATIONFAILED]" in inbox.trouble["box"]


async def test_two_accounts_are_read_at_once(dovecot, inbox, tmp_path):
    """Each with a thread and a cursor of its own."""
    async with reading(dovecot, inbox, tmp_path), reading(dovecot, inbox, tmp_path, user=OTHER):
        await inbox.until(lambda: len(inbox.cursors) == 2)
        await deliver(dovecot, 1, user=USER)
        await deliver(dovecot, 2, user=OTHER)
        await inbox.until(lambda: len(inbox.mails) == 2)


class Ledgered(Inbox):
    """The inbox as the house has it: requests in a real database."""

    def __init__(self, ledger):
        super().__init__()
        self.ledger = ledger

    async def all(self, mails, cursor):
        named = [(request_id(raw, envelope.recipients), raw, envelope) for raw, envelope in mails]
        await self.ledger.open_requests(named, cursor)
        await super().all(mails, cursor)

    async def cursor(self, account, folder):
        return await self.ledger.cursor(account, folder)


async def test_the_real_ledger_knows_mail_and_cursor(dovecot, inbox, tmp_path):
    """Over a restart: what was stored with its cursor is not fetched again, what is offered again is known."""
    del inbox
    for number in (1, 2):
        ledger = await open_ledger("sqlite:///{data}/mailbot.db", str(tmp_path), Time())
        inbox = Ledgered(ledger)
        async with reading(dovecot, inbox, tmp_path):
            if number == 1:
                await inbox.until(lambda inbox=inbox: inbox.commits)
            await deliver(dovecot, number)
            await inbox.until(lambda inbox=inbox: inbox.mails)
        assert inbox.subjects() == subjects(number)
        assert (await ledger.count()).received == number
        assert (await ledger.cursor(f"{USER}@127.0.0.1", "INBOX")).uid >= number
        await ledger.close()
