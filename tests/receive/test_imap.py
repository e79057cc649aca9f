"""The IMAP way in, against a scripted server: the cursor is the truth, and nothing the server does loses a mail."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest
from pydantic import TypeAdapter, ValidationError

from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.message import Spooled
from mailbot.ports import Cursor
from mailbot.receive import Channels
from mailbot.receive.imap import Imap, ImapTrust
from tests.fakes import NOW, Time
from tests.receive.imap_script import Fault, Script
from tests.receive.imap_world import account, letter, settings, site, subjects
from tests.receive.inbox import Inbox

NAME = "build@example.org@127.0.0.1"


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
async def server():
    async with Script() as server:
        yield server


def cursor(uid, validity=7, at=NOW):
    return Cursor(account=NAME, folder="INBOX", validity=validity, uid=uid, at=at)


async def kept(inbox, count):
    await inbox.until(lambda: len(inbox.mails) >= count)


async def reached(ready):
    """Look until *ready*() holds: the server tells nobody what it was asked."""
    async with asyncio.timeout(20):
        while not ready():  # noqa: ASYNC110  (the server is only looked at)
            await asyncio.sleep(0.005)


async def test_mail_that_came_while_we_were_down_is_taken(server, inbox, tmp_path):
    """All behind the cursor, in one commit with it."""
    await server.deliver(*[letter(number) for number in range(1, 6)])
    inbox.cursors[NAME, "INBOX"] = cursor(2)
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 3)
    assert inbox.subjects() == subjects(3, 4, 5)
    assert (inbox.cursors[NAME, "INBOX"].uid, inbox.commits) == (5, 1)


async def test_a_new_mail_is_taken_when_the_server_tells_of_it(server, inbox, tmp_path):
    """Also one that comes between the search and IDLE; and the mailbox is not touched."""
    async with account(server.port, inbox, site(tmp_path), poll=3600):
        for number in range(1, 20):
            await server.deliver(letter(number))
            await kept(inbox, number)
    assert not any(mail.flags for mail in server.mails.values())
    assert not [line for line in server.commands if line.startswith(("SELECT", "UID STORE"))]


async def test_the_first_start_takes_only_what_comes_from_then_on(server, inbox, tmp_path):
    """Nobody wants answers to old mail; the cursor is stored at once."""
    await server.deliver(letter(1))
    async with account(server.port, inbox, site(tmp_path), since="new"):
        await inbox.until(lambda: inbox.commits)
        await server.deliver(letter(2))
        await kept(inbox, 1)
    assert inbox.subjects() == subjects(2)


async def test_the_first_start_takes_so_many_days(server, inbox, tmp_path):
    """By the time that the server took them."""
    clock = Time()
    await server.deliver(letter(1), at=clock() - (clock() - clock().replace(day=10)))
    await server.deliver(letter(2), at=clock().replace(day=19))
    async with account(server.port, inbox, site(tmp_path), since=3):
        await kept(inbox, 1)
    assert inbox.subjects() == subjects(2)


async def test_a_first_start_without_the_server_takes_what_came_meanwhile(inbox, tmp_path):
    """The mailbox could not be reached when mailbot was started."""
    clock = Time()
    async with Script() as server:
        await server.deliver(letter(1), at=clock().replace(day=19))
        server.passwords = ()
        async with account(server.port, inbox, site(tmp_path, clock=clock), since="new"):
            await inbox.until(lambda: inbox.trouble)
            clock.pass_by(minutes=5)
            await server.deliver(letter(2), at=clock())
            server.passwords = ("secret",)
            await kept(inbox, 1)
    assert inbox.subjects() == subjects(2)


@pytest.mark.parametrize("changes", [{"validity": 8}, {"next": 4}])
async def test_a_folder_that_was_put_back_is_offered_again(server, inbox, tmp_path, changes):
    """Another UIDVALIDITY, or uids that went back: what is known is not taken twice, what is new is taken."""
    await server.deliver(*[letter(number) for number in range(1, 6)], at=NOW)
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 5)
    server.mails = {uid: mail for uid, mail in server.mails.items() if uid != 2}
    server.mails = dict(enumerate(server.mails.values(), 1))
    server.next = 5
    server.validity = changes.get("validity", 7)
    if "next" in changes:
        server.mails.popitem()
        server.next = 4
    await server.deliver(letter(9), at=NOW)
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 6)
        await inbox.until(lambda: inbox.cursors[NAME, "INBOX"].uid == max(server.mails))
    assert inbox.subjects() == subjects(1, 2, 3, 4, 5, 9)


async def test_old_mail_is_not_offered_again_with_a_new_uidvalidity(server, inbox, tmp_path):
    """What was there more than a day before the cursor was stored does not concern us."""
    await server.deliver(letter(1), at=NOW.replace(day=10))
    await server.deliver(letter(2), at=NOW.replace(hour=1))
    inbox.cursors[NAME, "INBOX"] = cursor(99, validity=6)
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 1)
    assert inbox.subjects() == subjects(2)


async def test_a_mail_that_is_refused_is_passed_over_and_told(server, inbox, tmp_path):
    """Three tries; the others are taken at once, and the cursor goes on in the end."""
    await server.deliver(*[letter(number) for number in range(1, 6)])
    server.refused, server.silent = {2}, {4}
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 3)
        assert inbox.cursors[NAME, "INBOX"].uid == 1
        await inbox.until(lambda: inbox.cursors[NAME, "INBOX"].uid == 5)
    assert inbox.subjects() == subjects(1, 3, 5)
    told = [words for part, words in inbox.reports if part == f"{NAME} passed over"]
    assert ["mail 2 of the folder INBOX" in told[0], "mail 4 of the folder INBOX" in told[1]] == [True, True]


async def test_a_mail_that_ends_the_connection_stops_nobody(server, inbox, tmp_path):
    """The others are taken meanwhile, new ones too; after ten lost connections it is passed over."""
    await server.deliver(*[letter(number) for number in range(1, 6)])
    server.deadly = {3}
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 4)
        await server.deliver(letter(6))
        await kept(inbox, 5)
        assert inbox.cursors[NAME, "INBOX"].uid == 2
        await inbox.until(lambda: inbox.cursors[NAME, "INBOX"].uid == 6)
    assert inbox.subjects() == subjects(1, 2, 4, 5, 6)
    assert server.connections >= 11


async def test_a_mail_that_is_too_large_is_not_fetched(server, inbox, tmp_path):
    """By the size that the server tells, and by what comes when that was wrong."""
    await server.deliver(letter(1, "x" * 3_000), letter(2))
    for wrong in (0, -3_000):
        server.wrong_sizes, fresh = wrong, Inbox()
        async with account(server.port, fresh, site(tmp_path), max_size=2_000):
            await fresh.until(lambda fresh=fresh: (NAME, "INBOX") in fresh.cursors and fresh.trouble)
            await fresh.until(lambda fresh=fresh: fresh.cursors[NAME, "INBOX"].uid == 2)
        assert fresh.subjects() == subjects(2)
        assert "raise max_size" in fresh.trouble[f"{NAME} passed over"]


async def test_a_large_mail_comes_in_pieces_into_a_file(server, inbox, tmp_path):
    """Byte for byte, whatever size the server claims."""
    raw = letter(1, "y" * 76 * 40_000)
    server.wrong_sizes = 100_000
    await server.deliver(raw)
    seen = []
    inbox._keep = lambda raw, envelope, keep=inbox._keep: (seen.append(raw), keep(raw, envelope))
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 1)
    assert isinstance(seen[0], Spooled)
    assert [found for found, _ in inbox.mails.values()] == [raw]
    assert seen[0].size == len(raw)


async def test_a_large_mail_does_not_overtake_small_ones(server, inbox, tmp_path):
    """Of two changes to one thread, the later one must come later."""
    await server.deliver(letter(1), letter(2), letter(3, "y" * 76 * 40_000), letter(4))
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 4)
    assert inbox.subjects() == subjects(1, 2, 3, 4)


@pytest.mark.parametrize("text", ["Bees.", "y" * 76 * 40_000], ids=["small", "large"])
async def test_it_is_known_when_a_mail_came(server, inbox, tmp_path, text):
    """We may have been down for weeks; what the mail says of itself is not asked."""
    at = NOW.replace(day=2)
    await server.deliver(letter(1, text), at=at)
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 1)
    ((_, envelope),) = inbox.mails.values()
    assert (envelope.arrived_at, envelope.received_at) == (at, NOW)


@pytest.mark.parametrize("fault", [Temporary("the disk is full"), RuntimeError("locked")])
async def test_what_cannot_be_stored_is_offered_again(server, inbox, tmp_path, fault):
    """The cursor has not moved; nothing is lost, and the trouble is told."""
    inbox.cursors[NAME, "INBOX"] = cursor(0)  # so that nothing but mail is stored
    inbox.faults = [fault] * (2 if isinstance(fault, Temporary) else 1)
    await server.deliver(letter(1))
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 1)
        await inbox.until(lambda: inbox.cursors[NAME, "INBOX"].uid == 1)
    assert not [words for part, words in inbox.reports if "passed over" in part]


async def test_one_mail_that_can_never_be_stored_stops_nobody(server, inbox, tmp_path):
    """The ledger takes the others; after three tries it is passed over and told."""
    inbox.poison = b"Subject: n2"
    await server.deliver(*[letter(number) for number in range(1, 5)])
    async with account(server.port, inbox, site(tmp_path)):
        await inbox.until(lambda: (NAME, "INBOX") in inbox.cursors and inbox.cursors[NAME, "INBOX"].uid == 4)
    assert inbox.subjects() == subjects(1, 3, 4)
    assert "could not be stored (ValueError)" in inbox.trouble[f"{NAME} passed over"]


async def test_no_file_is_left_of_what_was_not_stored(server, inbox, tmp_path):
    """The spool does not fill up with tries."""
    inbox.cursors[NAME, "INBOX"] = cursor(0)  # so that nothing but mail is stored
    inbox.faults = [Temporary("full")] * 3
    await server.deliver(letter(1, "y" * 76 * 4_000))
    async with account(server.port, inbox, site(tmp_path)):
        await kept(inbox, 1)
    assert len(list((tmp_path / "spool").iterdir())) == 1


@pytest.mark.parametrize(
    ("done", "capabilities", "flag"),
    [
        ("flag", "IDLE", "$MailbotDone"),
        ("move:Done", "IDLE MOVE", None),
        ("move:Done", "IDLE UIDPLUS", None),
        ("move:Done", "IDLE", "\\Deleted"),
        ("delete", "IDLE UIDPLUS", None),
        ("delete", "IDLE", "\\Deleted"),
    ],
)
async def test_done_mail_is_marked(server, inbox, tmp_path, done, capabilities, flag):
    """After the commit, as the settings say; nobody else's mail is expunged."""
    server.capabilities = capabilities
    await server.deliver(*[letter(number) for number in range(1, 4)])
    marks = {"flag": "UID STORE", "move": "UID MOVE" if "MOVE" in capabilities else "UID COPY", "delete": "UID STORE"}
    async with account(server.port, inbox, site(tmp_path), done=done):
        await inbox.until(lambda: len(inbox.mails) == 3)
        await reached(lambda: server.commands[-1] == "IDLE")
    assert [line for line in server.commands if line.startswith(marks[done.partition(":")[0]])]
    assert len(server.mails) == (3 if flag else 0)
    assert all(mail.flags == {flag} for mail in server.mails.values())
    assert len(server.moved) == (3 if "move" in done else 0)
    assert "EXPUNGE" not in server.commands


