"""ARC: off by default, and then only the newest seal of somebody we trust, and only what it says of this author."""

from __future__ import annotations

import pytest

from mailbot.understand.arc import Arc, arc_of, chain_of
from mailbot.understand.canonical import header_of
from mailbot.understand.dkim import Mail
from mailbot.understand.zone import Missing, Unsure, Zone
from tests.understand.signer import record, rsa_key, sealed, zone

MAIL = (
    b"From: Ana <ana@acme.example>\r\nTo: build@bot.example\r\nSubject: A page\r\n"
    b"Date: Sat, 21 Nov 2026 11:58:00 +0000\r\n\r\nHello\r\n"
)
PASSED = "lists.example; dkim=pass header.d=acme.example; dmarc=pass (p=none) header.from=acme.example"
DNS = {
    "k._domainkey.lists.example": record(rsa_key()),
    "k._domainkey.evil.example": record(rsa_key("evil")),
    "k._domainkey.other.example": record(rsa_key("other")),
}
EVIL = {"d": "evil.example", "key": rsa_key("evil")}


def said(mail, sealers=("lists.example",), names=DNS, author="ana@acme.example"):
    """What the trusted sealer says."""
    return arc_of(mail, zone(names), sealers, author)


def test_a_trusted_forwarder_is_believed():
    """The list changed nothing that it sealed, and saw the author's domain pass."""
    found = said(sealed(MAIL, PASSED))
    assert (found.result, found.sealer, found.author_passed, found.why) == ("pass", "lists.example", True, "")
    assert found.fields == ("from", "to", "subject", "date")
    assert len(found.mark) == 64


def test_without_sealers_nobody_looks():
    """No name is asked for."""
    look = zone(DNS)
    assert arc_of(sealed(MAIL, PASSED), look, (), "ana@acme.example") == Arc(result="")
    assert look.asked == []
    assert said(MAIL) == Arc(result="none")


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (sealed(MAIL, PASSED, **EVIL), "not one that is trusted"),
        (sealed(MAIL, PASSED, key=rsa_key("evil")), "did not validate"),
        (sealed(sealed(MAIL, PASSED), PASSED, number=2, **EVIL), "not one that is trusted"),
        (sealed(MAIL, PASSED).replace(b"ana@acme", b"bob@acme"), "did not validate"),
        (sealed(MAIL, PASSED).replace(b"Hello", b"Hi"), "did not validate"),
        (sealed(MAIL, PASSED.replace("acme", "evil")).replace(b"evil.example", b"acme.example"), "did not validate"),
        (sealed(MAIL, PASSED, h="to:subject"), "did not sign From"),
        (sealed(MAIL, PASSED.replace("dmarc=pass", "dmarc=fail")), "dmarc=fail"),
        (sealed(MAIL, PASSED.replace("dmarc=pass", "dmarc=bestguesspass")), "bestguess"),
        (sealed(MAIL, PASSED.replace("from=acme", "from=evil")), "another domain"),
        (sealed(MAIL, PASSED.replace("from=acme", "from=acme.example.evil")), "another domain"),
        (sealed(MAIL, PASSED + "; dmarc=pass header.from=acme.example"), "2 DMARC"),
        (sealed(MAIL, "lists.example; spf=pass"), "no DMARC"),
        (sealed(MAIL, "dmarc=pass header.from=acme.example"), "malformed"),
        (sealed(MAIL, "lists.example; (" + PASSED), "malformed"),
        (sealed(MAIL, PASSED).replace(b"ARC-Seal: i=1", b"ARC-Seal: i=2"), ""),
        (sealed(MAIL, PASSED).replace(b"ARC-Seal: i=1", b"ARC-Seal: i=999999999"), ""),
        (sealed(MAIL, PASSED).replace(b"ARC-Seal: i=1", b"ARC-Seal: i=" + b"9" * 5_000), ""),
        (b"ARC-Seal: i=1; d=lists.example; b=AAAA\r\n" + MAIL, ""),
        (b"ARC-Seal: i=1; d=lists.example; b=AAAA\r\n" + sealed(MAIL, PASSED, **EVIL), ""),
        (sealed(MAIL, PASSED).replace(b"ARC-Message-Signature: i=1;", b"ARC-Message-Signature:i=1;"), ""),
        (sealed(MAIL, PASSED).replace(b"ARC-Authentication-Results: i=1", b"ARC-Authentication-Results: x"), ""),
        (b"ARC-Seal: i=1; d=lists.example; b=" + b"A" * 9_000 + b"\r\n" + sealed(MAIL, PASSED), "too large"),
        (b"ARC-Seal: i=1; d=lists.example; b=AAAA\r\n" * 200 + sealed(MAIL, PASSED), "too many"),
    ],
)
def test_forged_seals_prove_nothing(mail, why):
    """Seals of strangers, broken ones, and those that say something else."""
    found = said(mail)
    assert not found.author_passed
    assert why in found.why


def test_a_stranger_below_a_trusted_seal():
    """The trusted sealer's own finding counts, not what a stranger's older set claims."""
    mail = sealed(MAIL, PASSED, **EVIL)
    assert said(sealed(mail, PASSED, number=2)).author_passed
    assert not said(sealed(mail, PASSED.replace("=pass", "=fail"), number=2)).author_passed


def test_a_seal_is_for_its_author_only():
    """Of another one of the same domain the same is said; of another domain nothing."""
    mail = sealed(MAIL, PASSED)
    assert not said(mail, author="bob@other.example").author_passed


def test_trouble_with_the_dns():
    """It is told apart from a forgery; a name nobody looked up comes through."""
    found = said(sealed(MAIL, PASSED), names={"k._domainkey.lists.example": Unsure("a timeout")})
    assert (found.result, found.author_passed, "a timeout" in found.why) == ("temperror", False, True)
    with pytest.raises(Missing):
        arc_of(sealed(MAIL, PASSED), Zone(), ["lists.example"], "ana@acme.example")


def test_a_long_chain_asks_for_few_names():
    """Of eleven sealers with a key each, ten are asked."""
    mail, names = MAIL, dict(DNS)
    for number in range(1, 12):
        names[f"k._domainkey.hop{number}.example"] = record(rsa_key())
        mail = sealed(mail, PASSED, number=number, d=f"hop{number}.example")
    look = zone(names)
    assert not arc_of(mail, look, ["hop11.example"], "ana@acme.example").author_passed
    assert len(set(look.asked)) == 10


def test_the_chain_alone():
    """Whole, broken, and none."""
    for mail, result in ((sealed(MAIL, PASSED), "pass"), (MAIL, "none"), (sealed(MAIL, "x", d="no.example"), "fail")):
        assert chain_of(Mail(mail, *header_of(mail)), zone(DNS))[0] == result
