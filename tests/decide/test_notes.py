"""What rules ask or set that the house does not do yet."""

from __future__ import annotations

from mailbot.decide.notes import NOT_COUNTED, NOT_HONOURED, notes
from mailbot.decide.rules import rules_from


def told(**rule):
    return list(notes(rules_from([("x", {"version": 1, "rules": [{"id": "a", **rule}]})])))


def test_what_works_is_not_mentioned():
    """A note that always comes is read by nobody."""
    asks = {"usage": {"sender_day": {"gte": 3}}}
    assert told(**{"if": asks}, then={"action": "allow", "set": {"priority": 1, "max_repairs": 3}, "tag": "x"}) == []


def test_what_is_kept_but_not_done_is_mentioned():
    """With its place, in the file as in an expression, however deep."""
    if NOT_HONOURED:
        assert told(then={"set": {"model": "x"}}) == ["x: a: kept with the order, not acted on yet: model"]
    for name in NOT_COUNTED:
        words = [f"x: a: usage.{name} is not counted yet, it is always 0"]
        count = {"usage": {name: {"gte": 1}}}
        assert told(**{"if": count}, then={"tag": "x"}) == words
        assert told(**{"if": {"any": [{"not": count}]}}, then={"tag": "x"}) == words
        assert told(when=f"usage.{name} > 1", then={"tag": "x"}) == words
    assert told(then={"action": "deny", "reply": "no"}) == [
        "x: a: kept with the verdict, not acted on yet: the wording 'no'"
    ]
