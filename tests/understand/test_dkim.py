"""DKIM: an honest signature passes, and what only looks like one counts for nothing."""

from __future__ import annotations

import base64
import contextlib
import random

import dkim
import pytest

from mailbot.domain.message import Signed
from mailbot.understand.dkim import keys_needed, signatures_of
from mailbot.understand.zone import Missing, Unsure, Zone
from tests.understand.signer import NOW, ed_key, record, rsa_key, signed, zone

MAIL = (
    b"Received: from a by b; Sat, 21 Nov 2026 11:59:00 +0000\r\n"
    b"From: Ana <ana@acme.example>\r\nTo: build@bot.example\r\nSubject: A page\r\n about  bees\r\n"
    b"Date: Sat, 21 Nov 2026 11:58:00 +0000\r\nMessage-ID: <1@acme.example>\r\n\r\n"
    b"Two  spaces,\ta tab and a trailing one \r\n\r\nend\r\n\r\n\r\n"
)
NAME = "k._domainkey.acme.example"


def judged(mail, records=None, **changes):
    """What becomes of the signatures, with Ana's key in the DNS."""
    names = {NAME: record(rsa_key())} if records is None else records
    return signatures_of(mail, zone(names), now=changes.pop("now", NOW), author="ana@acme.example")


def only(mail, records=None, **changes):
    """What becomes of the one signature."""
    (found,) = judged(mail, records, **changes)
    return found


@pytest.mark.parametrize("bits", [0, 1024, 2048, 4096])
@pytest.mark.parametrize("form", ["simple/simple", "relaxed/relaxed", "simple/relaxed", "relaxed", "simple"])
def test_an_honest_signature_passes(bits, form):
    """Of both kinds, in every form, with its names and its mark."""
    key = rsa_key(f"of {bits}", bits) if bits else ed_key()
    found = only(signed(MAIL, key=key, c=form), {NAME: record(key)})
    assert (found.result, found.why) == ("pass", "")
    assert (found.domain, found.selector) == ("acme.example", "k")
    assert found.fields == ("from", "to", "subject", "date", "message-id")
    assert len(found.mark) == 64


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"bees", b"wasps", "header was changed"),
        (b"ana@", b"eve@", "header was changed"),
        (b"end\r\n", b"end!\r\n", "body was changed"),
        (b"end\r\n", b"end\r\n\r\nmore\r\n", "body was changed"),
        (b"s=k;", b"s=k; t=1795168000;", "header was changed"),
        (b"Subject: A", b"Subject: other\r\nSubject: A", ""),
        (b"Subject: A page", b"Subject: A page\r\nSubject: other", "header was changed"),
        (b"From: Ana", b"From: Eve <eve@evil.example>\r\nFrom: Ana", "every From"),
        (b"Two  spaces,\ta", b"Two spaces, \t a", ""),
        (b"end\r\n\r\n", b"end  \r\n\r\n\r\n", ""),
        (b"Received", b"X-New: 1\r\nReceived", ""),
    ],
)
def test_a_change_breaks_it(old, new, why):
    """What is signed may not change, but for white space."""
    mail = signed(MAIL)
    assert old in mail
    found = only(mail.replace(old, new, 1))
    assert (found.result == "pass") == (not why)
    assert why in found.why


