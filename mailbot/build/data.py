"""Data that an author sends: files of the project that no model writes, so that fresh ones can take their place.

A page that is opened by a double click can read no file. There the model leaves a place, a script element with
``data-file="data/sales.csv"``, and what stands in it is put in here, now and at every refresh.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.build.paths import refusal
from mailbot.domain.message import Input
from mailbot.domain.project import Path, Tree

FOLDER: Final = "data"
MAX_FILE: Final = 1_000_000  #: bytes of one file of data that becomes part of a project
MAX_FILES: Final = 10
_KINDS: Final = ("csv", "json")
_ENDINGS: Final = (".csv", ".tsv", ".json")
_PAGES: Final = (".html", ".htm")
_CUT: Final = re.compile(r"\n\[(?:the rest is left out|[\d,]+ more rows?)\]\s*\Z")
_PLACE: Final = re.compile(
    r"(?P<open><script\b(?=[^>]{0,300}\bdata-file\s{0,3}=\s{0,3}[\"'](?P<path>[^\"'>]{1,180})[\"'])[^>]{0,300}>)"
    r"(?P<inside>.*?)(?P<close></script\s{0,3}>)",
    re.IGNORECASE | re.DOTALL,
)
_END: Final = re.compile(r"</(?=script)", re.IGNORECASE)
_SAMPLE: Final = 20_000  #: characters in which the delimiter is looked for


def placed(inputs: Iterable[Input]) -> dict[Path, bytes]:
    """The data among *inputs* as files of the project; what is private, cut or too large is none."""
    found: dict[Path, bytes] = {}
    for one in inputs:
        content = _content(one)
        path = Path(f"{FOLDER}/{one.name}")
        if content and len(found) < MAX_FILES and not refusal(path) and path.endswith(_ENDINGS):
            found[path] = content
    return found


def filled(files: Tree) -> Tree:
    """*files* with their data in every page that has a place for it; *files* itself where no page has."""
    changed = {path: page for path, content in files.items() if (page := _page(path, content, files)) != content}
    return {**files, **changed} if changed else files


def emptied(text: str) -> str:
    """A page without the data that were put in: that is no work of its maker."""
    if not 0 < text.count("data-file") <= MAX_FILES:
        return text
    return _PLACE.sub(lambda found: f"{found['open']}{found['close']}", text)


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """Fresh data in the place of the old."""

    files: Tree
    said: tuple[str, ...] = ()  #: what it was and what it is, a line for each file
    other: tuple[str, ...] = ()  #: questions about data of another shape; then nothing was changed
    homeless: bool = False  #: nothing in the project has such data: a model must look


def refreshed(files: Tree, inputs: Iterable[Input]) -> Refreshed:
    """*files* with the data of *inputs* where data of the same shape stand."""
    after, said, other = dict(files), list[str](), list[str]()
    for one in inputs:
        content = _content(one)
        path = _home(one, files)
        if not content or path is None:
            continue
        old = _columns(path, files[path])
        if old != _columns(path, content):
            other.append(_differs(path, old, _columns(path, content)))
            continue
        was, now = _rows(path, files[path]), _rows(path, content)
        after[path] = content
        said.append(f"{path} has {now:,} rows (was {was:,})")
    if other:
        return Refreshed(files=files, other=tuple(other))
    return Refreshed(files=filled(after), said=tuple(said), homeless=not said)


def _content(one: Input) -> bytes:
    """The file itself; of a small table that came without it, its rows as they were read."""
    if not one.used or one.private or one.kind not in _KINDS:
        return b""
    if one.content:
        return one.content if len(one.content) <= MAX_FILE else b""
    whole = bool(one.text) and not _CUT.search(one.text) and (one.kind == "json" or bool(one.columns))
    return (one.text.rstrip("\n") + "\n").encode("utf-8") if whole else b""


def _home(one: Input, files: Tree) -> Path | None:
    """The file of the project whose place *one* takes: of its name, else the only one of its columns."""
    data = [path for path in sorted(files) if path.lower().endswith(_ENDINGS) and one.kind in path.lower()]
    named = [path for path in data if path.rpartition("/")[2].casefold() == one.name.casefold()]
    alike = named or [path for path in data if _columns(path, files[path]) == one.columns]
    alike = alike or (data if len(data) == 1 and data[0].startswith(f"{FOLDER}/") else [])
    return alike[0] if len(alike) == 1 else None


def _differs(path: Path, old: Sequence[str], new: Sequence[str]) -> str:
    missing = ", ".join(name for name in old if name not in new)
    extra = ", ".join(name for name in new if name not in old)
    parts = [f"without {missing}" if missing else "", f"with {extra}" if extra else ""]
    said = " and ".join(part for part in parts if part) or "in another order"
    return (
        f"The new {path.rpartition('/')[2]} comes {said}. Shall I change the program to fit? "
        "(default: leave it with the old data)"
    )


def _columns(path: Path, content: bytes) -> tuple[str, ...]:
    table = _table(path, content)
    if not table:
        return ()
    first = table[0]
    return tuple(" ".join(str(name).split()) for name in first)


def _rows(path: Path, content: bytes) -> int:
    table = _table(path, content)
    return len(table) if path.endswith(".json") else max(0, len(table) - 1)


def _table(path: Path, content: bytes) -> Sequence[Sequence[object]]:
    """The rows that are not empty; of JSON, the keys of each."""
    text = content[:MAX_FILE].decode("utf-8-sig", "replace")
    if path.lower().endswith(".json"):
        value = _parsed(text)
        return [list(row) for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    head = text[:_SAMPLE].partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    try:
        return [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(row)]
    except csv.Error:
        return []


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _page(path: Path, content: bytes, files: Tree) -> bytes:
    """The page with its data inside; anything else as it is."""
    if not path.lower().endswith(_PAGES) or not 0 < content.count(b"data-file") <= MAX_FILES:
        return content

    def put(found: re.Match[str]) -> str:
        named = Path(found["path"].strip().removeprefix("./"))
        if named not in files:
            return found[0]
        text = _END.sub("<\\\\/", files[named].decode("utf-8-sig", "replace")).strip("\n")
        return f"{found['open']}\n{text}\n{found['close']}"

    try:
        return _PLACE.sub(put, content.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        return content
