"""A model's answer, read line by line into what is to be done to files.

A machine of one pass: only markers at the beginning of a line mean anything, and a file is
ended by its own kind of marker, so that code about markers does not end it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from mailbot.build.faults import fault
from mailbot.build.markers import Marker, Sign, label, marker, path_in_comment, path_in_info, tag_end

_SEARCH: Final = re.compile(r"<{5,9} ?SEARCH>?")
_DIVIDE: Final = re.compile(r"={5,9}")
_REPLACE: Final = re.compile(r">{5,9} ?REPLACE")
_PROSE: Final = (".md", ".markdown")
_CUT: Final = "the answer was cut off in the middle of it"


@dataclass(frozen=True, kw_only=True)
class Write:
    """A whole file; *trouble* says why it cannot be used."""

    path: str
    text: str
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One passage of a file replaced by another; *trouble* says why it cannot be used."""

    path: str
    search: str = ""
    replace: str = ""
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Delete:
    """A file taken away."""

    path: str


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question to the author, with what is done if nobody answers it."""

    text: str


Step = Write | Edit | Delete | Query


def steps(text: str, *, cut: bool) -> list[Step]:
    """What *text* says is to be done, in order. *cut*: it ends where its limit was, so its last line is no marker."""
    reading = Reading()
    reading.feed(text)
    return reading.end(cut=cut)


class Reading:
    """An answer that is read while it comes, in pieces of any size; pieces make no difference to what is read."""

    def __init__(self) -> None:
        self._machine = _Machine()
        self._rest = ""

    def feed(self, piece: str) -> None:
        """Read the lines that are whole now. A carriage return waits for what follows it."""
        *lines, rest = (self._rest + piece).replace("\r\n", "\n").split("\n")
        kept = rest.endswith("\r")
        *more, last = rest.removesuffix("\r").split("\r")
        for line in (*(part for whole in lines for part in whole.split("\r")), *more):
            self._machine.line(line)
        self._rest = last + "\r" * kept

    def end(self, *, cut: bool) -> list[Step]:
        """Nothing more comes; what was read. *cut*: what came last is no whole line."""
        self.feed("\n" if self._rest.endswith("\r") else "")
        if not cut and self._rest:
            self._machine.line(self._rest)
        self._machine.end(_CUT if cut else "")
        return self._machine.steps


def whole(path: str, text: str) -> Write:
    """A file that came as one piece of text."""
    lines = _trimmed(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    plain = "\n".join(lines) + "\n" if lines else ""
    return Write(path=path, text=plain, trouble=fault(path, plain))


@dataclass
class _File:
    """A file that is being read."""

    sign: Sign
    path: str
    style: str
    lines: list[str] = field(default_factory=list)
    depth: int = 0  #: fences opened inside a fenced Markdown file


@dataclass
class _Edits:
    """A block of edits that is being read."""

    path: str
    part: str = ""  #: search, replace, or nothing between two edits
    search: list[str] = field(default_factory=list)
    replace: list[str] = field(default_factory=list)


@dataclass
class _Machine:
    steps: list[Step] = field(default_factory=list)
    open: _File | _Edits | None = None
    label: str = ""  #: the path that the prose above announced

    def line(self, line: str) -> None:
        match self.open:
            case None:
                self._outside(line)
            case _Edits() as edits:
                self._edit(edits, line)
            case _File(sign=Sign.FENCE) as file:
                self._fenced(file, line)
            case _File(sign=Sign.TAG) as file:
                self._tagged(file, line)
            case _File() as file:
                self._marked(file, line)

    def end(self, trouble: str) -> None:
        """The answer is over."""
        match self.open:
            case _Edits(part="", path=path) if not trouble or not path:
                self.open = None
            case _Edits(path=path):
                self.steps.append(Edit(path=path, trouble=trouble or "an edit of it has no end"))
            case _File():
                self._close(trouble)
            case None:
                pass

    def _outside(self, line: str) -> None:
        found = marker(line)
        if found:
            self._begin(found)
        elif line.strip():
            self.label = label(line) or (self.label if len(line) <= 60 else "")  # noqa: PLR2004  (a remark under a label)

    def _begin(self, found: Marker) -> None:
        above, self.label = self.label, ""
        match found.sign:
            case Sign.DELETE:
                self.steps.append(Delete(path=found.path))
            case Sign.ASK:
                self.steps.append(Query(text=" ".join(found.path.split())))
            case Sign.EDIT:
                self.open = _Edits(path=found.path)
            case Sign.FILE:
                self.open = _File(sign=Sign.FILE, path=found.path, style=found.style)
            case Sign.TAG:
                self._begin_tag(found)
            case Sign.FENCE:
                self.open = _File(sign=Sign.FENCE, path=path_in_info(found.rest) or above, style=found.style)
            case _:
                pass  # an end of nothing

    def _begin_tag(self, found: Marker) -> None:
        self.open = file = _File(sign=Sign.TAG, path=found.path, style="")
        if found.rest.strip():
            self._tagged(file, found.rest)

    def _marked(self, file: _File, line: str) -> None:
        found = marker(line)
        same = found is not None and found.style == file.style
        if found and same and found.sign is Sign.END:
            self._close()
        elif found and same and found.sign in {Sign.FILE, Sign.DELETE, Sign.EDIT}:
            self._close()
            self._begin(found)
        else:
            file.lines.append(line)

    def _tagged(self, file: _File, line: str) -> None:
        rest = tag_end(line)
        if rest is None:
            file.lines.append(line)
            return
        if rest.strip():
            file.lines.append(rest)
        self._close()

    def _fenced(self, file: _File, line: str) -> None:
        found = marker(line)
        if found and found.sign is Sign.FENCE and found.style[0] == file.style[0]:
            self._fence_in_fence(file, found, line)
        elif found and found.sign in {Sign.FILE, Sign.DELETE, Sign.EDIT} and found.style == "=" and not file.depth:
            self._close()
            self._begin(found)
        else:
            file.lines.append(line)

    def _fence_in_fence(self, file: _File, found: Marker, line: str) -> None:
        inner = len(found.style) < len(file.style)
        if found.rest and not inner and file.path.lower().endswith(_PROSE):
            file.depth += 1
        elif not found.rest and not inner and file.depth:
            file.depth -= 1
        elif not found.rest and not inner:
            self._close()
            return
        file.lines.append(line)

    def _edit(self, edits: _Edits, line: str) -> None:
        word = line.strip()
        if _SEARCH.fullmatch(word):
            edits.part, edits.search, edits.replace = "search", [], []
        elif edits.part == "search" and _DIVIDE.fullmatch(word):
            edits.part = "replace"
        elif edits.part == "replace" and _REPLACE.fullmatch(word):
            made = Edit(path=edits.path, search="\n".join(edits.search), replace="\n".join(edits.replace))
            self.steps.append(made)
            edits.part = ""
        else:
            self._in_edit(edits, line)

    def _in_edit(self, edits: _Edits, line: str) -> None:
        found = marker(line)
        ends = found is not None and found.sign in {Sign.END, Sign.FILE, Sign.DELETE, Sign.EDIT} and found.style == "="
        if found and ends:
            if edits.part:
                self.steps.append(Edit(path=edits.path, trouble="an edit of it has no end"))
            self.open = None
            if found.sign is not Sign.END:
                self._begin(found)
        elif edits.part:
            (edits.search if edits.part == "search" else edits.replace).append(line)

    def _close(self, trouble: str = "") -> None:
        file, self.open = self.open, None
        if not isinstance(file, _File):
            return
        lines, path = _trimmed(file.lines), file.path
        if not path:
            path = path_in_comment(lines[0]) if lines else ""
        if not path:
            return  # a fence without a name: a command to type, not a file
        if file.sign in {Sign.FILE, Sign.TAG}:
            lines = _unfenced(lines, path)
        made = whole(path, "\n".join(lines))
        self.steps.append(replace(made, trouble=trouble) if trouble else made)


def _trimmed(lines: list[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def _unfenced(lines: list[str], path: str) -> list[str]:
    """The lines without the one pair of fences around them; a fence that belongs to a Markdown file stays."""
    opened = marker(lines[0]) if len(lines) > 1 else None
    if opened is None or opened.sign is not Sign.FENCE:
        return lines
    own = path.lower().endswith(_PROSE) and opened.rest.lower() not in {"md", "markdown"} and len(opened.style) == 3  # noqa: PLR2004
    if own:
        return lines
    fences = [(at, found) for at in range(1, len(lines)) if (found := marker(lines[at])) and found.sign is Sign.FENCE]
    closing = [at for at, found in fences if not found.rest and len(found.style) >= len(opened.style)]
    if not closing:
        return lines[1:]
    again = any(found.rest for _, found in fences) and not path.lower().endswith(_PROSE)
    return lines[1 : closing[0] if again else closing[-1]]