@pytest.mark.parametrize(
    ("changes", "result", "why"),
    [
        ({"h": "to:subject:date"}, "policy", "does not sign From"),
        ({"l": "5"}, "policy", "part of the body"),
        ({"l": "100000"}, "policy", "part of the body"),
        ({"a": "rsa-sha1"}, "policy", "not safe"),
        ({"a": "ed25519-sha256"}, "permerror", "another kind"),
        ({"v": "2"}, "permerror", "v=1"),
        ({"v": None}, "permerror", "v=1"),
        ({"bh": None}, "permerror", "no bh="),
        ({"s": None}, "permerror", "no s="),
        ({"bh": "!"}, "permerror", "no base64"),
        ({"q": "dns"}, "permerror", "not in the DNS"),
        ({"c": "relaxed/strange"}, "permerror", "c="),
        ({"d": "acme"}, "permerror", "domain"),
        ({"d": "acme.example\r\n .evil.example"}, "permerror", "domain"),
        ({"d": "acme.example'.evil.example"}, "permerror", "domain"),
        ({"d": "acme.example(.evil.example"}, "permerror", "domain"),
        ({"d": "acme.example\x00.evil.example"}, "permerror", "domain"),
        ({"s": "k\x00"}, "permerror", "selector"),
        ({"s": "k k"}, "permerror", "selector"),
        ({"s": "k."}, "permerror", "selector"),
        ({"s": "a." * 120 + "k"}, "permerror", "too long"),
        ({"i": "ana@evil.example"}, "permerror", "i="),
        ({"i": "@notacme.example"}, "permerror", "i="),
        ({"x": "1795168000"}, "policy", "expired"),
        ({"t": "1795300000", "x": "1795299999"}, "policy", "future"),
        ({"t": "1795100000", "x": "1795099999"}, "policy", "expired"),
        ({"t": "1e9"}, "permerror", "no time"),
        ({"t": "9" * 5_000}, "permerror", "no time"),
        ({"d2": "x", "n": "=?"}, "pass", ""),
        ({"i": "ana@mail.acme.example"}, "pass", ""),
        ({"q": "dns/txt:other"}, "pass", ""),
        ({"t": "1795168000", "x": "1795300000"}, "pass", ""),
        ({"D": "evil.example"}, "pass", ""),
    ],
)
def test_a_rule_that_is_broken(changes, result, why):
    """What verifies in other programs and breaks a rule is no pass, and says why."""
    policy = {"c": "relaxed/relaxed"} if changes.get("c") else {}
    mail = signed(MAIL, **(changes | policy))
    mail = mail.replace(b"c=relaxed/relaxed", b"c=" + changes["c"].encode()) if policy else mail
    found = only(mail)
    assert (found.result, why in found.why) == (result, True), found


@pytest.mark.parametrize(
    "field",
    [
        b"v=1; a=rsa-sha256; d=acme.example; d=evil.example; s=k; h=from; bh=AAAA; b=AAAA",
        b"nonsense",
        b"",
        b";;;",
        b"v=1; =; b",
    ],
)
def test_a_malformed_signature_is_a_permerror(field):
    """A tag that stands twice could be read in two ways."""
    assert only(b"DKIM-Signature: " + field + b"\r\n" + MAIL).result == "permerror"


@pytest.mark.parametrize(
    ("key", "text", "result", "why"),
    [
        (rsa_key(), None, "permerror", "no such key"),
        (rsa_key(), "v=DKIM1; p=", "permerror", "revoked"),
        (rsa_key(), "v=DKIM1; p=!!", "permerror", "no base64"),
        (rsa_key(), "v=DKIM1; p=AAAA", "permerror", "malformed"),
        (rsa_key(), "v=DKIM2; " + record(rsa_key())[9:], "permerror", "another version"),
        (rsa_key(), record(rsa_key(), "t; "), "permerror", "malformed"),
        (rsa_key(), record(rsa_key(), "h=sha1; "), "permerror", "not for sha256"),
        (rsa_key(), record(rsa_key(), "h=sha1 : sha256; "), "pass", ""),
        (rsa_key(), record(rsa_key(), "s=chat; "), "permerror", "not for mail"),
        (rsa_key(), record(rsa_key(), "s=chat:email; "), "pass", ""),
        (rsa_key(), record(rsa_key(), "t=y; "), "policy", "t=y"),
        (rsa_key(), record(rsa_key(), "t = s : y; "), "policy", "t=y"),
        (rsa_key(), record(rsa_key(), "t=s; "), "pass", ""),
        (rsa_key(), record(rsa_key("other")), "fail", "another key"),
        (rsa_key(), record(ed_key()), "permerror", "another kind"),
        (rsa_key(), record(rsa_key(), "n=" + "x" * 2_048 + "; "), "permerror", "2,048"),
        (ed_key(), record(ed_key()) + "AA==", "permerror", ""),
        (rsa_key(), ["spf2.0/pra -all", record(rsa_key("old")), record(rsa_key())], "pass", ""),
        (rsa_key(), ["", record(ed_key()), record(rsa_key())], "pass", ""),
    ],
)
def test_the_key_has_a_say(key, text, result, why):
    """What its record says is honoured; of several records, each is tried."""
    found = only(signed(MAIL, key=key), {NAME: text})
    assert (found.result, why in found.why) == (result, True), found


