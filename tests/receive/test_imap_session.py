"""One IMAP connection: whatever the server sends, there is an end to it, and it is one of our errors."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from mailbot import imap
from mailbot.consent.oauth import xoauth2
from mailbot.imap import Plug
from mailbot.receive.imap_session import Denied, Lost, Refused, Server, Session, _named, _set
from tests.deliver.certificate import Certificate
from tests.receive.imap_script import PASSWORD, USER, Script


@contextlib.asynccontextmanager
async def canned(answers, greeting=b"* OK ready\r\n"):
    """A server that gives to each verb what *answers* has, with the tag for @. Gives its port, and what it heard."""
    heard, tasks = [], []

    async def client(reader, writer):
        tasks.append(asyncio.current_task())
        writer.write(greeting)
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            while line := await reader.readline():
                tag, _, rest = line.partition(b" ")
                heard.append(rest.strip())
                verb = rest.replace(b"UID ", b"").split()[0].upper().decode() if rest.split() else ""
                default = b"* CAPABILITY IMAP4rev1\r\n@ OK done\r\n" if verb == "CAPABILITY" else b"@ OK done\r\n"
                answer = answers.get(verb, default)
                for piece in answer if isinstance(answer, list) else [answer]:
                    writer.write(piece.replace(b"@", tag))
                    await writer.drain()
                    await asyncio.sleep(0.02 if isinstance(answer, list) else 0)
        writer.transport.abort()

    server = await asyncio.start_server(client, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)
        await asyncio.sleep(0)  # their transports say goodbye


def server(port, **changes):
    return Server(**({"host": "127.0.0.1", "port": port, "context": None, "implicit": False, "timeout": 2} | changes))


async def asked(port, ask=lambda session: session.above(0), password=PASSWORD, **changes):
    """Connect, log in, open the folder, ask."""

    def run():
        session = Session(server(port, **changes), Plug())
        try:
            session.login(USER, password)
            session.select("INBOX", readonly=True)
            return ask(session)
        finally:
            session.end()

    return await asyncio.to_thread(run)


SELECT = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n@ OK [READ-ONLY] in\r\n"


@pytest.mark.parametrize(
    ("verb", "answer", "words"),
    [
        ("SEARCH", b"* SEARCH " + b"1 " * 9_000_000 + b"\r\n@ OK done\r\n", "more than"),
        ("SEARCH", b"* OK chatter\r\n" * 50_000 + b"@ OK done\r\n", "more lines than"),
        ("SEARCH", b"* OK " + b"x" * 990 + b"\r\n" + b"* OK chat\r\n" * 19_000, "in time|timed out"),
        ("SEARCH", b"* SEARCH one two\r\n@ OK done\r\n", "makes no sense"),
        ("SEARCH", [b"* SEARCH "] + [b"1 "] * 500, "in time|timed out"),
        ("SEARCH", b"* 1 FETCH (BODY[] {" + b"9" * 5_000 + b"}\r\n", "makes no sense"),
        ("EXAMINE", b"* 3 EXISTS\r\n@ OK in\r\n", "no UIDVALIDITY"),
        ("LOGIN", b"* BYE\r\n", "the login"),
        ("CAPABILITY", b"* CAPABILITY\r\n@ OK done\r\n", "connecting"),
    ],
)
async def test_an_answer_that_is_none_ends_the_connection(monkeypatch, verb, answer, words):
    """Too long, too much, too slow, or nonsense: Lost, in bounded time and memory."""
    monkeypatch.setattr(imap, "MAX_LINE", 2 * 1024 * 1024)
    async with canned({"EXAMINE": SELECT, verb: answer}) as (port, _):
        with pytest.raises((Lost, Refused), match=words):
            await asked(port, timeout=0.5)


@pytest.mark.parametrize("item", [b"(" * 5_000, b"UID", b"UID x", b"BODY[] {3}\r\nab", b'BODY[] "x'])
async def test_a_fetch_that_cannot_be_read_ends_the_connection(item):
    """The parser may raise what it likes."""
    answers = {"EXAMINE": SELECT, "FETCH": b"* 1 FETCH (" + item + b")\r\n@ OK done\r\n"}
    async with canned(answers) as (port, _):
        with pytest.raises(Lost):
            await asked(port, lambda session: session.mails([1], 10), timeout=0.5)


async def test_mails_that_nobody_asked_for_are_left_out():
    """A server may tell of other mails at any time, and of nothing."""
    told = (
        b"* 1 FETCH (UID 9 BODY[] {2}\r\nno)\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 3 FETCH (UID 1 BODY[] {3}\r\nyes)\r\n"
    )
    async with canned({"EXAMINE": SELECT, "FETCH": told + b"@ OK done\r\n"}) as (port, _):
        assert await asked(port, lambda session: session.mails([1, 2], 10)) == {1: (b"yes", None)}
    async with canned({"EXAMINE": SELECT, "FETCH": b"@ OK done\r\n"}) as (port, _):
        assert await asked(port, lambda session: session.mails([1, 2], 10)) == {}


async def test_a_password_is_not_sent_before_tls(tmp_path):
    """A server that calls us logged in, offers no STARTTLS, or goes on in clear text behind it, gets none."""
    context = __import__("ssl").create_default_context(cafile=Certificate.made(tmp_path).file)
    starttls = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n@ OK done\r\n"
    cases = [
        ({}, b"* PREAUTH welcome\r\n", "logged in before"),
        ({}, b"* OK ready\r\n", "offers no STARTTLS"),
        ({"CAPABILITY": starttls, "STARTTLS": b"@ OK begin\r\n* OK injected\r\n"}, b"* OK ready\r\n", "clear text"),
        ({"CAPABILITY": starttls, "STARTTLS": b"@ NO later\r\n"}, b"* OK ready\r\n", "STARTTLS"),
    ]
    for answers, greeting, words in cases:
        async with canned(answers, greeting) as (port, heard):
            with pytest.raises((Lost, Refused), match=words):
                await asked(port, context=context)
        assert not any(PASSWORD.encode() in line for line in heard)


async def test_a_login_that_the_server_forbids_is_not_tried():
    """LOGINDISABLED: the password would go out in the clear."""
    capability = b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n@ OK done\r\n"
    async with canned({"CAPABILITY": capability}) as (port, heard):
        with pytest.raises(Lost, match="LOGINDISABLED"):
            await asked(port)
    assert not any(b"LOGIN" in line for line in heard)


async def test_a_password_is_never_in_the_words():
    """Whatever is in it, and whatever the server says."""
    async with canned({"LOGIN": b"@ NO [AUTHENTICATIONFAILED] no\r\n"}) as (port, heard):
        with pytest.raises(Denied) as caught:
            await asked(port, password='pä"ss\\word')
    assert "ss" not in str(caught.value).replace("password", "")
    assert '"pä\\"ss\\\\word"'.encode() in heard[1]


async def test_xoauth2_takes_the_token_and_answers_a_refusal():
    """The server's question after a refusal is answered by an empty line, then it says NO."""
    async with Script(passwords=("token1",), capabilities="IDLE") as script:
        assert await asked(script.port, password=xoauth2(USER, "token1")) == []
        with pytest.raises(Denied, match="AUTHENTICATIONFAILED"):
            await asked(script.port, password=xoauth2(USER, "token2"))


def test_uids_and_names_as_imap_writes_them():
    """Runs are joined; names are UTF-7 and quoted."""
    assert _set([9, 1, 2, 3, 5]) == "1:3,5,9"
    assert _named('a "b" \\ ü') == '"a \\"b\\" \\\\ &APw-"'
