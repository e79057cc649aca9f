"""Calls to web servers that a stranger has named, against real servers on loopback."""

from __future__ import annotations

import asyncio
import socket

import dns.rdtypes.ANY.CNAME
import dns.rdtypes.ANY.OPT
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA  # noqa: F401  (read before two threads want them at once)
import pytest
from pydantic import ValidationError

from mailbot.deliver import fetch
from mailbot.deliver.fetch import Fetching
from mailbot.domain.errors import Temporary
from mailbot.domain.fetching import Asked, Forbidden
from mailbot.receive.dns import Dns
from tests.deliver.certificate import Certificate
from tests.deliver.fetched import Zone, door, web
from tests.servers_dns import dns_server

#: Ten chains that begin at a server that may be asked, and end where nobody may go.
CHAINS = [
    ("https://127.0.0.1/", 302),
    ("http://169.254.169.254/latest/meta-data/", 301),
    ("//127.0.0.1:{port}/inner", 307),
    ("http://2130706433/", 308),
    ("http://[::1]:{port}/inner", 302),
    ("http://localhost:{port}/inner", 302),
    ("file:///etc/passwd", 302),
    ("gopher://127.0.0.1:25/x", 302),
    ("data:text/plain,hello", 302),
    ("http://own.acme.example:{port}@127.0.0.1:{port}/inner", 303),
    ("http://own.acme.example:{port}\\@127.0.0.1/", 302),
    ("https://inner.acme.example/", 302),
]


async def inner(door, server, path="/", **more):
    return await door.fetch(Asked(url=f"http://own.acme.example:{server.port}{path}", **more))


@pytest.fixture
def named(monkeypatch):
    """own.acme.example is this machine, for whoever asks the machine itself."""
    usual = socket.getaddrinfo
    known = lambda host, *rest, **more: usual("127.0.0.1" if host == "own.acme.example" else host, *rest, **more)  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", known)


@pytest.mark.parametrize(("location", "status"), CHAINS, ids=range(len(CHAINS)))
async def test_no_redirect_leads_inside(named, location, status):
    """Each step is judged anew; the second server is never called."""
    async with web() as server:
        server.answers["/"] = (status, {"Location": location.format(port=server.port)}, b"")
        zone = Zone(**{"inner.acme.example": ["10.0.0.1"]})
        with pytest.raises(Forbidden):
            await inner(door(f"own.acme.example:{server.port}", zone=zone), server)
        assert [path for _, path, _, _ in server.calls] == ["/"]


async def test_redirects_end_after_three(named):
    """A circle ends; four calls at most."""
    async with web(**{"*": (302, {"Location": "/again"}, b"")}) as server:
        with pytest.raises(Forbidden, match="more than 3 times"):
            await inner(door(f"own.acme.example:{server.port}"), server)
        assert len(server.calls) == 4


async def test_a_redirect_carries_nothing_on(named):
    """Neither the method, nor the body, nor our headers."""
    async with web(**{"/": (307, {"Location": "/two"}, b"")}) as server:
        asked = {"method": "POST", "content": b"secret", "headers": (("webhook-signature", "v1,x"),)}
        found = await inner(door(f"own.acme.example:{server.port}"), server, **asked)
        assert (found.status, found.content) == (200, b"ok")
        method, path, headers, body = server.calls[1]
        assert (method, path, body) == ("GET", "/two", b"")
        assert "webhook-signature" not in headers


async def test_what_must_arrive_where_it_was_sent(named):
    """Without redirects a 302 is an answer like any other."""
    async with web(**{"/": (302, {"Location": "/two"}, b"")}) as server:
        found = await inner(door(f"own.acme.example:{server.port}"), server, method="POST", redirects=0)
        assert (found.status, len(server.calls)) == (302, 1)


async def test_a_name_that_changes_its_mind_gains_nothing():
    """It is looked up once, and only what was judged is called: rebinding finds no second question."""
    async with dns_server({"turn.acme.example": [("A", "192.0.2.7")]}) as names:
        zone = Zone(**{"turn.acme.example": {"A": [["93.184.216.34"], ["127.0.0.1"]]}})
        found = await door(zone=zone)._addresses(fetch.target_of("https://turn.acme.example/"))
        assert [str(one) for one in found] == ["93.184.216.34"]
        assert zone.asked == [("turn.acme.example", "A"), ("turn.acme.example", "AAAA")]
        with pytest.raises(Forbidden):
            await door(zone=Dns(nameservers=(names.address,)).open()).fetch(Asked(url="https://turn.acme.example/"))


