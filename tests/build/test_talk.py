"""A question as a further turn of the talk before it (rows E19, NC5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.build.answer import CUT, applied
from mailbot.build.moves import Brief, Said, Spoken
from mailbot.build.talk import begun, opening, talk
from mailbot.domain.intent import Kind
from mailbot.domain.project import Finding, Maker, Report, Result
from tests.build.test_prompt import TEXTS
from tests.fakes import order

FIRST = Brief(kind=Kind.CREATE, title="Bees", text="A page about bees.")
ANSWER = "".join(f"=== FILE: f{n}.py ===\n{f'x{n} = 1  ' * 40}\n=== END FILE ===\n" for n in range(4))
FILES = applied(ANSWER, {})
BAD = Report(findings=(Finding(check="syntax", subject="f1.py", result=Result.FAILED, detail="line 1"),))
SPOKEN = Spoken(brief=FIRST, answer=ANSWER)
REPAIR = replace(FIRST, files=FILES, answer=ANSWER, report=BAD, before=SPOKEN)
CHANGE = Brief(kind=Kind.REVISE, title="Bees", text="Make f2 blue.", files=FILES, before=SPOKEN)


def told(brief, budget=22_000):
    return talk(brief, TEXTS, budget=budget)


@pytest.mark.parametrize(
    "brief",
    [REPAIR, CHANGE, replace(CHANGE, kind=Kind.QUESTION, judging=True, files={})],
    ids=["repair", "nc5 change", "judgement"],
)
def test_a_later_question_begins_with_the_same_bytes(brief):
    """A server has read the first question and the answer to it, and keeps both."""
    first, later = told(FIRST), told(brief)
    assert later[:2] == first
    assert (later[2].role, later[2].content) == ("assistant", ANSWER)
    assert len(later[3].content) < 1_000


def test_only_what_has_changed_since_is_shown():
    """Whole; what is gone is named; the rest stands in the talk already."""
    now = {path: content for path, content in FILES.items() if path != "f3.py"} | {"f0.py": b"new = 1\n"}
    last = told(replace(CHANGE, files=now))[-1].content
    assert "=== FILE: f0.py ===\nnew = 1\n=== END FILE ===" in last
    assert "no longer in the project: f3.py" in last
    assert "f1.py" not in last


def test_a_talk_that_is_mostly_out_of_date_is_left():
    """The files as they stand are shorter then, and mislead nobody."""
    now = dict.fromkeys(FILES, b"new = 1\n")
    found = told(replace(CHANGE, files=now))
    assert len(found) == 2
    assert applied(found[1].content, {}) == now


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER + CUT,
        "Sorry.",
        ANSWER + "bla " * 5_000,
        ANSWER.replace("x0 = 1", "# ... rest of the code unchanged ...\n"),
    ],
    ids=["cut", "nothing", "chatter", "elided"],
)
def test_a_bad_answer_is_no_example_to_go_on_from(answer):
    """What was cut, empty, chatter or elided would be imitated."""
    assert len(told(replace(REPAIR, before=Spoken(brief=FIRST, answer=answer)))) == 2


@pytest.mark.parametrize("budget", [7_500, 11_500, 22_000, 54_000])
def test_a_talk_keeps_the_budget(budget):
    """Where it has no room, the question is asked anew."""
    large = "".join(f"=== FILE: f{n}.py ===\n{'x = 1  ' * 700}\n=== END FILE ===\n" for n in range(4))
    brief = replace(CHANGE, files=applied(large, {}), before=Spoken(brief=FIRST, answer=large))
    found = told(brief, budget)
    assert sum(len(one.content) for one in found) <= budget
    assert len(found) == (4 if budget >= 22_000 else 2)


def test_a_repair_of_a_revision_goes_on_from_both():
    """The talk in which the project began, the wish, its answer, and what failed."""
    edit = "=== FILE: f2.py ===\nblue = 1\n=== END FILE ===\n"
    repair = replace(CHANGE, files=applied(edit, FILES), answer=edit, report=BAD)
    plain = replace(repair, before=Spoken(brief=replace(CHANGE, before=None), answer=edit))
    found = told(begun(plain, SPOKEN))
    assert [one.role for one in found] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert found[:4] == told(CHANGE)
    assert "syntax of f1.py" in found[-1].content


def test_the_talk_in_which_a_project_began_is_made_again_from_its_turns():
    """The first question to which the model answered with files; a template has no talk."""
    wanted = order(Kind.CREATE)
    said = Said(text=ANSWER, maker=Maker(kind="model", name="m"))
    found = opening(wanted, [said])
    assert found is not None
    assert (found.answer, found.brief.text, found.brief.may_ask) == (ANSWER, wanted.intent.text, True)
    assert opening(wanted, [replace(said, maker=Maker(kind="scaffold"))]) is None
    assert opening(wanted, []) is None
