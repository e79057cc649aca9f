"""One passage of a file replaced by another, found exactly or with another indent; never by likeness."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 400  #: lines of a passage that is looked for with another indent


def edited(content: bytes, search: str, replace: str) -> tuple[str, str]:
    """The file's new text, or why the passage cannot be replaced."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "", "it is no text that could be edited"
    if not search.strip():
        return "", "an edit of it names no passage to replace"
    found = text.count(search)
    if found == 1:
        return text.replace(search, replace), ""
    if found > 1:
        return "", f"the passage to replace stands in it {found} times; name more of its lines"
    return _indented(text, search.split("\n"), replace.split("\n"))


def _indented(text: str, search: list[str], replace: list[str]) -> tuple[str, str]:
    """Find the passage where every line of it is indented by the same amount more or less."""
    lines = text.split("\n")
    wanted = [line.strip() for line in search]
    if len(wanted) > _LONGEST:
        return "", "the passage to replace was not found in it"
    stripped = [line.strip() for line in lines]
    size = len(wanted)
    places = [
        at for at in range(len(lines) - size + 1) if stripped[at] == wanted[0] and stripped[at : at + size] == wanted
    ]
    shifts = [(at, shift) for at in places if (shift := _shift(search, lines[at : at + size])) is not None]
    if len(shifts) != 1:
        return "", "the passage to replace was not found in it" if not shifts else "it stands in it several times"
    at, shift = shifts[0]
    moved = [_moved(line, shift) for line in replace]
    return "\n".join([*lines[:at], *moved, *lines[at + size :]]), ""


def _shift(search: list[str], found: list[str]) -> int | None:
    """By how many columns all lines differ, if by the same number."""
    amounts = {_indent(there) - _indent(here) for here, there in zip(search, found, strict=True) if here.strip()}
    return amounts.pop() if len(amounts) == 1 else None


def _moved(line: str, shift: int) -> str:
    if not line.strip():
        return line
    return " " * shift + line if shift > 0 else line[min(-shift, _indent(line)) :]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