async def test_a_mark_that_is_refused_changes_nothing_else(server, inbox, tmp_path):
    """The cursor is the truth."""
    server.fault = Fault("STORE", "before", "NO", times=99)
    async with account(server.port, inbox, site(tmp_path), done="flag"):
        for number in range(1, 4):
            await server.deliver(letter(number))
            await kept(inbox, number)
    assert (inbox.trouble, server.connections) == ({}, 1)


async def test_nc1_without_idle_it_looks_by_itself(server, inbox, tmp_path):
    """A server that has none, one that refuses it, and one that is switched off in the settings."""
    for case in ("none", "refused", "off"):
        server.capabilities = "" if case == "none" else "IDLE"
        server.fault = Fault("IDLE", "before", "BAD", times=99) if case == "refused" else None
        before = len(inbox.mails)
        async with account(server.port, inbox, site(tmp_path), idle=case != "off", poll=0.05):
            for number in (1, 2):
                await server.deliver(letter(f"{case}{number}"))
                await kept(inbox, before + number)


async def test_a_server_that_ends_idle_at_once_does_not_make_us_spin(server, inbox, tmp_path):
    """Each end without news is followed by a longer rest."""
    server.idle_ends = True
    async with account(server.port, inbox, site(tmp_path), poll=30):
        await asyncio.sleep(1)
    assert len(server.commands) < 100


