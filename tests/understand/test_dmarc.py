"""DMARC: the walk up the tree, and who speaks for whom."""

from __future__ import annotations

import pytest

from mailbot.understand.dmarc import dmarc_of, kin
from mailbot.understand.zone import Missing, Records, Unsure, Zone

REJECT = "v=DMARC1; p=reject"


def looking(zone, asked=None):
    """A look-up of DMARC records by the name that they are about; True: the name exists."""

    def lookup(name, kind):
        if asked is not None:
            asked.append((name, kind))
        found = zone.get(name.removeprefix("_dmarc.") if kind == "TXT" else name, ())
        if isinstance(found, BaseException):
            raise found
        values = () if found is True else (found,) if isinstance(found, str) else found
        return Records(tuple(one.encode() for one in values if kind == "TXT"), exists=found != ())

    return lookup


def judged(author, zone, *, spf=None, dkim=()):
    return dmarc_of(author, spf, dkim, looking(zone))


def test_without_a_record_only_the_same_domain_speaks():
    """No policy: strict on both sides."""
    found = judged("a.example.org", {}, spf="a.example.org", dkim=("example.org", "a.example.org"))
    assert (found.result, found.policy, found.spf_aligned) == ("none", "", True)
    assert found.dkim_aligned == ("a.example.org",)
    assert not judged("a.example.org", {}, spf="example.org").spf_aligned


@pytest.mark.parametrize(
    ("author", "signer", "zone", "speaks"),
    [
        ("example.org", "example.org", {"example.org": REJECT}, True),
        ("example.org", "mail.example.org", {"example.org": REJECT}, True),
        ("mail.example.org", "example.org", {"example.org": REJECT}, True),
        ("a.example.org", "b.example.org", {"example.org": REJECT}, True),
        ("example.org", "example.net", {"example.org": REJECT, "example.net": REJECT}, False),
        ("example.org", "notexample.org", {"example.org": REJECT}, False),
        ("example.org", "example.org.evil.example", {"example.org": REJECT, "evil.example": REJECT}, False),
        ("example.org", "mail.example.org", {"example.org": REJECT + "; adkim=s"}, False),
        ("example.org", "mail.example.org", {"example.org": REJECT + "; aspf=s"}, True),
        ("example.org", "mail.example.org", {"example.org": REJECT, "mail.example.org": REJECT + "; psd=n"}, False),
        ("a.example.org", "b.example.org", {"a.example.org": REJECT + "; psd=n", "example.org": REJECT}, False),
        ("one.bank", "two.bank", {"bank": REJECT + "; psd=y"}, False),
        ("www.one.bank", "one.bank", {"bank": REJECT + "; psd=y"}, True),
        ("one.co.uk", "two.co.uk", {"co.uk": REJECT + "; psd=y"}, False),
        ("a.one.co.uk", "b.one.co.uk", {"co.uk": REJECT + "; psd=y"}, True),
        ("one.example", "two.example", {"example": REJECT}, False),
    ],
)
def test_who_speaks_for_whom(author, signer, zone, speaks):
    """Relaxed: one organisation, found by the walk; never a neighbour under a public suffix."""
    assert judged(author, zone, dkim=(signer,)).dkim_aligned == ((signer,) if speaks else ())
    assert kin(author, signer) or not speaks


def test_a_record_of_a_top_level_domain_makes_no_house_of_it():
    """Marked as a public suffix or not, one.example and two.example are strangers."""
    found = judged("one.example", {"example": REJECT}, dkim=("two.example",))
    assert (found.result, found.org) == ("none", "one.example")


@pytest.mark.parametrize(
    ("author", "zone", "policy"),
    [
        ("example.org", {"example.org": "v=DMARC1; p=reject; sp=none"}, "reject"),
        ("a.example.org", {"example.org": "v=DMARC1; p=reject; sp=none", "a.example.org": True}, "none"),
        ("a.example.org", {"example.org": "v=DMARC1; p=none; np=reject"}, "reject"),
        ("a.example.org", {"example.org": "v=DMARC1; p=none; np=reject", "a.example.org": True}, "none"),
        ("a.example.org", {"example.org": "v=DMARC1; p=quarantine"}, "quarantine"),
        ("a.b.example.org", {"b.example.org": "v=DMARC1; p=none", "example.org": REJECT}, "reject"),
        ("one.bank", {"bank": "v=DMARC1; p=reject; psd=y"}, "reject"),
        ("example.org", {"example.org": REJECT + "; t=y"}, "quarantine"),
        ("example.org", {"example.org": "v=DMARC1; p=quarantine; t=y"}, "none"),
        ("example.org", {"example.org": "v=DMARC1; p=none; t=y"}, "none"),
        ("example.org", {"example.org": "v = DMARC1 ;p = Reject"}, "reject"),
        ("example.org", {"example.org": "v=DMARC1; rua=mailto:x@example.org"}, "none"),
        ("example.org", {"example.org": "v=DMARC1; p=nonsense; rua=mailto:x@example.org"}, "none"),
    ],
)
def test_what_a_domain_asks_for(author, zone, policy):
    """p, sp for what is below, np for what does not exist; a test asks for less."""
    found = judged(author, zone)
    assert (found.result, found.policy) == ("fail", policy)


@pytest.mark.parametrize(
    "record",
    [
        "v=dmarc1; p=reject",
        "v=DMARC1",
        "v=DMARC1; p=nonsense",
        "p=reject; v=DMARC1",
        "v=DMARC12; p=reject",
        "",
        "v=spf1 -all",
    ],
)
def test_what_is_no_record(record):
    """Anything else at the name says nothing."""
    found = judged("example.org", {"example.org": record}, dkim=("mail.example.org",))
    assert (found.result, found.dkim_aligned) == ("none", ())


def test_several_records_are_none():
    """A domain that contradicts itself has no policy; above it, a name with several is stepped over."""
    two = (REJECT, "v=DMARC1; p=none")
    assert judged("a.example.org", {"a.example.org": two, "example.org": REJECT}).result == "none"
    assert judged("a.b.example.org", {"b.example.org": two, "example.org": REJECT}).policy == "reject"


def test_the_walk_is_short():
    """A name of many labels costs eight questions, from seven labels down to one."""
    asked = []
    dmarc_of("a.b.c.d.e.f.g.h.i.example.org", None, (), looking({}, asked))
    names = [name.removeprefix("_dmarc.") for name, _ in asked]
    assert names[:3] == ["a.b.c.d.e.f.g.h.i.example.org", "e.f.g.h.i.example.org", "f.g.h.i.example.org"]
    assert len(names) == 8
    assert names[-1] == "org"


def test_strangers_cost_nothing():
    """A domain that cannot be of the author's organisation is not looked up."""
    asked = []
    dmarc_of("example.org", "evil.example", ("other.example",), looking({"example.org": REJECT}, asked))
    assert {name for name, _ in asked} == {"_dmarc.example.org", "_dmarc.org"}


def test_trouble_is_told():
    """The DNS cannot say: neither can we. What nobody has looked up comes through."""
    with pytest.raises(Unsure):
        judged("a.example.org", {"example.org": Unsure("silent")})
    with pytest.raises(Missing):
        dmarc_of("example.org", None, (), Zone())
