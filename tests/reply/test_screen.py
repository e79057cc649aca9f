"""However much there is to say, a mail stays on one screen; what was asked for is told whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.project import Check, Finding, Path, Report, Result
from mailbot.domain.request import Answer, Asked, Built, GaveUp, Told
from mailbot.reply.screen import LINES
from tests.reply.people import DRAFT, FIRST, MODEL, answer, project

LONG = "a sentence that goes on for so long that it needs a second line and then nearly a third of them"
WORDS = tuple(f"{number}: {LONG}" for number in range(30))
MUCH = replace(
    DRAFT,
    report=Report(
        findings=tuple(
            Finding(check="js", subject=f"row {number}", result=Result.FAILED, detail=LONG) for number in range(30)
        ),
        executed=True,
        where="bubblewrap",
    ),
    files={Path(f"file{number}.py"): b"x = 1\n" for number in range(60)},
    maker=MODEL,
    done=WORDS,
    not_done=WORDS,
    assumed=WORDS[:4],
    checks=tuple(Check(number=number, kind="js", text=f"row {number}") for number in range(1, 31)),
)


@pytest.mark.parametrize("language", ["en", "pl", "fr", "de"])
@pytest.mark.parametrize(
    "event",
    [
        Built(draft=MUCH, number=2),
        GaveUp(reason=LONG * 9, draft=MUCH, number=2),
        Asked(questions=WORDS[:3], options=WORDS),
        Told(topic="retired", checks=MUCH.checks),
    ],
)
def test_a_long_answer_is_folded(event: Answer, language: str) -> None:
    """Its lists are halved until it fits, each with how many are left out; the result and the reference stay."""
    text = answer(event, Kind.REVISE, project(FIRST), language=language).text
    lines = text.splitlines()
    assert len(lines) <= LINES
    assert lines[-1].startswith("Ref ")


def test_what_was_asked_for_is_told_whole() -> None:
    """An answer in words has as many lines as it needs."""
    text = answer(Told(topic="answer", text="\n\n".join(WORDS)), Kind.QUESTION).text
    assert "29: a sentence" in text


def test_a_short_answer_is_not_folded() -> None:
    """Eight things that were done stand there all, with the lines between them."""
    text = answer(Built(draft=replace(DRAFT, done=tuple(f"thing {number}" for number in range(8))), number=1)).text
    assert "- thing 7\n" in text
    assert len(text.splitlines()) == LINES
