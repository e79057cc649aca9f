"""The Postfix of tests/servers_postfix.py, and the script behind it."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket

import pytest

from tests import servers_postfix
from tests.bench.letters import Letter, hand_over, letters
from tests.bench.sink import Sink
from tests.bench.stage import DISCARD_ADDRESS, SCRIPT_ADDRESS, genuine, stage
from tests.servers import free_port
from tests.servers_postfix import HOST, Postfix, unavailable

PATIENCE = 30.0


@pytest.mark.usefixtures("postfix_here")
async def test_each_mail_goes_its_way() -> None:
    """To the receiver, to nobody, and to the script, whose reply comes out with the page in a zip."""
    async with stage() as around:
        relayed, script = letters("r", 2, "x@else.example"), letters("s", 2, SCRIPT_ADDRESS)
        await hand_over(around.postfix.port, [*relayed, *letters("d", 2, DISCARD_ADDRESS), *script])
        names = [mail.name for mail in (*relayed, *script)]
        arrived = await around.sink.all_of(names, PATIENCE)
        await asyncio.to_thread(around.postfix.empty)
        genuine(around.sink)
    assert set(around.sink.arrivals) == set(names)
    assert arrived[0].wire.endswith(relayed[0].wire)
    assert b"In-Reply-To: <s.0@people.example>" in arrived[2].wire


@pytest.mark.usefixtures("postfix_here")
def test_nothing_is_left_of_it() -> None:
    """Neither a process that listens nor a file, whatever happened meanwhile."""
    postfix = Postfix(relay=free_port())
    with contextlib.suppress(ZeroDivisionError), postfix:
        assert "daemon started" in postfix.log
        raise ZeroDivisionError
    assert not postfix.folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, postfix.port), 1)


@pytest.mark.usefixtures("postfix_here")
def test_a_mail_that_cannot_leave_is_told() -> None:
    """The queue does not become empty, and the error has the log with the reason."""
    with Postfix(relay=free_port()) as postfix, smtplib.SMTP(HOST, postfix.port) as client:
        client.sendmail("a@x.example", ["b@x.example"], "Subject: x\r\n\r\nx\r\n")
        with pytest.raises(TimeoutError, match=r"(?s)1 mails are still in the queue.*Connection refused"):
            postfix.empty(patience=2)


@pytest.mark.usefixtures("postfix_here")
def test_a_wrong_setting_ends_the_start() -> None:
    """With what Postfix says about it, and without remains."""
    broken = Postfix(relay=free_port(), extra="inet_protocols = smoke signals\n")
    with pytest.raises(RuntimeError, match="smoke"):
        broken.__enter__()
    assert not broken.folder.exists()


def test_without_postfix_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason names the package, and nothing is started."""
    monkeypatch.setattr(servers_postfix, "_path", lambda: "/nowhere")
    assert unavailable() == "Postfix is not installed (apt-get install postfix)"
    with pytest.raises(RuntimeError, match="apt-get install"):
        Postfix(relay=1).__enter__()


async def test_a_reply_without_the_page_is_not_genuine() -> None:
    """A figure of empty replies would be no figure."""
    empty = b"Subject: Re: x\r\nIn-Reply-To: <1@x>\r\nContent-Type: text/plain\r\n\r\nYour page.\r\n"
    async with Sink() as sink:
        await hand_over(sink.port, [Letter(name="", sender="a@x", to="b@x", wire=empty)])
        with pytest.raises(AssertionError, match="does not carry the page"):
            genuine(sink)


async def test_two_replies_are_not_genuine() -> None:
    """One mail, one reply."""
    async with Sink() as sink:
        (mail,) = letters("t", 1, "x@x")
        await hand_over(sink.port, [mail, mail])
        with pytest.raises(AssertionError, match="answered 2 times"):
            genuine(sink)
