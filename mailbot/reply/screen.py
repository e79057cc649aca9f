"""The words of a mail, on one screen of a phone: what makes it longer is folded to "and so many more", step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mailbot.domain.request import Answer, Told
from mailbot.reply.content import content, template_of
from mailbot.reply.occasion import Occasion
from mailbot.reply.words import wrapped

LINES: Final = 25  #: of the text
_STEPS: Final = 4  #: each halves every list, and shortens what others wrote
_LEFT_OUT: Final = (("preview",), ("another",), ("done",))  #: by step, whatever else there is: the first line counts it
_WHOLE: Final = frozenset({"answer", "held"})  #: what was asked for is told whole, however long it is


def written(event: Answer, about: Occasion, more: Mapping[str, object]) -> tuple[str, str]:
    """The text and the page of *event*; the page is folded as far as the text needs it."""
    name, house, tongue = template_of(event), about.letterhead, about.tongue
    whole = isinstance(event, Told) and event.topic in _WHOLE
    text, values = "", dict[str, object]()
    for step in range(_STEPS):
        values = content(event, replace(about, tight=step)) | dict(more)
        for left_out in _LEFT_OUT[:step]:
            values |= {name: type(values.get(name, ""))() for name in left_out}
        text = wrapped(house.render(f"{name}.txt.j2", values, tongue))
        text = text if whole else _closer(text)
        if whole or text.count("\n") <= LINES:
            break
    return text, house.render(f"{name}.html.j2", values, tongue)


def _closer(text: str) -> str:
    """*text* without as many of its empty lines as keep it from the screen, the last of them first."""
    lines = text.splitlines(keepends=True)
    empty = [at for at, line in enumerate(lines) if not line.strip()]
    over = len(lines) - LINES
    gone = set(empty[-over:]) if over > 0 else set()
    return "".join(line for at, line in enumerate(lines) if at not in gone)
