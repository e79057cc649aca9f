"""The objects of a project's git history: folders and files by what they hold. Nothing is kept on any disk."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mailbot.domain.project import Path, Tree

COMMIT, FOLDER, FILE, TAG = 1, 2, 3, 4  #: the numbers that git has for them in a pack
_NAMES: Final = {COMMIT: b"commit", FOLDER: b"tree", FILE: b"blob", TAG: b"tag"}
_PLAIN, _RUNS, _FOLDER = 0o100644, 0o100755, 0o40000  #: the modes of what stands in a folder


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object of git."""

    kind: int
    content: bytes

    @property
    def id(self) -> str:
        """Its name: the sum of what it is and holds."""
        return object_id(self.kind, self.content)


@dataclass(frozen=True, kw_only=True)
class Grown:
    """The files of one version as objects."""

    root: str  #: the name of the folder that holds all
    objects: Mapping[str, Object]  #: by name
    paths: Mapping[str, str] = field(default_factory=dict)  #: of each path, folders too, the name of its object


def object_id(kind: int, content: bytes) -> str:
    """The name that git gives to *content*."""
    digest = hashlib.sha1(b"%s %d\0" % (_NAMES[kind], len(content)), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def commit_id(entry: str) -> str:
    """The name of the commit that is written as *entry*; empty where there is none."""
    return object_id(COMMIT, entry.encode()) if entry else ""


def mode_of(content: bytes) -> int:
    """A file that says by which program it is run may be run; the package says the same of it."""
    return _RUNS if content.startswith(b"#!") else _PLAIN


def grown(files: Tree) -> Grown:
    """The objects of *files*: one for each file and folder, the same one where two are equal."""
    objects: dict[str, Object] = {}
    paths: dict[str, str] = {}
    root = _folder(files, "", objects, paths)
    return Grown(root=root, objects=objects, paths=paths)


def _folder(files: Mapping[Path, bytes], at: str, objects: dict[str, Object], paths: dict[str, str]) -> str:
    from dulwich.objects import ObjectID  # noqa: PLC0415  (the same)
    from dulwich.objects import Tree as Folder  # noqa: PLC0415  (memory, needed only when a version is made or sent)

    made, below = Folder(), dict[str, dict[Path, bytes]]()
    for path, content in sorted(files.items()):
        name, deeper, rest = path.partition("/")
        if deeper:
            below.setdefault(name, {})[Path(rest)] = content
        else:
            one = Object(kind=FILE, content=content)
            made.add(name.encode(), mode_of(content), ObjectID(one.id.encode("ascii")))
            objects[one.id] = one
            paths[at + name] = one.id
    for name, inner in below.items():
        id = _folder(inner, f"{at}{name}/", objects, paths)
        made.add(name.encode(), _FOLDER, ObjectID(id.encode("ascii")))
    one = Object(kind=FOLDER, content=made.as_raw_string())
    objects[one.id] = one
    paths[at] = one.id
    return one.id


@dataclass(frozen=True, kw_only=True)
class Crate:
    """Many contents as one: what a worker may answer is small, and a history is not."""

    places: Mapping[str, tuple[int, int]]  #: of each name where its content stands, and how long it is
    packed: bytes

    @cached_property
    def _whole(self) -> bytes:
        most = max((at + size for at, size in self.places.values()), default=0)
        found = zlib.decompressobj().decompress(self.packed, most + 1)
        if len(found) != most:
            raise ValueError("a crate is not as large as it says")
        return found

    def content(self, name: str) -> bytes:
        """What *name* holds."""
        at, size = self.places[name]
        return self._whole[at : at + size]


def crated(contents: Mapping[str, bytes]) -> Crate:
    """The crate of *contents*."""
    places, at = dict[str, tuple[int, int]](), 0
    for name, content in contents.items():
        places[name] = (at, len(content))
        at += len(content)
    return Crate(places=places, packed=zlib.compress(b"".join(contents.values()), 1))


def entries(content: bytes) -> Iterator[tuple[bytes, int, str]]:
    """What stands in a folder: name, mode, and the name of the object; raise ValueError when it is none."""
    at = 0
    while at < len(content):
        end = content.index(b"\0", at)
        mode, blank, name = content[at:end].partition(b" ")
        id = content[end + 1 : end + 21]
        if not (blank and name) or len(id) < 20 or not mode.isdigit() or len(mode) > 6:  # noqa: PLR2004  (of SHA-1)
            raise ValueError("no folder")
        yield name, int(mode, 8), id.hex()
        at = end + 21