async def test_a_connection_that_is_dead_in_idle_does_not_make_us_spin(server, inbox, tmp_path):
    """It is noticed, told and made anew, with pauses that grow."""
    async with account(server.port, inbox, site(tmp_path), retry=0.2):
        await reached(lambda: "IDLE" in server.commands)
        server._server.close()
        server.drop()
        await asyncio.sleep(1)
        tries = len(inbox.reports)
    assert tries <= 6
    assert NAME in inbox.trouble


async def test_a_wrong_password_is_told_and_not_tried_often(server, inbox, tmp_path):
    """The words say what to do; a connection that ends at the login is something else."""
    server.passwords = ()
    async with account(server.port, inbox, site(tmp_path), retry_login=60):
        await inbox.until(lambda: inbox.trouble)
        await asyncio.sleep(0.3)
        assert server.connections == 1
    assert "refuses the login of build@example.org: [AUTHENTICATIONFAILED] wrong" in inbox.trouble[NAME]
    server.passwords, server.fault = ("secret",), Fault("LOGIN", "before", "close", times=3)
    async with account(server.port, inbox, site(tmp_path), retry_login=60):
        await inbox.until(lambda: not inbox.trouble)
    assert server.connections == 5


async def test_a_login_that_may_soon_work_is_tried_soon(server, inbox, tmp_path):
    """RFC 5530: the server is only busy."""
    server.passwords, server.login_words = (), "[UNAVAILABLE] try later"
    async with account(server.port, inbox, site(tmp_path), retry_login=60):
        await inbox.until(lambda: inbox.trouble)
        server.passwords = ("secret",)
        await inbox.until(lambda: not inbox.trouble)


