"""How much may be asked for, and when there is room again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.decide.quota import SPANS, Used, domain_of, identity, within
from mailbot.domain.grants import Grants, Quota
from mailbot.domain.intent import Kind
from mailbot.domain.request import Admitted, Held, Postponed, Refused
from tests.fakes import NOW, order

MINE = Quota(per="sender", max=3, every="day")
ALL = Quota(per="all", max=100, every="hour")


def judged(*used, kind=Kind.CREATE):
    """What becomes of an order under these quotas."""
    return within(order(kind, set=Grants(quotas=tuple(one.quota for one in used))), used, NOW)


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("ana@acme.example", "ana@acme.example"),
        ("Ana+shop@acme.example", "ana@acme.example"),
        ("a.n.a+x@gmail.com", "ana@gmail.com"),
        ("A.na@googlemail.com", "ana@gmail.com"),
        ("a.na@acme.example", "a.na@acme.example"),
        ("+x@acme.example", "+x@acme.example"),
    ],
)
def test_one_person_counts_once(address, who):
    """However they write their address; where dots mean something they are kept."""
    assert identity(address) == who
    assert domain_of(address) == who.rpartition("@")[2]


def test_where_there_is_room_it_is_let_in_with_its_meters():
    """What is left of each quota goes with the order, this request included."""
    found = judged(Used(quota=MINE, used=1), Used(quota=ALL, used=7))
    assert type(found) is Admitted
    assert [(meter.used, meter.left) for meter in found.meters] == [(2, 1), (8, 92)]


def test_what_is_used_up_is_refused_with_the_time():
    """The first full minute at which there is room."""
    until = NOW + timedelta(hours=2, minutes=3, seconds=4)
    found = judged(Used(quota=MINE, used=3, until=until))
    assert (type(found), found.rule) == (Refused, "loopback")
    assert found.reason == (
        "3 requests from one address within 24 hours is the most; there is room again from 2026-11-20 14:04 UTC on"
    )


def test_a_whole_minute_is_not_moved():
    """It may be tried at that very time."""
    assert judged(Used(quota=MINE, used=3, until=NOW + timedelta(hours=1))).reason.endswith("13:00 UTC on")


def test_a_rule_may_have_it_held():
    """With what a release lets in."""
    found = judged(Used(quota=Quota(per="domain", max=3, every="week", over="hold"), used=3, until=NOW))
    assert (type(found), type(found.admitted)) == (Held, Admitted)


def test_what_all_used_up_waits():
    """Nobody is refused for what others asked for, as long as patience lasts."""
    soon = NOW + timedelta(minutes=20)
    assert judged(Used(quota=ALL, used=100, until=soon)) == Postponed(
        until=soon,
        reason="rule loopback: 100 requests for all together within an hour is the most;"
        " there is room again from 2026-11-20 12:20 UTC on",
    )
    assert type(judged(Used(quota=ALL, used=100, until=NOW + timedelta(days=4)))) is Refused


def test_the_strictest_decides():
    """To be refused goes before to wait; of two that refuse, the later time is told."""
    late, later = NOW + timedelta(minutes=20), NOW + timedelta(hours=5)
    hourly = Quota(per="sender", max=1, every="hour")
    found = judged(
        Used(quota=ALL, used=100, until=late),
        Used(quota=hourly, used=1, until=late),
        Used(quota=MINE, used=3, until=later),
    )
    assert type(found) is Refused
    assert "17:00" in found.reason


@pytest.mark.parametrize("per", ["sender", "all"])
def test_a_quota_of_none_is_a_no(per):
    """There never is room, so no time is told and nobody waits."""
    found = judged(Used(quota=Quota(per=per, max=0, every="day")))
    assert type(found) is Refused
    assert "room" not in found.reason


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.STOP, Kind.HELP, Kind.ROLLBACK, Kind.SHARE])
def test_what_costs_nothing_is_free(kind):
    """Whoever used up their quota can still go back, stop, and ask how it stands."""
    assert type(judged(Used(quota=MINE, used=3, until=NOW), kind=kind)) is Admitted


def test_every_span_is_known():
    """Of each word that a rule can write."""
    assert [str(span) for span in SPANS.values()] == [
        "1:00:00",
        "1 day, 0:00:00",
        "7 days, 0:00:00",
        "30 days, 0:00:00",
    ]
