"""The ledger of checks: it only grows, nothing that held breaks unseen, and only a person takes a check out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.build.ledger import accepted, settled, standing
from mailbot.build.moves import Ask, Tried, Try
from mailbot.build.plan import next_move
from mailbot.domain.intent import Command, Kind
from mailbot.domain.project import Check, Finding, Report, Result, latest
from mailbot.domain.request import Built, GaveUp, Told
from tests.build.driven import (
    HAS_README,
    HONEY,
    PAGE,
    README,
    SAYS_BEES,
    SAYS_HONEY,
    STOOD,
    block,
    drive,
    order,
    project,
)

WASPS = HONEY.replace("<h1>Bees</h1>", "<h1>Wasps</h1>")
PROSE = Check(number=1, kind="prose", text="It must look friendly")


def drop(number, *, undo=False):
    return Command(line=f"{'keep' if undo else 'drop'} {number}", kind=Kind.RETIRE, number=number, undo=undo)


async def sales():
    return await project(STOOD, checks=(HAS_README, SAYS_BEES))


def revise(*criteria, **more):
    return order(Kind.REVISE, text="Add the word Honey below the list.", criteria=criteria or (SAYS_HONEY,), **more)


async def test_new_criteria_are_numbered_behind_the_old():
    """Numbers never change and none is used again, not even that of a check that was dropped."""
    known = await project(STOOD, checks=(HAS_README, replace(SAYS_BEES, number=7, retired=True)))
    assert [one.number for one in accepted(revise(SAYS_HONEY, PROSE), known)] == [8, 9]


async def test_what_is_asked_twice_is_one_check():
    """Said again in a later mail it stays the old one; one that was dropped and is asked again is new."""
    known = await sales()
    again = replace(SAYS_BEES, number=1, text="The page must say bees, again")
    assert accepted(revise(again), known) == ()
    without = replace(known, checks=latest((*known.checks, replace(SAYS_BEES, retired=True))))
    assert [one.number for one in accepted(revise(again), without)] == [3]


async def test_a_revision_adds_its_checks_to_those_that_stood():
    """They are all tried, and the new one goes into the ledger with the version."""
    run = await drive(revise(), await sales(), lambda brief, n: block("index.html", HONEY))
    assert isinstance(run.outcome, Built)
    assert [(one.number, one.text) for one in run.outcome.draft.checks] == [(3, SAYS_HONEY.text)]
    assert {one.subject for one in run.turns[-1].report.findings} >= {HAS_README.text, SAYS_BEES.text, SAYS_HONEY.text}


async def test_j5_a_planted_regression_is_repaired():
    """The model sees which check broke, with its number in the words; the second answer mends it."""
    answers = [block("index.html", WASPS), block("index.html", HONEY)]
    run = await drive(revise(), await sales(), lambda brief, n: answers[n - 1])
    assert isinstance(run.outcome, Built)
    assert run.outcome.draft.not_done == ()
    assert [one.subject for one in run.briefs[1].report.failures] == [SAYS_BEES.text]


async def test_j5_a_regression_that_is_not_repaired_is_no_version():
    """The older one stays; the try goes along under its number, and its checks are not the project's."""
    run = await drive(revise(), await sales(), lambda brief, n: block("index.html", WASPS + f"<!-- {n} -->\n"))
    assert isinstance(run.outcome, GaveUp)
    assert (run.outcome.number, SAYS_BEES.text in run.outcome.reason) == (2, True)
    assert run.outcome.draft.not_done == (SAYS_BEES.text,)
    assert SAYS_HONEY.text in run.outcome.draft.done


@pytest.mark.parametrize("seed", range(20))
async def test_a_regression_is_caught_wherever_it_is_planted(seed):
    """Any line that a check needs, taken out of any good answer: never a "done"."""
    checks = tuple(
        Check(number=n, kind="file", text=f"row {n} must be there", spec=f"index.html: bee number {n}</li>")
        for n in range(1, 21)
    )
    broken = "\n".join(line for line in HONEY.split("\n") if not line.startswith(f"<li>bee number {seed + 1}<"))
    known = await project(STOOD, checks=checks)
    run = await drive(revise(), known, lambda brief, n: block("index.html", broken))
    assert isinstance(run.outcome, GaveUp)
    assert run.outcome.draft.not_done == (f"row {seed + 1} must be there",)


async def test_e35_a_check_that_failed_before_is_told_and_not_repaired():
    """It is no business of this wish; the version counts, and says what is still missing."""
    known = await project({**STOOD, "README.md": b"# Other\n"}, checks=(HAS_README, SAYS_BEES))
    run = await drive(revise(), known, lambda brief, n: block("index.html", HONEY))
    assert isinstance(run.outcome, Built)
    assert (run.calls, run.outcome.draft.not_done) == (1, (HAS_README.text,))


async def test_a_first_version_may_be_part_of_the_wish():
    """There is nothing older that could stay; what is missing is said in the author's words."""
    run = await drive(order(criteria=(HAS_README, SAYS_BEES)), await project(), lambda b, n: block("index.html", PAGE))
    assert isinstance(run.outcome, Built)
    assert (run.outcome.draft.done, run.outcome.draft.not_done) == ((SAYS_BEES.text,), (HAS_README.text,))


