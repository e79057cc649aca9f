"""The DNS door, against a real server on loopback that does everything wrong that servers do."""

from __future__ import annotations

import asyncio

import pytest
import uvloop
from pydantic import ValidationError

from mailbot.domain.errors import Permanent, Temporary
from mailbot.receive import dns
from mailbot.receive.dns import Dns, SystemResolver
from mailbot.understand.zone import Records
from tests.servers_dns import dns_server

ZONE = {
    "example.org": [
        ("TXT", "v=spf1 -all"),
        ("TXT", ("two ", "pieces")),
        ("A", "192.0.2.1"),
        ("AAAA", "2001:db8::1"),
        ("MX", "10 mx.example.org."),
    ],
    "null.example": [("MX", "0 .")],
    "1.2.0.192.in-addr.arpa": [("PTR", "mx.example.org.")],
    "alias.example": [("CNAME", "alias2.example.")],
    "alias2.example": [("CNAME", "example.org.")],
    "astray.example": [("CNAME", "nowhere.example.")],
    "raw.example": [("TXT", b"\xff\x00\x80")],
    "long.example": [("TXT", "x" * 5_000)],
    "huge.example": [("TXT", "x" * 20_001)],
    "many.example": [("TXT", str(number)) for number in range(201)],
    "below.there.example": [("A", "192.0.2.9")],
}


@pytest.fixture
async def server():
    async with dns_server(ZONE) as running:
        yield running


@pytest.fixture
def resolver(server):
    return Dns(nameservers=(server.address,), timeout=0.2, lifetime=0.4).open()


@pytest.mark.parametrize(
    ("name", "kind", "records"),
    [
        ("example.org", "TXT", Records((b"v=spf1 -all", b"two pieces"))),
        ("Example.ORG.", "A", Records((b"192.0.2.1",))),
        ("example.org", "AAAA", Records((b"2001:db8::1",))),
        ("example.org", "MX", Records((b"10 mx.example.org",))),
        ("null.example", "MX", Records((b"0 .",))),
        ("1.2.0.192.in-addr.arpa", "PTR", Records((b"mx.example.org",))),
        ("alias.example", "A", Records((b"192.0.2.1",))),
        ("raw.example", "TXT", Records((b"\xff\x00\x80",))),
        ("there.example", "TXT", Records()),
        ("example.org", "PTR", Records()),
        ("nowhere.example", "TXT", Records(exists=False)),
        ("astray.example", "TXT", Records(exists=False)),
    ],
)
async def test_what_stands_there(resolver, name, kind, records):
    """Each kind in its one shape; aliases are followed; nothing there and no such name are told apart."""
    found = await resolver.look(name, kind)
    assert (set(found.values), found.exists) == (set(records.values), records.exists)


@pytest.mark.parametrize("name", ["", ".", "a..b", "ä.example", "x" * 64 + ".example", "a." * 130, "\0.example"])
async def test_what_can_be_no_name(resolver, name):
    """A stranger's words that are no name are a name that does not exist, never an exception."""
    assert not (await resolver.look(name, "TXT")).values


async def test_names_are_taken_letter_by_letter(resolver, server):
    """A backslash is no escape: the name that is asked for is the name that was said."""
    assert not (await resolver.look(r"example\046org", "A")).exists
    assert server.asked == [(r"example\\046org", "A", "udp")]


async def test_what_does_not_fit_comes_by_tcp(resolver, server):
    """A truncated answer is asked for again, over TCP."""
    server.faults["long.example"] = "truncated"
    assert await resolver.look("long.example", "TXT") == Records((b"x" * 5_000,))
    assert [way for _, _, way in server.asked] == ["udp", "tcp"]


@pytest.mark.parametrize("name", ["huge.example", "many.example"])
async def test_too_much_at_one_name_is_nothing(resolver, server, name):
    """Nobody honest has so much there; it is no answer, and no trouble."""
    server.faults[name] = "truncated"
    assert await resolver.look(name, "TXT") == Records()


@pytest.mark.parametrize("fault", ["timeout", "servfail", "refused", "formerr", "garbage", "wrong_id", "loop"])
async def test_trouble_is_temporary_and_then_forgotten(resolver, server, fault):
    """Whatever a server does wrong, the answer is later, in words; and later it is there."""
    server.faults["example.org"] = fault
    with pytest.raises(Temporary, match=r"cannot say now what stands at example\.org"):
        await resolver.look("example.org", "A")
    server.faults.clear()
    assert (await resolver.look("example.org", "A")).values == (b"192.0.2.1",)


async def test_a_lost_packet_is_asked_for_again(server):
    """One packet may be lost without harm."""
    server.faults["example.org"] = ["timeout"]
    resolver = Dns(nameservers=(server.address,), timeout=0.1, lifetime=10).open()
    assert (await resolver.look("example.org", "A")).values == (b"192.0.2.1",)


async def test_the_second_server_answers_for_the_first(server):
    """A server that is down costs nothing but time."""
    async with dns_server({}, faults={"*": "servfail"}) as ill:
        resolver = Dns(nameservers=(ill.address, server.address), timeout=5, lifetime=10).open()
        assert (await resolver.look("example.org", "A")).values == (b"192.0.2.1",)
        assert ill.asked


