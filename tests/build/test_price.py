"""The footer's figures: all that an answer took of the models."""

from __future__ import annotations

from dataclasses import replace

from mailbot.build.moves import Said, Tried
from mailbot.build.price import priced
from mailbot.domain.project import Draft, Maker, Report
from mailbot.domain.request import Built, GaveUp, Told

MADE = Maker(kind="model", name="m", tries=1, seconds=10.0, tokens=100, prompt_tokens=60, cost=0.5)
DRAFT = Draft(title="x", files={}, report=Report(), maker=MADE)
TURNS = (
    Said(text="plan", maker=MADE),
    Said(text="files", maker=MADE),
    Tried(report=Report()),
    Said(text="", maker=MADE),
)


def test_the_plan_and_the_judgement_count() -> None:
    """In seconds, tokens and money; the tries are those of the files."""
    for move in (Built(draft=DRAFT, number=1), GaveUp(reason="x", draft=DRAFT)):
        made = priced(move, TURNS).draft.maker
        assert (made.seconds, made.tokens, made.prompt_tokens, made.cost, made.tries) == (30.0, 300, 180, 1.5, 1)


def test_what_no_model_made_costs_what_it_costs() -> None:
    """A template, a rollback, and an answer without files stay as they are."""
    scaffold = replace(DRAFT, maker=replace(MADE, kind="scaffold"))
    for move in (Built(draft=scaffold, number=1), GaveUp(reason="x"), Told(topic="help")):
        assert priced(move, TURNS) == move
