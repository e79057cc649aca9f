"""Lists of addresses that send spam: what counts as listed, and that a list in trouble lists nobody."""

from __future__ import annotations

import pytest

from mailbot.domain.errors import Temporary
from mailbot.receive.dnsbl import listed, reversed_name
from mailbot.understand.zone import Records


class Zone:
    """Answers what it is told, and notes what it was asked."""

    def __init__(self, *values, fault=None):
        self.values, self.fault, self.asked = values, fault, []

    async def look(self, name, kind):
        self.asked.append((name, kind))
        if self.fault:
            raise self.fault
        return Records(self.values, exists=bool(self.values))


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (b"127.0.0.2", 4), (b"127.0.0.11", 4), (b"127.255.255.254", 0), (b"127.255.255.252", 0), (b"192.0.2.1", 0),
        (b"nonsense", 0), (b"\xff", 0),
    ],
)  # fmt: skip
async def test_what_counts_as_listed(answer, points):
    """Only an answer of 127/8; its highest corner says that the list will not answer this resolver."""
    signs = await listed(Zone(answer), ("zen.example",), "8.8.4.4")
    assert sum(sign.points for sign in signs) == points


@pytest.mark.parametrize("fault", [Temporary("no answer"), TimeoutError()])
async def test_trouble_lists_nobody(fault):
    """No mail is worse off because a list is away."""
    assert await listed(Zone(fault=fault), ("zen.example",), "8.8.4.4") == []


async def test_two_lists_count_once():
    """Lists copy from each other; both are named."""
    zone = Zone(b"127.0.0.2")
    [sign] = await listed(zone, ("a.example", "b.example."), "8.8.4.4")
    assert sign.points == 4
    assert "a.example, b.example" in sign.words
    assert zone.asked == [("4.4.8.8.a.example", "A"), ("4.4.8.8.b.example", "A")]


@pytest.mark.parametrize("peer", ["", "unknown", "127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fe80::1", "fd00::1"])
async def test_nobody_outside_is_not_asked_about(peer):
    """Our own networks are on no list, and are nobody's business."""
    zone = Zone(b"127.0.0.2")
    assert await listed(zone, ("a.example",), peer) == []
    assert zone.asked == []


def test_names():
    """IPv6 by its digits, IPv4 in IPv6 as IPv4."""
    assert reversed_name("::ffff:8.8.4.4") == "4.4.8.8"
    assert reversed_name("2001:4860:4860::8888") == "8.8.8.8" + ".0" * 16 + ".0.6.8.4.0.6.8.4.1.0.0.2"
