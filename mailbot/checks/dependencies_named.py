"""Which packages a project names: imported, declared, locked, or installed by its Dockerfile and scripts.

Everything is read by lines, patterns and Python's own parser, within limits; nothing is run. What a project holds
itself, and what its language brings, is no package.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

from mailbot.checks import syntax
from mailbot.checks.dependencies_declared import declared
from mailbot.checks.dependencies_popular import DISTRIBUTIONS, NODE_BUILTINS, SHARED
from mailbot.checks.dependencies_shell import installed
from mailbot.domain.project import Tree

MAX_READ: Final = 400_000  #: characters of one file that are looked at
MAX_NAMED: Final = 400  #: packages that are looked at
_SEPARATORS: Final = re.compile(r"[-_.]+")
_PY_IMPORT: Final = re.compile(
    r"^[ \t]{0,16}(?:import[ \t]+([\w., \t]{1,400})|from[ \t]+([A-Za-z_]\w{0,80})[\w.]{0,200}[ \t]+import\b)",
    re.MULTILINE,
)
_JS: Final = frozenset({".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte"})
_JS_COMMENT: Final = re.compile(r"^[ \t]*//.*$|/\*(?:[^*]|\*(?!/))*+\*/", re.MULTILINE)
_JS_IMPORT: Final = re.compile(
    r"""(?:^|;)[ \t]{0,40}(?:import|export)\b[^;'"`]{0,1000}?\bfrom\s{0,8}["']([^"'\n]{1,214})["']"""
    r"""|(?:^|;)[ \t]{0,40}import\s{0,8}["']([^"'\n]{1,214})["']"""
    r"""|\b(?:require|import)\(\s{0,8}["']([^"'\n]{1,214})["']\s{0,8}\)""",
    re.MULTILINE,
)
_CDN: Final = re.compile(
    r"""\b(?:unpkg\.com|esm\.sh|cdn\.skypack\.dev|cdn\.jsdelivr\.net/npm)/((?:@[\w.-]{1,100}/)?[\w.-]{1,100})"""
)
_NODE_OWN: Final = re.compile(r'"name"\s{0,4}:\s{0,4}"([^"\n]{1,214})"')
_PYTHON_OWN: Final = re.compile(r"""^name\s{0,4}=\s{0,4}["']([^"'\n]{1,214})["']""", re.MULTILINE)
_NODE_NAME: Final = re.compile(r"(?:@[a-z0-9~_-][a-z0-9._~-]{0,100}/)?[a-z0-9~_-][a-z0-9._~-]{0,100}", re.IGNORECASE)
_PY_NAME: Final = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,100}[A-Za-z0-9])?")


@dataclass(frozen=True, kw_only=True, order=True)
class Named:
    """One package, and where its name stands."""

    index: str  #: python, node, debian
    name: str  #: as the index compares it
    place: str  #: the file, with the line where that is known
    address: bool = False  #: not from an index but from an address: nobody can say what it is


def named(files: Tree) -> list[Named]:
    """Every package that *files* name, each once, where it stands first."""
    texts = {str(path): content[:MAX_READ].decode("utf-8", "replace") for path, content in files.items()}
    found: dict[tuple[str, str], Named] = {}
    for one in (*_written(texts), *_imported_python(texts), *_imported_node(texts)):
        found.setdefault((one.index, one.name), one)
    return sorted(_without_shared(found), key=lambda one: (one.index, one.name))[:MAX_NAMED]


def normal(index: str, name: str) -> str:
    """*name* as its index compares it; empty where no package can be called so."""
    if index == "python":
        return _SEPARATORS.sub("-", name).lower() if _PY_NAME.fullmatch(name) else ""
    if index == "node":
        return name.lower() if _NODE_NAME.fullmatch(name) else ""
    return name.lower()


def _written(texts: Mapping[str, str]) -> Iterator[Named]:
    """What files of packages, Dockerfiles and scripts say."""
    own = _manifest_names(texts)
    for path, text in sorted(texts.items()):
        for index, name, line in (*declared(path, text), *installed(path, text)):
            place = f"{path} line {line}" if line else path
            if "/" in name and not name.startswith("@"):
                yield Named(index=index, name=name[:200], place=place, address=True)
            elif (plain := normal(index, name)) and (index, plain) not in own:
                yield Named(index=index, name=plain, place=place)


def _manifest_names(texts: Mapping[str, str]) -> set[tuple[str, str]]:
    """What the project calls itself."""
    own = set()
    for path, text in texts.items():
        name = PurePosixPath(path).name
        pattern = {"package.json": _NODE_OWN, "pyproject.toml": _PYTHON_OWN}.get(name)
        index = "node" if name == "package.json" else "python"
        own |= {(index, normal(index, found[1])) for found in pattern.finditer(text)} if pattern else set()
    return own


def _imported_python(texts: Mapping[str, str]) -> Iterator[Named]:
    own = {part.removesuffix(".py") for path in texts if path.endswith(".py") for part in path.split("/")}
    for path, text in sorted(texts.items()):
        for module, line in _modules(path, text) if path.endswith((".py", ".pyi")) else ():
            root = module.split(".")[0]
            if root and root not in own and root not in sys.stdlib_module_names and root != "__future__":
                name = normal("python", DISTRIBUTIONS.get(root, root))
                if name:
                    yield Named(index="python", name=name, place=f"{path} line {line}")


def _modules(path: str, text: str) -> Iterator[tuple[str, int]]:
    """The modules that a file imports, by Python's own parser where that is surely quick."""
    try:
        tree = ast.parse(text) if syntax.tame(path, text) else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None  # the check of its syntax says so
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
    if tree is None:
        yield from _modules_by_lines(text)


def _modules_by_lines(text: str) -> Iterator[tuple[str, int]]:
    for found in islice(_PY_IMPORT.finditer(text), 2 * MAX_NAMED):
        line = text.count("\n", 0, found.start()) + 1
        for module in (found[2] or found[1]).split(","):
            yield module.split(" as ")[0].strip(), line


def _imported_node(texts: Mapping[str, str]) -> Iterator[Named]:
    own = {name for index, name in _manifest_names(texts) if index == "node"}
    for path, text in sorted(texts.items()):
        ending = PurePosixPath(path).suffix.lower()
        if ending in _JS:
            plain = _JS_COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
            wanted = [
                (found[1] or found[2] or found[3], found.start())
                for found in islice(_JS_IMPORT.finditer(plain), 2 * MAX_NAMED)
            ]
        elif ending in {".html", ".htm"}:
            plain, wanted = text, [(found[1], found.start()) for found in islice(_CDN.finditer(text), MAX_NAMED)]
        else:
            continue
        for module, at in wanted:
            name = _node_root(module)
            if name and name not in own:
                yield Named(index="node", name=name, place=f"{path} line {plain.count(chr(10), 0, at) + 1}")


def _node_root(module: str) -> str:
    """The package of a module; empty for files of one's own, addresses, and what Node.js brings."""
    parts = module.split("/")
    root = "/".join(parts[:2]) if module.startswith("@") else parts[0]
    if module.startswith((".", "/", "#", "~", "@/")) or ":" in module or parts[0] in NODE_BUILTINS:
        return ""
    return normal("node", root)


def _without_shared(found: Mapping[tuple[str, str], Named]) -> Iterator[Named]:
    """A name to import that many packages share is brought by any of them that is declared."""
    names = {name for index, name in found if index == "python"}
    for (index, name), one in found.items():
        if index == "python" and name in SHARED and any(other.startswith(f"{name}-") for other in names):
            continue
        yield one
