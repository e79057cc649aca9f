"""What the evidence proves, and when it is better to say nothing yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.domain.message import Envelope, Proof, Signed
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.understand.arc import Arc
from mailbot.understand.gate import gate
from mailbot.understand.proof import Evidence, proof_of
from mailbot.understand.spf import Spf
from mailbot.understand.zone import Missing, Records, Unsure, Zone

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = Names(domain="bot.example", keys=(b"k" * 32,))
ALL = ("from", "to", "subject", "date")
GOOD = Signed(domain="example.org", result="pass", fields=ALL, mark="m1")
SILENT = replace(GOOD, result="temperror", why="nobody answers for its key")
SPF = Spf(result="pass", domain="example.org")
SPF_SILENT = Spf(result="temperror", domain="example.org", why="nobody answers for its record")
PLAIN = {
    "from": "Ada <ada@example.org>",
    "to": "build@bot.example",
    "subject": "A",
    "date": "Mon, 02 Mar 2026 11:00:00 +0000",
}
SEALED = Arc(
    result="pass", sealer="list.example", author_passed=True, mark="a1", fields=("from", "to", "date", "subject")
)


def looking(zone):
    def lookup(name, _):
        found = zone.get(name.removeprefix("_dmarc."), zone.get("*", ""))
        if isinstance(found, Exception):
            raise found
        return Records((found.encode(),) if found else ())

    return lookup


def judged(
    *signatures, spf=None, zone=None, to=("build@bot.example",), channel="smtp", mail=None, arrived=None, **more
):
    fields = {**PLAIN, **(mail or {})}
    raw = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None) + "\r\nHello\r\n"
    envelope = Envelope(
        channel=channel,
        sender="ada@example.org",
        recipients=to,
        received_at=NOW,
        arrived_at=arrived,
        peer="198.51.100.7",
    )
    evidence = Evidence(signatures=signatures, spf=spf, **more)
    return proof_of(gate(raw.encode()), envelope, evidence, NAMES, looking(zone or {}))


def proof(*signatures, **more):
    return judged(*signatures, **more)[0]


def test_a_signature_of_the_author_proves_it():
    """Signed with its Subject: the highest that a mail can show; the mark says which signature it was."""
    found, authentic = judged(GOOD)
    assert found is Proof.DKIM
    assert (authentic.marks, authentic.dkim, authentic.dmarc) == (("m1",), (GOOD,), "none")
    assert authentic.why == "it is signed by example.org"


def test_an_unsigned_subject_may_be_anybodys():
    """Then it is weaker; a mail without a Subject has nothing to lose."""
    weak = replace(GOOD, fields=("from", "to", "date"))
    assert proof(weak) is Proof.DKIM_WEAK
    assert proof(weak, mail={"subject": None}) is Proof.DKIM
    assert proof(weak, GOOD) is Proof.DKIM


@pytest.mark.parametrize("result", ["fail", "policy", "permerror"])
def test_a_signature_that_does_not_hold_is_none(result):
    """Only a pass counts; the words say what became of it."""
    found, authentic = judged(replace(GOOD, result=result, why="the body was changed"))
    assert found is Proof.NONE
    assert "the signature of example.org: the body was changed" in authentic.why


def test_a_stranger_proves_nothing():
    """A good signature of another domain, SPF for another domain: nobody vouches for the author."""
    mallory = replace(GOOD, domain="evil.example")
    assert proof(mallory, spf=replace(SPF, domain="evil.example"), zone={"*": "v=DMARC1; p=reject"}) is Proof.NONE
    assert judged(mallory)[1].marks == ()


def test_spf_alone_is_less():
    """The host may send for the author's domain: enough for an answer, not for more."""
    found, authentic = judged(spf=SPF)
    assert (found, authentic.marks, authentic.spf, authentic.spf_domain) == (Proof.SPF, (), "pass", "example.org")
    assert proof(spf=replace(SPF, result="fail")) is Proof.NONE
    assert proof(spf=replace(SPF, result="neutral")) is Proof.NONE


def test_an_organisation_speaks_for_its_people():
    """Under a DMARC record, a sibling domain counts; without one it does not."""
    sister = replace(GOOD, domain="mail.example.org")
    zone = {"example.org": "v=DMARC1; p=reject"}
    assert proof(sister, zone=zone) is Proof.DKIM
    assert proof(sister) is Proof.NONE
    assert judged(sister, zone=zone)[1].policy == "reject"


@pytest.mark.parametrize(
    "date",
    [
        None,
        "",
        "yesterday",
        "Mon, 23 Feb 2026 11:00:00 +0000",
        "Wed, 25 Feb 2026 11:59:00 +0000",
        "Mon, 02 Mar 2026 13:01:00 +0000",
        "Mon, 99 Mar 2026 99:99:99 +9999",
        "Mon, 02 Mar 2026 11:00:00 +99999999999999999999",
        "Mon, 02 Mar 2026 11:00:00 +0000 (" + "x" * 100 + ")",
    ],
)
def test_an_old_mail_sent_again_proves_nothing(date):
    """A signature stays good for ever; the date that it signs does not."""
    assert proof(GOOD, mail={"date": date}) is Proof.NONE
    assert proof(GOOD, spf=SPF, mail={"date": date}) is Proof.SPF


