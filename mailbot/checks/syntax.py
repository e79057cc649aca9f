"""Read a file as its language's own parser does, and never run it.

Stands alone: only the standard library and the HTML parser are imported, so that it can also be started as a program
of its own, with limits, for files that a parser may take too long over. As a program it reads {"name", "text"} as JSON
and prints {"error"}.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import tomllib
import warnings
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Final

CPU_SECONDS: Final = 10
MEMORY: Final = 1_000_000_000
_TAME: Final = 100_000  #: characters that any of the parsers reads in a moment
_DEPTH: Final = 30  #: brackets in brackets, which people never reach
_TAGS: Final = 3_000
_NESTED: Final = 200  #: tags that stay open
_SILENCE: Final = threading.Lock()  #: the filters of warnings belong to the whole process
_TEMPLATE: Final = re.compile(r"\{%|\{\{")
#: What a browser repairs by guessing, so that the page is not what was written. Everything milder passes.
_REAL: Final[Mapping[str, str]] = {
    "expected-closing-tag-but-got-eof": "an element is never closed",
    "expected-named-closing-tag-but-got-eof": "an element is never closed",
    "unexpected-end-tag": "a closing tag closes nothing that is open",
    "end-tag-too-early": "a closing tag stands before the one that is due",
    "end-tag-too-early-named": "a closing tag stands before the one that is due",
    "end-tag-too-early-ignored": "a closing tag stands before the one that is due",
    "expected-one-end-tag-but-got-another": "another closing tag is due",
    "duplicate-attribute": "an attribute stands twice in one tag",
    "unexpected-character-after-attribute-value": "there is no space after an attribute",
    "invalid-character-in-attribute-name": "an attribute's name holds a quote or a bracket",
    "expected-tag-name": "a < begins no tag",
    "expected-closing-tag-but-got-char": "a </ begins no closing tag",
    "unexpected-start-tag-implies-table-voodoo": "an element stands in a table where none may",
    "two-heads-are-not-better-than-one": "there is a second head",
    "eof-in-tag-name": "the file ends in a tag",
    "eof-in-attribute-name": "the file ends in a tag",
    "eof-in-attribute-value-double-quote": "the quote of an attribute is never closed",
    "eof-in-attribute-value-single-quote": "the quote of an attribute is never closed",
    "eof-in-attribute-value-no-quotes": "the file ends in a tag",
    "eof-in-comment": "a comment is never closed",
    "eof-in-comment-double-dash": "a comment is never closed",
    "eof-in-table": "a table is never closed",
    "eof-in-script-in-script": "a script is never closed",
    "incorrect-comment": "a comment begins wrongly",
}


def error_in(name: str, text: str) -> str:
    """The first real mistake, with its line; empty where there is none."""
    try:
        return _READERS[_ending(name)](text)
    except (RecursionError, MemoryError):
        return "it is nested too deep to be read"


def why_not(name: str, text: str) -> str:
    """Why this file's syntax is not checked; empty where it is."""
    ending = _ending(name)
    if ending not in _READERS:
        return f"I do not read files of this type ({ending or 'no ending'})"
    if ending in _HTML and _TEMPLATE.search(text):
        return "it is a template: a page only when it is filled in"
    if PurePosixPath(name).name.startswith(("tsconfig", "jsconfig")):
        return "it may hold comments, which JSON has not"
    return ""


def tame(name: str, text: str) -> bool:
    """Whether a parser is surely through with it in a moment."""
    if len(text) > _TAME:
        return False
    if _ending(name) in _HTML:
        return text.count("<") <= _TAGS and len(re.findall(r"<[a-zA-Z]", text)) - text.count("</") <= _NESTED
    depth = deepest = 0
    for char in text:
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]}":
            depth -= 1
    return deepest <= _DEPTH


def _python(text: str) -> str:
    with _SILENCE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "file", "exec", dont_inherit=True)
        except SyntaxError as error:
            return f"line {error.lineno or 1}: {error.msg}"
        except ValueError as error:
            return str(error)
    return ""


def _json(text: str) -> str:
    try:
        json.loads(text, parse_constant=_no_constant, parse_int=str)
    except json.JSONDecodeError as error:
        return f"line {error.lineno}: {error.msg}"
    except ValueError as error:
        return str(error)
    return ""


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _toml(text: str) -> str:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return str(error)
    return ""


def _html(text: str) -> str:
    from tinyhtml5.parser import HTMLParser  # noqa: PLC0415  (it takes memory that only pages need)

    parser = HTMLParser()
    parser.parse(text)
    for (line, _), code, details in sorted(parser.errors, key=lambda error: error[0]):
        if said := _REAL.get(code):
            name = details.get("name", "") if isinstance(details, dict) else ""
            return f"line {line}: {said}{f' ({str(name)[:40]})' if name else ''}"
    return ""


_HTML: Final = frozenset({".html", ".htm"})
_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    ".py": _python, ".pyi": _python, ".json": _json, ".webmanifest": _json, ".toml": _toml,
    ".html": _html, ".htm": _html,
}  # fmt: skip


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def main() -> None:
    """Read one file from standard input, within limits."""
    import resource  # noqa: PLC0415  (only where it runs as a program)

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    given = json.load(sys.stdin)
    json.dump({"error": error_in(given["name"], given["text"])}, sys.stdout)


if __name__ == "__main__":
    main()
