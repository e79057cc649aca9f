"""Which commands show that a project works: its own tests, and its smallest run. Nothing is run here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mailbot.build.stack import Stack, stack_of
from mailbot.domain.project import Path, Tree

MAX_TESTS: Final = 200  #: files with tests that are named in one command
PORTS: Final = (8000, 3000, 5000, 8080, 8888)
_TEST: Final = re.compile(r"(?:.*/)?(?:test_[^/]*|[^/]*_test)\.py")
_NODE_TEST: Final = re.compile(
    r"(?:.*/)?(?:[^/]+[.\-_]test\.(?:js|mjs|cjs)|test[.\-_]?[^/]*\.(?:js|mjs|cjs))|tests?/.*\.(?:js|mjs|cjs)"
)
_BY_PYTEST: Final = re.compile(r"^(?:import pytest|from pytest|(?:async )?def test_)", re.MULTILINE)
_ARGUMENTS: Final = re.compile(r"^(?:import|from)[ ]+(?:argparse|click|typer|docopt)\b", re.MULTILINE)
_NO_TEST: Final = re.compile(r"no test specified")


class Means(StrEnum):
    """What a command's good end shows."""

    TESTED = "tested"  #: only when it also says that tests ran
    RAN = "ran"
    SERVES = "serves"  #: it does not end; it is asked


@dataclass(frozen=True, kw_only=True)
class Task:
    """One command."""

    means: Means
    command: tuple[str, ...]
    words: str  #: the command as a person writes it
    port: int = 0
    page: str = "/"  #: where a server is asked first


def tasks_of(files: Tree, python: str = "python3") -> list[Task]:
    """The tests first, then the smallest run."""
    stack = stack_of(files)
    found = [*_python_tests(files, python)] if stack.language in {"python", "static"} else []
    if stack.language == "node":
        found += _node_tests(files)
    smallest = _smallest(stack, files, python)
    return [*found, *([smallest] if smallest else [])]


def _python_tests(files: Tree, python: str) -> list[Task]:
    names = sorted(path for path in files if _TEST.fullmatch(path))[:MAX_TESTS]
    if not names:
        return []
    if any(_BY_PYTEST.search(_text(files, name)) for name in names) or not all(map(_module, names)):
        command = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *names)
        return [Task(means=Means.TESTED, command=command, words="python3 -m pytest")]
    command = (python, "-m", "unittest", *filter(None, map(_module, names)))
    return [Task(means=Means.TESTED, command=command, words="python3 -m unittest")]


def _module(path: str) -> str:
    """The name to import a file by; empty where it has none."""
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""


def _node_tests(files: Tree) -> list[Task]:
    script = _scripts(files).get("test", "")
    if isinstance(script, str) and script and not _NO_TEST.search(script):
        return [Task(means=Means.RAN, command=("/bin/sh", "-c", script), words=f"npm test ({script[:60]})")]
    names = sorted(path for path in files if _NODE_TEST.fullmatch(path))[:MAX_TESTS]
    return [Task(means=Means.TESTED, command=("node", "--test", *names), words="node --test")] if names else []


def _scripts(files: Tree) -> Mapping[str, object]:
    try:
        found = json.loads(_text(files, "package.json")).get("scripts", {})
    except (ValueError, RecursionError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def _smallest(stack: Stack, files: Tree, python: str) -> Task | None:
    """What shows with the least that it runs at all."""
    if stack.language == "static":
        serve = (python, "-m", "http.server", str(PORTS[0]), "--bind", "127.0.0.1")
        page = "/" if stack.entry == "index.html" else f"/{stack.entry}"
        return Task(means=Means.SERVES, command=serve, words=f"the page {stack.entry}", port=PORTS[0], page=page)
    command = _start(stack, files, python)
    if not command:
        return None
    words = " ".join("python3" if word == python else word for word in command if word not in ("/bin/sh", "-c"))
    serves = stack.type == "web_application"
    port = (stack.port or PORTS[0]) if serves else 0
    return Task(means=Means.SERVES if serves else Means.RAN, command=command, words=words, port=port)


def _start(stack: Stack, files: Tree, python: str) -> tuple[str, ...]:
    """How the project is started."""
    if stack.language == "node":
        return _start_node(stack.entry, files)
    if stack.language != "python":
        return ()
    port = str(stack.port or PORTS[0])
    if "manage.py" in files:
        return (python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}")
    if stack.framework and not stack.script:
        return _start_framework(stack, port, python)
    if not stack.entry:
        return ()
    module = _module(stack.entry).removesuffix(".__main__")
    begin = (python, "-m", module) if stack.entry.endswith("/__main__.py") else (python, stack.entry)
    return (*begin, "--help") if _ARGUMENTS.search(_text(files, stack.entry)) else begin


def _start_framework(stack: Stack, port: str, python: str) -> tuple[str, ...]:
    """What does not start by itself."""
    module = _module(stack.entry)
    if stack.framework == "fastapi":
        return (python, "-m", "uvicorn", f"{module}:app", "--host", "127.0.0.1", "--port", port)
    return (python, "-m", "flask", "--app", module, "run", "--port", port)


def _start_node(entry: str, files: Tree) -> tuple[str, ...]:
    if entry == "npm start":
        script = _scripts(files).get("start")
        return ("/bin/sh", "-c", f"exec {script}") if isinstance(script, str) and script else ()
    return ("node", entry) if entry else ()


def _text(files: Tree, name: str) -> str:
    return files.get(Path(name), b"").decode("utf-8", "replace")
