"""Files that a library beside the standard one reads: each is optional, and what is missing is said.

Stands alone like syntax.py, and is always started as a program of its own, with limits: these parsers are slow for what
is meant to be slow, and some are no Python. It reads {"files": {name: text}} and prints {"errors": {name: error}}.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

CPU_SECONDS: Final = 10
MEMORY: Final = 500_000_000
SCRIPT, TYPED, TSX, CSS, YAML, SQL, DOCKER = "script", "typed", "tsx", "css", "yaml", "sql", "docker"
#: Every kind: the libraries that read it, and the most characters that they are through with in a few seconds.
LIBRARIES: Final[Mapping[str, tuple[tuple[str, ...], int]]] = {
    SCRIPT: (("tree_sitter", "tree_sitter_javascript"), 1_000_000),
    TYPED: (("tree_sitter", "tree_sitter_typescript"), 1_000_000),
    TSX: (("tree_sitter", "tree_sitter_typescript"), 1_000_000),
    CSS: (("tinycss2",), 500_000),
    YAML: (("ruamel.yaml",), 200_000),
    SQL: (("sqlglot",), 200_000),
    DOCKER: (("dockerfile",), 100_000),
}
DIALECTS: Final = ("sqlite", "postgres", "mysql", "tsql", "oracle", "bigquery")
_PROGRAMS: Final = "FUNCTION|PROCEDURE|TRIGGER|RULE|POLICY|TYPE|DOMAIN|OPERATOR|AGGREGATE|EVENT|EXTENSION|PACKAGE"
#: What the parsers do not know, although it may well be right.
_BEYOND: Final[Sequence[tuple[frozenset[str], re.Pattern[str], str]]] = (
    (
        frozenset({CSS, YAML, SQL, DOCKER}),
        re.compile(r"\{%[-+]?\s|(?<![$\"'])\{\{"),
        "it is a template: it can be read only when it is filled in",
    ),
    (frozenset({SCRIPT}), re.compile(r"\{% "), "it is a template: it can be read only when it is filled in"),
    (frozenset({SCRIPT}), re.compile(r"\A.{0,2000}@flow\b", re.DOTALL), "it is written in Flow, which I do not read"),
    (
        frozenset({TYPED, TSX}),
        re.compile(r"[<,]\s*(?:const\s+)?(?:in|out)\s+\w"),
        "it uses a form of types that my parser does not know",
    ),
    (
        frozenset({SQL}),
        re.compile(r"^(?:DELIMITER\b|\\[a-z!?]|\.[a-z]+\b|GO[ \t]*$|@@?\w)", re.MULTILINE | re.IGNORECASE),
        "it holds commands of a database's client, which are no SQL",
    ),
    (
        frozenset({SQL}),
        re.compile(rf"\bCREATE\s+(?:OR\s+\w+\s+)?(?:\w+\s+)?(?:{_PROGRAMS})\b|\$\w*\$", re.IGNORECASE),
        "it holds programs of one database, which I do not read",
    ),
)
_AT: Final = re.compile(r"Line (\d+), Col: \d+")
_INNER: Final = re.compile(r"Required keyword: '\w+' missing for <class .*|(?<= but got )<Token .*")
_COLOURED: Final = re.compile(r"\x1b\[[0-9;]*m")
_ENDINGS: Final[Mapping[str, str]] = {
    ".js": SCRIPT, ".mjs": SCRIPT, ".cjs": SCRIPT, ".jsx": SCRIPT, ".ts": TYPED, ".mts": TYPED, ".cts": TYPED,
    ".tsx": TSX, ".css": CSS, ".yaml": YAML, ".yml": YAML, ".sql": SQL, ".dockerfile": DOCKER,
}  # fmt: skip
_STARRED: Final = re.compile(r"(?:^|[;{])\s*\*[\w-]+\s*:[^;{}]*;?$")  #: a habit, for a browser of long ago
_NO_RULE: Final = "a declaration without a colon, or a rule without a block"
_NESTED: Final = 200  #: brackets in brackets


def kind_of(name: str) -> str:
    """How the file *name* is read; empty where it is not read here."""
    path = PurePosixPath(name.lower())
    if path.name in {"dockerfile", "containerfile"}:
        return DOCKER
    return "" if path.name.endswith((".d.ts", ".d.mts", ".d.cts")) else _ENDINGS.get(path.suffix, "")


@functools.cache
def missing(kind: str) -> str:
    """The library that *kind* is read with and that is not installed; empty where all are there."""
    for name in LIBRARIES[kind][0]:
        try:
            found = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            found = None
        if found is None:
            return name
    return ""


def why_not(kind: str, text: str) -> str:
    """Why a file of this *kind* is not read; empty where it is."""
    if name := missing(kind):
        return f"its parser ({name}) is not installed on this server"
    if len(text) > LIBRARIES[kind][1]:
        return f"it has more than {LIBRARIES[kind][1]:,} characters"
    return next((why for kinds, sign, why in _BEYOND if kind in kinds and sign.search(text)), "")


def error_in(name: str, text: str) -> str:
    """The first real mistake, with its line; empty where there is none."""
    try:
        return _READERS[kind_of(name)](text)
    except RecursionError:
        return "it is nested too deep to be read"


def _library(name: str) -> Any:  # noqa: ANN401  (it may be missing, and some have no types)
    return importlib.import_module(name)


# Scripts


def _script(language: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        library, typed = _library("tree_sitter"), language != SCRIPT
        grammar = _library("tree_sitter_typescript" if typed else "tree_sitter_javascript")
        made = getattr(grammar, {TYPED: "language_typescript", TSX: "language_tsx"}.get(language, "language"))()
        content = text.encode("utf-8")
        root = library.Parser(library.Language(made)).parse(content).root_node
        return _first_mistake(root, content) if root.has_error else ""

    return read


def _first_mistake(root: Any, content: bytes) -> str:  # noqa: ANN401  (a node of the library)
    """What the parser could not place, or had to invent."""
    node = root
    while True:
        if node.is_missing:
            return f"line {node.start_point[0] + 1}: {node.type} is missing"
        below = next((child for child in node.children if child.has_error or child.is_missing), None)
        if below is None or node.type == "ERROR":
            shown = content[node.start_byte : node.start_byte + 40].decode("utf-8", "replace").split("\n")[0]
            return f"line {node.start_point[0] + 1}: unexpected {shown!r}"
        node = below


# Styles


def _css(text: str) -> str:
    """Brackets, quotes and comments first, then rules and declarations."""
    library = _library("tinycss2")
    tokens = library.parse_component_value_list(f"{text}\n}}", skip_comments=True)
    if not tokens or tokens[-1].type != "error" or tokens[-1].kind != "}":
        return "a block, a quote or a comment is never closed"
    for token in _tokens(tokens[:-1]):
        if token.type == "error":
            return f"line {token.source_line}: {token.message}"
    lines = re.split(r"\r\n|[\r\n\f]", text)
    for node in _rules(library, library.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)):
        if node.type == "error" and not _STARRED.search(lines[node.source_line - 1][: node.source_column]):
            return f"line {node.source_line}: {_NO_RULE if ' reached ' in node.message else node.message}"
    return ""


def _tokens(tokens: list[Any]) -> Iterator[Any]:
    """Every token, in its order, whatever it stands in."""
    waiting = [iter(tokens)]
    while waiting:
        if (token := next(waiting[-1], None)) is None:
            waiting.pop()
            continue
        yield token
        within = getattr(token, "content", None) or getattr(token, "arguments", None)
        if within:
            if len(waiting) > _NESTED:
                raise RecursionError
            waiting.append(iter(within))


def _rules(library: Any, rules: list[Any]) -> Iterator[Any]:  # noqa: ANN401  (the module)
    """Every rule and declaration."""
    waiting = [iter(rules)]
    while waiting:
        if (node := next(waiting[-1], None)) is None:
            waiting.pop()
            continue
        yield node
        within = getattr(node, "content", None)
        if within and node.type in {"qualified-rule", "at-rule"}:
            found = library.parse_blocks_contents(within, skip_comments=True, skip_whitespace=True)
            waiting.append(iter(found))


# Data


def _yaml(text: str) -> str:
    """Every document of the file; a key that stands twice in one mapping is a mistake, too."""
    library, errors = _library("ruamel.yaml"), _library("ruamel.yaml.error")
    try:
        for document in library.YAML(typ="safe", pure=True).compose_all(text):
            if twice := _twice(document):
                return twice
    except errors.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return f"line {mark.line + 1 if mark else 1}: {error.problem or error.context}"
    except errors.YAMLError as error:
        return str(error).partition("\n")[0]
    return ""


def _twice(document: Any) -> str:  # noqa: ANN401  (a node of the library)
    waiting, known = [document], set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in known:  # an alias is looked at once
            continue
        known.add(id(node))
        if node.id == "sequence":
            waiting += node.value
        elif node.id == "mapping":
            keys: set[str] = set()
            for key, value in node.value:
                if key.id == "scalar" and key.value in keys and key.value != "<<":
                    return f"line {key.start_mark.line + 1}: the key {key.value[:40]!r} stands twice"
                keys |= {key.value} if key.id == "scalar" else set()
                waiting += [key, value]
    return ""


@dataclass(frozen=True)
class _Try:
    """How far one dialect came."""

    line: int
    words: str


def _sql(text: str) -> str:
    """A mistake only where no dialect takes it; then the words of the one that came farthest."""
    library, errors = _library("sqlglot"), _library("sqlglot.errors")
    logging.getLogger("sqlglot").disabled = True
    tries = []
    for dialect in DIALECTS:
        try:
            library.parse(text, read=dialect)
        except errors.SqlglotError as error:
            said = _COLOURED.sub("", str(error)).partition("\n")[0]
            found = _AT.search(said)
            tries.append(
                _Try(
                    int(found[1]) if found else 1,
                    _INNER.sub("something is missing", said.partition(". Line ")[0])[:120],
                )
            )
        else:
            return ""
    best = max(tries, key=lambda one: one.line)
    return f"line {best.line}: {best.words}"


def _docker(text: str) -> str:
    """As Docker's own builder reads it; and every instruction must be one."""
    library = _library("dockerfile")
    known = {*library.all_cmds(), "onbuild"}
    try:
        commands = library.parse_string(text)
    except library.GoParseError as error:
        return str(error)
    for command in commands:
        if command.cmd.lower() not in known:
            return f"line {command.start_line}: there is no instruction {command.cmd[:40]}"
        if not command.value and command.cmd.lower() != "healthcheck":
            return f"line {command.start_line}: {command.cmd} says nothing more"
    first = next((one for one in commands if one.cmd.lower() != "arg"), None)
    return "" if first and first.cmd.lower() == "from" else "it does not begin with FROM"


_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    SCRIPT: _script(SCRIPT), TYPED: _script(TYPED), TSX: _script(TSX), CSS: _css, YAML: _yaml, SQL: _sql,
    DOCKER: _docker,
}  # fmt: skip


def main() -> None:
    """Read files from standard input, within limits."""
    import resource  # noqa: PLC0415  (only where it runs as a program)

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))  # of addresses alone one of the libraries takes more
    given = json.load(sys.stdin)
    json.dump({"errors": {name: error_in(name, text) for name, text in given["files"].items()}}, sys.stdout)


if __name__ == "__main__":
    main()
