"""SPF: what a host may do for a domain, with every answer of the DNS at hand."""

from __future__ import annotations

import pytest

from mailbot.understand.spf import MAX_NAMES, MAX_RECORDS, MAX_TERM, checked, spf_of
from mailbot.understand.zone import Missing, Records, Unsure, Zone

HOST = "198.51.100.7"


def looking(zone):
    """A look-up in *zone*: (name, kind) -> texts, an error to raise, or a function of the name."""

    def lookup(name, kind):
        found = zone.get((name, kind), ())
        if isinstance(found, BaseException):
            raise found
        values = found if isinstance(found, tuple | list) else (found,)
        return Records(tuple(one if isinstance(one, bytes) else one.encode() for one in values), exists=bool(values))

    return lookup


def judged(record, peer=HOST, sender="ada@example.org", helo="mx.example.org", **more):
    zone = {("example.org", "TXT"): record, **more.pop("zone", {})}
    return spf_of(peer, sender, helo, looking(zone))


@pytest.mark.parametrize(
    ("record", "result"),
    [
        ("v=spf1 ip4:198.51.100.0/24 -all", "pass"),
        ("v=spf1 ip4:203.0.113.1 -all", "fail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf1 ip4:198.51.100.7 nonsense:x -all", "permerror"),
        ("something else", "none"),
        ((), "none"),
        (("v=spf1 -all", "v=spf1 +all"), "permerror"),
        (b"v=spf1 a:\xff.example -all", "permerror"),
        (Unsure("the DNS is silent"), "temperror"),
    ],
)
def test_results(record, result):
    """Each result, and whom it is about."""
    found = judged(record)
    assert (found.result, found.domain) == (result, "example.org")


def test_both_families():
    """IPv6, and IPv4 written as IPv6."""
    assert judged("v=spf1 ip6:2001:db8:9::/48 -all", peer="2001:db8:9::5").result == "pass"
    assert judged("v=spf1 ip4:198.51.100.7 -all", peer="::ffff:198.51.100.7").result == "pass"


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 +all",
        "v=spf1 all",
        "v=spf1 ip4:0.0.0.0/0 -all",
        "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all",
        "v=spf1 ip4:198.51.100.7 ip6:::/0 -all",
        "v=spf1 exists:example.net -all",
        "v=spf1 include:example.net -all",
    ],
)
def test_a_record_for_everybody_proves_nothing(record):
    """A pass that hosts of nobody get as well is none."""
    zone = {("example.net", "A"): "192.0.2.9", ("example.net", "TXT"): "v=spf1 ip4:0.0.0.0/0 -all"}
    assert checked(HOST, "ada@example.org", "", looking({("example.org", "TXT"): record, **zone}))[0] == "pass"
    found = judged(record, zone=zone)
    assert found.result == "neutral"
    assert "allows every host" in found.why


@pytest.mark.parametrize(
    "sender",
    [
        "(ada@example.org",
        "ada@example.org(a.evil.example",
        "ada@example.org'@any.evil.example",
        "@example.org,@any.example:'ada@evil.example",
        '"ada@example.org"@evil.example',
        "ada@evil.example@example.org",
        "ada",
        "ada@",
        "@example.org",
        "ada@[198.51.100.7]",
        "ada@example.org\r\n",
        "ada@example.org\0",
        "a da@example.org",
        "ada@exämple.org",
    ],
)
def test_an_unclear_envelope_names_nobody(sender):
    """Who reads the sender in two ways could be deceived by it; it proves nothing for either."""
    zone = {(name, "TXT"): "v=spf1 ip4:198.51.100.7 -all" for name in ("example.org", "evil.example")}
    found = spf_of(HOST, sender, "mx.evil.example", looking(zone))
    assert (found.result, found.domain) == ("none", "")


def test_a_bounce_is_judged_by_its_greeting():
    """Without a sender, the name in HELO is asked for."""
    zone = looking({("mx.example.org", "TXT"): "v=spf1 ip4:198.51.100.7 -all"})
    found = spf_of(HOST, "", "MX.example.org", zone)
    assert (found.result, found.domain) == ("pass", "mx.example.org")
    for helo in ("", "[198.51.100.7]", "mx", "mx.example.org evil"):
        assert spf_of(HOST, "", helo, zone).result == "none"


@pytest.mark.parametrize("peer", ["", "list", "LIST6", "host.example", "198.51.100.7.1"])
def test_a_host_is_an_address(peer):
    """Anything else is an error, also pyspf's own words for lists of hosts."""
    assert judged("v=spf1 ip4:0.0.0.0/0 -all", peer=peer).result == "permerror"


