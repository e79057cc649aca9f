"""JSON and YAML: their shape in a line, and a table where they hold one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.header import words
from mailbot.understand.inputs_found import (
    MAX_COLUMNS,
    MAX_NAME,
    Found,
    counted,
    encoding_of,
    listed,
    megabytes,
    shortened,
    words_of,
)

MAX_JSON: Final = 8_000_000  #: bytes that are looked into
MAX_YAML: Final = 60_000  #: the same; its parser is slow
MAX_YAML_DEPTH: Final = 50
_LOOKED_AT: Final = 100  #: rows whose keys name the columns


def read_json(content: bytes) -> Found:
    """One value, or one in each line."""
    if len(content) > MAX_JSON:
        raise Unreadable(f"it has {megabytes(len(content))}; {megabytes(MAX_JSON)} of JSON is the most: send a part")
    text = content.decode(encoding_of(content), "replace")
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise Unreadable("it is nested deeper than I read; a flatter file helps") from error
    except json.JSONDecodeError as error:
        return _lines(text, error)
    except ValueError as error:
        raise Unreadable("it holds a number of more digits than can be read") from error
    return _shape(value, text)


def _lines(text: str, error: json.JSONDecodeError) -> Found:
    """JSON in each line; raise Unreadable when it is not that either."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        values = [json.loads(line) for line in lines] if len(lines) > 1 else []
    except (ValueError, RecursionError):
        values = []
    if not values:
        raise Unreadable(f"it is broken in line {error.lineno:,}, column {error.colno:,}: {error.msg}") from error
    return _shape(values, text)


def _shape(value: object, text: str) -> Found:
    """What it is, in a line."""
    columns: tuple[str, ...] = ()
    match value:
        case [dict(), *_] if all(isinstance(row, dict) for row in value):
            columns = _columns([row for row in value[:_LOOKED_AT] if isinstance(row, dict)])
            note = f"{counted(len(value), 'row')}, {counted(len(columns), 'column')}: {listed(columns)}"
        case list():
            note = f"a list of {counted(len(value), 'value')}"
        case dict():
            note = f"{counted(len(value), 'key')}: {listed(key[: 4 * MAX_NAME] for key in value)}"
        case _:
            note = "one value"
    rows = len(value) if columns and isinstance(value, list) else 0
    return Found(kind="json", note=note, text=shortened(text), columns=columns, rows=rows)


def _columns(rows: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for row in rows:
        for name in row:
            names.setdefault(words(name, 80))
            if len(names) >= MAX_COLUMNS:
                return tuple(names)
    return tuple(names)


def read_yaml(content: bytes) -> Found:
    """A YAML file; it is looked over event by event, so what it refers to is never built."""
    text = words_of(content)
    if len(content) > MAX_YAML:
        lines = counted(content.count(b"\n") + 1, "line")
        note = f"{lines}, taken as text: {megabytes(len(content))} is too much to check"
        return Found(kind="yaml", note=note, text=shortened(text))
    return Found(kind="yaml", note=_yaml_note(content.decode(encoding_of(content), "replace")), text=shortened(text))


def _yaml_note(text: str) -> str:
    from ruamel.yaml import YAML  # noqa: PLC0415  (a worker that reads no YAML stays small)
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415  (the same)
    from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, DocumentStartEvent  # noqa: PLC0415

    documents = depth = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            documents += isinstance(event, DocumentStartEvent)
            depth += isinstance(event, CollectionStartEvent)
            depth -= isinstance(event, CollectionEndEvent)
            if depth > MAX_YAML_DEPTH:
                raise Unreadable("it is nested deeper than I read; a flatter file helps")
    except MarkedYAMLError as error:
        where = f" in line {error.problem_mark.line + 1:,}" if error.problem_mark else ""
        raise Unreadable(f"it is broken{where}: {words(str(error.problem or error.context or ''), 80)}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise Unreadable("it is broken: a YAML program cannot read it") from error
    more = f" in {counted(documents, 'document')}" if documents > 1 else ""
    return f"{counted(text.count(chr(10)) + (not text.endswith(chr(10))), 'line')}{more}, well formed"
