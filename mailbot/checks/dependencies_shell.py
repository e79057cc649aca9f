"""What Dockerfiles and scripts install: the lines of pip, uv, npm, yarn, pnpm, npx and apt."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from mailbot.checks.dependencies_declared import Declared

MAX_LINE: Final = 8_000  #: characters of one line, with those that go on in the next
_DOCKERFILE: Final = re.compile(r"(?:.*\.)?(?:Dockerfile|Containerfile)(?:\..*)?", re.IGNORECASE)
_APART: Final = re.compile(r"&&|\|\||[;|\n]")
_SKIPPED: Final = frozenset({"sudo", "exec", "env", "command", "time", "then", "do", "else", "if", "!", "(", "{"})
#: Options that take the next word with them.
_OPTIONS: Final = """
    -r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target --prefix --root
    --python-version --platform --proxy --timeout --retries --cache-dir --registry -C --cwd --filter --python -e
    --editable -w --workspace --tag
"""
_WITH_VALUE: Final = frozenset(_OPTIONS.split())
#: How a command begins that installs, from which index, and whether only its first word is a name.
_INSTALLS: Final = (
    (re.compile(r"(?:(?:python[\d.]* -m |uv )?pip[\d.]* install|(?:uv|poetry|pdm) add)(?= )"), "python", False),
    (re.compile(r"(?:pipx (?:install|run)|uvx|uv tool (?:install|run))(?= )"), "python", True),
    (re.compile(r"(?:(?:npm|pnpm) (?:install|i|add)|(?:yarn|bun)(?: global)? add)(?= )"), "node", False),
    (re.compile(r"(?:npx|npm exec|npm create|(?:yarn|pnpm) dlx|bunx)(?= )"), "node", True),
    (re.compile(r"apt(?:-get)?(?: -\S+)* install(?= )"), "debian", False),
)
_VERSION: Final = re.compile(r"[<>=!~;\[ ]")


def installed(path: str, text: str) -> Iterator[Declared]:
    """What the commands in the file *path* install from an index."""
    for line, number in _commands(path, text):
        for command in _APART.split(line):
            yield from ((index, name, number) for index, name in _of(command))


def is_dockerfile(path: str) -> bool:
    """By its name."""
    return _DOCKERFILE.fullmatch(PurePosixPath(path).name) is not None


def instructions(text: str) -> Iterator[tuple[str, str, int]]:
    """Each instruction of a Dockerfile, what it is told, and its line; lines that go on are one."""
    for line, number in _lines(text):
        word, _, rest = line.strip().partition(" ")
        if word and not word.startswith("#"):
            yield word.upper(), rest.strip(), number


def _commands(path: str, text: str) -> Iterator[tuple[str, int]]:
    name = PurePosixPath(path).name
    if is_dockerfile(path):
        yield from ((_plain(rest), number) for word, rest, number in instructions(text) if word == "RUN")
    elif name.endswith((".sh", ".bash")) or name == "Makefile":
        yield from ((line.split(" #")[0], number) for line, number in _lines(text) if not line.lstrip().startswith("#"))
    elif name == "package.json":
        yield from (
            (found, 0) for found in re.findall(r'"((?:[^"\\\n]|\\.){0,500}\bnpx\b(?:[^"\\\n]|\\.){0,500})"', text)
        )


def _plain(rest: str) -> str:
    """A command in the form of a list, as a line; the options of RUN left out."""
    while rest.startswith("--"):
        rest = rest.partition(" ")[2].lstrip()
    if rest.startswith("["):
        try:
            return shlex.join(map(str, json.loads(rest)))
        except (ValueError, RecursionError, TypeError):
            return ""
    return rest


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """The lines, those that end in a backslash with the next one; with the number of the first."""
    whole, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if whole and line.lstrip().startswith("#"):
            continue  # a comment within a line that goes on
        first = first if whole else number
        whole = (whole + line)[:MAX_LINE]
        if whole.endswith("\\"):
            whole = whole[:-1] + " "
        else:
            yield whole, first
            whole = ""
    if whole:
        yield whole, first


def _of(command: str) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(command, comments=True)
    except ValueError:
        words = command.split()
    while words and (words[0] in _SKIPPED or re.match(r"\w+=", words[0])):
        words = words[1:]
    index, rest, first_only = _kind(words)
    if index:
        names = _named(rest)
        for name in names[:1] if first_only else names:
            yield index, _bare(index, name)


def _kind(words: list[str]) -> tuple[str, list[str], bool]:
    """Which index a command takes from, what it takes, and whether only the first word is a name."""
    line = " ".join((PurePosixPath(words[0]).name, *words[1:])) if words else ""
    for begin, index, first_only in _INSTALLS:
        if found := begin.match(line):
            return index, words[len(found[0].split()) :], first_only
    return "", [], False


def _named(words: list[str]) -> list[str]:
    """The words that are no options, and not the values of options."""
    found, skip = [], False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in _WITH_VALUE
        elif not word.startswith((".", "/", "$", "file:")):
            found.append(word)
    return found


def _bare(index: str, word: str) -> str:
    """A name without its version; an address as it is."""
    if "://" in word or word.startswith("git+"):
        return word
    if index == "node":
        return word if word.count("@") == 0 else word[: word.index("@", 1)] if "@" in word[1:] else word
    return _VERSION.split(word.partition("=")[0] if index == "debian" else word, maxsplit=1)[0]