@pytest.mark.parametrize(
    "date", ["Wed, 25 Feb 2026 12:01:00 +0000", "Mon, 02 Mar 2026 12:59:00 -0000", "02 Mar 2026 22:00:00 +1000"]
)
def test_mail_takes_its_time(date):
    """Five days on the way, and clocks that differ by an hour."""
    assert proof(GOOD, mail={"date": date}) is Proof.DKIM


KEPT = {"date": "Mon, 02 Feb 2026 11:00:00 +0000"}  #: four weeks ago


@pytest.mark.parametrize(
    ("arrived", "found"),
    [
        (datetime(2026, 2, 2, 11, 0, tzinfo=UTC), Proof.DKIM),
        (datetime(2026, 2, 7, 10, 59, tzinfo=UTC), Proof.DKIM),
        (datetime(2026, 2, 7, 11, 1, tzinfo=UTC), Proof.NONE),  # a copy that somebody sent again
        (datetime(2026, 2, 2, 9, 59, tzinfo=UTC), Proof.NONE),  # not written yet when it came
        (NOW, Proof.NONE),
        (None, Proof.NONE),
    ],
)
def test_a_mail_that_a_mailbox_kept_for_us_is_as_old_as_when_it_came(arrived, found):
    """We were down for four weeks; a replay comes now, however old its date is."""
    assert proof(GOOD, mail=KEPT, arrived=arrived) is found


@pytest.mark.parametrize("arrived", [datetime(2000, 1, 1, tzinfo=UTC), NOW + timedelta(days=9)])
def test_a_mailbox_that_knows_the_time_wrong_takes_no_proof_away(arrived):
    """And gives none: what is not written yet is not of these days, whatever the mailbox says."""
    assert proof(GOOD, arrived=arrived) is Proof.DKIM
    assert proof(GOOD, mail={"date": "Wed, 11 Mar 2026 11:00:00 +0000"}, arrived=arrived) is Proof.NONE


def test_an_unsigned_date_may_be_anybodys():
    """Whoever sends a mail again could write it."""
    assert proof(replace(GOOD, fields=("from", "to", "subject"))) is Proof.NONE


@pytest.mark.parametrize(
    ("people", "recipient", "found"),
    [
        ({"to": "build@bot.example"}, "build@bot.example", Proof.DKIM),
        ({"to": "Build <BUILD@Bot.Example>, x@example.net"}, "build@bot.example", Proof.DKIM),
        ({"to": "build+tag@bot.example"}, "build@bot.example", Proof.DKIM),
        ({"to": "x@example.net", "cc": "build@bot.example"}, "build@bot.example", Proof.NONE),  # cc is not signed
        ({"to": "mallory@evil.example"}, "build@bot.example", Proof.NONE),
        ({"to": '"build@bot.example" <mallory@evil.example>'}, "build@bot.example", Proof.NONE),
        ({"to": None}, "build@bot.example", Proof.NONE),
    ],
)
def test_a_mail_to_somebody_else_proves_nothing(people, recipient, found):
    """It was signed, but not for us: somebody else hands it on."""
    assert proof(GOOD, mail=people, to=(recipient,)) is found
    assert (
        proof(replace(GOOD, fields=(*ALL, "cc")), mail={"to": "x@example.net", "cc": "build@bot.example"}) is Proof.DKIM
    )


def test_an_unsigned_to_may_be_anybodys():
    """Whoever hands a mail on could write it."""
    assert proof(replace(GOOD, fields=("from", "subject", "date"))) is Proof.NONE


def test_a_thread_address_is_a_secret():
    """Who writes to it was told it, in blind copy too; but only a session shows what the mail was sent to."""
    secret = NAMES.thread_address(ProjectId("t7k2m9"), "build")
    blind = {"to": "x@example.net"}
    assert proof(GOOD, mail=blind, to=(secret,)) is Proof.DKIM
    assert proof(GOOD, mail=blind, to=(secret,), channel="imap") is Proof.NONE
    assert proof(GOOD, mail=blind, to=("build+t7k2m9.aaaaaaaaaa@bot.example",)) is Proof.NONE
    assert proof(GOOD, mail={"to": secret}, to=(secret,), channel="imap") is Proof.DKIM


def test_one_fresh_signature_is_enough():
    """A weak one beside it does no harm, and only the one that counts is remembered."""
    undated = replace(GOOD, fields=("from", "subject"), mark="m2")
    found, authentic = judged(undated, GOOD)
    assert (found, authentic.marks) == (Proof.DKIM, ("m1",))


