"""Answers that are kept for a while."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.build.plan import Brief, Said
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker
from mailbot.models.remembered import MAX_KEPT, Kept, Remembered, key_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ASKED = Brief(kind=Kind.QUESTION, title="", text="Why are bees yellow?")


@dataclass
class Counted:
    """A model that counts what it is asked."""

    asked: list = field(default_factory=list)
    text: str = "Because."
    host = "h"

    async def ask(self, brief):
        self.asked.append(brief)
        return Said(text=self.text, maker=Maker(kind="model", name="m", tokens=9, seconds=1.5, cost=0.5))


def remembered(**more):
    model, now = Counted(**more), [NOW]
    return model, now, Remembered(model=model, clock=lambda: now[0], lasts=timedelta(hours=1))


async def test_the_same_question_is_asked_once():
    """The second answer costs nothing, and says so."""
    model, _, room = remembered()
    first, second = await room.ask(ASKED), await room.ask(ASKED)
    assert (first.text, second.text, len(model.asked)) == ("Because.", "Because.", 1)
    assert (second.maker.tokens, second.maker.seconds, second.maker.cost, second.maker.name) == (0, 0, 0, "m")
    assert room.host == "h"


async def test_after_its_time_it_is_asked_again():
    """The world may have changed."""
    model, now, room = remembered()
    for minutes in (0, 59, 60):
        now[0] = NOW + timedelta(minutes=minutes)
        await room.ask(ASKED)
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Why?"},
        {"title": "Bees"},
        {"material": "Bees are blue."},
        {"answer": "x"},
    ],
)
async def test_another_question_is_another_answer(change):
    """Whatever differs."""
    model, _, room = remembered()
    await room.ask(ASKED)
    await room.ask(replace(ASKED, **change))
    assert len(model.asked) == 2
    assert key_of(ASKED) != key_of(replace(ASKED, **change))


@pytest.mark.parametrize("change", [{"kind": Kind.CREATE}, {"kind": Kind.REVISE}, {"files": {"a": b"1"}}])
async def test_a_build_is_never_remembered(change):
    """Nor what is asked about a project."""
    model, _, room = remembered()
    for _ in range(2):
        await room.ask(replace(ASKED, **change))
    assert len(model.asked) == 2


async def test_a_time_of_nothing_keeps_nothing():
    """It can be switched off."""
    model, _, room = remembered()
    room = replace(room, lasts=timedelta())
    for _ in range(2):
        await room.ask(ASKED)
    assert len(model.asked) == 2


async def test_a_long_answer_is_not_kept():
    """Memory has a limit."""
    model, _, room = remembered(text="x" * (MAX_KEPT + 1))
    for _ in range(2):
        await room.ask(ASKED)
    assert len(model.asked) == 2


def test_the_one_that_was_used_longest_ago_goes_first():
    """And no more than so many are kept."""
    kept, said = Kept(most=2), Said(text="a", maker=Maker(kind="model"))
    kept.put("a", said, NOW)
    kept.put("b", said, NOW)
    before = NOW - timedelta(seconds=1)
    kept.get("a", before)
    kept.put("c", said, NOW)
    assert [bool(kept.get(key, before)) for key in "abc"] == [True, False, True]


def test_surrogates_of_a_broken_mail_have_a_key():
    """Nothing that a mail holds is a bug."""
    assert key_of(replace(ASKED, text="\udce9\x00"))
