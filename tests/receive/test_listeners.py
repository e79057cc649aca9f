"""TLS, logins, LMTP and the PROXY protocol: the same session behind other doors."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from pathlib import Path

import pytest
import uvloop

from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.message import Proof
from mailbot.receive import Lmtp, Smtp, Submission
from mailbot.receive.counts import Failures
from mailbot.receive.logins import Logins
from mailbot.receive.smtp import LOGINS
from tests.deliver.certificate import Certificate
from tests.fakes import FakeProver, Time, mail
from tests.receive.smtp_world import Inbox, connected, greeted, listening, site

PASSWORD = "a long password"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """For localhost."""
    return Certificate.made(tmp_path_factory.mktemp("certificate"))


def trusting(certificate):
    """What a client makes of it."""
    return ssl.create_default_context(cafile=certificate.file)


def tls(certificate, **settings):
    """The settings of a listener with it."""
    return {"tls_cert": certificate.file, "tls_key": certificate.key} | settings


@pytest.fixture
def house(tmp_path):
    """A house in which Ana has a login; its prover proves nobody."""
    login = Logins(tmp_path / LOGINS, Time())
    login.add("ana", PASSWORD, ["ana@acme.example"])
    return site(tmp_path, prover=FakeProver([{"proof": Proof.NONE}]))


def plain(name="ana", password=PASSWORD):
    """AUTH PLAIN in one line."""
    return b"AUTH PLAIN " + base64.b64encode(f"\0{name}\0{password}".encode())


async def upgraded(client, certificate):
    """STARTTLS."""
    assert (await client.ask(b"STARTTLS")).startswith("220 2.0.0")
    await client.writer.start_tls(trusting(certificate), server_hostname="localhost")


async def test_starttls_begins_anew(certificate, tmp_path):
    """What was said in plain text is forgotten; a mail goes through, and TLS is not offered twice."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path), **tls(certificate)) as port, greeted(port) as client:
        assert "STARTTLS" in await client.ask(b"EHLO me.example")
        await client.ask(b"MAIL FROM:<ana@acme.example>")
        await upgraded(client, certificate)
        assert (await client.ask(b"MAIL FROM:<ana@acme.example>")).startswith("503 5.5.1 Say hello")
        assert "STARTTLS" not in await client.ask(b"EHLO me.example")
        assert (await client.begin()).startswith("354")
        await client.say(mail("x" * 300_000) + b".\r\n")
        assert (await client.answer()).startswith("250 ")
        assert (await client.ask(b"QUIT")).startswith("221")
    assert inbox.bodies == [mail("x" * 300_000)]


def test_starttls_in_the_loop_that_serves(certificate, tmp_path):
    """The program runs on uvloop."""

    async def main():
        inbox = Inbox()
        async with listening(inbox, site(tmp_path), **tls(certificate)) as port, greeted(port) as client:
            await client.ask(b"EHLO me.example")
            await upgraded(client, certificate)
            await client.begin()
            await client.say(mail() + b".\r\n")
            assert (await client.answer()).startswith("250 ")
        return inbox.bodies

    assert uvloop.run(main()) == [mail()]


async def test_plain_text_behind_starttls_is_a_third_partys(certificate, tmp_path):
    """It is neither answered nor kept for the encrypted session."""
    async with listening(Inbox(), site(tmp_path), **tls(certificate)) as port, greeted(port) as client:
        await client.ask(b"EHLO me.example")
        await client.say(b"STARTTLS\r\nMAIL FROM:<mallory@evil.example>\r\n")
        assert (await client.rest()).startswith("503 5.5.1 Wait for the 220")


async def test_a_broken_handshake_ends_the_session_alone(certificate, tmp_path):
    """Whoever sends garbage for TLS is cut off; others are served."""
    async with listening(Inbox(), site(tmp_path), **tls(certificate)) as port:
        async with greeted(port) as client:
            await client.ask(b"EHLO me.example")
            await client.ask(b"STARTTLS")
            await client.say(b"garbage\r\n" * 100)
            with contextlib.suppress(ConnectionError):
                await client.reader.read()
        async with greeted(port):
            pass