def test_a_key_not_for_subdomains():
    """t=s: the signer must name the domain itself."""
    for who, result in (("ana@acme.example", "pass"), ("ana@mail.acme.example", "policy")):
        assert only(signed(MAIL, i=who), {NAME: record(rsa_key(), "t=s; ")}).result == result


def der(modulus, exponent):
    """A bare RSA key as DER, of any size."""

    def whole(number):
        data = number.to_bytes(number.bit_length() // 8 + 1, "big")
        return b"\x02" + length(data) + data

    def length(data):
        size = len(data).to_bytes(2, "big")
        return b"\x82" + size

    inner = whole(modulus) + whole(exponent)
    return "v=DKIM1; p=" + base64.b64encode(b"\x30" + length(inner) + inner).decode()


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [
        (2**511 + 1, 65537),
        (2**1022 + 1, 65537),
        (2**4096 + 1, 65537),
        (2**11_000 + 1, 65537),
        (2**2047 + 1, 1),
        (2**2047 + 1, 2**33),
        (2**2047 + 1, 2**2046 + 1),
    ],
)
def test_keys_too_small_or_too_costly(modulus, exponent):
    """Neither a key that can be broken nor one that costs more than it proves."""
    found = only(signed(MAIL), {NAME: der(modulus, exponent)})
    assert (found.result, "bits" in found.why) == ("policy", True)


def test_a_key_of_16_thousand_bits_is_not_read():
    """It does not fit into a record that is looked at."""
    assert "2,048" in only(signed(MAIL), {NAME: der(2**16_383 + 1, 65537)}).why


def test_expiry_is_by_the_time_of_arrival():
    """A signature that has expired since the mail came still holds."""
    mail = signed(MAIL, x=str(int(NOW.timestamp()) + 60))
    assert only(mail).result == "pass"
    assert only(mail, now=NOW.replace(day=22)).result == "policy"


def test_the_dns_in_trouble_is_no_verdict():
    """It is named as what it is; a name that nobody looked up comes through."""
    found = only(signed(MAIL), {NAME: Unsure("a timeout")})
    assert (found.result, "a timeout" in found.why) == ("temperror", True)
    with pytest.raises(Missing, match="acme"):
        signatures_of(signed(MAIL), Zone(), now=NOW)


def test_ten_are_read_and_five_are_tried():
    """The author's own first, wherever it stands among strangers'; the rest is told, not lost."""
    strangers = [signed(MAIL, d=f"x{number}.evil.example").removesuffix(MAIL) for number in range(10)]
    assert len(judged(b"".join(strangers) + signed(MAIL))) == 10
    mail = b"".join(strangers[:9]) + signed(MAIL)
    look = zone({NAME: record(rsa_key())})
    found = signatures_of(mail, look, now=NOW, author="ana@acme.example")
    assert found[9].result == "pass"
    assert [one.why for one in found].count("the mail has more signatures than are looked at") == 5
    assert sorted(set(look.asked)) == sorted(keys_needed(mail, "ana@acme.example"))
    assert len(look.asked) == 5


def test_the_mark_is_of_the_signature_alone():
    """However its base64 is folded; another mail has another."""
    mail = signed(MAIL)
    start = mail.index(b"b=", mail.index(b"bh=") + 3)
    folded = mail[: start + 30] + b"\r\n\t " + mail[start + 30 :]
    assert only(folded).result == "pass"
    assert only(folded).mark == only(mail).mark != only(signed(MAIL.replace(b"bees", b"ants"))).mark


