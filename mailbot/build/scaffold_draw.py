"""Draw the files of a project from its spec: the same spec and the same table give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from mailbot.build.complete import marked
from mailbot.build.package import slug_of
from mailbot.build.scaffold_colours import ink, mixed
from mailbot.build.scaffold_spec import SPEC_FILE, Spec, as_json
from mailbot.build.scaffold_table import Table
from mailbot.build.scaffold_values import values_for
from mailbot.domain.project import Path

_DEFAULTS: Final = {"header": "#1f4e79", "background": "#ffffff", "accent": "#1a66c9"}
_DARK: Final = {"page": "#14171a", "ink": "#e8eaed", "line": "#3c4043", "panel": "#1f2327"}


def render(spec: Spec, templates: Mapping[str, str], table: Table | None = None) -> dict[Path, str]:
    """Every file of the project that *spec* describes; *table* is what it shows, where it shows one."""
    environment = _environment(tuple(sorted(templates.items())))
    values = {"spec": spec, "look": _look(spec), "slug": slug_of(spec.title), **values_for(spec, table)}
    prefix = f"{spec.template}/"
    files = {
        Path(name.removeprefix(prefix).removesuffix(".j2")): environment.get_template(name).render(values)
        for name in sorted(templates)
        if name.startswith(prefix) and name.endswith(".j2")
    }
    return {**files, Path(SPEC_FILE): as_json(spec)}


@dataclass(frozen=True, kw_only=True)
class Look:
    """The colours of a page, each with an ink that can be read on it."""

    header: str
    header_ink: str
    page: str
    ink: str
    accent: str
    accent_ink: str
    title: str
    footer: str
    footer_ink: str
    line: str
    panel: str
    dark: str
    night: Mapping[str, str]


def _look(spec: Spec) -> Look:
    given = dict(spec.colours)
    always = spec.dark == "on"
    page = given.get("background", _DARK["page"] if always else _DEFAULTS["background"])
    text = given.get("text", ink(page))
    header = given.get("header", _DEFAULTS["header"])
    accent = given.get("accent", _DEFAULTS["accent"])
    footer = given.get("footer", page)
    return Look(
        header=header,
        header_ink=ink(header),
        page=page,
        ink=text,
        accent=accent,
        accent_ink=ink(accent),
        title=given.get("title", ""),
        footer=footer,
        footer_ink=ink(footer) if "footer" in given else text,
        line=mixed(page, ink(page), 0.2),
        panel=mixed(page, ink(page), 0.05),
        dark=spec.dark,
        night=_DARK,
    )


@lru_cache(maxsize=2)
def _environment(templates: tuple[tuple[str, str], ...]) -> SandboxedEnvironment:
    """HTML is escaped by itself; every other language has a filter that quotes for it."""
    made = SandboxedEnvironment(
        loader=DictLoader(dict(templates)),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and ".html" in name,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(py=ascii, js=_as_js, md=marked)
    return made


def _as_js(value: object) -> str:
    """A value as JavaScript that also stands safely inside a page."""
    text = json.dumps(value)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
