"""What every package holds even where its maker forgot it: a README, Dockerfile, requirements, .gitignore."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from mailbot.build.stack import Stack
from mailbot.domain.project import Path, Tree

_IGNORED: Final[Mapping[str, str]] = {
    "python": "__pycache__/\n*.pyc\n.venv/\n.env\n*.db\n",
    "node": "node_modules/\n.env\n*.log\n",
    "static": ".DS_Store\nThumbs.db\n",
}
_WEB_ROOT: Final = "/usr/share/nginx/html"
_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+.!|~<>&=-])")


def supplements(files: Tree, title: str, stack: Stack) -> dict[Path, bytes]:
    """The files that *files* lacks, as far as its stack says what they must hold."""
    wanted = {
        "README.md": readme(title, stack),
        ".gitignore": _IGNORED.get(stack.language, ""),
        "requirements.txt": _requirements(stack) if _has_no_manifest(files, stack) else "",
        "Dockerfile": dockerfile(stack),
    }
    present = {path.casefold() for path in files}
    missing = {name: text for name, text in wanted.items() if text and name.casefold() not in present}
    return {Path(name): text.encode("utf-8") for name, text in missing.items()}


def dockerfile(stack: Stack) -> str:
    """A Dockerfile for the stack; empty where nothing says how the project starts."""
    match stack.language:
        case "python" if stack.entry:
            return _python(stack)
        case "node" if stack.entry:
            return _node(stack)
        case "static":
            return f"FROM nginxinc/nginx-unprivileged:1.29-alpine\nCOPY . {_WEB_ROOT}\nEXPOSE 8080\n"
        case _:
            return ""


def start(stack: Stack) -> list[str]:
    """The command that starts it, in words."""
    served = ["--host", "0.0.0.0", "--port", str(stack.port or 8000)]  # noqa: S104  (inside a container)
    match stack.language, stack.framework:
        case "python", "fastapi" if not stack.script:
            return ["uvicorn", f"{_module(stack.entry)}:app", *served]
        case "python", "flask" if not stack.script:
            return ["flask", "--app", _module(stack.entry), "run", *served]
        case "python", _ if stack.entry.endswith("/__main__.py"):
            return ["python", "-m", _module(stack.entry).removesuffix(".__main__")]
        case "python", _:
            return ["python", stack.entry]
        case "node", _:
            return ["npm", "start"] if stack.entry == "npm start" else ["node", stack.entry]
        case _:
            return []


def instructions(stack: Stack, *, container: bool, name: str) -> tuple[str, ...]:
    """How a person sets it up and starts it, step by step."""
    steps: list[str] = []
    if stack.language == "python" and stack.entry:
        steps = [*(["pip install -r requirements.txt"] if stack.dependencies else []), " ".join(start(stack))]
    elif stack.language == "node" and stack.entry:
        steps = ["npm install", " ".join(start(stack))]
    elif stack.language == "static":
        steps = [f"open {stack.entry} in a web browser"]
    if container:
        port = stack.port or (8080 if stack.language == "static" else None)
        published = f" -p {port}:{port}" if port else ""
        steps.append(f"or with Docker: docker build -t {name} . && docker run --rm{published} {name}")
    return tuple(steps)


def readme(title: str, stack: Stack) -> str:
    """A README that says how to set it up."""
    steps = instructions(stack, container=bool(dockerfile(stack)), name="project")
    lines = [f"# {marked(title)}", "", "## Setup", "", f"Needs: {stack.runtime}.", ""]
    lines += [f"    {step}" for step in steps] or ["The files say how they are used."]
    if stack.environment:
        lines += ["", "## Settings", "", *(f"- `{name}` (environment variable)" for name in stack.environment)]
    return "\n".join(lines) + "\n"


def marked(text: str) -> str:
    """*text* as Markdown that shows just these characters."""
    return _MARKS.sub(r"\\\1", text)


def _has_no_manifest(files: Tree, stack: Stack) -> bool:
    return stack.language == "python" and not {"requirements.txt", "pyproject.toml", "setup.py", "Pipfile"} & {*files}


def _requirements(stack: Stack) -> str:
    if not stack.dependencies:
        return "# The standard library is all it needs.\n"
    return "# Read from the imports; pin the versions you tested.\n" + "\n".join(stack.dependencies) + "\n"


def _python(stack: Stack) -> str:
    exposed = [f"EXPOSE {stack.port}"] if stack.port else []
    lines = [
        "FROM python:3.12-slim",
        "RUN useradd --create-home app",
        "WORKDIR /app",
        "COPY . .",
        *(["RUN pip install --no-cache-dir -r requirements.txt"] if stack.dependencies else []),
        "RUN chown -R app /app",
        "USER app",
        *exposed,
        f"CMD {json.dumps(start(stack))}",
    ]
    return "\n".join(lines) + "\n"


def _node(stack: Stack) -> str:
    exposed = [f"EXPOSE {stack.port}"] if stack.port else []
    lines = [
        "FROM node:22-slim",
        "WORKDIR /app",
        "COPY . .",
        "RUN npm install --omit=dev && chown -R node /app",
        "USER node",
        *exposed,
        f"CMD {json.dumps(start(stack))}",
    ]
    return "\n".join(lines) + "\n"


def _module(entry: str) -> str:
    return entry.removesuffix(".py").replace("/", ".")
