"""What a model is told, written from templates: the part that never changes first, then the project, then the wish.

Words of people and files are values of the templates, never templates themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jinja2 import DictLoader, StrictUndefined, TemplateNotFound
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from mailbot.build.data import emptied
from mailbot.build.moves import Brief
from mailbot.build.stack import stack_of
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Chosen, Kind, Wants
from mailbot.domain.message import Input
from mailbot.domain.project import Path, Tree

BUDGET: Final = 22_000  #: characters of a whole prompt: about 7,500 tokens, half of the usual context
MAX_TEXT: Final = 8_000  #: of the request itself
MAX_INPUTS: Final = 6_000  #: of what came with the mail, all together
MAX_MATERIAL: Final = 3_000  #: of words of others
MAX_FINDINGS: Final = 5_000  #: of what the checks said
MAX_FINDING: Final = 1_800  #: of one of them, the end of what it printed included
MAX_CRITERIA: Final = 40
MAX_CHOSEN: Final = 20
MAX_NAMED: Final = 30  #: inputs that are named
MAX_NAMES: Final = 3_000  #: characters of the names of files that are not shown
MAX_LINE: Final = 300
MAX_SCORED: Final = 200_000  #: characters of a file in which words of the wish are looked for
_FENCE: Final = re.compile(r"={3}")
_WORD: Final = re.compile(r"[^\W\d_]{4,40}")
_WITH_FILES: Final = 0.7  #: of the budget, for all but the files
_ALONE: Final = 0.95
_SHRINKS: Final = 20
_ROOM: Final = 200  #: below that, a part of a file says nothing
_LANGUAGES: Final = {"en": "English", "pl": "Polish", "fr": "French", "de": "German"}


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One message to a model."""

    role: str  #: system, user or assistant
    content: str


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came with the mail, as a template sees it."""

    name: str
    note: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A file as a template sees it."""

    path: str
    text: str
    whole: bool  #: false: only its beginning found room


def messages(brief: Brief, texts: Mapping[str, str], *, budget: int = BUDGET) -> tuple[Prompt, ...]:
    """The messages for *brief*, at most *budget* characters; *texts* are the templates by file name.

    Where all together has no room, every part gives up some of its own: of files, a part is left for the model to see.
    """
    return told(brief, texts, budget=budget)[0]


def told(brief: Brief, texts: Mapping[str, str], *, budget: int = BUDGET) -> tuple[tuple[Prompt, ...], frozenset[Path]]:
    """The messages for *brief*, as if nothing was said before, and the files that they show whole."""
    name, share = _template(brief), min(1.0, budget / BUDGET)
    most = budget * (_WITH_FILES if brief.files else _ALONE)
    system = _render(texts, "system.j2", _values(brief, share))
    values = _values(brief, share)
    for _ in range(_SHRINKS):
        if len(system) + len(_render(texts, name, values)) <= most:
            break
        share *= 0.8
        values = _values(brief, share)
    names = int(MAX_NAMES * share)
    room = budget - len(system) - len(_render(texts, name, values)) - names - _ROOM
    shown, left_out = _within(brief, _findings(brief, int(MAX_FINDINGS * share)), room)
    user = _render(texts, name, values | {"files": shown, "left_out": _fitting(left_out, names)})
    whole = frozenset(Path(one.path) for one in shown if one.whole)
    return (Prompt(role="system", content=system), Prompt(role="user", content=user)), whole


