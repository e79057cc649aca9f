"""The fair meter: what is left to the author, where a rule counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailbot.domain.grants import Meter, Quota
from mailbot.domain.request import Built
from mailbot.reply.compose import compose
from tests.reply.people import DRAFT, LETTERHEAD, MESSAGE, project, request


def footer(*meters: Any, language: str = "") -> str:
    """The line of a reply's text that says what made it."""
    made = request(language=language)
    order = replace(made.order, meters=tuple(Meter(quota=Quota(**quota), used=used) for quota, used in meters))
    reply = compose(Built(draft=DRAFT, number=1), replace(made, admitted=order), MESSAGE, project(), LETTERHEAD)
    return reply.text[reply.text.index("-- v1") :].partition("Ref")[0].replace("\n", " ")


@pytest.mark.parametrize(("every", "said"), [("hour", "this hour"), ("day", "today"), ("week", "this week")])
def test_it_says_what_is_left(every: str, said: str) -> None:
    """Of the author's own quota, this mail counted."""
    assert f"19 of 20 left {said}" in footer(({"per": "sender", "max": 20, "every": every}, 1))


def test_the_tightest_counts_and_never_goes_below_nothing() -> None:
    """And what all people share is nobody's business."""
    own = ({"per": "sender", "max": 20, "every": "day"}, 25), ({"per": "sender", "max": 90, "every": "month"}, 30)
    assert "0 of 20 left today" in footer(*own)
    assert "left" not in footer(({"per": "all", "max": 5, "every": "day"}, 1))
    assert "left" not in footer()
