"""What one request may take of the models, and how it ends there."""

from __future__ import annotations

import pytest

from mailbot.build.caps import capped
from mailbot.build.moves import Said
from mailbot.domain.grants import Grants
from mailbot.domain.project import Maker
from mailbot.domain.request import Built, Caps, GaveUp
from tests.build.driven import GOOD, HAS_README, PAGE, SAYS_BEES, block, drive, order, project


def spent(*, seconds=0.0, tokens=0, cost=0.0):
    return Said(text="", maker=Maker(kind="model", seconds=seconds, tokens=tokens, cost=cost))


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        ([spent()] * 10, "asked 10 times"),
        ([spent(seconds=300)] * 3, "15 minutes"),
        ([spent(tokens=200_000)], "200,000 tokens"),
        ([spent(cost=0.6)] * 2, "it cost 1.20"),
    ],
)
def test_x7_each_cap_ends_it_in_words(turns, words):
    """Answers, time, tokens and money; just below it goes on."""
    wanted = order(caps=Caps(cost=1.0))
    assert words in capped(wanted, turns)
    assert capped(wanted, turns[:-1]) == ""


def test_without_a_price_there_is_no_cap_of_money():
    """A local model costs nothing."""
    assert capped(order(), [spent(cost=1_000.0)]) == ""


def test_a_slow_model_may_give_three_answers():
    """Time scales with the measured speed: twenty minutes an answer is no reason to stop after one."""
    assert capped(order(), [spent(seconds=1_200)] * 2) == ""
    assert capped(order(), [spent(seconds=1_200)] * 3) != ""


def test_the_time_that_a_rule_sets_is_not_stretched():
    """An admin's limit is a limit."""
    assert capped(order(set=Grants(timeout=60)), [spent(seconds=61)]) != ""


async def test_at_the_cap_the_best_try_is_told():
    """With the reason, and with what there is."""
    wanted = order(criteria=(HAS_README, SAYS_BEES), caps=Caps(tokens=100))
    run = await drive(wanted, await project(), lambda brief, n: block("index.html", PAGE + f"<!-- {n} -->"))
    assert run.calls == 1
    assert isinstance(run.outcome, Built)
    assert run.outcome.draft.not_done == (HAS_README.text,)


async def test_at_the_cap_without_anything_it_is_given_up():
    """The reason is the cap."""
    run = await drive(order(caps=Caps(calls=2)), await project(), lambda brief, n: f"Let me think {n}.")
    assert isinstance(run.outcome, GaveUp)
    assert "asked 2 times" in run.outcome.reason


async def test_what_was_said_about_fewer_words_counts_for_the_caps():
    """A mail that joins begins the build anew, and not the account."""
    earlier = [spent(tokens=100_000)] * 2
    run = await drive(order(fresh=2), await project(), lambda brief, n: GOOD[brief.kind], turns=earlier)
    assert run.calls == 0
    assert isinstance(run.outcome, GaveUp)
    assert "tokens" in run.outcome.reason


@pytest.mark.parametrize("cut", range(9))
async def test_a_build_goes_on_from_wherever_it_died(cut):
    """Eight turns: from every prefix of them the end is the same, and no recorded answer is asked for again."""
    broken = ("def (", "x = [", "y = )")
    answers = [*(GOOD["create"] + block("a.py", text) for text in broken), block("a.py", "x = 1")]
    wanted, standing = order(criteria=(HAS_README, SAYS_BEES)), await project()
    whole = await drive(wanted, standing, lambda brief, n: answers[n - 1])
    assert len(whole.turns) == 8
    known = whole.turns[:cut]
    said = sum(isinstance(turn, Said) for turn in known)
    again = await drive(wanted, standing, lambda brief, n: answers[said + n - 1], turns=known)
    assert again.calls == whole.calls - said
    assert again.outcome == whole.outcome
    assert isinstance(whole.outcome, Built)
