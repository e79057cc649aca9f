"""Read the files out of a model's answer, and lay them over what stands.

What cannot be used is left out and named, so that the next question can ask for it; nothing is ever half written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mailbot.build.blocks import Delete, Edit, Query, Step, Write, steps, whole
from mailbot.build.edits import edited
from mailbot.build.paths import Taken, refusal
from mailbot.build.terms import FREE, Terms
from mailbot.domain.project import Path, Tree

MAX_FILES: Final = 60  #: in one answer
MAX_CONTENT: Final = 400_000  #: bytes of all files of one answer
MAX_ANSWER: Final = 2_000_000  #: characters that are read at all
MAX_TREE: Final = 300  #: files of a project
MAX_TREE_CONTENT: Final = 4_000_000  #: their bytes
#: A room ends an answer with this line when the model stopped at its limit, not at its end.
CUT: Final = "\n=== CUT: the answer ended at its limit ===\n"
_FENCED_JSON: Final = re.compile(r"```(?:json)?\s*\n(.*?)\n\s*```", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in an answer that could not be used."""

    path: str
    why: str
    asked: bool = False  #: left out because the author wants the file as it is: the rest is none the worse for it


@dataclass(frozen=True, kw_only=True)
class Laid:
    """An answer laid over the files that stood."""

    tree: Tree
    problems: tuple[Problem, ...] = ()
    touched: frozenset[str] = frozenset()  #: paths that it wrote, edited or took away, wholly as it meant to


def applied(text: str, before: Tree, terms: Terms = FREE) -> Tree:
    """The files of *before* as the answer *text* changes them; *before* itself where it changes nothing."""
    return laid(text, before, terms).tree


def problems(text: str, before: Tree, terms: Terms = FREE) -> tuple[Problem, ...]:
    """What of the answer *text* could not be used, in its order."""
    return laid(text, before, terms).problems


def was_cut(text: str) -> bool:
    """Whether the answer ended at a limit and not at its end."""
    return text.endswith(CUT) or len(text) > MAX_ANSWER


def queries(text: str) -> tuple[str, ...]:
    """The questions that the answer asks of the author."""
    return tuple(dict.fromkeys(step.text for step in _read(text) if isinstance(step, Query)))


def laid(text: str, before: Tree, terms: Terms = FREE) -> Laid:
    """All that the answer *text* does to *before*."""
    at_work = _Laid(before, terms)
    for step in _read(text):
        at_work.lay(step)
    failed = at_work.failed()
    return Laid(
        tree=at_work.tree if at_work.tree != before else before,
        problems=failed,
        touched=frozenset(at_work.touched - {problem.path for problem in failed}),
    )


@lru_cache(maxsize=16)
def _read(text: str) -> tuple[Step, ...]:
    """The steps of *text*; asked for several times in a row, so the last few are kept."""
    body, cut = text[:MAX_ANSWER], len(text) > MAX_ANSWER
    if body.endswith(CUT):
        body, cut = body.removesuffix(CUT), True
    found = steps(body, cut=cut)
    return tuple(found or _from_json(body))


class _Laid:
    """A tree while the steps of one answer are laid over it."""

    def __init__(self, before: Tree, terms: Terms) -> None:
        self.tree: dict[Path, bytes] = dict(before)
        self._terms = terms
        self._troubles: dict[str, str] = {}
        self._forbidden: dict[str, str] = {}
        self.touched: set[str] = set()
        self._written: dict[Path, int] = {}

    def failed(self) -> tuple[Problem, ...]:
        hard = (Problem(path=path, why=why) for path, why in self._troubles.items())
        return (*hard, *(Problem(path=path, why=why, asked=True) for path, why in self._forbidden.items()))

    def lay(self, step: Step) -> None:
        if isinstance(step, Query):
            return
        path = _cleaned(step.path)
        why = refusal(path) or (step.trouble if isinstance(step, Write | Edit) else "")
        match step:
            case _ if forbidden := self._terms.forbidden(path):
                self._forbidden.setdefault(path, forbidden)
            case _ if why:
                self._refuse(path, why)
            case Delete():
                self._delete(path)
            case Write(text=text):
                self._troubles.pop(path, None)  # a later block of the same file makes a broken earlier one good
                self._write(path, text)
            case Edit(search=search, replace=replace):
                self._edit(path, search, replace)

    def _delete(self, path: Path) -> None:
        if why := self._terms.kept(path):
            self._forbidden.setdefault(path, why)
        else:
            self.tree.pop(path, None)
            self.touched.add(path)

    def _write(self, path: Path, text: str) -> None:
        content = text.encode("utf-8", "replace")
        if why := self._terms.shrunk(path, content) or self._no_room(path, len(content)):
            self._refuse(path, why)
            return
        self._written[path] = len(content)
        self.touched.add(path)
        self.tree[path] = content

    def _edit(self, path: Path, search: str, replace: str) -> None:
        if path not in self.tree:
            self._refuse(path, "there is no such file to edit")
            return
        text, why = edited(self.tree[path], search, replace)
        if why:
            self._refuse(path, why)
        else:
            self._write(path, text)

    def _no_room(self, path: Path, size: int) -> str:
        others = {known: length for known, length in self._written.items() if known != path}
        if len(others) >= MAX_FILES:
            return f"an answer may hold {MAX_FILES} files"
        if sum(others.values()) + size > MAX_CONTENT:
            return f"the files of an answer may have {MAX_CONTENT // 1000} kB together"
        if path in self.tree:
            return ""
        if len(self.tree) >= MAX_TREE or sum(map(len, self.tree.values())) + size > MAX_TREE_CONTENT:
            return f"a project may have {MAX_TREE} files and {MAX_TREE_CONTENT // 1_000_000} MB"
        taken = Taken()
        for known in sorted(self.tree):
            taken.add(known)
        return taken.add(path)

    def _refuse(self, path: str, why: str) -> None:
        self._troubles.setdefault(path, why)


def _cleaned(path: str) -> Path:
    """The path as the model meant it; what is unsafe in it is left for the refusal."""
    plain = unicodedata.normalize("NFC", path.strip().strip("`\"'* ")).replace("\\", "/")
    while plain.startswith("./"):
        plain = plain[2:]
    return Path(plain)


def _from_json(text: str) -> Iterator[Step]:
    """The files of an answer in JSON: {path: content}, {"files": {path: content}} or {"files": [{path, content}]}."""
    fenced = [found[1] for found in _FENCED_JSON.finditer(text)]
    whole = text[text.find("{") : text.rfind("}") + 1]
    for candidate in (*fenced, text, whole):
        if found := list(_steps_of(_parsed(candidate))):
            yield from found
            return


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None  # not JSON, then: the next reading is tried


def _steps_of(value: object) -> Iterator[Step]:
    listed = value.get("files", value) if isinstance(value, Mapping) else value
    if isinstance(listed, Mapping):
        listed = [{"path": path, "content": content} for path, content in listed.items()]
    for entry in listed if isinstance(listed, list) else ():
        path = (entry.get("path") or entry.get("name")) if isinstance(entry, Mapping) else None
        content = entry.get("content") if isinstance(entry, Mapping) else None
        if isinstance(path, str) and isinstance(content, str) and ("." in path or "/" in path or path == "Dockerfile"):
            yield whole(path, content)
