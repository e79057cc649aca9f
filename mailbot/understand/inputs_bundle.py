"""Bundles of git: their branches, what they build upon, and the files of a whole one. dulwich reads what git packed."""

from __future__ import annotations

import binascii
import io
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Known
from mailbot.understand.inputs_archive import Taking
from mailbot.understand.inputs_found import Found, counted, listed, megabytes
from mailbot.understand.inputs_zip import MAX_ENTRIES, MAX_UNPACKED

if TYPE_CHECKING:
    from dulwich.objects import ShaFile

MAX_REFS: Final = 1_000
MAX_OBJECTS: Final = 20_000
SHA: Final = 20  #: bytes of an object's name
MAX_DEPTH: Final = 30  #: of folders, and of tags on tags
BROKEN: Final = "it is broken; make it again with git bundle create"
_BEGIN: Final = re.compile(rb"# v[23] git bundle\n")
_LINE: Final = re.compile(rb"(-?)([0-9a-f]{40}) ?([^\n]{0,300})")
_USUAL: Final = ("HEAD", "refs/heads/main", "refs/heads/master")  #: whose files are taken
_Objects = dict[bytes, "ShaFile"]


@dataclass(frozen=True, kw_only=True)
class _Head:
    """What stands before the pack."""

    refs: dict[str, bytes]  #: names and the ids that they stand for
    needed: tuple[str, ...]  #: commits that the receiver must have
    pack: int  #: where it begins


def read_bundle(content: bytes, known: Known | None = None) -> Found:
    """What a bundle brings; its files, where nothing is needed to know them but what is *known*."""
    head = _head(content)
    names = listed(dict.fromkeys(name.removeprefix("refs/heads/") for name in head.refs if name != "HEAD"))
    note = f"git bundle of {names or 'HEAD'}"
    known = known or Known()
    base = next((commit for commit, _ in known.commits if commit in head.needed), "")
    if head.needed:
        note += f", on top of {counted(len(head.needed), 'commit')}"
        if not base:
            return Found(kind="bundle", note=note, text=f"[{note}]", base=head.needed[0])
    found = _files(content, head, known)
    note, base = f"{note}; {found.note}", base or found.base
    return Found(kind="bundle", used=found.used, note=note, text=found.text, files=found.files, base=base)


def _head(content: bytes) -> _Head:
    begin = _BEGIN.match(content)
    at = begin.end() if begin else 0
    refs: dict[str, bytes] = {}
    needed: list[str] = []
    while not content.startswith(b"\n", at):
        end = content.find(b"\n", at, at + 500)
        line = _LINE.fullmatch(content, at, max(end, 0))
        extra = content.startswith(b"@", at)  # what version 3 says of itself
        if end < 0 or not (line or extra) or len(refs) + len(needed) > MAX_REFS:
            raise Unreadable(BROKEN)
        at = end + 1
        if line and line[1]:
            needed.append(line[2].decode("ascii"))
        elif line:
            refs[line[3].decode("utf-8", "replace")] = line[2]
    if not content.startswith(b"PACK", at + 1) or not refs:
        raise Unreadable(BROKEN)
    return _Head(refs=refs, needed=tuple(needed), pack=at + 1)


def _files(content: bytes, head: _Head, known: Known) -> Found:
    """The files of the usual branch."""
    if int.from_bytes(content[head.pack + 8 : head.pack + 12], "big") > MAX_OBJECTS:
        raise Unreadable(f"it holds more than {MAX_OBJECTS:,} objects; send the files that matter in a ZIP")
    start = next((head.refs[name] for name in _USUAL if name in head.refs), next(iter(head.refs.values())))
    taking = Taking()
    try:
        objects = _unpacked(content, known)
        for path, mode, id in _entries(objects, _tree(objects, start)):
            if not stat.S_ISREG(mode):
                taking.left["for being a link"] += 1
            elif id in objects:
                data = objects[id].as_raw_string()
                taking.take(path, len(data), lambda _, data=data: data)  # type: ignore[misc]
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a broken file breaks the library in any of its ways
        raise Unreadable(BROKEN) from error
    base = next((commit for commit, _ in known.commits if commit.encode("ascii") in objects), "")
    return replace(taking.found("bundle"), base=base)


def _unpacked(content: bytes, known: Known) -> _Objects:
    """Each object by its id, those that are known among them, with a counter on what they come to."""
    from dulwich.bundle import read_bundle as read  # noqa: PLC0415  (memory, needed only when a bundle came)
    from dulwich.objects import ShaFile  # noqa: PLC0415  (the same)
    from dulwich.pack import PackData, PackInflater  # noqa: PLC0415  (the same)

    had = {name.encode("ascii"): (kind, content) for name, kind, content in known.objects}
    objects: _Objects = {name: ShaFile.from_raw_string(kind, content) for name, (kind, content) in had.items()}

    def outside(name: bytes) -> tuple[int, list[bytes]]:
        kind, content = had[binascii.hexlify(name) if len(name) == SHA else name]
        return kind, [content]

    size = 0
    with read(io.BytesIO(content)) as bundle:
        if not isinstance(bundle.pack_data, PackData):
            raise Unreadable(BROKEN)
        for one in PackInflater.for_pack_data(bundle.pack_data, resolve_ext_ref=outside):
            size += one.raw_length()
            if size > MAX_UNPACKED:
                raise Unreadable(
                    f"it unpacks to more than {megabytes(MAX_UNPACKED)}; send the files that matter in a ZIP"
                )
            objects[one.id] = one
    return objects


def _tree(objects: _Objects, id: bytes) -> bytes:
    """The folder of a commit, or of a tag on one."""
    from dulwich.objects import Commit, Tag  # noqa: PLC0415  (the same)

    for _ in range(MAX_DEPTH):
        one = objects[id]
        if isinstance(one, Commit):
            return bytes(one.tree)
        if not isinstance(one, Tag):
            break
        id = one.object[1]
    raise Unreadable(BROKEN)


def _entries(objects: _Objects, root: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Each file under the folder *root*: its path, its mode, its id."""
    from dulwich.objects import Tree  # noqa: PLC0415  (the same)

    waiting = [("", root, 0)]
    count = 0
    while waiting:
        path, id, depth = waiting.pop()
        folder = objects[id]
        if not isinstance(folder, Tree) or depth > MAX_DEPTH:
            raise Unreadable(BROKEN)
        for entry in folder.iteritems():
            count += 1
            if count > MAX_ENTRIES:  # a few folders that hold one another can stand for millions of files
                raise Unreadable(f"it holds more than {MAX_ENTRIES:,} files; send those that matter in a ZIP")
            name = path + entry.path.decode("utf-8", "replace")
            if stat.S_ISDIR(entry.mode):
                waiting.append((f"{name}/", entry.sha, depth + 1))
            else:
                yield name, entry.mode, entry.sha
