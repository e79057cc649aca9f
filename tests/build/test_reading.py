"""What only a reader can judge is judged once, from the record, after the machines have said yes."""

from __future__ import annotations

import json

from mailbot.build.prompt import messages
from mailbot.domain.intent import Kind
from mailbot.domain.project import Check, Result
from mailbot.domain.request import Built
from tests.build.driven import GOOD, drive, order, project
from tests.build.test_prompt import TEXTS

PROSE = Check(number=1, kind="prose", text="It looks like a list of bees")


def says(verdict, passage):
    return json.dumps({"judgements": [{"check": 1, "verdict": verdict, "passage": passage}]})


def scripted(*answers):
    """A model that says these in turn; what it was asked is kept."""
    asked = []

    def answer(brief, _number):
        asked.append(brief)
        return answers[len(asked) - 1]

    return answer, asked


async def read(answer):
    model, asked = scripted(GOOD[Kind.CREATE], answer)
    driven = await drive(order(criteria=[PROSE]), await project(), model)
    return driven, asked


async def test_a_passage_of_the_record_carries_the_verdict():
    """It is called a reading, and names what it rests on."""
    driven, asked = await read(says("holds", "<li>bee number 3</li>"))
    assert isinstance(driven.outcome, Built)
    [found] = [one for one in driven.outcome.draft.report.findings if one.check == "prose"]
    assert found.result is Result.PASSED
    assert "my reading" in found.detail
    assert [brief.judging for brief in asked] == [False, True]


async def test_a_verdict_without_a_passage_is_none():
    """The model's word alone proves nothing."""
    driven, _ = await read(says("holds", "it is a wonderful page"))
    [found] = [one for one in driven.outcome.draft.report.findings if one.check == "prose"]
    assert found.result is Result.UNCHECKED


async def test_a_judgement_changes_no_file():
    """Even where it holds one: it is read as a judgement and nothing else."""
    driven, _ = await read(GOOD[Kind.REVISE])
    assert isinstance(driven.outcome, Built)
    assert b"Honey" not in driven.outcome.draft.files["index.html"]


async def test_a_reading_that_fails_is_shown_and_not_repaired():
    """A model's no stands over no machine's yes."""
    driven, asked = await read(says("fails", "<li>bee number 3</li>"))
    assert isinstance(driven.outcome, Built)
    assert len(asked) == 2


async def test_what_machines_can_judge_is_not_asked():
    """One answer is enough."""
    model, asked = scripted(GOOD[Kind.CREATE])
    driven = await drive(order(), await project(), model)
    assert isinstance(driven.outcome, Built)
    assert len(asked) == 1


async def test_the_question_is_all_that_the_model_gets():
    """Nothing asks for plain words beside it."""
    _, asked = await read(says("unclear", ""))
    user = messages(asked[1], TEXTS)[1].content
    assert user.startswith("Judge from the record below")
    assert "plain words" not in user
