"""How large a mail becomes, and what of a project can stay behind because its own tools make it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from mailbot.domain.message import Attachment
from mailbot.domain.project import Path, Tree

LINE: Final = 76  #: letters of base64 in a line
HEAD: Final = 700  #: bytes of the header fields and the boundary of one attachment, with a long name
WORDS: Final = 300_000  #: bytes that the words, their HTML and a picture may take beside the attachments
#: A folder that a tool makes again, and the file beside it that says so.
_REMADE: Final[Mapping[str, tuple[str, ...]]] = {
    "node_modules": ("package.json",),
    "bower_components": ("bower.json",),
    ".next": ("package.json",),
    ".nuxt": ("package.json",),
    ".parcel-cache": ("package.json",),
    "target": ("Cargo.toml", "pom.xml"),
    ".gradle": ("build.gradle", "build.gradle.kts"),
    "_build": ("mix.exs",),
    "deps": ("mix.exs",),
    "vendor": ("composer.json", "go.mod"),
}
#: Caches, which nothing needs to name.
_CACHES: Final = frozenset(
    {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".cache", ".venv", "venv", ".tox", ".sass-cache"}
)


def encoded(length: int) -> int:
    """How many bytes *length* bytes are as base64 with the line ends of mail."""
    letters = -(-length // 3) * 4
    return letters + 2 * -(-letters // LINE)


def wire_size(attachments: Iterable[Attachment]) -> int:
    """How many bytes of mail these attachments become."""
    return sum(encoded(len(one.content)) + HEAD for one in attachments)


def payload(limit: int) -> int:
    """How many bytes can be attached to a mail of *limit* bytes beside its words."""
    return max(0, (limit - WORDS) * LINE // (LINE + 2) * 3 // 4 - 4 * HEAD)


def without_remade(files: Tree) -> tuple[Tree, Mapping[str, int]]:
    """*files* without what their tools make again, and how many bytes each such folder had."""
    left: dict[str, int] = {}
    kept: dict[Path, bytes] = {}
    names = frozenset(str(path) for path in files)
    for path, content in files.items():
        if folder := _remade(str(path), names):
            left[folder] = left.get(folder, 0) + len(content)
        else:
            kept[path] = content
    return kept, left


def _remade(path: str, names: frozenset[str]) -> str:
    """The folder that *path* stands in and that need not be sent; empty where it is needed."""
    parts = path.split("/")[:-1]
    for at, part in enumerate(parts):
        above = "".join(f"{one}/" for one in parts[:at])
        if part in _CACHES or any(above + sign in names for sign in _REMADE.get(part, ())):
            return above + part
    return ""
