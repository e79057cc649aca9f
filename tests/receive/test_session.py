"""What a client may say, and how long it may take: every limit has its answer."""

from __future__ import annotations

import asyncio
import contextlib
import itertools

import pytest
import structlog

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Authentic, Proof
from mailbot.domain.reply import DeliveryId
from mailbot.receive import Smtp
from tests.fakes import FakeProver, mail
from tests.receive.smtp_world import NAMES, Inbox, connected, greeted, listening, site
from tests.receive.test_data import FALSE_ENDS

RETURN_PATH = NAMES.return_path(DeliveryId("d1"))
SECOND = (
    b"MAIL FROM:<boss@acme.example>\r\nRCPT TO:<build@mailbot.example>\r\nDATA\r\n"
    b"From: boss@acme.example\r\n\r\nforged\r\n.\r\n"
)
CUTS = {"whole": None, "bytes": 1, "pairs": 2, "threes": 3, "sevens": 7}


def pieces(wire, size):
    """*wire* in packets of *size*."""
    return [wire] if size is None else [wire[at : at + size] for at in range(0, len(wire), size)]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("end", FALSE_ENDS)
async def test_no_sequence_makes_two_mails_of_one(end, cut, tmp_path):
    """SMTP smuggling: what stands behind a false end is refused with its mail, and never a mail of its own."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path)) as port, greeted(port) as client:
        await client.begin()
        wire = (
            b"From: ana@acme.example\r\n\r\nhello" + end + SECOND.replace(b"\r\n.\r\n", b"\r\n") + b"\r\n.\r\nQUIT\r\n"
        )
        with contextlib.suppress(ConnectionError):
            await client.say(*pieces(wire, CUTS[cut]))
        said = await client.rest()
    assert inbox.stored == []
    assert said.startswith("550 5.")
    assert "354" not in said


async def test_a_mail_behind_a_mail_is_a_mail_of_its_own_only_step_by_step(tmp_path):
    """A true end ends the first; whoever sends the second without waiting is refused at its DATA."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path)) as port, greeted(port) as client:
        await client.begin()
        await client.say(mail() + b".\r\n" + SECOND)
        said = await client.rest()
    assert inbox.bodies == [mail()]
    assert "503 5.5.1 Wait for the 354" in said


async def test_data_before_the_354_is_refused(tmp_path):
    """What follows would be taken for commands; so the session ends."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path)) as port, greeted(port) as client:
        await client.ask(b"EHLO me.example")
        await client.ask(b"MAIL FROM:<ana@acme.example>")
        await client.ask(b"RCPT TO:<build@mailbot.example>")
        await client.say(b"DATA\r\n" + mail() + b".\r\n")
        assert (await client.rest()).startswith("503 5.5.1 Wait for the 354")
    assert inbox.stored == []


async def test_a_known_network_may_send_bare_line_feeds(tmp_path):
    """In its mails and in its commands; they are mended, and the mail is stored with CR LF."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path), normalize=["127.0.0.0/8"]) as port, greeted(port) as client:
        await client.say(b"EHLO me.example\n")
        await client.answer()
        await client.begin()
        await client.say(mail().replace(b"\r\n", b"\n") + b"\r\n.\r\n")
        assert (await client.answer()).startswith("250 ")
    assert inbox.bodies == [mail() + b"\r\n"]


async def test_commands_end_with_cr_lf(tmp_path):
    """A bare LF, a CR or a NUL in a command is an error."""
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        for wrong in (b"EHLO me\n", b"EHLO m\re\r\n", b"EHLO m\0e\r\n"):
            await client.say(wrong)
            assert (await client.answer()).startswith("500 5.5.2 A command ends with CR LF")


