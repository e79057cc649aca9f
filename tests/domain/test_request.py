"""The life of a request is one table."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.domain import request as r
from mailbot.domain.errors import Impossible
from mailbot.domain.message import Envelope

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENVELOPE = Envelope(channel="smtp", sender="a@x.example", recipients=("build@x.example",), received_at=NOW)
EVENTS = [event for event in vars(r).values() if isinstance(event, type) and issubclass(event, r.Event)]
EVENTS.remove(r.Event)


def in_state(state):
    return r.Request(id=r.RequestId("r1"), envelope=ENVELOPE, state=state, turn=3, starts=2)


def happened(event):
    """An event of the given type, whatever its fields."""
    made = object.__new__(event)
    for field in event.__dataclass_fields__:
        object.__setattr__(made, field, None)
    return made


@pytest.mark.parametrize(("state", "event"), list(itertools.product(r.State, EVENTS)))
def test_every_pair_is_in_the_table_or_impossible(state, event):
    """There is no third possibility."""
    if (state, event) in r.LIFE:
        after = in_state(state).after(happened(event))
        assert (after.state, after.turn, after.starts) == (r.LIFE[state, event], 4, 0)
    else:
        with pytest.raises(Impossible, match=event.__name__):
            in_state(state).after(happened(event))


def test_the_table_has_the_arrows_of_the_house():
    """Seventeen arrows, each event in at least one of them."""
    assert len(r.LIFE) == 17
    assert {event for _, event in r.LIFE} == set(EVENTS)


def test_the_end_is_the_end():
    """Nothing leaves ANSWERED or CLOSED."""
    assert {old for old, _ in r.LIFE}.isdisjoint({r.State.ANSWERED, r.State.CLOSED})


def test_every_state_is_reachable():
    """From RECEIVED one comes everywhere."""
    reached = {r.State.RECEIVED}
    for _ in r.State:
        reached |= {new for (old, _), new in r.LIFE.items() if old in reached}
    assert reached == set(r.State)


def test_a_pause_grows_and_patience_ends():
    """Each time it is put off longer, the last pause repeats, and one day it is over."""
    request, pauses = in_state(r.State.ADMITTED), []
    for _ in range(9):
        event = request.put_off(NOW, "no route")
        pauses.append(event.until - NOW)
        request = request.after(event)
    assert pauses[:3] == [timedelta(minutes=m) for m in (1, 2, 5)]
    assert pauses[-1] == pauses[-2] == timedelta(minutes=67)
    assert request.put_off(NOW + timedelta(days=1, seconds=1), "no route") is None


def test_dns_trouble_has_three_days():
    """A request that is not judged yet has a patience of its own."""
    request = in_state(r.State.RECEIVED)
    assert request.put_off(NOW + timedelta(days=2, hours=23), "SERVFAIL") is not None
    assert request.put_off(NOW + timedelta(days=3, seconds=1), "SERVFAIL") is None


def test_what_was_never_admitted_has_no_order():
    """Asking for it is a bug, and is called one."""
    with pytest.raises(Impossible):
        _ = in_state(r.State.RECEIVED).order


def test_the_diagram_draws_every_arrow():
    """One line for each arrow, and the ends."""
    drawn = r.diagram().splitlines()
    assert drawn[0] == "stateDiagram-v2"
    assert len(drawn) == 2 + len(r.LIFE) + 2
    assert "    held --> admitted: Released" in drawn
