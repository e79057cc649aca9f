"""The SMTP way in: 250 after the commit and not before, 451 for our faults, nothing for strangers' addresses."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import struct

import pytest

from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.message import Proof
from mailbot.receive.smtp import Smtp
from tests.fakes import mail
from tests.receive.smtp_world import Inbox, greeted, listening, site


def send(port, raw=None, to=("build@mailbot.example",), sender="ana@acme.example"):
    """Send one mail as any program would; return the server's last answer."""
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        client.mail(sender)
        answers = [client.rcpt(address) for address in to]
        if all(code != 250 for code, _ in answers):
            return answers[0]
        return client.data(raw or mail())


async def test_a_mail_is_stored_as_it_came(tmp_path):
    """The bytes, the envelope and the peer reach the inbox; the answer is 250."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path)) as port:
        code, words = await asyncio.to_thread(send, port, mail("..dots\r\n.\x20and more"))
    assert (code, words) == (250, b"2.0.0 OK r1")
    [(raw, envelope)] = inbox.stored
    assert raw == mail("..dots\r\n.\x20and more")
    assert (envelope.sender, envelope.recipients) == ("ana@acme.example", ("build@mailbot.example",))
    assert (envelope.peer, envelope.proof) == ("127.0.0.1", Proof.DKIM)
    assert envelope.helo


async def test_a_large_mail_is_a_file(tmp_path):
    """Its bytes, size and hash are right; the file is handed over, and its folder is ours alone."""
    inbox, text = Inbox(), mail("0123456789" * 7 + "\r\n.." * 90_000)
    async with listening(inbox, site(tmp_path)) as port:
        assert (await asyncio.to_thread(send, port, text))[0] == 250
    [(raw, _)] = inbox.stored
    assert inbox.bodies == [text]
    assert raw.size == len(text)
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700


async def test_no_250_before_it_is_stored(tmp_path):
    """While the inbox has not returned, the client has no answer."""
    inbox = Inbox(gate=asyncio.Event())
    async with listening(inbox, site(tmp_path)) as port:
        sending = asyncio.create_task(asyncio.to_thread(send, port))
        await asyncio.sleep(0.2)
        assert not sending.done()
        inbox.gate.set()
        assert (await sending)[0] == 250


@pytest.mark.parametrize("fault", [Temporary("disk full"), OSError(28, "No space left"), RuntimeError("secret detail")])
@pytest.mark.parametrize("length", [10, 200_000])
async def test_any_fault_of_ours_is_451(fault, length, tmp_path):
    """The client keeps the mail and tries again; it learns nothing of the inside, and no file is left."""
    async with listening(Inbox(fault=fault), site(tmp_path)) as port:
        code, words = await asyncio.to_thread(send, port, mail("x" * length))
    assert code == 451
    assert str(fault).encode() not in words
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.parametrize("how", [socket.SHUT_WR, None])
@pytest.mark.parametrize("length", [10, 300_000])
async def test_a_client_that_hangs_up_loses_nothing(how, length, tmp_path):
    """The mail was complete: it is stored although nobody waits any more, and who waits on half a line is answered."""
    inbox = Inbox(gate=asyncio.Event())
    async with listening(inbox, site(tmp_path)) as port:
        async with greeted(port) as client:
            await client.begin()
            await client.say(mail("x" * length) + b".\r\n")
            if how is None:  # the hard way: the line is gone at once
                await asyncio.sleep(0.2)
                linger = struct.pack("ii", 1, 0)
                client.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            else:
                client.writer.get_extra_info("socket").shutdown(how)
                inbox.gate.set()
                assert (await client.answer()).startswith("250 ")
        await asyncio.sleep(0.1)
        inbox.gate.set()
    assert inbox.bodies == [mail("x" * length)]


async def test_a_strangers_address_is_refused_in_the_session(tmp_path):
    """So nothing of ours ever bounces to anybody."""
    inbox, known = Inbox(), site(tmp_path, domain="acme.example")
    async with listening(inbox, known) as port:
        assert (await asyncio.to_thread(send, port, to=["bob@acme.example"]))[0] == 550
        assert (await asyncio.to_thread(send, port, to=["build@elsewhere.example"]))[0] == 550
        assert (await asyncio.to_thread(send, port, to=["BUILD+t7k2m5.abcdefghij@Acme.Example"]))[0] == 250
    assert len(inbox.stored) == 1


async def test_too_large_is_said_before_and_after(tmp_path):
    """The size is advertised, refused when announced, and refused when it comes unannounced."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path), max_size=5_000) as port:
        code, words = await asyncio.to_thread(send, port, mail("x" * 70 + "\r\n" * 5_000))
        assert (code, inbox.stored) == (552, [])
        assert words.startswith(b"5.3.4 The mail is too large: 5000 bytes")
        assert (await asyncio.to_thread(_announce, port, 6_000))[0] == 552
        assert (await asyncio.to_thread(_announce, port, 5_000))[0] == 250