LINES = [
    (b"MAIL FROM:<ana@acme.example>", "503 5.5.1 Say hello"),
    (b"EHLO", "501 5.5.4"),
    (b"EHLO " + b"x" * 300, "501 5.5.4"),
    (b"EHLO me.example", "250"),
    (b"RCPT TO:<build@mailbot.example>", "503 5.5.1 Send MAIL"),
    (b"DATA", "503 5.5.1 Send MAIL"),
    (b"MAIL ana@acme.example", "501 5.5.4"),
    (b"MAIL FROM:<ana@acme.example> FOO=1", "555 5.5.4"),
    (b"MAIL FROM:<ana@acme.example> BODY=BINARYMIME", "501 5.5.4"),
    (b"MAIL FROM:<ana@acme.example> SIZE=x", "501 5.5.4"),
    ("MAIL FROM:<änä@acme.example>".encode(), "553 5.6.7"),
    (b"MAIL FROM:<\xff@acme.example> SMTPUTF8", "501 5.5.4"),
    ("MAIL FROM:<änä@acme.example> BODY=8BITMIME SMTPUTF8".encode(), "250"),
    (b"MAIL FROM:<ana@acme.example>", "503 5.5.1 One mail"),
    (b"DATA", "503 5.5.1 Send RCPT"),
    (b"RCPT TO:<>", "501 5.5.4"),
    (b"RCPT TO:<build@mailbot.example> NOTIFY=NEVER", "555 5.5.4"),
    (b"RCPT TO:<@a.example:build@mailbot.example>", "501 5.5.4"),
    (b"RCPT TO:<build%x@mailbot.example>", "550 5.1.1"),
    (b"DATA now", "501 5.5.4"),
    (b"RSET now", "501 5.5.4"),
    (b"RSET", "250 2.0.0"),
    (b"NOOP x", "250 2.0.0"),
    (b"VRFY build", "252 2.5.2"),
    (b"EXPN build", "500 5.5.1"),
    (b"HELP MAIL", "214 2.0.0 See RFC 5321"),
    (b"AUTH PLAIN AGEAYg==", "500 5.5.1"),
    (b"STARTTLS", "503 5.5.1"),
    (b"", "500 5.5.1"),
    (b"\xff\xfe", "500 5.5.1"),
    (b"NOOP " + b"x" * 4_096, "500 5.5.2 The command is too long"),
    (b"HELO me.example", "250 mailbot.example"),
    (b"MAIL FROM:<ana@acme.example> SIZE=5", "555 5.5.4"),
    (b"QUIT now", "501 5.5.4"),
    (b"QUIT", "221 2.0.0"),
]  # fmt: skip


async def test_every_command_has_its_answer(tmp_path):
    """One session that says everything; nothing tells what this is or who is known."""
    async with listening(Inbox(), site(tmp_path), max_errors=1_000) as port, connected(port) as client:
        assert await client.answer() == "220 mailbot.example ESMTP\r\n"
        for line, wanted in LINES:
            assert (await client.ask(line)).startswith(wanted), line
        assert await client.rest() == ""


async def test_what_is_not_offered(tmp_path):
    """No pipelining, no chunking, no detail."""
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        offered = await client.ask(b"EHLO me.example")
    assert offered.replace("250-", "250 ").splitlines() == [
        "250 mailbot.example", "250 SIZE 36000000", "250 8BITMIME", "250 SMTPUTF8", "250 ENHANCEDSTATUSCODES",
    ]  # fmt: skip


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1", b"BDAT 86 LAST", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2"])
async def test_another_protocol_ends_the_session(line, tmp_path):
    """What follows it is not read for commands."""
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        assert (await client.ask(line)).startswith("500 5.5.1")
        assert await client.rest() == ""


async def test_ten_errors_are_enough(tmp_path):
    """Nine are answered, the tenth ends the session."""
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        answers = [await client.ask(b"FOO") for _ in range(10)]
        assert [answer[:3] for answer in answers] == ["500"] * 9 + ["421"]
        assert await client.rest() == ""


async def test_errors_are_answered_slowly(tmp_path):
    """A client that guesses waits; others do not."""
    async with listening(Inbox(), site(tmp_path), tarpit=60) as port, greeted(port) as client, greeted(port) as other:
        await client.say(b"FOO\r\n")
        waiting = asyncio.create_task(client.answer())
        assert (await other.ask(b"NOOP")).startswith("250")
        assert not waiting.done()
        waiting.cancel()


async def test_too_many_connections(tmp_path):
    """Of one address, and in all; whoever leaves makes room."""
    listener = listening(Inbox(), site(tmp_path), max_per_address=2)
    async with listener as port, greeted(port), greeted(port) as second, connected(port) as third:
        assert (await third.rest()).startswith("421 4.7.0 Too many connections")
        await second.ask(b"QUIT")
        await second.rest()
        async with greeted(port):
            pass
    async with listening(Inbox(), site(tmp_path), max_connections=1) as port, greeted(port), connected(port) as second:
        assert (await second.rest()).startswith("421 4.7.0")


async def test_relays_of_ours_may_open_many_connections(tmp_path):
    """A Postfix in front has as many as it likes."""
    listener = listening(Inbox(), site(tmp_path), max_per_address=1, relays=["127.0.0.0/8"])
    async with listener as port, greeted(port), greeted(port):
        pass


