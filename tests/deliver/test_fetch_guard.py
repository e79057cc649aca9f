"""Where the URL of a stranger may lead."""

from __future__ import annotations

import ipaddress
import random
import socket

import pytest

from mailbot.deliver.fetch_guard import private, target_of
from mailbot.domain.fetching import Asked, Forbidden
from tests.deliver.fetched import Zone, door

#: Forty and more ways to say "this machine", or the network that it stands in.
TRICKS = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://127.0.0.1./",
    "https://127.0.0.01/",
    "https://①②⑦.⓪.⓪.①/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://127。0。0。1/",
    "https://%31%32%37.0.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.0.0.5/",
    "https://172.31.255.254/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/metadata",
    "https://100.100.100.200/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2606:4700::5efe:10.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[5f00::1]/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://service.localhost/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://router/",
    "https://example.org@127.0.0.1/",
    "https://user:word@hooks.acme.example/",
    "https://hooks.acme.example\\@127.0.0.1/",
    "https:\\\\127.0.0.1/",
    "https:///127.0.0.1/",
    "https://127.0.0.1#@hooks.acme.example/",
    "https://hooks.acme.example:22/",
    "https://hooks.acme.example:443:80/",
    "https://hooks.acme.example:0/",
    "http://hooks.acme.example/",
    "ftp://hooks.acme.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/",
    "dict://127.0.0.1:11211/",
    "//127.0.0.1/",
    "https://hoo\u212as.acme.example/",
    "https://hooks.acme.example/\r\nHost: 127.0.0.1",
    "https://hooks.acme.example/ x",
    "https://hooks.acme.example/\x00",
    "https://127.0.0.1\t/",
    "https://-x.acme.example/",
    "https://a..b/",
    "https://" + "a" * 64 + ".example/",
    "https://a.example/" + "x" * 2_100,
    "",
]
INSIDE = [
    "127.0.0.1", "10.1.2.3", "100.64.0.1", "169.254.169.254", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.19.0.1",
    "203.0.113.9", "224.0.0.1", "240.0.0.1", "::1", "::", "::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:db8::1", "2002:a00:1::1", "3fff::1", "5f00::1",
    "2606:4700::200:5efe:a00:1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("url", TRICKS, ids=range(len(TRICKS)))
async def test_no_trick_leads_inside(url):
    """Every spelling is refused before anybody is called, and nobody is asked about it in the DNS."""
    zone = Zone()
    with pytest.raises(Forbidden):
        await door(zone=zone).fetch(Asked(url=url))
    assert zone.asked == []


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_are_nobodys_to_call(address):
    """Also those that the standard library calls global, and those that hide another."""
    assert private(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::808:808"]
)
def test_public_addresses_pass(address):
    """Whoever everybody may call, we may."""
    assert not private(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_is_not_called(address):
    """By A, AAAA, or what a CNAME ends in; one such address among public ones is enough."""
    kind = "AAAA" if ":" in address else "A"
    zone = Zone(**{"hooks.acme.example": {"A": ["93.184.216.34"], kind: [address]}})
    with pytest.raises(Forbidden, match="private network"):
        await door(zone=zone).fetch(Asked(url="https://hooks.acme.example/"))


def test_what_passes_is_what_the_system_would_read():
    """Whatever literal address passes, every program reads it as the one that was judged."""
    chance = random.Random(5)
    signs = "0123456789abcdefx.:[]%"
    for _ in range(3_000):
        host = "".join(chance.choice(signs) for _ in range(chance.randint(1, 14)))
        try:
            target = target_of(f"https://{host}/")
        except Forbidden:
            continue
        try:
            number = socket.inet_aton(target.host)  # as the C library reads it, with all old spellings
        except OSError:
            number = None
        if number is not None:
            assert str(ipaddress.IPv4Address(number)) == target.host == str(target.address)


def test_the_parts_of_a_url():
    """Host, port and path, in the form in which they are sent."""
    target = target_of("HTTPS://Hooks.Acme.example?a=b#c")
    assert (target.scheme, target.host, target.port, target.path) == ("https", "hooks.acme.example", 443, "/?a=b")
    assert target_of("http://old.acme.example/x", plain=["old.acme.example"]).port == 80
    inner = target_of("http://n8n:5678/hook", inside=["n8n:5678"])
    assert (inner.inside, inner.place) == (True, "n8n:5678")
    with pytest.raises(Forbidden):
        target_of("http://n8n:5679/hook", inside=["n8n:5678"])