async def test_a_certificate_that_cannot_be_read_is_named(tmp_path):
    """When the listener is made, before mail comes."""
    with pytest.raises(Permanent, match="tls_cert"):
        Smtp(tls_cert=tmp_path / "none.pem").open(site(tmp_path))


# Logins.


@contextlib.asynccontextmanager
async def submitting(certificate, house, inbox=None, **settings):
    """A client that has encrypted and said hello."""
    inbox = inbox or Inbox()
    async with listening(inbox, house, Submission, **tls(certificate, **settings)) as port, greeted(port) as client:
        await client.ask(b"EHLO me.example")
        await upgraded(client, certificate)
        await client.ask(b"EHLO me.example")
        yield client


async def test_a_login_may_write_as_itself(certificate, house):
    """The proof is the account; nobody else is asked."""
    inbox = Inbox()
    async with submitting(certificate, house, inbox) as client:
        assert (await client.ask(plain())).startswith("235 ")
        await client.begin()
        await client.say(mail("x" * 200_000) + b".\r\n")
        assert (await client.answer()).startswith("250 ")
    assert inbox.stored[0][1].proof is Proof.ACCOUNT
    assert house.prover.asked == 0


@pytest.mark.parametrize(
    ("author", "wanted"),
    [("boss@acme.example", "550 5.7.1"), ("ana@acme.example, boss@acme.example", "550 5.6.0"), ("nobody", "550 5.6.0")],
)
async def test_and_as_nobody_else(author, wanted, certificate, house):
    """The From of the mail counts, not what MAIL said."""
    inbox = Inbox()
    async with submitting(certificate, house, inbox) as client:
        await client.ask(plain())
        await client.begin()
        await client.say(mail(From=author) + b".\r\n")
        assert (await client.answer()).startswith(wanted)
    assert inbox.stored == []


async def test_nothing_before_tls_and_nothing_before_the_login(certificate, house):
    """No password in plain text, no mail from who did not log in."""
    async with listening(Inbox(), house, Submission, **tls(certificate)) as port, greeted(port) as client:
        assert "AUTH" not in await client.ask(b"EHLO me.example")
        assert (await client.ask(plain())).startswith("530 5.7.0 Encrypt first")
        assert (await client.ask(b"MAIL FROM:<ana@acme.example>")).startswith("530 5.7.0 Encrypt first")
        await upgraded(client, certificate)
        assert (await client.ask(plain())).startswith("503 5.5.1 Say hello")
        assert "AUTH PLAIN LOGIN" in await client.ask(b"EHLO me.example")
        assert (await client.ask(b"MAIL FROM:<ana@acme.example>")).startswith("530 5.7.0 Log in first")


async def test_tls_from_the_first_byte_on(certificate, house):
    """Port 465: there is nothing to begin, and the login is offered at once."""
    inbox = Inbox()
    async with (
        listening(inbox, house, Submission, **tls(certificate, implicit_tls=True)) as port,
        greeted(port, ssl=trusting(certificate), server_hostname="localhost") as client,
    ):
        assert "AUTH PLAIN LOGIN" in await client.ask(b"EHLO me.example")
        assert (await client.ask(plain())).startswith("235 ")
        await client.begin()
        await client.say(mail() + b".\r\n")
        assert (await client.answer()).startswith("250 ")
    assert len(inbox.stored) == 1