async def test_answers_are_kept(resolver, server):
    """Records, and that there are none, are asked for once."""
    for name in ("example.org", "nowhere.example", "there.example"):
        assert await resolver.look(name, "TXT") == await resolver.look(name, "TXT")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("ttl", "name", "least", "most"),
    [
        (1, "example.org", 29, 30),
        (300, "example.org", 299, 300),
        (900_000, "example.org", 3599, 3600),
        (300, "nowhere.example", 59, 60),
        (300, "there.example", 59, 60),
    ],
)
async def test_how_long_answers_are_kept(server, ttl, name, least, most):
    """As long as they say, within half a minute and an hour; nothing for a minute."""
    now = 1_000.0
    resolver = SystemResolver(Dns(nameservers=(server.address,)), now=lambda: now)
    server.ttl = ttl
    await resolver.look(name, "TXT")
    now = 1_000.0 + least
    await resolver.look(name, "TXT")
    assert len(server.asked) == 1
    now = 1_000.0 + most
    await resolver.look(name, "TXT")
    assert len(server.asked) == 2


async def test_the_oldest_answers_make_room(resolver, server, monkeypatch):
    """What is kept is bounded."""
    monkeypatch.setattr(dns, "MOST_KEPT", 2)
    for name in ("example.org", "raw.example", "alias.example", "example.org"):
        await resolver.look(name, "TXT")
    assert [name for name, _, _ in server.asked] == ["example.org", "raw.example", "alias.example", "example.org"]


async def test_an_answer_that_was_renewed_is_a_new_one(server, monkeypatch):
    """The one that makes room is the one that was kept longest."""
    now = 1_000.0
    monkeypatch.setattr(dns, "MOST_KEPT", 2)
    resolver = SystemResolver(Dns(nameservers=(server.address,)), now=lambda: now)
    await resolver.look("example.org", "A")
    await resolver.look("raw.example", "TXT")
    now += 5_000
    await resolver.look("example.org", "A")
    await resolver.look("alias.example", "A")
    assert resolver.kept("example.org", "A")
    assert not resolver.kept("raw.example", "TXT")


async def test_one_question_at_a_time(resolver, server):
    """Many who ask the same wait for one answer; the first to ask may go away."""
    server.faults["example.org"] = 0.05
    first, *others = [asyncio.create_task(resolver.look("example.org", "A")) for _ in range(20)]
    await asyncio.sleep(0)
    first.cancel()
    found = await asyncio.gather(*others)
    assert {records.values for records in found} == {(b"192.0.2.1",)}
    assert len(server.asked) == 1


async def test_trouble_that_nobody_waits_for(resolver, server):
    """A question whose asker has gone ends in silence."""
    server.faults["example.org"] = "timeout"
    task = asyncio.create_task(resolver.look("example.org", "A"))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(Temporary):
        await resolver.look("example.org", "A")


def test_under_uvloop():
    """The loop that mailbot serves with."""

    async def ask():
        async with dns_server(ZONE, faults={"long.example": "truncated"}) as server:
            resolver = Dns(nameservers=(server.address,)).open()
            return await resolver.look("long.example", "TXT"), await resolver.look("example.org", "A")

    long, short = uvloop.run(ask())
    assert len(long.values[0]) == 5_000
    assert short.values == (b"192.0.2.1",)


@pytest.mark.parametrize("text", ["ns.example.org", "192.0.2.1:0", "192.0.2.1:port", "192.0.2.1:70000", "[::1]:x", ""])
def test_servers_are_addresses(text):
    """A name as a name server would need a name server: the words say what to write."""
    with pytest.raises(ValidationError, match=r"is not an IP address with or without a port; write 192\.0\.2\.53"):
        Dns(nameservers=(text,))


@pytest.mark.parametrize("text", ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:5353"])
def test_addresses_may_have_a_port(text):
    """Both families, with and without a port."""
    assert Dns(nameservers=(text,)).nameservers == (text,)


async def test_a_machine_without_a_server(monkeypatch):
    """No network yet is trouble that passes, with what to do."""

    def unconfigured(**_):
        raise dns.dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.dns.asyncresolver, "Resolver", unconfigured)
    with pytest.raises(Temporary, match=r"name one in \[dns\] nameservers"):
        await Dns().open().look("example.org", "A")


async def test_after_trouble_the_servers_are_read_again(resolver, server, monkeypatch):
    """A machine that has moved to another network has other servers now."""
    made = []
    real = dns.dns.asyncresolver.Resolver
    monkeypatch.setattr(dns.dns.asyncresolver, "Resolver", lambda **more: made.append(more) or real(**more))
    server.faults["example.org"] = ["servfail"] * 10
    with pytest.raises(Temporary):
        await resolver.look("example.org", "A")
    server.faults.clear()
    await resolver.look("example.org", "A")
    await resolver.look("example.org", "AAAA")
    assert len(made) == 2


async def test_only_kinds_that_we_read(resolver):
    """A kind nobody reads is a mistake of ours."""
    with pytest.raises(Permanent):
        await resolver.look("example.org", "ANY")