def turned(
    brief: Brief, texts: Mapping[str, str], changed: Mapping[Path, str], gone: Sequence[Path], *, budget: int
) -> Prompt | None:
    """What *brief* adds to a talk that knows the project but for what has *changed*; None: it finds no room."""
    name, share = _template(brief), 1.0
    files = [Shown(path=path, text=text, whole=True) for path, text in sorted(changed.items())]
    for _ in range(_SHRINKS // 4):
        more = {"further": True, "files": files, "gone": _fitting(sorted(gone), MAX_NAMES)}
        content = _render(texts, name, _values(brief, share) | more)
        if len(content) <= budget:
            return Prompt(role="user", content=content)
        share *= 0.8
    return None


def _values(brief: Brief, share: float) -> dict[str, object]:
    """What the templates see, each part with its *share* of the room; the files come later."""
    findings = _findings(brief, int(MAX_FINDINGS * share))
    few = max(3, int(MAX_CRITERIA * share))
    return {
        "title": brief.title[:200],
        "text": _cut(brief.text or brief.title, int(MAX_TEXT * share)),
        "stack": stack_of(brief.files).runtime if brief.files else "",
        "findings": findings,
        "question": brief.kind is Kind.QUESTION and not brief.judging,
        "unusable": bool(brief.answer) and not findings,
        "wants": _few(brief.wants, few),
        "chosen": [_chosen(one) for one in brief.chosen[: min(few, MAX_CHOSEN)]],
        "inputs": _came(brief.inputs[: min(few, MAX_NAMED)], int(MAX_INPUTS * share)),
        "kept": [_line(one) for one in brief.kept[:few]],
        "computer": _line(brief.computer),
        "material": _cut(_unfenced(brief.material), int(MAX_MATERIAL * share)),
        "language": _LANGUAGES.get(brief.language, ""),
        "standing": [replace(one, text=_line(one.text)) for one in brief.checks[-few:]],
        "placed": brief.placed,
        "filled": any(b"data-file" in content for content in brief.files.values()),
        "planned": [_line(one) for one in brief.planned[:few]],
        "past": [_line(one) for one in brief.past[:few]],
        "may_ask": brief.may_ask and not brief.answer,
        "further": False,
        "files": [],
        "gone": [],
        "left_out": [],
    }


def _chosen(one: Chosen) -> Chosen:
    return replace(one, question=_line(one.question), answer=_cut(one.answer, MAX_LINE))


def _few(wants: Wants, few: int) -> Wants:
    return replace(
        wants,
        criteria=tuple(replace(one, text=_line(one.text)) for one in wants.criteria[:few]),
        locked=tuple(map(_line, wants.locked[:few])),
        features=tuple(map(_line, wants.features[:few])),
    )


def _fitting(paths: Sequence[str], room: int) -> list[str]:
    """As many of *paths* as find room."""
    shown: list[str] = []
    for path in paths:
        room -= len(path) + 2
        if room < 0:
            break
        shown.append(path)
    return shown


def _came(inputs: Sequence[Input], room: int) -> list[Came]:
    """Each in its turn gets an even share of the room that is left; what is not used is named with the reason."""
    shown = []
    for at, one in enumerate(inputs[:MAX_NAMED]):
        text = _cut(_unfenced(one.text), room // (min(len(inputs), MAX_NAMED) - at)) if one.used else ""
        shown.append(
            Came(name=_line(one.name), note=_line(one.note if one.used else f"not read: {one.note}"), text=text)
        )
        room -= len(text)
    return shown


def _line(text: str) -> str:
    return _cut(" ".join(_unfenced(text).split()), MAX_LINE)


def _unfenced(text: str) -> str:
    """Strangers' words in which no line looks like one of our marks: they cannot end their own block."""
    return _FENCE.sub("= =", text)


def _template(brief: Brief) -> str:
    if brief.judging:
        return "judge.j2"
    if brief.kind is Kind.QUESTION:
        return "question.j2"
    if brief.outline:
        return "outline.j2"
    if brief.answer:
        return "repair.j2"
    return "revise.j2" if brief.files else "build.j2"


def _findings(brief: Brief, room: int) -> list[str]:
    """What failed, each with the end of what it printed: that is where the reason stands."""
    said: list[str] = []
    for failure in brief.report.failures if brief.report else ():
        line = _cut(f"{failure.check} of {failure.subject}: {failure.detail}", min(room, MAX_FINDING))
        if room < _ROOM:
            break
        end = failure.output.strip()[-min(MAX_FINDING, room - len(line)) :] if room - len(line) > _ROOM else ""
        line += "".join(f"\n    {one}" for one in _unfenced(end).split("\n")) if end else ""
        said.append(line)
        room -= len(line)
    return said


def _within(brief: Brief, findings: Sequence[str], room: int) -> tuple[list[Shown], list[str]]:
    """The files that find room, the most needed first; of a plan only those that it wants to see."""
    texts = texts_of(brief.files)
    shown: list[Shown] = []
    left_out = [str(path) for path in brief.files if path not in texts]
    for path in _needed_first(brief, texts, findings):
        text = texts[path]
        cost = len(text) + len(path) + 60
        if brief.outline or (brief.wanted and path not in brief.wanted and not failing(path, findings)):
            left_out.append(path)
        elif cost <= room:
            shown.append(Shown(path=path, text=text, whole=True))
            room -= cost
        elif room > 10 * _ROOM:
            shown.append(Shown(path=path, text=text[: room - len(path) - _ROOM], whole=False))
            room = 0
        else:
            left_out.append(path)
    return sorted(shown, key=lambda one: one.path), sorted(left_out)


def _needed_first(brief: Brief, texts: Mapping[Path, str], findings: Sequence[str]) -> list[Path]:
    """Those that failed or are named, then those that speak of the same things, then the small ones."""
    wish = f"{brief.title}\n{brief.text}".casefold()
    words = set(_WORD.findall(wish))

    def place(path: Path) -> tuple[bool, bool, int, int, str]:
        name = path.rpartition("/")[2].casefold()
        told = len(words & set(_WORD.findall(texts[path][:MAX_SCORED].casefold()))) if words else 0
        return not failing(path, findings), name not in wish, -min(told, 5), len(texts[path]), path

    return sorted(texts, key=place)


def failing(path: Path, findings: Sequence[str]) -> bool:
    """Whether one of *findings* names it."""
    return any(path in line for line in findings)


def texts_of(files: Tree) -> dict[Path, str]:
    """The files that are text; data that were put into a page are left out of it."""
    found: dict[Path, str] = {}
    for path, content in files.items():
        try:
            found[path] = emptied(content.decode("utf-8"))
        except UnicodeDecodeError:
            continue  # a picture or the like: it is named among those left out
    return found


def _render(texts: Mapping[str, str], name: str, values: Mapping[str, object]) -> str:
    environment = SandboxedEnvironment(
        loader=DictLoader(dict(texts)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    try:
        return environment.get_template(name).render(values)
    except TemplateNotFound as error:
        raise Permanent(f"the prompt {error.name} is missing in the folder of prompts; put it back") from error
    except TemplateError as error:
        raise Permanent(f"the prompt {name} cannot be used: {error}; correct it in the folder of prompts") from error


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"