async def test_silence_ends_a_session(tmp_path):
    """Before a command, and inside a mail."""
    async with listening(Inbox(), site(tmp_path), timeout=0.2) as port, greeted(port) as client, greeted(port) as other:
        await other.begin()
        assert (await client.rest()).startswith("421 4.4.2")
        assert (await other.rest()).startswith("421 4.4.2")


async def test_a_session_has_an_end(tmp_path):
    """However busy it is with nothing."""
    async with listening(Inbox(), site(tmp_path), session_timeout=0.3) as port, greeted(port) as client:
        said = ""
        while said[:3] in {"", "250"}:
            said = await client.ask(b"NOOP")
        assert said.startswith("421 4.4.2")


async def test_a_mail_has_to_flow(tmp_path):
    """A byte now and then keeps no session alive."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path), grace=0.1, min_rate=1_000_000) as port, greeted(port) as client:
        await client.begin()
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                await client.say(b"x\r\n")
                await asyncio.sleep(0.01)
        assert (await client.rest()).startswith("421 4.4.2")
    assert inbox.stored == []


async def test_a_flood_is_cut(tmp_path):
    """Who sends more than four times the limit is not read to the end."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path), max_size=100_000) as port, greeted(port) as client:
        await client.begin()
        with pytest.raises(ConnectionError):
            await client.say(*[b"x" * 65_536] * 1_000)
    assert inbox.stored == []


async def test_a_command_without_end_is_cut(tmp_path):
    """64 KB without a line end are no command."""
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        with contextlib.suppress(ConnectionError):
            for _ in range(20):
                await client.say(b"x" * 65_536)
        assert (await client.rest())[:3] in {"500", ""}


async def test_a_disk_that_is_full_is_said_at_mail(tmp_path, monkeypatch):
    """Before a byte of it is sent; the client tries later."""
    monkeypatch.setattr("mailbot.receive.spool.os.statvfs", lambda _: type("S", (), {"f_bavail": 1, "f_frsize": 4096}))
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        await client.ask(b"EHLO me.example")
        assert (await client.ask(b"MAIL FROM:<ana@acme.example>")).startswith("452 4.3.1")


