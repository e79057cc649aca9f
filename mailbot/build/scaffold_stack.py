"""What an order says of languages, frameworks and places, against what the templates are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mailbot.build.scaffold_spec import Spec
from mailbot.domain.intent import Wants

#: What each template is made of.
_MADE_OF: Final[Mapping[str, frozenset[str]]] = {
    "tracker": frozenset({"python", "sqlite", "sql", "html", "css"}),
    "form": frozenset({"python", "sqlite", "sql", "html", "css"}),
    "api": frozenset({"python", "sqlite", "sql"}),
    "cli": frozenset({"python", "sqlite", "sql"}),
    "page": frozenset({"html", "css"}),
    "tool": frozenset({"html", "css", "javascript"}),
    "viewer": frozenset({"html", "css", "javascript"}),
}
#: Languages: what is wanted in one of them is not what was wanted in another.
_LANGUAGES: Final = frozenset(
    [
        "python",
        "javascript",
        "typescript",
        "node",
        "java",
        "kotlin",
        "c#",
        "c++",
        "golang",
        "rust",
        "ruby",
        "php",
        "swift",
        "scala",
        "elixir",
        "haskell",
        "perl",
        "lua",
        "bash",
        "powershell",
        "c",
        "r",
        "dart",
        "julia",
        ".net",
        "rails",
        "laravel",
        "spring",
    ]
)
_ELSEWHERE: Final = frozenset(
    {"kubernetes", "heroku", "aws", "azure", "gcp", "netlify", "vercel", "fly", "android", "ios"}
)
_WORDS: Final = {
    "tracker": "Python with nothing to install",
    "form": "Python with nothing to install",
    "api": "Python with nothing to install",
    "cli": "Python with nothing to install",
    "page": "HTML and CSS",
    "tool": "one page of HTML, CSS and JavaScript",
    "viewer": "one page of HTML, CSS and JavaScript",
}


def foreign(wants: Wants, spec: Spec, text: str) -> str:
    """Why the template is not what was asked for: it is made in another language. Empty where it is."""
    wrong = [name for name in _meant(wants, text) if name in _LANGUAGES and name not in _MADE_OF[spec.template]]
    right = {name for name in wants.stack if name in _MADE_OF[spec.template] & _LANGUAGES}
    if not wrong or right:
        return ""
    return f"My template for this is made of {_WORDS[spec.template]}, not of {wrong[0]}."


def unmet(wants: Wants, spec: Spec, text: str, said: Sequence[str]) -> list[str]:
    """What the order names and the template has not, unless a sentence that was handed back says it already."""
    missing = [name for name in _meant(wants, text) if name not in _MADE_OF[spec.template]]
    made = f"it is made of {_WORDS[spec.template]}"
    left = [f"{name}: {made}" for name in missing if not _told(name, said)]
    if wants.target in _ELSEWHERE:
        left.append(f"{wants.target}: the files run on your own machine, by themselves or with Docker")
    return left


def _meant(wants: Wants, text: str) -> list[str]:
    """The names that say how it is made; in "Skills: Python, SQL" they are what the page says."""
    small = text.lower()
    return [
        name
        for name in wants.stack
        if name not in small or re.search(rf"{_INTO}{re.escape(name)}(?!\w)|(?<!\w){re.escape(name)}{_OF}", small)
    ]


_INTO: Final = (
    r"(?:\b(?:in|with|using|written in|use|based on|w|z|en|avec|auf|mit|stack|framework|database|languages?"
    r"|technology)[: ] ?(?:plain |pure |vanilla |the )?(?:[\w.#+-]{1,20}(?:, | and | und | et | i )){0,4})"
)
_OF: Final = (
    r" (?:app|application|program\w*|script|page|site|website|api|code|project|backend|frontend|tool|library|server)\b"
)


def _told(name: str, said: Sequence[str]) -> bool:
    """Whether a sentence that only says this was already done or handed back; a longer one was about more."""
    return any(name in one.lower() and len(one.split()) <= 5 for one in said)  # noqa: PLR2004  ("use fastapi and postgresql")