async def test_a_cname_into_a_private_network_is_followed_and_refused():
    """By a real question to a real name server."""
    zone = {"hooks.acme.example": [("CNAME", "db.acme.example.")], "db.acme.example": [("A", "10.9.8.7")]}
    async with dns_server(zone) as names:
        with pytest.raises(Forbidden, match="private network"):
            await door(zone=Dns(nameservers=(names.address,)).open()).fetch(Asked(url="https://hooks.acme.example/"))


async def test_tls_is_for_the_name_and_the_call_for_the_address(tmp_path, named):
    """SNI, certificate and Host are the name's; a certificate of somebody else is refused."""
    certificate = Certificate.made(tmp_path)
    async with web(certificate) as server:
        settings = {"ca_file": certificate.file}
        good = door(f"localhost:{server.port}", **settings)
        assert (await good.fetch(Asked(url=f"https://localhost:{server.port}/x"))).status == 200
        assert server.calls[0][2]["host"] == f"localhost:{server.port}"
        other = door(f"own.acme.example:{server.port}", **settings)
        with pytest.raises(Temporary):
            await other.fetch(Asked(url=f"https://own.acme.example:{server.port}/x"))
        with pytest.raises(Temporary):
            await door(f"localhost:{server.port}").fetch(Asked(url=f"https://localhost:{server.port}/x"))
        assert len(server.calls) == 1


async def test_proxies_of_the_environment_are_passed_by(named, monkeypatch):
    """Nobody's proxy sees our calls."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with web() as server:
        assert (await inner(door(f"own.acme.example:{server.port}"), server)).content == b"ok"


async def test_answers_are_limited(named, monkeypatch):
    """In bytes, in time, and to what is not packed."""
    async with web() as server:
        ours = door(f"own.acme.example:{server.port}")
        server.answers["/large"] = (200, {}, b"x" * 2_000)
        with pytest.raises(Forbidden, match="more than 1,000 bytes"):
            await inner(ours, server, "/large", most=1_000)
        server.answers["/packed"] = (200, {"Content-Encoding": "gzip"}, b"x")
        with pytest.raises(Forbidden, match="packed"):
            await inner(ours, server, "/packed")
        monkeypatch.setattr(fetch, "WHOLE", 0.2)
        server.answers["/slow"] = "hang"
        with pytest.raises(Temporary, match="did not answer"):
            await inner(ours, server, "/slow")


async def test_nobody_there_is_temporary():
    """No address, no server, no DNS: it may be tried again."""
    with pytest.raises(Temporary, match="no address"):
        await door().fetch(Asked(url="https://hooks.acme.example/"))
    with pytest.raises(Temporary, match="cannot be reached"):
        await door("localhost:9").fetch(Asked(url="http://localhost:9/"))


async def test_data_is_read_without_a_call():
    """A data: URL holds its answer; one that cannot be read, or is too large, is refused."""
    found = await door().fetch(Asked(url="data:text/csv;charset=utf-8;base64,YSxi"))
    assert (found.content, found.headers["content-type"]) == (b"a,b", "text/csv;charset=utf-8")
    assert (await door().fetch(Asked(url="data:,a%20b"))).content == b"a b"
    for wrong in ("data:text/plain;base64,###", "data:nothing", "data:," + "x" * 2_000):
        with pytest.raises(Forbidden):
            await door().fetch(Asked(url=wrong, most=1_000))


def test_places_of_our_own_network_are_written_with_a_port():
    """A host alone would open every port of it."""
    assert Fetching(inside=("[fd00::1]:80", "N8N:5678")).inside == ("fd00::1:80", "n8n:5678")
    for wrong in ("n8n", "n8n:", "*", "http://n8n:5678"):
        with pytest.raises(ValidationError):
            Fetching(inside=(wrong,))


async def test_calls_at_the_same_time_do_not_wait_for_each_other(named):
    """Twenty at once, each with its own connection."""
    async with web() as server:
        ours = door(f"own.acme.example:{server.port}")
        found = await asyncio.gather(*(inner(ours, server) for _ in range(20)))
        assert {one.status for one in found} == {200}
