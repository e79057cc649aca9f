"""Who wrote it, over a real DNS on loopback: real signatures, real records, and everything that goes wrong between."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache

import pytest

from mailbot.domain.errors import Broken, Temporary
from mailbot.domain.message import Authentic, Envelope, Proof, Spooled
from mailbot.domain.names import Names
from mailbot.receive import authenticate
from mailbot.receive.authenticate import LARGE, Authenticator
from mailbot.receive.dns import Dns
from mailbot.receive.workers import Processes
from mailbot.reply.dkim import DkimKey, new_key, sign
from mailbot.understand.results import Provider, Trust
from tests.servers_dns import dns_server
from tests.understand.signer import record, rsa_key, sealed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = Names(domain="bot.example", keys=(b"k" * 32,))
MAIL = (
    b"From: Ada <ada@example.org>\r\nTo: build@bot.example\r\nSubject: A page about bees\r\n"
    b"Date: Mon, 02 Mar 2026 11:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nPlease build it.\r\n"
)
ENVELOPE = Envelope(
    channel="smtp", sender="ada@example.org", recipients=("build@bot.example",), received_at=NOW, peer="198.51.100.7"
)


@cache
def key():
    """One key for all tests of this process: making one takes long."""
    return new_key()


def signed(raw=MAIL, domain="example.org"):
    return sign(raw, DkimKey(domain=domain, selector="s1", pem=key()[0]), NOW)


@pytest.fixture
async def server():
    zone = {
        "example.org": [("TXT", "v=spf1 include:spf.example.org -all")],
        "spf.example.org": [("TXT", "v=spf1 ip4:198.51.100.7 -all")],
        "_dmarc.example.org": [("TXT", "v=DMARC1; p=reject")],
        "s1._domainkey.example.org": [("TXT", key()[1])],
        "s1._domainkey.mail.example.org": [("TXT", key()[1])],
        "evil.example": [("TXT", "v=spf1 ip4:203.0.113.66 -all")],
        "s1._domainkey.evil.example": [("TXT", key()[1])],
    }
    async with dns_server(zone) as running:
        yield running


class NoWorkers:
    """No mail is large enough for a worker, or reading it dies."""

    async def run(self, function, *args):
        raise Broken("it takes more than 20 seconds of computing to read")


@pytest.fixture
def prover(server):
    resolver = Dns(nameservers=(server.address,), timeout=0.1, lifetime=0.15).open()
    return Authenticator(resolver, NoWorkers(), NAMES)


def changed(**more):
    return Envelope(**{**ENVELOPE.__dict__, **more})


async def test_nc11_a_signed_mail_is_proven(prover, server):
    """Signed by the author's domain: everything is found out, and told."""
    found = await prover.prove(signed(), ENVELOPE)
    said = found.authentic
    assert found.proof is Proof.DKIM
    assert (said.spf, said.dmarc, said.policy, [one.result for one in said.dkim]) == (
        "pass",
        "pass",
        "reject",
        ["pass"],
    )
    assert len(said.marks) == 1
    assert {name for name, _, _ in server.asked} >= {
        "s1._domainkey.example.org",
        "_dmarc.example.org",
        "spf.example.org",
    }


async def test_everything_is_asked_once(prover, server):
    """The second mail of the same people costs no look-up."""
    await prover.prove(signed(), ENVELOPE)
    asked = len(server.asked)
    assert (await prover.prove(signed(), ENVELOPE)).proof is Proof.DKIM
    assert len(server.asked) == asked


async def test_nc11_an_unsigned_mail_from_its_own_host(prover):
    """SPF alone."""
    found = await prover.prove(MAIL, ENVELOPE)
    assert (found.proof, found.authentic.why) == (Proof.SPF, "198.51.100.7 may send for example.org (SPF)")


@pytest.mark.parametrize("change", [(b"bees", b"wasps"), (b"build it", b"break it"), (b"ada@", b"bob@")])
async def test_a_changed_mail(prover, change):
    """What was changed after it was signed is nobody's."""
    found = await prover.prove(signed().replace(*change), changed(peer="203.0.113.66"))
    assert found.proof is Proof.NONE
    assert found.authentic.dkim[0].result == "fail"


