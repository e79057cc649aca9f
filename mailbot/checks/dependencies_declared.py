"""What files of packages declare: requirements.txt, pyproject.toml, setup.py, package.json, and their locks.

A thing that cannot be read declares nothing here; that it cannot be read is for the check of its syntax to say.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

MAX_DEPTH: Final = 40  #: brackets in brackets of a file that is read
_REQUIREMENT: Final = re.compile(
    r"([A-Za-z0-9][\w.-]{0,100})[ \t]{0,8}(?:\[[^\]\n]{0,200}\])?[ \t]{0,8}(@[^\n]{1,300})?"
)
_SETUP: Final = re.compile(r"\b(?:install_requires|setup_requires|tests_require)\s{0,8}=\s{0,8}\[([^\]]{0,5000})\]")
_QUOTED: Final = re.compile(r"""["']([^"'\n]{1,300})["']""")
_REQUIREMENTS: Final = re.compile(r"(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in)")
_YARN: Final = re.compile(r'^"?((?:@[\w.-]{1,100}/)?[\w.-]{1,100})@(?:npm:)?[^"\n]{0,200}"?:?$', re.MULTILINE)
_TABLES: Final = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")

Declared = tuple[str, str, int]  #: the index, the name or the address, the line (0: not known)


def declared(path: str, text: str) -> Iterator[Declared]:
    """What the file *path* declares."""
    name = PurePosixPath(path).name
    if _REQUIREMENTS.fullmatch(name) or path.endswith("requirements/base.txt"):
        yield from _requirements(text)
    elif name == "setup.py":
        for found in _SETUP.finditer(text):
            yield from (_python(one[1]) for one in _QUOTED.finditer(found[1]))
    elif name in _READERS and _shallow(text):
        load, read = _READERS[name]
        try:
            yield from read(load(text))
        except (ValueError, RecursionError, AttributeError, TypeError):
            return  # it is not of the form that its name promises
    elif name == "yarn.lock":
        yield from (("node", found[1], 0) for found in _YARN.finditer(text))


def locked(path: str, text: str) -> Iterator[tuple[str, str]]:
    """What the file *path* holds fast, to a version."""
    name = PurePosixPath(path).name
    if name in {"poetry.lock", "uv.lock", "package-lock.json", "yarn.lock"}:
        yield from ((index, one) for index, one, _ in declared(path, text))
    elif _REQUIREMENTS.fullmatch(name):
        pinned = "\n".join(line for line in text.splitlines() if "==" in line)
        yield from ((index, one) for index, one, _ in _requirements(pinned))


def _requirements(text: str) -> Iterator[Declared]:
    for number, line in enumerate(text.splitlines(), 1):
        plain = re.split(r"(?:^|\s)#", line[:500], maxsplit=1)[0].strip()
        if plain.startswith(("git+", "http:", "https:", "hg+", "svn+")):
            yield "python", plain, number
        elif plain and not plain.startswith(("-", ".", "/")):
            index, name, _ = _python(plain)
            yield index, name, number


def _python(words: str) -> Declared:
    """One requirement as pip reads it."""
    found = _REQUIREMENT.match(words.strip())
    if not found:
        return "python", "", 0
    return "python", f"{found[1]} {found[2]}" if found[2] and "/" in found[2] else found[1], 0


def _pyproject(found: Mapping[str, Any]) -> Iterator[Declared]:
    project, tool = found.get("project", {}), found.get("tool", {})
    lists = [project.get("dependencies", []), found.get("build-system", {}).get("requires", [])]
    lists += [*project.get("optional-dependencies", {}).values(), *found.get("dependency-groups", {}).values()]
    for words in (one for some in lists for one in some if isinstance(one, str)):
        yield _python(words)
    poetry = tool.get("poetry", {})
    groups = [poetry, *(group for group in poetry.get("group", {}).values())]
    for table in (group.get(key, {}) for group in groups for key in ("dependencies", "dev-dependencies")):
        yield from _table("python", {name: want for name, want in table.items() if name != "python"})


def _pipfile(found: Mapping[str, Any]) -> Iterator[Declared]:
    for key in ("packages", "dev-packages"):
        yield from _table("python", found.get(key, {}))


def _lock(found: Mapping[str, Any]) -> Iterator[Declared]:
    """Of poetry and of uv."""
    for one in found.get("package", []):
        source = one.get("source", {})
        if not {"virtual", "editable", "directory"} & source.keys():
            yield "python", f"{one['name']} @ {source['git']}" if "git" in source else str(one["name"]), 0


def _package_json(found: Mapping[str, Any]) -> Iterator[Declared]:
    for key in _TABLES:
        yield from _table("node", found.get(key, {}))


def _package_lock(found: Mapping[str, Any]) -> Iterator[Declared]:
    for path, one in found.get("packages", {}).items():
        if "node_modules/" in path and not one.get("link"):
            yield "node", str(one.get("name") or path.rpartition("node_modules/")[2]), 0
    for name in found.get("dependencies", {}):
        yield "node", str(name), 0


def _table(index: str, wanted: Mapping[str, Any]) -> Iterator[Declared]:
    """Names with what is wanted of each: a version, a file of one's own, another name, an address."""
    for name, want in wanted.items():
        said = (
            str(want.get("git") or want.get("url") or want.get("path") or "") if isinstance(want, dict) else str(want)
        )
        if said.startswith(("file:", "link:", "workspace:", ".", "/")) or (isinstance(want, dict) and "path" in want):
            continue
        if said.startswith("npm:"):
            yield index, said[4:].rpartition("@")[0] or said[4:], 0
        elif "://" in said or "/" in said or said.startswith("git"):
            yield index, f"{name.lstrip('@')} @ {said}", 0
        else:
            yield index, name, 0


def _shallow(text: str) -> bool:
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest <= MAX_DEPTH


_Reader = tuple[Callable[[str], Any], Callable[[Mapping[str, Any]], Iterator[Declared]]]
_READERS: Final[Mapping[str, _Reader]] = {
    "pyproject.toml": (tomllib.loads, _pyproject),
    "Pipfile": (tomllib.loads, _pipfile),
    "poetry.lock": (tomllib.loads, _lock),
    "uv.lock": (tomllib.loads, _lock),
    "package.json": (json.loads, _package_json),
    "package-lock.json": (json.loads, _package_lock),
}