async def test_a_changed_password_file_needs_no_restart(server, inbox, tmp_path):
    """It is read anew for each connection."""
    server.passwords, file = ("new one",), tmp_path / "password"
    async with account(server.port, inbox, site(tmp_path), password_file=str(file)):
        await inbox.until(lambda: "cannot be read" in inbox.trouble.get(NAME, ""))
        file.write_text("old one\n")
        await inbox.until(lambda: "refuses the login" in inbox.trouble.get(NAME, ""))
        file.write_text("new one\n")
        await inbox.until(lambda: not inbox.trouble)


async def test_several_folders_are_read(server, inbox, tmp_path):
    """Each has a cursor of its own; the scripted server shows the same mails in all of them."""
    await server.deliver(letter(1))
    async with account(server.port, inbox, site(tmp_path), folders=("INBOX", "Büro & Söhne")):
        await inbox.until(lambda: len(inbox.cursors) == 2)
        await server.deliver(letter(2))
        await inbox.until(lambda: {found.uid for found in inbox.cursors.values()} == {2})
    assert 'EXAMINE "B&APw-ro &- S&APY-hne"' in server.commands
    assert inbox.subjects() == subjects(1, 2)


async def test_one_account_does_not_disturb_another(server, inbox, tmp_path):
    """One hangs; the other goes on."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        async with account(port, inbox, site(tmp_path), name="deaf"), account(server.port, inbox, site(tmp_path)):
            await server.deliver(letter(1))
            await kept(inbox, 1)


@pytest.mark.parametrize("at", ["greeting", "LOGIN", "SELECT", "IDLE", "DONE", "LOGOUT"])
async def test_it_can_be_closed_while_the_server_hangs(server, inbox, tmp_path, at):
    """Within seconds, though the time for an answer is a minute."""
    server.fault = Fault(at, "before", "hang", times=99)
    async with account(server.port, inbox, site(tmp_path), timeout=60):
        await reached(lambda: server.fault.hits or "IDLE" in server.commands)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5


async def test_it_can_be_closed_while_it_connects(inbox, tmp_path):
    """Nobody answers on the other side: the queue of its listener is full."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        box = settings(full.getsockname()[1], timeout=60).open(site(tmp_path))
        await box.open(inbox)
        await asyncio.sleep(0.2)
        begun = time.monotonic()
        await box.close()
        assert time.monotonic() - begun < 5
        assert not box._account._thread.is_alive()
        for filler in fillers:
            filler.close()