async def test_somebody_elses_signature(prover):
    """Mallory's domain, host and signature are in order, and prove nothing for Ada."""
    sender = changed(sender="mallory@evil.example", helo="evil.example", peer="203.0.113.66")
    found = await prover.prove(signed(domain="evil.example"), sender)
    assert (found.proof, found.authentic.spf, found.authentic.dmarc) == (Proof.NONE, "pass", "fail")
    assert found.authentic.marks == ()


async def test_a_malformed_mail_asks_nobody(prover, server):
    """Two authors: refused by its shape, with the gate's words."""
    found = await prover.prove(b"From: a@example.org\r\n" + signed(), ENVELOPE)
    assert (found.proof, server.asked) == (Proof.MALFORMED, [])
    assert "From" in found.authentic.why


async def test_who_is_known_is_not_asked_again(prover, server):
    """A login, and a mail that was looked at before, come back as they are."""
    for known in (changed(proof=Proof.ACCOUNT), changed(authentic=Authentic(why="looked at"))):
        assert await prover.prove(b"no mail at all", known) == known
    assert server.asked == []


@pytest.mark.parametrize("peer", ["", "unix", "localhost"])
async def test_without_a_host_there_is_no_spf(prover, peer):
    """Mail of a mailbox, or over a local socket."""
    found = await prover.prove(signed(), changed(peer=peer))
    assert (found.proof, found.authentic.spf) == (Proof.DKIM, "")
    assert (await prover.prove(MAIL, changed(peer=peer))).proof is Proof.NONE


@pytest.mark.parametrize("fault", ["timeout", "servfail"])
@pytest.mark.parametrize("name", ["s1._domainkey.example.org", "_dmarc.example.org", "spf.example.org", "_dmarc.org"])
async def test_trouble_is_never_a_forgery(prover, server, name, fault):
    """Whatever fails: the proof is right, or it is told to come again. Then it is right."""
    server.faults[name] = fault
    for raw, right in ((signed(), Proof.DKIM), (MAIL, Proof.SPF), (signed(domain="mail.example.org"), Proof.DKIM)):
        try:
            assert (await prover.prove(raw, ENVELOPE)).proof is right
        except Temporary as error:
            assert "who wrote it cannot be said now" in str(error)  # noqa: PT017  (either is right)
    server.faults.clear()
    assert (await prover.prove(signed(domain="mail.example.org"), ENVELOPE)).proof is Proof.DKIM


async def test_trouble_that_matters(prover, server):
    """The key of the author's domain cannot be had: later, also where SPF would do for less."""
    server.faults["s1._domainkey.example.org"] = "servfail"
    with pytest.raises(Temporary, match=r"s1\._domainkey\.example\.org"):
        await prover.prove(signed(), ENVELOPE)


async def test_trouble_that_does_not(prover, server):
    """With a good signature at hand, nobody waits for SPF or DMARC."""
    server.faults.update({"spf.example.org": "servfail", "_dmarc.example.org": "servfail"})
    found = await prover.prove(signed(), ENVELOPE)
    assert (found.proof, found.authentic.spf, found.authentic.dmarc) == (Proof.DKIM, "temperror", "temperror")


async def test_a_slow_dns_is_given_up(prover, server, monkeypatch):
    """The time for one mail has an end, and then trouble is trouble."""
    monkeypatch.setattr(authenticate, "MOST_SECONDS", 0.05)
    server.faults["s1._domainkey.example.org"] = 0.12
    with pytest.raises(Temporary, match=r"more than 0\.05 seconds"):
        await prover.prove(signed(), ENVELOPE)


async def test_a_mail_that_would_ask_for_ever(prover, monkeypatch):
    """The names of one mail have an end too."""
    monkeypatch.setattr(authenticate, "MOST_NAMES", 2)
    with pytest.raises(Temporary, match="more than 2 names"):
        await prover.prove(MAIL, ENVELOPE)


