"""What a project is made of, read from its files: language, entry, dependencies, settings, port.

Read by lines and patterns, never by a parser that a hostile file could stretch or break.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mailbot.domain.project import Tree

MAX_READ: Final = 400_000  #: characters of one file that are looked at
MAX_NAMED: Final = 100  #: dependencies or settings that are named
#: Where the name to install differs from the name to import.
_DISTRIBUTIONS: Final[Mapping[str, str]] = {
    "bs4": "beautifulsoup4", "cv2": "opencv-python", "dateutil": "python-dateutil", "docx": "python-docx",
    "dotenv": "python-dotenv", "fitz": "PyMuPDF", "flask_sqlalchemy": "Flask-SQLAlchemy", "jose": "python-jose",
    "jwt": "PyJWT", "multipart": "python-multipart", "OpenSSL": "pyOpenSSL", "PIL": "Pillow",
    "psycopg2": "psycopg2-binary", "serial": "pyserial", "sklearn": "scikit-learn", "slugify": "python-slugify",
    "yaml": "PyYAML",
}  # fmt: skip
_STRINGS: Final = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*+"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*+'''", re.DOTALL)
_IMPORT: Final = re.compile(
    r"^[ \t]{0,16}(?:import[ \t]+([\w., \t]{1,400})|from[ \t]+([A-Za-z_]\w{0,80})[\w.]{0,200}[ \t]+import\b)",
    re.MULTILINE,
)
_REQUIREMENT: Final = re.compile(
    r"^[ \t]{0,8}([A-Za-z0-9][\w.-]{0,100}(?:\[[\w, -]{0,100}\])?[^#;\n]{0,100})", re.MULTILINE
)
_ENVIRONMENT: Final = re.compile(
    r"""(?:os\.environ(?:\.get\(|\[)|os\.getenv\(|process\.env\[)\s{0,4}["']([A-Za-z_]\w{0,60})["']|process\.env\.([A-Z_]\w{0,60})"""
)
_EXPOSE: Final = re.compile(r"^[ \t]{0,8}EXPOSE[ \t]+(\d{1,5})", re.MULTILINE | re.IGNORECASE)
_MAIN: Final = re.compile(r"""^if[ \t]+__name__[ \t]*==[ \t]*["']__main__["']""", re.MULTILINE)
_PYTHON_ENTRIES: Final = ("app.py", "main.py", "server.py", "run.py", "cli.py", "__main__.py", "wsgi.py", "asgi.py")
_TEST: Final = re.compile(r"(?:.{0,200}/)?test_[^/]{0,100}\.py")
_WEB: Final = re.compile(
    r"\b(?:flask|fastapi|django|starlette|aiohttp|http\.server|bottle|tornado|streamlit|uvicorn|express)\b"
)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What is known of how a project runs."""

    language: str  #: python, node, static; empty: nothing we know
    type: str  #: web_application, static_site, command_line, files
    entry: str = ""  #: the file that starts it
    dependencies: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    port: int | None = None
    script: bool = True  #: whether the entry runs when it is called, or must be served by something
    framework: str = ""  #: fastapi or flask, where that changes the start

    @property
    def runtime(self) -> str:
        """What must be installed first."""
        return {"python": "python>=3.11", "node": "node>=20", "static": "any web browser"}.get(self.language, "unknown")


def stack_of(files: Tree) -> Stack:
    """Read the stack from *files*."""
    texts = {str(path): _text(content) for path, content in files.items()}
    if "package.json" in texts:
        return _node(texts)
    programs = [name for name in texts if name.endswith(".py")]
    only_tests = "index.html" in texts and all(_TEST.fullmatch(name) for name in programs)
    if (programs and not only_tests) or "requirements.txt" in texts or "pyproject.toml" in texts:
        return _python(texts)
    pages = sorted(name for name in texts if name.endswith((".html", ".htm")))
    if pages:
        entry = "index.html" if "index.html" in pages else pages[0]
        return Stack(language="static", type="static_site", entry=entry, port=_port(texts))
    return Stack(language="", type="files", environment=_environment(texts), port=_port(texts))


def _python(texts: Mapping[str, str]) -> Stack:
    sources = {name: text for name, text in texts.items() if name.endswith(".py")}
    entry = _python_entry(sources)
    main = sources.get(entry, "")
    web = any(_WEB.search(text) for text in sources.values())
    framework = "fastapi" if "FastAPI(" in main else "flask" if "Flask(" in main else ""
    named = texts.get("requirements.txt")
    return Stack(
        language="python",
        type="web_application" if web else "command_line",
        entry=entry,
        dependencies=_requirements(named) if named is not None else _imported(sources),
        environment=_environment(sources),
        port=_port(texts) or (8000 if web else None),
        script=bool(_MAIN.search(main)) or not framework,
        framework=framework,
    )


def _node(texts: Mapping[str, str]) -> Stack:
    manifest = _manifest(texts["package.json"])
    scripts, main = manifest.get("scripts"), manifest.get("main")
    start = "npm start" if isinstance(scripts, dict) and "start" in scripts else ""
    found = next((name for name in ("server.js", "index.js", "app.js", "main.js", "index.mjs") if name in texts), "")
    wanted = manifest.get("dependencies")
    sources = {name: text for name, text in texts.items() if name.endswith((".js", ".mjs", ".cjs", ".ts"))}
    web = any(_WEB.search(text) or "createServer" in text for text in sources.values())
    return Stack(
        language="node",
        type="web_application" if web else "command_line",
        entry=start or (main if isinstance(main, str) and main in texts else found),
        dependencies=tuple(f"{name}@{want}" for name, want in sorted(wanted.items()))[:MAX_NAMED]
        if isinstance(wanted, dict)
        else (),
        environment=_environment(sources),
        port=_port(texts) or (3000 if web else None),
    )


def _manifest(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}  # the check of its syntax says so; here it only names nothing
    return found if isinstance(found, dict) else {}


def _python_entry(sources: Mapping[str, str]) -> str:
    top = [name for name in sorted(sources) if "/" not in name and not name.startswith(("test_", "conftest"))]
    for name in (*_PYTHON_ENTRIES, *(name for name in top if _MAIN.search(sources[name]))):
        if name in sources:
            return name
    return next((name for name in sorted(sources) if name.endswith("/__main__.py")), top[0] if len(top) == 1 else "")


def _requirements(text: str) -> tuple[str, ...]:
    return tuple(found[1].strip() for found in _REQUIREMENT.finditer(text))[:MAX_NAMED]


def _imported(sources: Mapping[str, str]) -> tuple[str, ...]:
    """What the sources import beyond the standard library and each other."""
    own = {part.removesuffix(".py") for name in sources for part in name.split("/")}
    names = {name for text in sources.values() for name in _roots(_STRINGS.sub("''", text))}
    foreign = names - own - sys.stdlib_module_names - {"__future__"}
    return tuple(sorted((_DISTRIBUTIONS.get(name, name) for name in foreign), key=str.lower))[:MAX_NAMED]


def _roots(text: str) -> Iterator[str]:
    for found in _IMPORT.finditer(text):
        for module in (found[2] or found[1]).split(","):
            root = module.split(" as ")[0].strip().split(".")[0]
            if root.isidentifier():
                yield root


def _environment(texts: Mapping[str, str]) -> tuple[str, ...]:
    names = {found[1] or found[2] for text in texts.values() for found in _ENVIRONMENT.finditer(text)}
    return tuple(sorted(names))[:MAX_NAMED]


def _port(texts: Mapping[str, str]) -> int | None:
    found = _EXPOSE.search(texts.get("Dockerfile", ""))
    return int(found[1]) if found and 0 < int(found[1]) <= 65535 else None  # noqa: PLR2004  (the last port there is)


def _text(content: bytes) -> str:
    return content[:MAX_READ].decode("utf-8", "replace")
