"""What a revision changed in its files, line by line, for the page of the reply: short, and in bounded time.

A diff can be made to take minutes by files that are written for it. So it is looked for only as long as it stays
small: beyond MOST_CHANGES lines of one file nothing is shown, and the line of counts says it all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers.diff import DiffLexer  # type: ignore[import-untyped]

from mailbot.domain.project import Path, Tree

MOST_FILES: Final = 3
MOST_LINES: Final = 24  #: of all that is shown
MOST_CHANGES: Final = 16  #: lines that are new or gone in one file
MOST_BYTES: Final = 400_000  #: of one file
WIDTH: Final = 120  #: characters of one line
_AROUND: Final = 1  #: lines that are shown before and after a change
Step = tuple[str, str]  #: a sign (blank, +, -), and a line
Clean = Callable[[str, int], str]


def difference(before: Tree, after: Tree, clean: Clean) -> tuple[str, ...]:
    """The lines of a unified diff of *before* and *after*; none where there is too much to show."""
    shown: list[str] = []
    changed = sorted(path for path in before.keys() & after.keys() if before[path] != after[path])
    for path in changed[:MOST_FILES]:
        lines = _of_file(before[path], after[path])
        if lines and len(shown) + len(lines) + 1 <= MOST_LINES:
            shown += [f"@@ {_name(path, clean)} @@", *(sign + _line(text, clean) for sign, text in lines)]
    return tuple(shown)


def coloured(lines: Sequence[str]) -> Markup:
    """The same for a page: each line of a class of Pygments, everything else escaped."""
    if not lines:
        return Markup("")
    return Markup(highlight("\n".join(lines) + "\n", DiffLexer(), HtmlFormatter(nowrap=True)))  # noqa: S704  (it escapes)


def _of_file(old: bytes, new: bytes) -> list[Step]:
    """The changed lines with what stands around them."""
    if b"\0" in old + new or max(len(old), len(new)) > MOST_BYTES:
        return []
    steps = script(old.decode("utf-8", "replace").splitlines(), new.decode("utf-8", "replace").splitlines())
    near = {at + shift for at, (sign, _) in enumerate(steps) if sign != " " for shift in range(-_AROUND, _AROUND + 1)}
    return [step for at, step in enumerate(steps) if at in near]


def script(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    """How *old* becomes *new* by the fewest steps (Myers); none where that takes more than MOST_CHANGES."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    first = max(0, start - _AROUND)
    old, new = old[first:], new[first:]
    reached, trail = {1: 0}, list[dict[int, int]]()
    for steps in range(MOST_CHANGES + 1):
        trail.append(dict(reached))
        for k in range(-steps, steps + 1, 2):
            down = k == -steps or (k != steps and reached[k - 1] < reached[k + 1])
            x = reached[k + 1] if down else reached[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            reached[k] = x
            if x >= len(old) and x - k >= len(new):
                return _back(old, new, trail)
    return []


def _back(old: Sequence[str], new: Sequence[str], trail: Sequence[dict[int, int]]) -> list[Step]:
    """The way from the end to the beginning, turned round."""
    steps, x, y = list[Step](), len(old), len(new)
    for number in range(len(trail) - 1, -1, -1):
        reached, k = trail[number], x - y
        down = k == -number or (k != number and reached[k - 1] < reached[k + 1])
        last = k + 1 if down else k - 1
        from_x = reached[last]
        from_y = from_x - last
        while x > max(from_x, 0) and y > max(from_y, 0):
            x, y = x - 1, y - 1
            steps.append((" ", old[x]))
        if number:
            steps.append(("+", new[from_y]) if down else ("-", old[from_x]))
            x, y = from_x, from_y
    return steps[::-1]


def _name(path: Path, clean: Clean) -> str:
    return clean(path, 60)


def _line(text: str, clean: Clean) -> str:
    """One line of a file, its indent kept."""
    indent = len(text) - len(text.lstrip())
    return " " * min(indent, 40) + clean(text, WIDTH)
