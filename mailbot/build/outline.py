"""The plan of a larger piece of work: which files a model means to write, and which it must see. JSON, no code in it.

It is asked for only where it pays, and never required: an answer that is no plan is taken for what it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mailbot.build.judge import SCHEMA
from mailbot.build.moves import Brief
from mailbot.build.paths import refusal
from mailbot.domain.intent import Intent
from mailbot.domain.project import Path, Project, Tree

SEEN: Final = 12_000  #: characters of a project; a larger one is not shown whole to every model
LONG: Final = 1_500  #: characters of a wish that is worth a plan
MANY: Final = 5  #: criteria and features, together
MOST: Final = 12  #: files that a plan names of each kind
MAX_PATH: Final = 120
MAX_PURPOSE: Final = 120
MAX_TITLE: Final = 80
_READ: Final = 20_000  #: characters of an answer in which a plan is looked for


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A plan, as far as it can be used."""

    change: tuple[Path, ...] = ()  #: files that stand, and change
    see: tuple[Path, ...] = ()  #: files that stand, and must be seen for it
    new: tuple[Path, ...] = ()
    purposes: Mapping[str, str] | None = None

    @property
    def wanted(self) -> tuple[Path, ...]:
        """What must be shown."""
        return tuple(dict.fromkeys((*self.change, *self.see)))

    @property
    def lines(self) -> tuple[str, ...]:
        """The plan in words, a line for each file."""
        purposes = self.purposes or {}
        said = [*(("change", path) for path in self.change), *(("new", path) for path in self.new)]
        return tuple(f"{verb} {path}" + (f": {purposes[path]}" if purposes.get(path) else "") for verb, path in said)


def pays(intent: Intent, project: Project) -> bool:
    """Whether a plan first is worth an answer of the model."""
    if head := project.head:
        return sum(map(len, head.draft.files.values())) > SEEN and len(head.draft.files) > 1
    wants = intent.wants
    return len(intent.text) > LONG or len(wants.criteria) + len(wants.features) >= MANY


def schema_of(brief: Brief) -> Mapping[str, Any] | None:
    """The shape that the answer to *brief* must have; None where it is no JSON.

    Of a project that stands, the files to change and to see are an enumeration: a plan cannot make one up.
    """
    if brief.judging:
        return SCHEMA
    if not brief.outline:
        return None
    purpose = {"type": "string", "maxLength": MAX_PURPOSE}
    path = {"type": "string", "minLength": 1, "maxLength": MAX_PATH}
    fresh = {"type": "object", "properties": {"path": path, "purpose": purpose}, "required": ["path", "purpose"]}
    fields: dict[str, Any] = {"title": {"type": "string", "maxLength": MAX_TITLE}, "new": _list(fresh)}
    if brief.files:
        known = {"enum": sorted(brief.files)}
        changed = {"type": "object", "properties": {"path": known, "purpose": purpose}, "required": ["path", "purpose"]}
        fields |= {"change": _list(changed), "see": _list(known)}
    return {"type": "object", "properties": fields, "required": [name for name in fields if name != "title"]}


def outline_of(text: str, files: Tree) -> Outline | None:
    """The plan that *text* holds; None where it holds none, or files with it: then it is more than a plan."""
    value = _value(text[:_READ])
    if not isinstance(value, Mapping) or not value.keys() & {"new", "change", "see", "files"}:
        return None
    found = {key: list(_named(value.get(key))) for key in ("change", "see", "new", "files")}
    if any(purpose is None for named in found.values() for _, purpose in named):
        return None
    purposes: dict[str, str] = {path: purpose or "" for named in found.values() for path, purpose in named}
    paths = {key: [path for path, _ in named] for key, named in found.items()}
    every = [*paths["change"], *paths["files"]]
    made = Outline(
        change=_once(path for path in every if path in files),
        see=_once(path for path in paths["see"] if path in files),
        new=_once(path for path in (*paths["new"], *every) if path not in files and not refusal(path)),
        purposes=purposes,
    )
    return made if made.change or made.new else None


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "maxItems": MOST, "items": items}


def _value(text: str) -> object:
    try:
        return json.loads(text[text.index("{") : text.rindex("}") + 1])
    except (ValueError, RecursionError):
        return None


def _named(entries: object) -> Iterator[tuple[Path, str | None]]:
    """Each path with its purpose; None for a purpose: there is content with it."""
    for entry in entries if isinstance(entries, Sequence) and not isinstance(entries, str) else ():
        if isinstance(entry, str):
            yield Path(entry), ""
        elif isinstance(entry, Mapping) and isinstance(path := entry.get("path"), str):
            purpose = entry.get("purpose")
            content = entry.keys() & {"content", "code", "text", "source"}
            yield Path(path), None if content else " ".join(str(purpose or "").split())[:MAX_PURPOSE]


def _once(paths: Iterator[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(paths))[:MOST]
