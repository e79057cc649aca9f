"""How much of the models one request may take: answers, time, tokens, money. What was spent is read from its turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailbot.build.moves import Said, Turn
from mailbot.domain.request import Admitted

_ANSWERS: Final = 3  #: of a slow model, that it may always give: a first one and two repairs
_MINUTE: Final = 60


def capped(order: Admitted, turns: Sequence[Turn]) -> str:
    """Why the model may not be asked again, in words for the author; empty while it may."""
    caps, makers = order.caps, [turn.maker for turn in turns if isinstance(turn, Said)]
    if len(makers) >= caps.calls:
        return f"the model was asked {len(makers)} times, which is the most for one request"
    seconds = sum(maker.seconds for maker in makers)
    if makers and seconds >= _seconds(order, max(maker.seconds for maker in makers)):
        return f"the model wrote for {_span(seconds)}, which is the most for one request"
    tokens = sum(maker.tokens for maker in makers)
    if tokens >= caps.tokens:
        return f"it took {tokens:,} tokens; the most for one request is {caps.tokens:,}"
    cost = sum(maker.cost for maker in makers)
    if caps.cost and cost >= caps.cost:
        return f"it cost {cost:.2f}; the most for one request is {caps.cost:.2f}"
    return ""


def _seconds(order: Admitted, longest: float) -> float:
    """A rule's own limit holds as it stands; ours grows with a slow model."""
    return order.set.timeout or max(order.caps.seconds, _ANSWERS * longest)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} minutes"