async def test_a_first_version_of_which_nothing_holds_is_none():
    """Not one point of the author was met: it goes along as a try, and no version begins."""
    run = await drive(order(criteria=(HAS_README,)), await project(), lambda b, n: block("index.html", PAGE))
    assert isinstance(run.outcome, GaveUp)
    assert run.outcome.number == 1


async def test_a_program_that_is_broken_is_not_sent():
    """Not even as a try."""
    run = await drive(order(), await project(), lambda brief, n: block("a.py", "def ("))
    assert isinstance(run.outcome, GaveUp)
    assert run.outcome.number == 0


async def test_what_nobody_checked_is_not_done():
    """Prose is unverified: no failure, and among nothing that is called done."""
    answer = block("index.html", PAGE) + block("README.md", README)
    run = await drive(order(criteria=(PROSE,)), await project(), lambda brief, n: answer)
    assert isinstance(run.outcome, Built)
    assert run.outcome.draft.done == ()
    assert standing(run.outcome.draft.report, run.outcome.draft.checks, await project()).unverified == (PROSE,)


async def test_drop_and_keep_change_the_ledger():
    """ "drop 2" takes it out, "keep 2" brings it back; what is so already, or is not there, changes nothing."""
    known = await sales()
    gone = settled([drop(2), drop(9), drop(1, undo=True)], known)
    assert gone == (replace(SAYS_BEES, retired=True),)
    assert settled([drop(2), drop(2, undo=True)], known) == ()
    without = replace(known, checks=(*known.checks, *gone))
    assert without.in_force == (HAS_README,)
    assert settled([drop(2, undo=True)], without) == (SAYS_BEES,)


async def test_a_mail_that_only_drops_a_check_is_told_so():
    """No model, no version."""
    wanted = order(Kind.RETIRE, text="drop 2", commands=(drop(2),))
    move = next_move(wanted, [], await sales())
    assert move == Told(topic="retired", checks=(replace(SAYS_BEES, retired=True),))


async def test_a_wish_that_drops_a_check_need_not_pass_it():
    """The version that comes of it takes the check out of the ledger."""
    run = await drive(revise(commands=(drop(2),)), await sales(), lambda brief, n: block("index.html", WASPS))
    assert isinstance(run.outcome, Built)
    assert replace(SAYS_BEES, retired=True) in run.outcome.draft.checks


async def test_j11_a_rollback_parks_what_no_longer_holds():
    """v3 = v1 exactly; the check that only v2 passed counts no more, and the others do."""
    first, second = {**STOOD}, {**STOOD, "index.html": HONEY.encode()}
    known = await project(first, second, checks=(HAS_README, SAYS_BEES, replace(SAYS_HONEY, number=3)))
    run = await drive(order(Kind.ROLLBACK, revision=1), known, lambda brief, n: "")
    assert isinstance(run.outcome, Built)
    assert (run.calls, run.outcome.draft.files, run.outcome.number) == (0, first, 3)
    assert run.outcome.draft.checks == (replace(SAYS_HONEY, number=3, retired=True),)


async def test_a_model_never_overrules_a_check():
    """What a model calls done is not: its own list is left where the machine says no."""
    known = await sales()
    move = next_move(revise(), [], known)
    assert isinstance(move, Ask)
    bad = Report(findings=(Finding(check="file", subject=SAYS_HONEY.text, result=Result.FAILED),))
    run = await drive(revise(), known, lambda brief, n: block("index.html", HONEY), sandbox=Saying(bad))
    assert isinstance(run.outcome, GaveUp)


class Saying:
    """A sandbox that finds what it is told to."""

    def __init__(self, report):
        self.report = report

    async def check(self, files, checks):
        return self.report


async def test_the_best_try_is_kept_and_not_the_last():
    """Of three the first had two things missing, the second one, the third two others."""
    wanted = order(criteria=(HAS_README, SAYS_BEES, replace(SAYS_HONEY, number=3)))
    wasps = PAGE.replace("<h1>Bees</h1>", "<h1>Wasps</h1>")
    answers = [block("index.html", PAGE), block("README.md", README), block("index.html", wasps)]
    run = await drive(wanted, await project(), lambda brief, n: answers[min(n, 3) - 1])
    assert isinstance(run.outcome, Built)
    assert run.calls > 2
    assert run.outcome.draft.not_done == (SAYS_HONEY.text,)


async def test_a_try_comes_with_every_check_in_force():
    """Not with those that were dropped."""
    known = await sales()
    without = replace(known, checks=(*known.checks, replace(SAYS_BEES, retired=True)))
    move = next_move(order(Kind.ROLLBACK, revision=1), [], without)
    assert isinstance(move, Try)
    assert move.checks == (HAS_README,)
    assert isinstance(next_move(order(Kind.ROLLBACK, revision=1), [Tried(report=Report(), base=1)], without), Built)