async def test_the_other_ways_to_log_in(certificate, house):
    """PLAIN after a challenge; LOGIN step by step; who is in needs no second login."""
    for steps in (
        [b"AUTH PLAIN", base64.b64encode(f"\0ana\0{PASSWORD}".encode())],
        [b"auth login", base64.b64encode(b"ana"), base64.b64encode(PASSWORD.encode())],
        [b"AUTH LOGIN " + base64.b64encode(b"ana"), base64.b64encode(PASSWORD.encode())],
    ):
        async with submitting(certificate, house) as client:
            answers = [await client.ask(step) for step in steps]
            assert [answer[:3] for answer in answers] == ["334"] * (len(steps) - 1) + ["235"]
            assert (await client.ask(plain())).startswith("503")


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([b"AUTH CRAM-MD5"], "504 5.5.4"),
        ([b"AUTH"], "504 5.5.4"),
        ([b"AUTH PLAIN !!!"], "501 5.5.2"),
        ([b"AUTH PLAIN " + base64.b64encode(b"one")], "501 5.5.2"),
        ([b"AUTH PLAIN " + base64.b64encode(b"boss\0ana\0a long password")], "501 5.5.2"),
        ([b"AUTH PLAIN " + base64.b64encode(b"\0\xff\0\xff")], "501 5.5.2"),
        ([b"AUTH LOGIN", b"*"], "501 5.5.2"),
    ],
)
async def test_what_is_no_login(steps, wanted, certificate, house):
    """Each has its words; nothing is tried."""
    async with submitting(certificate, house) as client:
        answers = [await client.ask(step) for step in steps]
        assert answers[-1].startswith(wanted)


async def test_three_tries(certificate, house):
    """Then the session ends."""
    async with submitting(certificate, house) as client:
        answers = [await client.ask(plain(password=f"wrong password {n}")) for n in range(3)]
        assert [answer[:9] for answer in answers] == ["535 5.7.8", "535 5.7.8", "421 4.7.0"]


async def test_ten_failures_an_hour(certificate, house, monkeypatch):
    """Then nobody from there is asked for a password, not even the right one."""
    monkeypatch.setattr(Logins, "check", _nobody)
    async with listening(Inbox(), house, Submission, **tls(certificate, implicit_tls=True)) as port:
        answers = []
        for tries in (3, 3, 3, 1, 1):
            async with greeted(port, ssl=trusting(certificate), server_hostname="localhost") as client:
                await client.ask(b"EHLO me.example")
                answers += [await client.ask(plain()) for _ in range(tries)]
    assert [answer[:3] for answer in answers] == ["535", "535", "421"] * 3 + ["421", "421"]


async def _nobody(_self, _name, _password):
    return ()


async def test_a_login_that_cannot_be_tried_now(certificate, house, monkeypatch):
    """A fault of ours is no wrong password."""

    async def check(_self, _name, _password):
        raise Temporary("the disk")

    monkeypatch.setattr(Logins, "check", check)
    async with submitting(certificate, house) as client:
        assert (await client.ask(plain())).startswith("454 4.7.0")


def test_failures_are_forgotten_in_time_and_in_number(monkeypatch):
    """An hour later, and never more than so many addresses."""
    now = [0.0]
    monkeypatch.setattr("mailbot.receive.counts.time.monotonic", lambda: now[0])
    failures = Failures(2)
    for _ in range(2):
        failures.add("2001:db8::1")
    assert failures.too_many("2001:db8::2")
    now[0] = 3_601
    assert not failures.too_many("2001:db8::1")
    for number in range(10_001):
        failures.add(f"name{number}")
    assert len(failures._known) == 10_000


# LMTP.


async def test_lmtp_answers_for_each_recipient(tmp_path):
    """One mail, two recipients, two answers; EHLO is of another protocol; what is unproven is stored."""
    inbox, house = Inbox(), site(tmp_path, prover=FakeProver([{"proof": Proof.NONE}]))
    async with listening(inbox, house, Lmtp) as port, greeted(port) as client:
        assert (await client.ask(b"EHLO mx.example")).startswith("500 5.5.1 This is LMTP")
        assert (await client.ask(b"HELO mx.example")).startswith("500 5.5.1")
        assert (await client.ask(b"LHLO mx.example")).startswith("250-mailbot.example")
        await client.ask(b"MAIL FROM:<ana@acme.example>")
        for to in (b"build@mailbot.example", b"nobody@mailbot.example", b"ask@mailbot.example"):
            await client.ask(b"RCPT TO:<" + to + b">")
        await client.ask(b"DATA")
        await client.say(mail() + b".\r\n")
        assert [(await client.answer())[:3] for _ in range(2)] == ["250", "250"]
        assert (await client.ask(b"NOOP")).startswith("250 2.0.0 OK\r")
    [(_, envelope)] = inbox.stored
    assert envelope.recipients == ("build@mailbot.example", "ask@mailbot.example")
    assert (envelope.peer, envelope.proof) == ("", Proof.NONE)