def test_line_ends_of_lf_alone():
    """A mail out of a Maildir has them, and was signed with CR LF."""
    assert only(signed(MAIL).replace(b"\r\n", b"\n")).result == "pass"


def test_a_mail_without_a_body_and_one_without_an_end():
    """An empty body has a hash as well, in both forms."""
    for body in (b"", b"\r\n", b"\r\n\r\n", b"a", b"a ", b" ", b"\t\r\n"):
        for form in ("relaxed/relaxed", "simple/simple"):
            mail = signed(MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body, c=form)
            assert only(mail).result == "pass", (body, form)
    assert judged(MAIL) == ()
    assert judged(b"no header\r\n\r\n") == ()
    assert judged(b"X: " + b"y" * 300_000) == ()


@pytest.mark.parametrize(
    "field",
    [
        b"X: " + b" " * 32_000 + b"x",
        b"X: a" + b"\r\n b" * 40_000,
        b"DKIM-Signature: v=1; b=" + b"\r\n A" * 40_000,
        b"DKIM-Signature: " + b" " * 8_000 + b"x",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=k; bh=AAAA; b=A; h=from" + b":x" * 4_000,
        b"DKIM-Signature: v=1; a=rsa-sha256; d=acme.example; s=k; bh=AAAA; b=A; h=from:" + b" " * 8_000,
        b"DKIM-Signature: " + b"a=;" * 2_700,
        b"DKIM-Signature: b" + b"\t\r\n " * 190 + b"=" + b"A \r\n " * 190 + b"!",
        b"X: y\r\n" * 40_000 + b"X: y",
    ],
)
def test_hostile_headers_end_at_once(field):
    """Each costs its length, whether it is signed or not: none of them times out, few names are asked."""
    mail = b"\r\n".join([field] * (10 if len(field) < 9_000 else 1)) + b"\r\n" + MAIL
    look = zone({NAME: record(rsa_key())})
    assert all(one.result != "pass" for one in signatures_of(mail, look, now=NOW))
    assert len(look.asked) <= 12
    mail = signed(field.replace(b"DKIM-Signature", b"X") + b"\r\n" + MAIL, h="x:from")
    assert only(mail).result == "pass" if len(mail) < 262_144 else judged(mail) == ()


@pytest.mark.parametrize("unit", [b" ", b"\t \t", b"\r\n", b" \r\n", b"\r", b"\n", b"a \r", b"\r\r\n"])
def test_hostile_bodies_end_at_once(unit):
    """Thirty megabytes of nothing take no more time than of something."""
    mail = signed(MAIL) + b"x"
    assert only(mail + unit * (8_000_000 // len(unit))).result == "fail"


def test_what_passes_here_passes_in_dkimpy():
    """On 2,000 mails that chance has changed somewhere: nothing is taken that the reference does not take."""
    chance = random.Random(11)
    mails = [signed(MAIL), signed(MAIL, c="simple/simple"), signed(MAIL, h="from:from:subject:subject")]
    passed = 0
    for _ in range(2_000):
        mail = bytearray(chance.choice(mails))
        for _ in range(chance.randint(0, 2)):
            at = chance.randrange(len(mail))
            mail[at : at + chance.choice([0, 0, 1])] = chance.choice([b" ", b"\t", b"\r\n", b"\r\n ", b"a", b"=", b";"])
        ours = [one.result for one in judged(bytes(mail))]
        theirs = False
        with contextlib.suppress(dkim.DKIMException, IndexError):
            theirs = dkim.DKIM(bytes(mail)).verify(dnsfunc=lambda *_, **__: record(rsa_key()).encode())
        assert theirs or "pass" not in ours, bytes(mail)
        passed += "pass" in ours
    assert passed > 300


def test_a_signature_says_no_more_than_it_should():
    """Without a domain there is nothing to show but the reason."""
    assert only(b"DKIM-Signature: x\r\n" + MAIL) == Signed(domain="", result="permerror", why="its tags are malformed")
