"""The builder without a model: a request read by a fixed grammar, drawn from templates. Same brief, same bytes.

What is understood is done, what is not is handed back in its author's words; nothing is built that was not asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from mailbot.build.answer import applied
from mailbot.build.complete import marked
from mailbot.build.package import slug_of
from mailbot.build.plan import Brief, Said
from mailbot.build.scaffold_change import changed
from mailbot.build.scaffold_colours import ink, mixed
from mailbot.build.scaffold_spec import NAMES, SPEC_FILE, Spec, as_json, from_json
from mailbot.build.scaffold_start import started
from mailbot.build.scaffold_text import wishes
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker, Path

_CREATABLE: Final = (
    'a list to keep on your own machine: "Track books with title, author, pages: number, read: yes/no"',
    'a page or small site: "A page about bees with sections About, Honey and Contact. Make the header yellow."',
)
_CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "tracker": ('"add a field price: number"', '"remove the field price"', '"rename price to cost"'),
    "page": ('"add a section Prices"', '"Prices: from 5 euros"', '"remove the section Prices"'),
}
_LOOKS: Final = ('"make the header blue"', '"change the title to Bees"', '"add dark mode"')
_DEFAULTS: Final = {"header": "#1f4e79", "background": "#ffffff", "accent": "#1a66c9"}
_DARK: Final = {"page": "#14171a", "ink": "#e8eaed", "line": "#3c4043", "panel": "#1f2327"}


def scaffold(brief: Brief, templates: Mapping[str, str]) -> Said:
    """Answer *brief* from *templates* (their sources by name, such as ``tracker/app.py.j2``)."""
    match brief.kind:
        case Kind.QUESTION:
            return _no_model()
        case Kind.REVISE if brief.files:
            return _revised(brief, templates)
        case _:
            return _created(brief, templates)


def render(spec: Spec, templates: Mapping[str, str]) -> dict[Path, str]:
    """Every file of the project that *spec* describes."""
    environment = _environment(tuple(sorted(templates.items())))
    values = {"spec": spec, "look": _look(spec), "slug": slug_of(spec.title)}
    prefix = f"{spec.template}/"
    files = {
        Path(name.removeprefix(prefix).removesuffix(".j2")): environment.get_template(name).render(values)
        for name in sorted(templates)
        if name.startswith(prefix) and name.endswith(".j2")
    }
    return {**files, Path(SPEC_FILE): as_json(spec)}


def _created(brief: Brief, templates: Mapping[str, str]) -> Said:
    asked = wishes(brief.text)
    start = started(brief.title, asked)
    if start is None:
        return _cannot("I did not recognise what to build.")
    spec, done, not_done = start.spec, [start.said], list[str]()
    for wish in (*start.left, *(wish for at, wish in enumerate(asked) if at not in start.used)):
        step = changed(spec, wish, first=True)
        spec = step.spec
        done += step.done
        not_done += step.not_done
    said = _drawn(spec, brief, templates)
    return replace(said, done=_once(done), not_done=_once(not_done), assumed=(*start.assumed, *_unwritten(spec)))


def _revised(brief: Brief, templates: Mapping[str, str]) -> Said:
    stored = brief.files.get(Path(SPEC_FILE))
    before = from_json(stored.decode("utf-8", "replace")) if stored is not None else None
    if before is None:
        return _cannot(
            f"This project has no {SPEC_FILE} that I can read, so it was not made from my templates, and no AI model "
            "is configured that could change it. I can build something new."
        )
    spec, done, not_done = before, list[str](), list[str]()
    for wish in wishes(brief.text or brief.title):
        step = changed(spec, wish)
        spec = step.spec
        done += step.done
        not_done += step.not_done
    said = _drawn(spec, brief, templates)
    if applied(said.text, brief.files) == brief.files:
        return _nothing_new(spec, done, not_done)
    return replace(said, done=_once(done), not_done=_once(not_done), options=_possible(spec))


def _drawn(spec: Spec, brief: Brief, templates: Mapping[str, str]) -> Said:
    files = render(spec, templates)
    same = {path for path, text in files.items() if brief.files.get(path) == text.encode("utf-8")}
    blocks = [
        f"=== FILE: {path} ===\n{text}=== END FILE ===\n" for path, text in sorted(files.items()) if path not in same
    ]
    return Said(text="".join(blocks), maker=_maker(spec.name), title=spec.title)


def _nothing_new(spec: Spec, done: list[str], not_done: list[str]) -> Said:
    """A revision that changes nothing is no revision: say what is already so, and ask for the rest."""
    already = [f"This is so already: {', '.join(_once(done))}."] if done else []
    unclear = [f'I did not understand "{wish}"; please say it in other words.' for wish in _once(not_done)]
    asks = (*already, *unclear) or ("I found no wish in this mail; what should be different?",)
    return Said(text="", maker=_maker(spec.name), title=spec.title, asks=asks, options=_possible(spec))


def _cannot(what: str) -> Said:
    question = (
        f"{what} What should it be? No AI model is configured here, so I can build two kinds of things from templates."
    )
    return Said(text="", maker=_maker(""), asks=(question,), options=_CREATABLE)


def _no_model() -> Said:
    asks = ("I cannot answer questions: no AI model is configured here, only templates. What should I build for you?",)
    return Said(text="", maker=_maker(""), asks=asks, options=_CREATABLE)


def _possible(spec: Spec) -> tuple[str, ...]:
    return (*_LOOKS, *_CHANGES[spec.template])


def _unwritten(spec: Spec) -> tuple[str, ...]:
    """What a page still says in the template's words."""
    empty = [one.heading for one in spec.sections if not one.text and not (one.heading == "Contact" and spec.contact)]
    if not empty:
        return ()
    return (f'you will send the words for {", ".join(empty)}: reply for instance "{empty[0]}: ..."',)


def _once(said: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said))


def _maker(template: str) -> Maker:
    return Maker(kind="scaffold", name=template or " or ".join(NAMES.values()), provider="scaffold")


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
    made.filters.update(py=ascii, js=json.dumps, md=marked)
    return made