async def test_lmtp_over_a_unix_socket(tmp_path):
    """A path instead of an address; what an earlier start left is replaced, a file that is none is not."""
    inbox, place = Inbox(), tmp_path / "lmtp"
    for _ in range(2):
        async with listening(inbox, site(tmp_path), Lmtp, listen=str(place)) as path, greeted(path) as client:
            await client.begin(hello=b"LHLO mx.example")
            await client.say(mail() + b".\r\n")
            assert (await client.answer()).startswith("250 ")
    assert len(inbox.stored) == 2
    place.unlink(missing_ok=True)
    place.write_text("mine")
    with pytest.raises(Permanent, match="cannot listen"):
        await Lmtp(kind="lmtp", listen=str(place)).open(site(tmp_path)).open(inbox)
    assert place.read_text() == "mine"


# PROXY.

V1 = b"PROXY TCP4 192.0.2.7 198.51.100.1 5555 25\r\n"
V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes([192, 0, 2, 7, 198, 51, 100, 1]) + b"\x15\xb3\0\x19"


@pytest.mark.parametrize("header", [V1, V2])
async def test_a_proxy_tells_who_is_behind_it(header, tmp_path):
    """That address is the peer, and is counted."""
    inbox = Inbox()
    listener = listening(inbox, site(tmp_path), proxy=["127.0.0.1/32"], max_per_address=1)
    async with listener as port, connected(port) as client:
        await client.say(header)
        assert (await client.answer()).startswith("220 ")
        await client.begin()
        await client.say(mail() + b".\r\n")
        assert (await client.answer()).startswith("250 ")
        async with connected(port) as second:
            await second.say(header)
            assert (await second.rest()).startswith("421 4.7.0 Too many connections")
    assert inbox.stored[0][1].peer == "192.0.2.7"


@pytest.mark.parametrize(
    "header", [b"EHLO me.example\r\n", b"PROXY TCP4 x y 1 2\r\n", V2[:13] + b"\xff" * 20, b"PROXY " + b"x" * 500]
)
async def test_a_proxy_that_tells_nothing_is_cut(header, tmp_path):
    """From its network a header is needed, and a whole one."""
    async with listening(Inbox(), site(tmp_path), proxy=["127.0.0.1/32"]) as port, connected(port) as client:
        await client.say(header)
        assert not (await client.rest()).startswith("220")


async def test_the_author_behind_a_relay_and_a_proxy(tmp_path):
    """A proxy in front of LMTP tells whose server it was; then SPF can be asked."""
    inbox = Inbox()
    async with listening(inbox, site(tmp_path), Lmtp, proxy=["127.0.0.1/32"]) as port, connected(port) as client:
        await client.say(V1)
        await client.answer()
        await client.begin(hello=b"LHLO mx.example")
        await client.say(mail() + b".\r\n")
        await client.answer()
    assert inbox.stored[0][1].peer == "192.0.2.7"


# Settings.


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"relays": ["10.0.0.1/8"]}, "valid IPv4 or IPv6 network"),
        ({"proxy": ["everywhere"]}, "IPv4 or IPv6"),
        ({"tls_key": Path("x.key")}, "tls_key without tls_cert"),
        ({"max_errors": 0}, "greater than or equal to 1"),
    ],
)
def test_settings_that_cannot_be_meant(settings, words):
    """Each is refused with its reason."""
    with pytest.raises(ValueError, match=words):
        Smtp(**settings)


async def test_an_open_file_of_another_start_is_removed(tmp_path):
    """The spool holds nothing of a process that is gone."""
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "0123.1").write_bytes(b"half a mail")
    async with listening(Inbox(), site(tmp_path)):
        assert await asyncio.to_thread(lambda: list((tmp_path / "spool").iterdir())) == []
