"""What `if:` asks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.decide.case import Attached, Case
from mailbot.decide.grammar import IF
from mailbot.decide.match import matches, reason
from mailbot.decide.spots import Reading, Spot
from mailbot.domain.message import Proof

CSV = Attached(name="bees.csv", type="text/csv", size=96)
EXE = Attached(name="Tool.EXE", type="application/x-msdownload", size=10)
CASE = Case(
    channel="imap",
    author="ana@acme.example",
    to=("build+web@acme.example",),
    proof=Proof.DKIM,
    subject="A Straße of bees",
    body="One page about bees.",
    attachments=(CSV, EXE),
    size=100,
    spam=6.5,
    lang="pl-pl",
    intent="revise",
    app_type="web_application",
    stack=("python", "Flask"),
    role="reader",
    usage={"sender_day": 3, "total_day": 7},
    at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
)


def asked(wanted):
    reading = Reading()
    found = IF.read(Spot(node=wanted, path="", line="x"), reading)
    assert reading.mistakes == []
    return found.conditions


@pytest.mark.parametrize(
    ("wanted", "known", "words"),
    [
        ({}, True, "no condition"),
        ({"channel": "mail"}, True, "all its conditions"),
        ({"channel": ["http", "imap"]}, True, "all"),
        ({"channel": ["http", "smtp"]}, False, "channel is imap, not http, smtp"),
        ({"from": ["bob@x.example", "acme.example"]}, True, "all"),
        ({"from": "x.example"}, False, "from ana@acme.example is not x.example"),
        ({"domain": "*.example"}, True, "all"),
        ({"domain": "example"}, False, "the author's domain is acme.example, not example"),
        ({"to": "build@acme.example"}, True, "all"),
        ({"to": "build+web@*"}, True, "all"),
        ({"to": "ask@*"}, False, "to build+web@acme.example is not ask@*"),
        ({"tag": "w*"}, True, "all"),
        ({"tag": "page"}, False, "the tag is web, not page"),
        ({"proof": "dkim-weak"}, True, "all"),
        ({"proof": "account"}, False, "proof is dkim, which is below account"),
        ({"proof_below": "dkim"}, False, "proof is dkim, which is not below dkim"),
        ({"known_thread": False}, True, "all"),
        ({"known_thread": True}, False, "in no thread"),
        ({"role": ["owner", "reader"]}, True, "all"),
        ({"role": "owner"}, False, "the role is reader, not owner"),
        ({"subject": "STRASSE"}, True, "all"),
        ({"subject": "wasps"}, False, "the subject does not contain wasps"),
        ({"subject": {"glob": ["x", "a *bees"]}}, True, "all"),
        ({"subject": {"glob": "bees"}}, False, "the subject is not bees"),
        ({"body": {"contains": ["wasps", "BEES"]}}, True, "all"),
        ({"body": {"contains": "bees", "matches": "wasps"}}, False, "the body does not match 'wasps'"),
        ({"body": {"matches": r"(?i)BEES\.$"}}, True, "all"),
        ({"attachments": {"count": {"gte": 2}, "bytes": {"lte": 106}}}, True, "all"),
        ({"attachments": {"count": {"lt": 2}}}, False, "attached: bees.csv, Tool.EXE (2, 106 bytes)"),
        ({"attachments": {"bytes": {"gt": 106}}}, False, "106 bytes"),
        ({"attachments": {"name": "*.exe"}}, True, "all"),
        ({"attachments": {"name": "*.csv", "type": "text/*"}}, True, "all"),
        ({"attachments": {"name": "*.exe", "type": "text/*"}}, False, "attached"),
        ({"size": {"gte": 100, "lte": 100}}, True, "all"),
        ({"size": {"gt": 100}}, False, "size is 100, not > 100"),
        ({"spam": {"gte": 6.5, "lt": 12}}, True, "all"),
        ({"spam": {"lt": 6}}, False, "spam score is 6.5, not < 6"),
        ({"lang": "pl"}, True, "all"),
        ({"lang": "pl-PL"}, True, "all"),
        ({"lang": "de"}, False, "lang is pl-pl, not de"),
        ({"intent": ["create", "revise"]}, True, "all"),
        ({"intent": "create"}, False, "the intent is revise, not create"),
        ({"app_type": "web*"}, True, "all"),
        ({"app_type": "cli"}, False, "app_type is web_application, not cli"),
        ({"stack": "flask"}, True, "all"),
        ({"stack": "django"}, False, "the stack is python, Flask, not django"),
        ({"usage": {"sender_day": {"lte": 3}, "total_day": {"gte": 7}}}, True, "all"),
        ({"usage": {"sender_day": {"gte": 4}, "total_day": {"gte": 7}}}, False, "sender_day is 3, not >= 4"),
        ({"usage": {"domain_day": {"gte": 1}}}, False, "domain_day is 0, not >= 1"),
        ({"urgent": False, "auto_submitted": False, "list_mail": False}, True, "all"),
        ({"urgent": True}, False, "does not say that it is urgent"),
        ({"auto_submitted": True}, False, "a person wrote it"),
        ({"list_mail": True}, False, "no mailing list"),
        ({"any": [{"lang": "de"}, {"proof": "dkim"}]}, True, "all"),
        ({"any": [{"lang": "de"}, {"proof": "account"}]}, False, "none of them holds: lang is pl-pl, not de; proof is"),
        ({"not": {"lang": "pl", "proof": "account"}}, True, "all"),
        ({"not": {"lang": "pl", "proof": "dkim"}}, False, "what stands under `not` holds"),
        ({"not": {"any": [{"not": {"lang": "pl"}}]}}, True, "all"),
        ({"channel": "mail", "from": "x.example", "proof": "spf"}, False, "from"),
    ],
)
def test_conditions(wanted, known, words):
    """Keys are AND, lists are OR, and the first that does not hold is the reason."""
    conditions = asked(wanted)
    assert matches(conditions, CASE) is known
    assert words in reason(conditions, CASE)


@pytest.mark.parametrize(
    ("wanted", "at", "known"),
    [
        ({"after": "08:00"}, "07:59", False),
        ({"after": "08:00"}, "08:00", True),
        ({"before": "17:00"}, "16:59", True),
        ({"before": "17:00"}, "17:00", False),
        ({"after": "08:00", "before": "17:00"}, "23:00", False),
        ({"after": "22:00", "before": "06:00"}, "23:00", True),
        ({"after": "22:00", "before": "06:00"}, "05:59", True),
        ({"after": "22:00", "before": "06:00"}, "06:00", False),
        ({"days": ["fri", "sat"]}, "12:00", True),
        ({"days": "mon"}, "12:00", False),
        ({"days": "sat", "zone": "Asia/Tokyo"}, "16:00", True),
        ({"after": "00:30", "before": "00:31", "zone": "Europe/Warsaw"}, "23:30", True),
        ({"after": "09:00", "before": "10:00", "zone": "Asia/Kolkata"}, "03:30", True),
    ],
)
def test_times(wanted, at, known):
    """Of a Friday in November; over midnight where it ends before it begins."""
    hour, minute = map(int, at.split(":"))
    case = Case(at=datetime(2026, 11, 20, hour, minute, tzinfo=UTC))
    conditions = asked({"time": wanted})
    assert matches(conditions, case) is known
    assert known or "it came on" in reason(conditions, case)


def test_summer_time_is_known():
    """Eight in Warsaw is six or seven in UTC."""
    conditions = asked({"time": {"after": "08:00", "before": "09:00", "zone": "Europe/Warsaw"}})
    winter, summer = (datetime(2026, month, 15, 6, 30, tzinfo=UTC) for month in (1, 7))
    assert (matches(conditions, Case(at=winter)), matches(conditions, Case(at=summer))) == (False, True)


def test_proof_is_a_rising_order():
    """`proof` is that level or a higher one, `proof_below` the rest."""
    for wanted in Proof:
        for proof in Proof:
            assert matches(asked({"proof": str(wanted)}), Case(proof=proof)) is (proof.rank >= wanted.rank)
            assert matches(asked({"proof_below": str(wanted)}), Case(proof=proof)) is (proof.rank < wanted.rank)


def test_nothing_is_attached():
    """No name is none of the names."""
    assert not matches(asked({"attachments": {"name": "*"}}), Case())
    assert matches(asked({"attachments": {"count": {"lt": 1}}}), Case())
    assert reason(asked({"attachments": {"name": "*"}}), Case()) == "nothing is attached"


SIMPLE = st.sampled_from([{"lang": "pl"}, {"proof": "account"}, {"from": "acme.example"}, {"spam": {"gt": 99}}, {}])
NESTED = st.recursive(
    SIMPLE,
    lambda inner: (
        st.builds(lambda one: {"not": one}, inner)
        | st.builds(lambda some: {"any": some}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda one, some: {"not": one, "any": some}, inner, st.lists(inner, min_size=1, max_size=2))
    ),
    max_leaves=6,
)


def truth(wanted):
    parts = [not truth(wanted["not"])] if "not" in wanted else []
    parts += [any(map(truth, wanted["any"]))] if "any" in wanted else []
    return all([*parts, not {"proof", "spam"} & set(wanted)])


@given(NESTED)
def test_any_and_not_are_logic(wanted):
    """However they stand within each other."""
    reading = Reading()
    found = IF.read(Spot(node=wanted, path="", line="x"), reading)
    if not reading.mistakes:  # not too deep
        assert matches(found.conditions, CASE) is truth(wanted)
