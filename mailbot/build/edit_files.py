"""The files that an author hands in: out of their archive, or one by one, under the names of the project.

What we put around a package ourselves is taken off again, names that were changed to pass a mail server are given
back, and what only an editor did (line ends, a mark of the encoding) is undone: it is no change of anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mailbot.build.complete import supplements
from mailbot.build.stack import stack_of
from mailbot.domain.message import Input
from mailbot.domain.project import Path, Tree

ARCHIVES: Final = frozenset({"zip", "tar"})
LOOSE: Final = frozenset({"source", "html", "text", "markdown", "xml", "yaml", "json", "csv", "python"})
_ABOUT: Final = Path("metadata.json")
_NAMES: Final = Path("RENAME.json")
#: What is put into a package around the files of its project.
_OURS: Final = frozenset(
    {"metadata.json", "rename.json", "sha256sums", "sha256sums.sig", "provenance.json", "sbom.cdx.json", "restore.py"}
    | {"allowed_signers", "restore.py.txt", "sha256sums.minisig"}
)
_BOM: Final = b"\xef\xbb\xbf"
_MOST: Final = 2_000  #: names of a list that is read


@dataclass(frozen=True, kw_only=True)
class Handed:
    """The files of an archive."""

    files: Tree
    base: int | None = None  #: the version that its metadata.json names
    whole: bool = False  #: what is not in it was taken out by the author


def unpacked(inputs: Iterable[Input]) -> Handed | None:
    """The files of the archives among *inputs* as their author has them; none where there is no archive."""
    found: dict[Path, bytes] = {}
    whole = True
    for one in inputs:
        if one.used and one.kind in ARCHIVES and one.files:
            found |= {Path(file.name): file.content for file in one.files}
            whole = whole and "left out" not in one.note
    if not found:
        return None
    files = _own_names(_from_the_top(found))
    about = _table(files.get(_ABOUT, b""))
    version = about.get("package_version")
    base = version if isinstance(version, int) and 0 < version < 1_000_000 else None  # noqa: PLR2004  (a number of ours)
    added = _added(about)
    kept = {path: content for path, content in files.items() if path.casefold() not in _OURS}
    kept = {path: content for path, content in kept.items() if added.get(path) != hashlib.sha256(content).hexdigest()}
    return Handed(files=kept, base=base, whole=whole and _ABOUT in files)


def changed(handed: Handed, base: Tree, title: str) -> Tree:
    """*base* as the author of *handed* made it."""
    extra = supplements(base, title, stack_of(base))
    own = {path: content for path, content in handed.files.items() if not _ours(path, content, base, extra)}
    kept = {} if handed.whole else dict(base)
    return {**kept, **{path: as_before(content, base.get(path)) for path, content in own.items()}}


def _ours(path: Path, content: bytes, base: Tree, extra: Mapping[Path, bytes]) -> bool:
    """Whether a file is one that we had put beside the project's own, as it was."""
    return path not in base and path in extra and _plain(content) == _plain(extra[path])


def loose(inputs: Iterable[Input], base: Tree) -> dict[Path, bytes]:
    """Files that came one by one, each in the place of the one of its name; of a name that is new, at the top."""
    found: dict[Path, bytes] = {}
    for one in inputs:
        if not one.used or one.kind in ARCHIVES | {"bundle", "patch", "mail"}:
            continue
        for file in (file for file in one.files if file.name == one.name):
            path = _place(file.name, base)
            found[path] = as_before(file.content, base.get(path))
    return found


def _place(name: str, base: Tree) -> Path:
    """The only file of the project with that name, wherever it lies."""
    last = name.rpartition("/")[2].casefold()
    alike = [path for path in base if path.rpartition("/")[2].casefold() == last]
    return Path(name) if Path(name) in base or len(alike) != 1 else alike[0]


def as_before(content: bytes, before: bytes | None) -> bytes:
    """*content* with the line ends, and the first mark, that the file had: programs change them by themselves."""
    if before is None or b"\0" in content:
        return content
    if content.startswith(_BOM) and not before.startswith(_BOM):
        content = content[len(_BOM) :]
    crlf, lines = content.count(b"\r\n"), content.count(b"\n")
    if crlf and crlf == lines and b"\r\n" not in before and b"\n" in before:
        return content.replace(b"\r\n", b"\n")
    was = before.count(b"\r\n")
    if lines and not crlf and was and was == before.count(b"\n"):
        return content.replace(b"\n", b"\r\n")
    return content


def likeness(files: Tree, base: Tree) -> float:
    """How much of *files* stands in *base*: by whole files, and by the lines of those that differ."""
    score = 0.0
    for path, content in files.items():
        before = base.get(path)
        if before is None:
            continue
        if _plain(before) == _plain(content):
            score += 1
            continue
        was, now = Counter(before.splitlines()), Counter(content.splitlines())
        score += 0.9 * (was & now).total() / max(1, was.total(), now.total())
    return score - 0.1 * sum(path not in files for path in base)


def _from_the_top(files: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Without the folder in which everything lies: that of our metadata, or the only one."""
    about = [path for path in files if path.rpartition("/")[2] == _ABOUT]
    top = min(about, key=len).removesuffix(_ABOUT) if about else ""
    heads = {path.partition("/")[0] for path in files}
    if not about and len(heads) == 1 and all("/" in path for path in files):
        top = f"{heads.pop()}/"
    return {Path(path[len(top) :]): content for path, content in files.items() if path.startswith(top)}


def _own_names(files: dict[Path, bytes]) -> dict[Path, bytes]:
    """With the names that were changed to pass given back, as RENAME.json says; what it does not name stays."""
    names = _table(files.get(_NAMES, b"")).get("files")
    if not isinstance(names, dict):
        return files
    known = {new: old for new, old in list(names.items())[:_MOST] if isinstance(old, str) and old not in files}
    return {Path(known.get(path, path)): content for path, content in files.items()}


def _added(about: Mapping[str, object]) -> dict[str, str]:
    """The files that we had added to the package, by their sums."""
    listed = about.get("files")
    rows = [row for row in listed[:_MOST] if isinstance(row, dict)] if isinstance(listed, list) else []
    return {str(row.get("path")): str(row.get("sha256")) for row in rows if row.get("added_by") == "mailbot"}


def _table(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content) if content else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _plain(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").rstrip()
