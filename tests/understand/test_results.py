"""Authentication-Results: a trusted provider's own are believed, forged ones never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.results import Provider, Result, Results, Trust, results_of, trusted_result

AUTHOR = "ana@acme.example"
R = ("Received", "from a by b; Sat, 21 Nov 2026 11:59:00 +0000")
GMAIL = Trust(provider=Provider.GMAIL)
M365 = Trust(provider=Provider.MICROSOFT365)
FASTMAIL = Trust(provider=Provider.FASTMAIL, authserv_id="mx.messagingengine.com")
CUSTOM = Trust(provider=Provider.CUSTOM, authserv_id="MX.bot.example")
REAL = {
    GMAIL: "mx.google.com;\r\n       dkim=pass header.i=@acme.example header.s=s1 header.b=Uc7i=3/U;\r\n"
    "       spf=pass (google.com: domain of ana@acme.example designates 192.0.2.7 as permitted sender)"
    " smtp.mailfrom=ana@acme.example;\r\n"
    "       dmarc=pass (p=REJECT sp=QUARANTINE dis=NONE) header.from=acme.example",
    M365: "spf=pass (sender IP is 192.0.2.7)\r\n smtp.mailfrom=acme.example; dkim=pass (signature was verified)\r\n"
    " header.d=acme.example;dmarc=pass action=none\r\n header.from=acme.example;compauth=pass reason=100",
    FASTMAIL: "mx.messagingengine.com;\r\n    x-csa=none;\r\n    x-me-sender=none;\r\n    x-ptr=pass smtp.helo=a.b"
    " policy.ptr=a.b;\r\n    bimi=skipped (DMARC Policy is not at enforcement);\r\n    arc=none (no signatures found);"
    "\r\n    dkim=pass (2048-bit rsa key sha256) header.d=acme.example header.i=@acme.example header.b=Zz1+/xYz"
    " header.a=rsa-sha256 header.s=s1 x-bits=2048;\r\n    dmarc=pass policy.published-domain-policy=none"
    " policy.applied-disposition=none (p=none,d=none,d.eval=none) policy.policy-from=p header.from=acme.example;\r\n"
    "    iprev=pass smtp.remote-ip=192.0.2.7 (a.b);\r\n    spf=pass smtp.mailfrom=ana@acme.example smtp.helo=a.b",
    CUSTOM: 'mx.bot.example 1; dmarc=pass (p=none dis=none) header.from=acme.example; dkim=pass header.b="a;b=c"',
}
ABOVE = {GMAIL: 2, M365: 3, FASTMAIL: 3, CUSTOM: 1}  # Received fields that stand above the provider's own field


def says(trust, *values, above=None, author=AUTHOR):
    """What the provider says, where each value is one field, below its own Received fields."""
    fields = [R] * (ABOVE[trust] if above is None else above)
    fields += [("Authentication-Results", value.replace("\r\n", "")) for value in values]
    return trusted_result([("From", AUTHOR), *fields, R, R], trust, author)


@pytest.mark.parametrize("trust", REAL, ids=lambda one: one.provider)
def test_what_each_provider_writes_is_believed(trust):
    """In the shapes that they have; not for another author, not below a stranger's Received."""
    assert says(trust, REAL[trust]).passed
    assert says(trust, REAL[trust].replace("acme.example", "ACME.Example")).passed
    assert "another domain" in says(trust, REAL[trust], author="ana@other.example").why
    assert "no Authentication-Results" in says(trust, REAL[trust], above=trust.depth + 1).why


NAMES = {GMAIL: "mx.google.com", M365: "", FASTMAIL: "mx.messagingengine.com", CUSTOM: "mx.bot.example"}
PASS = "dmarc=pass header.from=acme.example"
FORGED = [
    "{id}.evil.example; " + PASS,
    "evil.example.{id}; " + PASS,
    "evil-{id}; " + PASS,
    "x{id}; " + PASS,
    "{id}x; " + PASS,
    "{id}. ; " + PASS,
    "{id}/1; " + PASS,
    "{id}@evil.example; " + PASS,
    "evil.example {id}; " + PASS,
    "evil.example ({id}); " + PASS,
    "({id}) evil.example; " + PASS,
    '"{id};" ; ' + PASS,
    "{id} evil.example; " + PASS,
    "{id} 2; " + PASS,
    "{id} 1 1; " + PASS,
    "{id} (; " + PASS,
    '{id} "; ' + PASS,
    "{id} " + PASS,
    "evil.example; " + PASS,
    "{id}; dmarc=bestguesspass header.from=acme.example",
    "{id}; dmarc=none header.from=acme.example",
    "{id}; dmarc=fail header.from=acme.example",
    "{id}; dmarc=passed header.from=acme.example",
    "{id}; dmarc=pass",
    "{id}; dmarc=pass header.from=acme.example header.from=evil.example",
    "{id}; dmarc=pass header.from=evil.example; x=pass header.from=acme.example",
    "{id}; dmarc=pass header.from=acme.example.evil.example",
    "{id}; dmarc=pass header.from=mail.acme.example",
    "{id}; dmarc=pass header.from=ana@acme.example",
    "{id}; dmarc=pass header.d=acme.example",
    "{id}; dmarc=pass smtp.mailfrom=acme.example",
    "{id}; dmarc=fail (dmarc=pass) header.from=acme.example",
    "{id}; spf=pass smtp.mailfrom=x; " + PASS + " (@evil.example; dmarc=fail header.from=acme.example",
    '{id}; spf=pass smtp.mailfrom="; ' + PASS + '"@evil.example; dmarc=fail header.from=acme.example',
    "{id}; spf=pass smtp.mailfrom=x;" + PASS + ";y@evil.example; dmarc=fail header.from=acme.example",
    "{id}; dmarc=fail header.from=acme.example; " + PASS,
    "{id}; " + PASS + "; " + PASS,
    "{id}; dkim=pass header.d=acme.example; spf=pass",
    "{id}; x-dmarc=pass header.from=acme.example",
    "{id}; dmarc header.from=acme.example",
    "{id}; dmarc==pass header.from=acme.example",
    "{id}; none; dmarc",
    "{id}; " + "(" * 1_000 + ")" * 1_000 + PASS,
    "{id}; reason=(((; " + PASS,
    "{id}; " + "a=b; " * 200 + PASS,
    "{id}",
    "",
    ";",
    "; " + PASS,
]


