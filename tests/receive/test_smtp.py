"""The SMTP way in: 250 after the commit and not before, 451 for our faults, nothing for strangers' addresses."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket

import pytest

from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.message import Proof
from mailbot.ports import Site
from mailbot.receive.smtp import Smtp
from tests.fakes import Time, mail


class Inbox:
    """Stores in a list; fails or waits when told to."""

    def __init__(self):
        self.stored, self.fault, self.gate = [], None, None

    async def __call__(self, raw, envelope):
        if self.gate:
            await self.gate.wait()
        if self.fault:
            raise self.fault
        self.stored.append((raw, envelope))
        return "r1"


def site(**changes):
    known = {"domain": "mailbot.localhost", "embedded": True, "addresses": {"build": "build", "ask": "ask"}}
    return Site(**(known | {"data": "", "clock": Time()} | changes))


@contextlib.asynccontextmanager
async def listening(inbox, where=None, **settings):
    """A listener on a free port; gives its port."""
    listener = Smtp(listen="127.0.0.1:0", **settings).open(where or site())
    place = await listener.open(inbox)
    try:
        yield int(place.rpartition(":")[2])
    finally:
        await listener.close()


def send(port, raw=None, to=("build@mailbot.localhost",), sender="ana@acme.example"):
    """Send one mail as any program would; return the server's last answer."""
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        client.mail(sender)
        answers = [client.rcpt(address) for address in to]
        if all(code != 250 for code, _ in answers):
            return answers[0]
        return client.data(raw or mail())


async def test_a_mail_is_stored_as_it_came():
    """The bytes, the envelope and the peer reach the inbox; the answer is 250."""
    inbox = Inbox()
    async with listening(inbox) as port:
        code, _ = await asyncio.to_thread(send, port, mail("..dots\r\n.\x20and more"))
    assert code == 250
    [(raw, envelope)] = inbox.stored
    assert raw == mail("..dots\r\n.\x20and more")
    assert (envelope.sender, envelope.recipients) == ("ana@acme.example", ("build@mailbot.localhost",))
    assert envelope.peer == "127.0.0.1"


async def test_no_250_before_it_is_stored():
    """While the inbox has not returned, the client has no answer."""
    inbox = Inbox()
    inbox.gate = asyncio.Event()
    async with listening(inbox) as port:
        sending = asyncio.create_task(asyncio.to_thread(send, port))
        await asyncio.sleep(0.2)
        assert not sending.done()
        inbox.gate.set()
        assert (await sending)[0] == 250


@pytest.mark.parametrize("fault", [Temporary("disk full"), OSError(28, "No space left"), RuntimeError("secret detail")])
async def test_any_fault_of_ours_is_451(fault):
    """The client keeps the mail and tries again; it learns nothing of the inside."""
    inbox = Inbox()
    inbox.fault = fault
    async with listening(inbox) as port:
        code, words = await asyncio.to_thread(send, port)
    assert code == 451
    assert str(fault).encode() not in words


async def test_a_client_that_hangs_up_loses_nothing():
    """The mail was complete: it is stored although nobody waits for the answer any more."""
    inbox = Inbox()
    inbox.gate = asyncio.Event()
    async with listening(inbox) as port:
        await asyncio.to_thread(_hang_up_after_the_dot, port)
        await asyncio.sleep(0.2)
        inbox.gate.set()
    assert [raw for raw, _ in inbox.stored] == [mail()]


def _hang_up_after_the_dot(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        file = client.makefile("rwb")
        file.readline()
        for line in (b"HELO me", b"MAIL FROM:<ana@acme.example>", b"RCPT TO:<build@mailbot.localhost>", b"DATA"):
            file.write(line + b"\r\n")
            file.flush()
            file.readline()
        file.write(mail() + b".\r\n")
        file.flush()


async def test_a_strangers_address_is_refused_in_the_session():
    """So nothing of ours ever bounces to anybody."""
    inbox = Inbox()
    async with listening(inbox, site(domain="acme.example", embedded=False)) as port:
        assert (await asyncio.to_thread(send, port, to=["bob@acme.example"]))[0] == 550
        assert (await asyncio.to_thread(send, port, to=["build@elsewhere.example"]))[0] == 550
        assert (await asyncio.to_thread(send, port, to=["BUILD+t7k2m5.abcdefghij@Acme.Example"]))[0] == 250
    assert len(inbox.stored) == 1


async def test_too_large_is_said_before_and_after():
    """The size is advertised, refused when announced, and refused when it comes unannounced."""
    inbox = Inbox()
    async with listening(inbox, max_size=5_000) as port:
        code, words = await asyncio.to_thread(send, port, mail("x" * 70 + "\r\n" * 5_000))
        assert (code, inbox.stored) == (552, [])
        assert b"too much" in words.lower()
        assert (await asyncio.to_thread(_announce, port, 6_000))[0] == 552


def _announce(port, size):
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == "5000"
        return client.mail("ana@acme.example", [f"SIZE={size}"])


async def test_long_lines_are_no_fault():
    """Real newsletters have lines over 1,000 octets; a 500 would lose them."""
    inbox = Inbox()
    async with listening(inbox) as port:
        assert (await asyncio.to_thread(send, port, mail("x" * 50_000)))[0] == 250
    assert b"x" * 50_000 in inbox.stored[0][0]


async def test_many_recipients_have_a_limit():
    """The hundred-and-first is put off, the mail goes to those before."""
    inbox = Inbox()
    async with listening(inbox) as port:
        people = [f"build+{n}@mailbot.localhost" for n in range(120)]
        assert (await asyncio.to_thread(send, port, to=people))[0] == 250
    assert len(inbox.stored[0][1].recipients) == 100


@pytest.mark.parametrize(("embedded", "proof"), [(True, Proof.ACCOUNT), (False, Proof.NONE)])
async def test_loopback_proves_something_only_without_a_domain(embedded, proof):
    """As soon as a domain is set, a Postfix in front could relay anybody: loopback proves nothing."""
    inbox = Inbox()
    async with listening(inbox, site(embedded=embedded)) as port:
        await asyncio.to_thread(send, port)
    assert inbox.stored[0][1].proof is proof


async def test_a_port_that_is_taken_is_named():
    """The words name the address and the setting."""
    async with listening(Inbox()) as port:
        with pytest.raises(Permanent, match=rf"127\.0\.0\.1:{port}.*\[\[receive\]\]"):
            await Smtp(listen=f"127.0.0.1:{port}").open(site()).open(Inbox())