async def test_a_replay(prover):
    """The same signed mail, handed to us by somebody whom it was never meant for."""
    raw = signed(MAIL.replace(b"To: build@bot.example", b"To: mallory@evil.example"))
    found = await prover.prove(raw, changed(sender="mallory@evil.example", peer="203.0.113.66"))
    assert found.proof is Proof.NONE
    assert "do not name the address that it came to" in found.authentic.why


async def test_a_trusted_provider(server):
    """Only for the account it is told for; its own word is repeated."""
    resolver = Dns(nameservers=(server.address,)).open()
    trust = {"work": Trust(provider=Provider.GMAIL)}
    prover = Authenticator(resolver, NoWorkers(), NAMES, trust)
    raw = b"Authentication-Results: mx.google.com; dmarc=pass header.from=example.org\r\n" + MAIL
    found = await prover.prove(raw, changed(channel="imap", peer="", account="work"))
    assert (found.proof, found.authentic.provider) == (Proof.DKIM, "mx.google.com says dmarc=pass")
    assert (await prover.prove(raw, changed(channel="imap", peer="", account="other"))).proof is Proof.NONE


def large(size=LARGE + 1):
    return MAIL + b"0123456789abcdef" * 4 * (size // 64 + 1) + b"\r\n"


def spooled(path, raw):
    path.write_bytes(raw)
    return Spooled(path=str(path), size=len(raw), sha256=hashlib.sha256(raw).hexdigest())


@pytest.fixture
async def with_workers(server):
    workers = Processes()
    yield Authenticator(Dns(nameservers=(server.address,)).open(), workers, NAMES)
    await workers.stop()


async def test_a_large_mail_is_read_in_a_worker(with_workers, tmp_path):
    """In memory or in a file, its signature counts like any other."""
    raw = signed(large())
    for mail in (raw, spooled(tmp_path / "mail", raw)):
        assert (await with_workers.prove(mail, ENVELOPE)).proof is Proof.DKIM
    broken = raw.replace(b"abcdef", b"abcdeg", 1)
    assert (await with_workers.prove(broken, changed(peer=""))).authentic.dkim[0].result == "fail"


async def test_a_trusted_forwarder(server):
    """The list changed the mail and sealed it; in a worker as here, its seal gives the level of SPF, and a mark."""
    server.zone["k._domainkey.lists.example"] = [("TXT", record(rsa_key()))]
    workers = Processes()
    resolver = Dns(nameservers=(server.address,)).open()
    seen = "lists.example; dmarc=pass header.from=example.org"
    for mail in (MAIL, large()):
        raw = sealed(mail, seen)
        forwarded = await Authenticator(resolver, workers, NAMES, sealers=("lists.example",)).prove(
            raw, changed(peer="")
        )
        assert (forwarded.proof, forwarded.authentic.arc) == (Proof.SPF, "pass (lists.example)")
        assert len(forwarded.authentic.marks) == 1
        assert (await Authenticator(resolver, workers, NAMES).prove(raw, changed(peer=""))).proof is Proof.NONE
    await workers.stop()


async def test_a_worker_asks_through_us(with_workers, monkeypatch, server):
    """A name that it misses comes back; it is looked up here, and the mail is read once more."""
    monkeypatch.setattr(authenticate, "keys_needed", lambda *_: ())
    assert (await with_workers.prove(signed(large()), ENVELOPE)).proof is Proof.DKIM
    assert "s1._domainkey.example.org" in {name for name, _, _ in server.asked}


async def test_a_mail_that_breaks_its_reader(prover):
    """Its signatures count for nothing, with the reason; SPF still does."""
    found = await prover.prove(signed(large()), ENVELOPE)
    assert found.proof is Proof.SPF
    assert "more than 20 seconds" in found.authentic.dkim[0].why


async def test_a_large_mail_without_a_signature_needs_no_worker(prover):
    """Nothing to hash, nobody to ask."""
    assert (await prover.prove(large(), ENVELOPE)).authentic.dkim == ()


async def test_a_file_that_is_gone(prover, tmp_path):
    """Our own fault: later, and never a forgery."""
    with pytest.raises(Temporary):
        await prover.prove(Spooled(path=str(tmp_path / "gone"), size=10, sha256=""), ENVELOPE)
