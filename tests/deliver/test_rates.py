"""How fast mail goes out: every mail over the rate has a time of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from mailbot.deliver import rates
from mailbot.deliver.rates import Line, Rates, Sending
from tests.fakes import NOW


def test_a_line_keeps_the_times_that_it_gave():
    """Who comes at its time goes at once, whoever has come in between; who comes early is told the same time."""
    line = Line(per_minute=60, burst=1)
    assert line.turn("a", NOW) is None
    at = line.turn("b", NOW)
    assert at == NOW + timedelta(seconds=1)
    assert line.turn("c", NOW) == NOW + timedelta(seconds=2)
    assert line.turn("b", NOW) == at
    assert line.turn("b", at) is None


def test_whoever_did_not_go_after_all_need_not_wait_again():
    """The relay was away: its place in the line is kept."""
    line = Line(per_minute=1, burst=1)
    assert line.turn("a", NOW) is None
    line.back("a", NOW)
    assert line.turn("a", NOW + timedelta(seconds=5)) is None


def test_after_a_quiet_time_a_burst_goes_at_once():
    """No more than the burst, however long nothing was sent."""
    line = Line(per_minute=60, burst=3)
    later = NOW + timedelta(hours=1)
    assert [line.turn(name, later) is None for name in "abcd"] == [True, True, True, False]


def test_memory_has_an_end(monkeypatch):
    """Neither mails that never come back nor a million domains fill it."""
    monkeypatch.setattr(rates, "KEPT", 10)
    monkeypatch.setattr(rates, "DOMAINS", 10)
    line = Line(per_minute=1, burst=1)
    lines = Rates(Sending(domain_per_minute=1))
    for number in range(100):
        line.turn(str(number), NOW)
        lines.line(f"d{number}.example")
    assert len(line._times) == 10
    assert len(lines._lines) == 10


def test_a_domain_may_have_a_rate_of_its_own():
    """Also one where the others have none."""
    lines = Rates(Sending(domains={"gmail.com": 20}))
    assert lines.line("gmail.com").per_minute == 20
    assert lines.line("example.org") is None
    with pytest.raises(ValidationError):
        Sending(domain_per_minute=-1)