def _announce(port, size):
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == "5000"
        return client.mail("ana@acme.example", [f"SIZE={size}"])


async def test_the_largest_mail_is_taken(tmp_path):
    """To the byte."""
    inbox = Inbox()
    text = mail("x" * (5_000 - len(mail(""))))
    async with listening(inbox, site(tmp_path), max_size=5_000) as port:
        assert (await asyncio.to_thread(send, port, text))[0] == 250
        assert (await asyncio.to_thread(send, port, b"A" + text))[0] == 552
    assert [len(raw) for raw, _ in inbox.stored] == [5_000]


async def test_long_lines_are_no_fault(tmp_path):
    """Real newsletters have lines over 1,000 octets; a 500 would lose them."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path)) as port:
        assert (await asyncio.to_thread(send, port, mail("x" * 50_000)))[0] == 250
    assert b"x" * 50_000 in inbox.stored[0][0]


async def test_many_recipients_have_a_limit(tmp_path):
    """The hundred-and-first is put off, the mail goes to those before."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path)) as port:
        people = [f"build+{n}@mailbot.example" for n in range(120)]
        assert (await asyncio.to_thread(send, port, to=people))[0] == 250
    assert len(inbox.stored[0][1].recipients) == 100


async def test_twenty_thousand_recipients_end_the_session(tmp_path):
    """Ten times the limit is an endless list: it counts as errors, and the client is cut off."""
    async with listening(Inbox(), site(tmp_path), max_recipients=5) as port, greeted(port) as client:
        await client.ask(b"EHLO me.example")
        await client.ask(b"MAIL FROM:<ana@acme.example>")
        answers = [await client.ask(b"RCPT TO:<build@mailbot.example>") for _ in range(70)]
    assert [answer[:3] for answer in answers[:56]] == ["250"] * 5 + ["452"] * 51
    assert "421" in [answer[:3] for answer in answers[56:]]


@pytest.mark.parametrize(("embedded", "proof"), [(True, Proof.ACCOUNT), (False, Proof.DKIM)])
async def test_loopback_proves_something_only_without_a_domain(embedded, proof, tmp_path):
    """As soon as a domain is set, a Postfix in front could relay anybody: loopback proves nothing."""
    inbox = Inbox()
    where = site(tmp_path, embedded=embedded)
    async with listening(inbox, where) as port:
        await asyncio.to_thread(send, port)
    assert inbox.stored[0][1].proof is proof
    assert where.prover.asked == (0 if embedded else 1)


async def test_a_port_that_is_taken_is_named(tmp_path):
    """The words name the address and the setting."""
    where = site(tmp_path)
    async with listening(Inbox(), where) as port:
        with pytest.raises(Permanent, match=rf"127\.0\.0\.1:{port}.*\[\[receive\]\]"):
            await Smtp(listen=f"127.0.0.1:{port}").open(where).open(Inbox())


@pytest.mark.parametrize("listen", ["nowhere", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999"])
async def test_no_place_to_listen_is_named(listen, tmp_path):
    """A typo tells what to do."""
    with pytest.raises(Permanent, match="choose another"):
        await Smtp(listen=listen).open(site(tmp_path)).open(Inbox())