def test_a_trusted_provider_is_believed():
    """Its word stands where we have seen no signature of the author, or one that left out the Subject."""
    weak = replace(GOOD, fields=("from", "to", "date"))
    for signatures in ((), (replace(GOOD, result="fail"),), (weak,)):
        assert proof(*signatures, vouched=True, provider="mx.example says dmarc=pass") is Proof.DKIM


def test_a_provider_cannot_make_an_old_mail_new():
    """What it saw pass is the very signature that is out of date."""
    assert proof(GOOD, mail={"date": "Mon, 23 Feb 2026 11:00:00 +0000"}, vouched=True) is Proof.NONE


def test_a_trusted_forwarder_is_believed_a_little():
    """ARC gives the level of SPF, never more, and each sealed mail once."""
    found, authentic = judged(arc=SEALED)
    assert (found, authentic.marks, authentic.arc) == (Proof.SPF, ("a1",), "pass (list.example)")
    assert proof(arc=replace(SEALED, author_passed=False)) is Proof.NONE
    assert proof(arc=SEALED, mail={"to": "x@example.net"}) is Proof.NONE
    assert proof(arc=SEALED, mail={"date": "Mon, 23 Feb 2026 11:00:00 +0000"}) is Proof.NONE
    assert proof(arc=replace(SEALED, fields=("from", "subject"))) is Proof.NONE
    assert proof(GOOD, arc=SEALED) is Proof.DKIM
    assert "ARC: a seal is broken" in judged(arc=Arc(result="fail", why="a seal is broken"))[1].why


@pytest.mark.parametrize(
    ("signatures", "more"),
    [
        ((SILENT,), {}),
        ((SILENT,), {"spf": SPF}),
        ((SILENT, replace(GOOD, fields=("from", "to", "date"))), {}),
        ((), {"spf": SPF_SILENT}),
        ((replace(SILENT, domain="mail.example.org"),), {"zone": {"example.org": "v=DMARC1; p=none"}}),
        ((replace(GOOD, domain="mail.example.org"),), {"zone": {"*": Unsure("silent")}}),
        ((), {"spf": replace(SPF, domain="mail.example.org"), "zone": {"*": Unsure("silent")}}),
        ((replace(SILENT, domain="mail.example.org"),), {"zone": {"*": Unsure("silent")}}),
        ((), {"arc": Arc(result="temperror", why="silent", sealer="list.example")}),
    ],
)
def test_trouble_that_matters_is_told(signatures, more):
    """While an answer of the DNS could raise the proof, nothing is said of the author."""
    with pytest.raises(Unsure, match="who wrote it cannot be said now"):
        judged(*signatures, **more)


@pytest.mark.parametrize(
    ("signatures", "more", "found"),
    [
        ((GOOD, replace(SILENT, domain="list.example")), {}, Proof.DKIM),
        ((GOOD, SILENT), {"spf": SPF_SILENT, "zone": {"*": Unsure("silent")}}, Proof.DKIM),
        ((replace(GOOD, fields=("from", "to", "date")),), {"spf": SPF_SILENT}, Proof.DKIM_WEAK),
        ((replace(SILENT, domain="evil.example"),), {}, Proof.NONE),
        ((), {"spf": replace(SPF_SILENT, domain="evil.example")}, Proof.NONE),
        ((), {"zone": {"*": Unsure("silent")}}, Proof.NONE),
        ((), {"spf": SPF, "zone": {"*": Unsure("silent")}}, Proof.SPF),
        ((replace(SILENT, domain="mail.example.org"),), {}, Proof.NONE),  # no record: it could not be aligned
        ((SILENT,), {"mail": {"to": "x@example.net"}}, Proof.NONE),  # it would be stale
        ((SILENT,), {"vouched": True}, Proof.DKIM),
        ((), {"arc": Arc(result="temperror"), "spf": SPF}, Proof.SPF),
    ],
)
def test_trouble_that_changes_nothing_holds_nobody_up(signatures, more, found):
    """The proof is what it is, whatever the DNS would say."""
    assert proof(*signatures, **more) is found


def test_the_words_name_the_trouble():
    """An admin reads which look-up it was."""
    with pytest.raises(Unsure, match="nobody answers for its key; nobody answers for its record"):
        judged(SILENT, spf=SPF_SILENT)
    with pytest.raises(Unsure, match=r"the DMARC records of example\.org"):
        judged(replace(GOOD, domain="mail.example.org"), zone={"*": Unsure("silent")})


def test_a_name_that_is_missing_is_asked_for():
    """Whoever can ask the DNS learns which name it is."""
    headers = gate("".join(f"{name}: {value}\r\n" for name, value in PLAIN.items()).encode() + b"\r\n")
    envelope = Envelope(channel="smtp", sender="", recipients=(), received_at=NOW + timedelta())
    with pytest.raises(Missing) as missing:
        proof_of(headers, envelope, Evidence(), NAMES, Zone())
    assert missing.value.name == "_dmarc.example.org"
