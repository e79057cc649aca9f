"""What an answer took of the models in all: the plan, the judgement and every try, not only those that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailbot.build.moves import Move, Said, Turn
from mailbot.domain.project import Maker
from mailbot.domain.request import Built, GaveUp


def priced(move: Move, turns: Sequence[Turn]) -> Move:
    """*move* with everything counted that *turns*, all that were recorded for it, took of a model.

    How many tries it was stays as it is: a plan is no try.
    """
    if not isinstance(move, Built | GaveUp) or move.draft is None or move.draft.maker.kind != "model":
        return move
    took = [turn.maker for turn in turns if isinstance(turn, Said)]
    return replace(move, draft=replace(move.draft, maker=_sum(move.draft.maker, took)))


def _sum(maker: Maker, took: Sequence[Maker]) -> Maker:
    return replace(
        maker,
        seconds=sum(one.seconds for one in took),
        tokens=sum(one.tokens for one in took),
        prompt_tokens=sum(one.prompt_tokens for one in took),
        cost=sum(one.cost for one in took),
    )