@pytest.mark.parametrize("trust", REAL, ids=lambda one: one.provider)
@pytest.mark.parametrize("forged", FORGED)
def test_forged_ones_are_not(trust, forged):
    """Alone, above and below a true one that says fail; with the name of the provider in every place but its own."""
    value = forged.replace("{id}", NAMES[trust] or "evil.example")
    honest = REAL[trust].replace("dmarc=pass", "dmarc=fail")
    if trust is M365 and not value.partition(";")[0].strip():
        value = "evil.example;" + value
    assert not says(trust, value).passed, value
    assert not says(trust, honest, value).passed
    assert not says(trust, honest, value, f"{NAMES[trust] or 'x=y'}; {PASS}").passed


@pytest.mark.parametrize("trust", REAL, ids=lambda one: one.provider)
def test_only_the_topmost_counts(trust):
    """What a stranger wrote into his mail stands below what the provider found out."""
    fail = REAL[trust].replace("dmarc=pass", "dmarc=fail")
    assert says(trust, REAL[trust], fail).passed
    assert not says(trust, fail, REAL[trust]).passed
    assert says(trust, "somebody.example; dmarc=fail header.from=acme.example", REAL[trust]).passed


def test_a_malformed_field_of_the_provider_ends_the_search():
    """Its own may have been bent by what it quotes; the next one with its name is a stranger's."""
    assert "malformed" in says(GMAIL, "mx.google.com; spf=pass (", REAL[GMAIL]).why


def test_an_old_version_of_unicode_is_no_name():
    """A letter that only looks the same when it is made small is another one."""
    trust = Trust(provider=Provider.CUSTOM, authserv_id="mx.kde.example")
    fields = [("Authentication-Results", "mx.\N{KELVIN SIGN}de.example; " + PASS)]
    assert not trusted_result(fields, trust, AUTHOR).passed


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"provider": Provider.CUSTOM}, "needs authserv_id"),
        ({"provider": Provider.FASTMAIL}, "needs authserv_id"),
        ({"provider": Provider.MICROSOFT365, "authserv_id": "x"}, "leave authserv_id out"),
        ({"provider": Provider.GMAIL, "hops": -1}, "hops is -1"),
        ({"provider": Provider.GMAIL, "hops": 21}, "0 to 20"),
    ],
)
def test_trust_that_makes_no_sense_is_told(values, words):
    """To the admin, at the start."""
    with pytest.raises(ValueError, match=words):
        Trust(**values)


def test_hops_are_a_setting():
    """Where another machine of one's own stands in front."""
    trust = Trust(provider=Provider.CUSTOM, authserv_id="mx.bot.example", hops=0)
    value = ("authentication-results", REAL[CUSTOM])
    assert trusted_result([value, R], trust, AUTHOR).passed
    assert not trusted_result([R, value], trust, AUTHOR).passed


def test_a_field_is_read_whole():
    """Names, results and properties; comments are gone, quotes are open."""
    found = results_of('Mx.Example 1 (a (b) \\) c); SPF=Pass (ok) smtp.mailfrom="a b"@x.y (z) ; ; dkim=none')
    spf = Result("spf", "pass", (("smtp.mailfrom", "a b@x.y"),))
    assert found == Results("mx.example", (spf, Result("dkim", "none")))
    assert results_of("x; none") == Results("x")


@given(st.text(alphabet=' ;=()"\\.ad1\t', max_size=60))
def test_any_text_is_read_or_not(text):
    """No text raises, and no result has an empty name."""
    found = results_of(text)
    assert found is None or all(one.method and one.value for one in found.results)


@pytest.mark.parametrize("unit", ["(", ")", '"', "\\", ";", "=", "a", "a=b;", "a=b ", "() ", '""', "(\\", " "])
def test_hostile_fields_end_at_once(unit):
    """A megabyte of anything; nothing recurses."""
    results_of("x; " + unit * (1_000_000 // len(unit)))