async def test_a_disk_that_fails_in_the_midst_of_a_mail(tmp_path):
    """The rest is read, so that it is not taken for commands; then comes the 452, and the session goes on."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path)) as port, greeted(port) as client:
        await client.begin()
        (tmp_path / "spool").rmdir()
        await client.say(b"x" * 300_000 + b"\r\nQUIT\r\n.\r\n")
        assert (await client.answer()).startswith("452 4.3.1")
        assert (await client.ask(b"NOOP")).startswith("250")
    assert inbox.stored == []


async def test_a_fault_of_ours_in_a_command_is_451(tmp_path, monkeypatch):
    """Never a 5xx, never a word of what it was; the session goes on."""
    monkeypatch.setattr("mailbot.receive.session.path", lambda *_: 1 / 0)
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        await client.ask(b"EHLO me.example")
        assert (
            await client.ask(b"MAIL FROM:<a@b.example>")
            == "451 4.3.0 Try again later: the mail could not be stored\r\n"
        )
        assert (await client.ask(b"NOOP")).startswith("250")


async def test_a_fault_of_ours_inside_a_mail_ends_the_session(tmp_path, monkeypatch):
    """What follows is not taken for commands."""
    monkeypatch.setattr("mailbot.receive.connection.Incoming.feed", lambda *_: 1 / 0)
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        await client.begin()
        await client.say(b"x\r\nMAIL FROM:<a@b.example>\r\n")
        assert await client.rest() == "451 4.3.0 Try again later: the mail could not be stored\r\n"


# Who is proven.


async def refused(tmp_path, found, sender=b"ana@acme.example", to=b"build@mailbot.example", **settings):
    """The answer to a mail of which the prover found that, and what was stored."""
    inbox = Inbox()
    async with (
        listening(inbox, site(tmp_path, prover=FakeProver([found])), **settings) as port,
        greeted(port) as client,
    ):
        await client.begin(sender, to)
        await client.say(mail("x" * 200_000) + b".\r\n")
        answer = await client.answer()
    assert len(list((tmp_path / "spool").iterdir())) == len(inbox.stored)
    return answer, inbox.stored


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ({"proof": Proof.NONE}, "550 5.7.26 Nobody vouches for the From address: send it through"),
        ({"proof": Proof.MALFORMED}, "550 5.6.0 The mail cannot be read without doubt: it has no one clear author"),
        (
            {"proof": Proof.MALFORMED, "authentic": Authentic(why="two\r\nFrom")},
            "550 5.6.0 The mail cannot be read without doubt: two??From;",
        ),
        (Temporary("timeout of 192.0.2.7"), "451 4.4.3 Try again later: the DNS could not be asked"),
    ],
)
async def test_a_stranger_is_refused_in_the_session(found, wanted, tmp_path):
    """Nothing is stored, and nothing of ours bounces at whoever was forged."""
    answer, stored = await refused(tmp_path, found)
    assert answer.startswith(wanted)
    assert answer.count("\n") == 1
    assert stored == []


@pytest.mark.parametrize("proof", [Proof.SPF, Proof.DKIM_WEAK, Proof.DKIM])
async def test_who_is_proven_is_stored_with_the_proof(proof, tmp_path):
    """The envelope carries it."""
    answer, stored = await refused(tmp_path, {"proof": proof})
    assert answer.startswith("250 ")
    assert stored[0][1].proof is proof


async def test_a_refusal_is_logged_without_addresses(tmp_path):
    """Its rule and the domain, nothing more."""
    with structlog.testing.capture_logs() as logs:
        await refused(tmp_path, {"proof": Proof.NONE})
    assert {"event": "smtp.refused", "rule": "5.7.26", "domain": "acme.example", "log_level": "info"} in logs
    assert "ana@" not in str(logs)


async def test_behind_a_mail_server_of_ours_everything_is_stored(tmp_path):
    """Its refusal would become a bounce; whose server handed it to that one is not known."""
    answer, stored = await refused(tmp_path, {"proof": Proof.NONE}, relays=["127.0.0.0/8"])
    assert answer.startswith("250 ")
    assert (stored[0][1].peer, stored[0][1].helo, stored[0][1].proof) == ("", "", Proof.NONE)


# Bounces.


async def test_a_bounce_goes_to_a_return_path_and_nowhere_else(tmp_path):
    """Whatever its proof."""
    answer, stored = await refused(tmp_path, {"proof": Proof.NONE}, b"", RETURN_PATH.encode())
    assert answer.startswith("250 ")
    assert stored[0][1].sender == ""


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        (b"build@mailbot.example", "550 5.7.1"),
        (b"b+d1.aaaaaaaaaa@mailbot.example", "550 5.1.1"),
        (b"b@mailbot.example", "550 5.1.1"),
        (RETURN_PATH.replace("mailbot.example", "other.example").encode(), "550 5.1.1"),
    ],
)
async def test_mail_from_nobody_goes_nowhere_else(to, wanted, tmp_path):
    """A signature that is not ours names no mailbox."""
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        await client.ask(b"EHLO me.example")
        assert (await client.ask(b"MAIL FROM:<>")).startswith("250")
        assert (await client.ask(b"RCPT TO:<" + to + b">")).startswith(wanted)


async def test_a_bounce_has_one_recipient(tmp_path):
    """Nobody bounces to two."""
    async with listening(Inbox(), site(tmp_path)) as port, greeted(port) as client:
        await client.ask(b"EHLO me.example")
        await client.ask(b"MAIL FROM:<>")
        answers = [await client.ask(b"RCPT TO:<" + RETURN_PATH.encode() + b">") for _ in range(2)]
    assert [answer[:9] for answer in answers] == ["250 2.1.5", "550 5.5.3"]


async def test_closing_lets_what_is_complete_be_stored(tmp_path):
    """The mail in hand is stored and answered; who is idle is told to come again."""
    inbox = Inbox(gate=asyncio.Event())
    listener = Smtp(listen="127.0.0.1:0").open(site(tmp_path))
    port = int((await listener.open(inbox)).rpartition(":")[2])
    async with greeted(port) as client, greeted(port) as other:
        await client.begin()
        await client.say(mail() + b".\r\n")
        await asyncio.sleep(0.1)
        closing = asyncio.create_task(listener.close())
        inbox.gate.set()
        assert (await client.answer()).startswith("250 ")
        assert (await other.rest()).startswith("421 4.3.2")
        await closing
    assert inbox.bodies == [mail()]


def test_every_false_end_is_another():
    """The table has no doubles."""
    assert all(a != b for a, b in itertools.combinations(FALSE_ENDS, 2))