async def test_closing_lets_a_commit_finish(server, inbox, tmp_path):
    """What is being stored is stored, with its cursor."""
    gate, store = asyncio.Event(), inbox.all

    async def slow(mails, cursor):
        gate.set()
        await asyncio.sleep(0.5)
        await store(mails, cursor)

    inbox.cursors[NAME, "INBOX"] = cursor(0)
    inbox.all = slow
    await server.deliver(letter(1))
    async with account(server.port, inbox, site(tmp_path)):
        await gate.wait()
    assert inbox.subjects() == subjects(1)
    assert inbox.cursors[NAME, "INBOX"].uid == 1


async def test_it_says_where_it_reads_though_nobody_is_there(inbox, tmp_path):
    """Opening does not wait for the server; the trouble is told."""
    box = settings(1, name="box", folders=("INBOX", "Orders")).open(site(tmp_path))
    assert await box.open(inbox) == "build@example.org at 127.0.0.1, folders INBOX, Orders"
    await inbox.until(lambda: "Connection refused" in inbox.trouble.get("box", ""))
    await box.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tls": "none"}, "readable to mail.example"),
        ({"password": None}, "set is none of them"),
        ({"password_file": "/x"}, "set is password and password_file"),
        ({"done": "move:INBOX"}, "done mail moves to none of them"),
        ({"folders": ("A", "A")}, "stands once"),
        ({"done": "burn"}, "pattern"),
        ({"user": "a\r\nA1 DELETE INBOX"}, "pattern"),
        ({"trust": {"provider": "custom"}}, "needs authserv_id"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(changes, words):
    """With words that name what is wrong."""
    with pytest.raises(ValidationError, match=words):
        Imap(**({"host": "mail.example", "user": "u", "password": "p"} | changes))


def test_one_mailbox_is_read_once():
    """Two accounts on one mailbox would both answer."""
    entry = {"kind": "imap", "host": "mail.example", "user": "u", "password": "p"}
    with pytest.raises(ValidationError, match=r"u at mail\.example stands in receive 2 times"):
        TypeAdapter(Channels).validate_python((entry, entry | {"name": "x", "host": "MAIL.example"}))
    with pytest.raises(ValidationError, match="x stands in receive 2 times"):
        TypeAdapter(Channels).validate_python((entry | {"name": "x"}, entry | {"name": "x", "user": "v"}))


def test_certificates_that_cannot_be_read_are_told_at_once():
    """Before anything is connected."""
    with pytest.raises(Permanent, match=r"ca_file /nowhere/ca\.pem cannot be read"):
        Imap(host="h", user="u", password="p", ca_file="/nowhere/ca.pem").open(site("/nowhere"))


def test_nobody_is_trusted_unless_it_is_set():
    """The settings become what the reading of Authentication-Results asks for."""
    assert Imap(host="h", user="u", password="p").trust is None
    assert ImapTrust(provider="gmail").trusted().name == "mx.google.com"


def test_nc1_a_mailbox_is_read_by_default_as_people_expect():
    """Port 993 with TLS, the folder INBOX, and a look every 30 seconds where the server does not tell of new mail."""
    room = Imap(host="imap.example.org", user="build@example.org", password="p")
    assert (room.port, room.tls, room.folders, room.poll) == (993, "implicit", ("INBOX",), 30)
    assert (room.done, room.since) == ("keep", "new")
