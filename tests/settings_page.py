"""docs/settings.md, made from the settings themselves: ``python -m tests.settings_page`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from mailbot.settings import Settings
from mailbot.settings_env import NAMES

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
EXAMPLE = PAGE.parents[1] / ".env.example"
HEAD = """\
# Settings

Every key of `mailbot.toml`. Each top-level key may also be set as `MAILBOT_KEY` in the environment or in `.env`, or as
`MAILBOT_KEY_FILE`, the name of a file that holds the value. This page is made from the code:
`python -m tests.settings_page`.
"""


def rooms(annotation: Any) -> Iterator[type[BaseModel]]:
    """The settings classes that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from rooms(part)


def shown(field: FieldInfo) -> str:
    """The default, as a person writes it."""
    if field.default is PydanticUndefined:
        return "required" if field.default_factory is None else ""
    default = field.default
    if default in (None, "", ()):
        return "none"
    if isinstance(default, tuple | BaseModel):
        return "see below"
    return f"`{default}`"


def table(model: type[BaseModel]) -> Iterator[str]:
    """The keys of one class."""
    yield "| key | default | what it is |"
    yield "|---|---|---|"
    for name, field in model.model_fields.items():
        if name != "kind":
            yield f"| `{name}` | {shown(field)} | {field.description or ''} |"


def page() -> str:
    """The whole page."""
    lines = [HEAD, *table(Settings)]
    for name, field in Settings.model_fields.items():
        for room in rooms(field.annotation):
            kind = room.model_fields.get("kind")
            title = f'`[[{name}]]` with `kind = "{get_args(kind.annotation)[0]}"`' if kind else f"`[{name}]`"
            lines += ["", f"## {title}", "", (room.__doc__ or "").strip(), "", *table(room)]
    lines += ["", "## Names of other programs", "", *others()]
    return "\n".join(lines) + "\n"


def others() -> Iterator[str]:
    """The names that are no MAILBOT_ names, and what they mean."""
    yield "These are read from the environment and from `.env`, too: weaker than every `MAILBOT_` name, stronger than"
    yield "`mailbot.toml`. A name that holds a secret may end in `_FILE` and name a file. `.env.example` has them all."
    yield ""
    yield "| name | what it is |"
    yield "|---|---|"
    for name, one in NAMES.items():
        yield f"| `{name}` | {one.about} |"


def example() -> str:
    """.env.example: every name, with what it is for, and none of them in force."""
    lines = ["# Copy this file to .env in the working folder, and take the # away before what you set.", "#"]
    lines += ["# Every key of mailbot.toml may stand here as MAILBOT_KEY (docs/settings.md). The names below are those"]
    lines += ["# that other programs use for the same: weaker than MAILBOT_ names, stronger than mailbot.toml."]
    lines += ["# A name that holds a secret may end in _FILE and name a file that holds it."]
    for name, one in NAMES.items():
        lines += ["", f"# {one.about[:1].upper()}{one.about[1:]}.", f"# {name}={one.example}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    EXAMPLE.write_text(example(), encoding="utf-8")