def test_a_name_that_nobody_has_looked_up_comes_through():
    """Missing is never taken for an empty answer, at any depth."""
    known = {("example.org", "TXT"): Records((b"v=spf1 include:example.net exp=why.example.org -all",))}
    with pytest.raises(Missing) as missing:
        spf_of(HOST, "ada@example.org", "", Zone(known))
    assert (missing.value.name, missing.value.kind) == ("example.net", "TXT")


def test_an_explanation_is_never_fetched():
    """exp= costs no look-up, and its words are not repeated."""
    asked = []

    def lookup(name, _):
        asked.append(name)
        return Records((b"v=spf1 -all exp=why.example.org",))

    found = spf_of(HOST, "ada@example.org", "", lookup)
    assert (found.result, found.why, asked) == ("fail", "SPF fail - not authorized", ["example.org"])


def test_mechanisms_that_ask():
    """a, mx, ptr, exists with macros and redirect, each in its shape."""
    zone = {
        ("a.example.org", "A"): "198.51.100.7",
        ("mx.example.org", "MX"): ("5 one.example.org", "10 two.example.org"),
        ("two.example.org", "A"): "198.51.100.7",
        ("7.100.51.198.in-addr.arpa", "PTR"): "host.example.org",
        ("host.example.org", "A"): "198.51.100.7",
        ("7.100.51.198.ada.example.org", "A"): "127.0.0.2",
        ("other.example", "TXT"): "v=spf1 ip4:198.51.100.7 -all",
    }
    for term in ("a:a.example.org", "mx:mx.example.org", "ptr", "exists:%{ir}.%{l}.%{d}"):
        assert judged(f"v=spf1 {term} -all", zone=zone).result == "pass", term
    assert judged("v=spf1 redirect=other.example", zone=zone).result == "pass"


def test_a_null_mx_matches_nobody():
    """``0 .`` says that the domain takes no mail."""
    assert judged("v=spf1 mx -all", zone={("example.org", "MX"): "0 ."}).result == "fail"


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("v=spf1 " + "a:x.example " * 11 + "-all", "Too many DNS lookups"),
        ("v=spf1 a:no1.example a:no2.example a:no3.example -all", "look-ups without an answer"),
        ("v=spf1 include:loop.example -all", "Too many DNS lookups"),
        ("v=spf1 mx:many.example -all", "More than 10 MX records"),
        ("v=spf1 " + "mx:some.example " * 8 + "-all", f"more than {MAX_NAMES} DNS look-ups"),
        ("v=spf1 " + "ip4:192.0.2.1 " * 800 + "-all", f"more than {MAX_RECORDS:,} bytes"),
        ("v=spf1 include:wide.example include:wide.example -all", f"more than {MAX_RECORDS:,} bytes"),
        ("v=spf1 a:" + "a" * MAX_TERM + ".example -all", f"a term of more than {MAX_TERM} bytes"),
    ],
)
def test_limits(record, why):
    """A record that costs too much is an error of the record."""
    zone = {
        ("x.example", "A"): "203.0.113.1",
        ("loop.example", "TXT"): "v=spf1 include:loop2.example -all",
        ("loop2.example", "TXT"): "v=spf1 include:loop.example -all",
        ("many.example", "MX"): tuple(f"{n} x.example" for n in range(11)),
        ("wide.example", "TXT"): "v=spf1 " + "ip4:192.0.2.1 " * 400 + "-all",
        ("some.example", "MX"): tuple(f"{n} x.example" for n in range(9)),
    }
    found = judged(record, zone=zone)
    assert found.result == "permerror"
    assert why in found.why


@pytest.mark.parametrize(
    "term", ["%{", "%{d9r.-+,/_=}", "%%.", "a1", "%{s}.", "%", "1.", "=", "%{ir}.", "%{d99999999}", "a-"]
)
@pytest.mark.parametrize("head", ["x=", "a:x.", "exists:", "ip6:", ""])
@pytest.mark.timeout(10)
def test_hostile_records_end_soon(head, term):
    """Ten records that are full of the worst that fits: they cost little and prove nothing."""
    long = (head + term * 300)[: MAX_TERM - 12]
    record = "v=spf1 " + " ".join(f"{long}.example".replace("x=", f"x{n}=") for n in range(3)) + " -all"
    zone = {(f"i{n}.example", "TXT"): record for n in range(10)}
    found = judged("v=spf1 " + " ".join(f"include:i{n}.example" for n in range(10)) + " -all", zone=zone)
    assert found.result in {"permerror", "fail"}


def test_a_silent_server_below_is_told():
    """Trouble anywhere in the record is temperror, with the words of who could not say."""
    zone = {("example.net", "TXT"): Unsure("nobody answers for example.net")}
    found = judged("v=spf1 include:example.net -all", zone=zone)
    assert found.result == "temperror"
    assert "nobody answers for example.net" in found.why
