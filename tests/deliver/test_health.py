"""How long somebody who fails rests."""

from __future__ import annotations

from datetime import timedelta

from mailbot.deliver.health import LONGEST, Health
from tests.fakes import NOW


def test_each_failure_after_a_rest_doubles_the_next():
    """30 s, 1 min, 2 min ... up to the longest; one success ends it."""
    health, now, rests = Health(), NOW, []
    for _ in range(8):
        health.failed("away", now)
        rests.append((health.until - now).total_seconds())
        now = health.until
    assert rests == [30, 60, 120, 240, 480, 600, 600, 600]
    assert timedelta(seconds=600) == LONGEST
    assert health.well()
    assert health.ready(now)


def test_what_began_before_the_rest_does_not_make_it_longer():
    """Ten mails that were under way when the relay went down are one failure."""
    health = Health()
    assert [health.failed("away", NOW) for _ in range(10)] == [True] + [False] * 9
    assert health.until == NOW + timedelta(seconds=30)


def test_a_probe_that_never_ends_is_forgotten():
    """Whatever happened to it, the relay is tried again in the end."""
    health = Health()
    health.failed("away", NOW)
    health.trying(NOW + timedelta(seconds=30))
    assert not health.ready(NOW + timedelta(minutes=19))
    assert health.ready(NOW + timedelta(minutes=21))
