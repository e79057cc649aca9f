"""The ledger of attachments: what each file of a mail was used for, or why it was not, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailbot.domain.message import Input
from mailbot.reply.words import line, unlinked

MAX_LINES: Final = 10
MAX_LINE: Final = 200  #: characters
MAX_NAME: Final = 60


def input_lines(inputs: Sequence[Input], most: int = MAX_LINES) -> tuple[str, ...]:
    """A line for each of *inputs*, at *most* so many; the last one counts those that have none."""
    shown = inputs if len(inputs) <= most else inputs[: most - 1]
    lines = [_line(one) for one in shown]
    if rest := inputs[len(shown) :]:
        used = sum(one.used for one in rest)
        lines.append(f"and {len(rest)} more: {used} used, {len(rest) - used} not")
    return tuple(lines)


def _line(one: Input) -> str:
    name = line(one.name, MAX_NAME) or "a file without a name"
    private = " (private, it stays here)" if one.private else ""
    said = one.note if one.used else f"not used, {one.note}"
    return line(unlinked(f"{name}{private}: {said}", ()), MAX_LINE)
