"""The plan of a larger piece of work."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mailbot.build.moves import Ask, Brief, Said, Try
from mailbot.build.outline import LONG, SEEN, outline_of, pays, schema_of
from mailbot.build.plan import next_move
from mailbot.build.prompt import messages
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker
from mailbot.domain.request import Built
from tests.build.driven import block, drive, order, project
from tests.build.test_prompt import TEXTS

BIG = {f"part{n}.py": f"# part {n}\n".encode() + b"x = 1\n" * 1_000 for n in range(5)} | {"app.py": b"import part1\n"}
PLAN = json.dumps(
    {"title": "t", "change": [{"path": "app.py", "purpose": "say hello"}], "see": ["part1.py"], "new": []}
)


def revise(**more):
    return order(Kind.REVISE, text="Say hello.", **more)


async def test_a_plan_is_asked_for_where_it_pays():
    """Of a large project, or for a long wish; of a small one nothing is planned."""
    assert pays(revise().intent, await project(BIG))
    assert not pays(revise().intent, await project({"app.py": b"x" * (SEEN + 1)}))
    assert pays(order(text="x" * (LONG + 1)).intent, await project())
    assert not pays(order().intent, await project())


async def test_a_revision_of_a_large_project_is_planned_and_then_made():
    """The second question shows only the files that the plan wants."""
    known = await project(BIG)
    answers = [PLAN, block("app.py", "import part1\n\nprint('hello')")]
    run = await drive(revise(), known, lambda brief, n: answers[n - 1])
    assert isinstance(run.outcome, Built)
    first, second = run.briefs
    assert (first.outline, second.outline) == (True, False)
    assert (second.wanted, second.planned) == (("app.py", "part1.py"), ("change app.py: say hello",))
    user = messages(second, TEXTS)[1].content
    assert "=== FILE: part1.py ===" in user
    assert "=== FILE: part2.py" not in user
    assert "Further files, not shown: part0.py, part2.py" in user
    assert {path for path in BIG if BIG[path] != run.outcome.draft.files[path]} == {"app.py"}


async def test_a_plan_cannot_make_up_files_to_change():
    """The schema is an enumeration, and what is read is held against what stands."""
    brief = Brief(kind=Kind.REVISE, title="", text="", files=BIG, outline=True)
    schema = schema_of(brief)
    assert schema["properties"]["see"]["items"]["enum"] == sorted(BIG)
    made = outline_of(
        '{"change": [{"path": "nope.py"}, {"path": "app.py"}], "see": ["../etc"], "new": ["/x", "b.py"]}', BIG
    )
    assert (made.change, made.see, made.new) == (("app.py",), (), ("b.py", "nope.py"))
    assert schema_of(replace(brief, outline=False)) is None


@pytest.mark.parametrize(
    "answer",
    ["", "I would change app.py.", "{", '{"change": "app.py"}', '{"files": [{"path": "app.py", "content": "x"}]}', "[]",
     '{"change": []}', "=== FILE: app.py ===\nx\n=== END FILE ===\n", '{"change": [1, null, {"path": 3}]}'],
)  # fmt: skip
def test_what_is_no_plan_is_none(answer):
    """Words, broken JSON, or files at once."""
    assert outline_of(answer, BIG) is None


async def test_a_model_that_answers_with_files_at_once_is_not_asked_again():
    """A plan is never required."""
    turn = Said(text=block("app.py", "print(1)"), maker=Maker(kind="model"), base=1)
    move = next_move(revise(), [turn], await project(BIG))
    assert isinstance(move, Try)
    assert move.files["app.py"] == b"print(1)\n"


async def test_a_model_that_cannot_plan_is_asked_for_the_files():
    """Its first words are passed over, once."""
    turn = Said(text="Sure, I will!", maker=Maker(kind="model"), base=1)
    move = next_move(revise(), [turn], await project(BIG))
    assert isinstance(move, Ask)
    assert (move.brief.outline, move.brief.wanted, move.brief.answer) == (False, (), "")


def test_the_question_for_a_plan_names_every_file_and_shows_none():
    """It is short, whatever the project."""
    brief = Brief(kind=Kind.REVISE, title="T", text="Say hello.", files=BIG, outline=True)
    user = messages(brief, TEXTS)[1].content
    assert "app.py, part0.py" in user
    assert "=== FILE:" not in user
    assert len(user) < 2_000
