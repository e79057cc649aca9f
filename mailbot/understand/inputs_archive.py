"""Archives: which files are in a ZIP, a tar or a packed file, as far as they may be taken out."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Attachment
from mailbot.understand.inputs_found import (
    MAX_FILE,
    MAX_FILES,
    MAX_FILES_BYTES,
    Found,
    counted,
    listed,
    megabytes,
    shortened,
)
from mailbot.understand.inputs_kind import PROGRAMS, ending_of, is_program, media_type_of
from mailbot.understand.inputs_zip import MAX_ENTRIES, MAX_UNPACKED, Zip, is_link, is_locked, is_packed_strangely

MAX_PATH: Final = 200  #: characters
_SILENT: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini", "__macosx"})
#: Folders that programs make again: large, and of no meaning to the one who asks.
_MADE: Final = frozenset({"node_modules", ".git", ".hg", ".svn", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache"})
_SCRIPTS: Final = frozenset({"js", "jse", "bat", "cmd", "ps1", "psm1", "vbs", "wsf", "reg"})
_GZIP: Final = 31  #: zlib's word for a gzip wrapper


@dataclass(kw_only=True)
class Taking:
    """The files that have been taken out of an archive so far, and what was left and why."""

    files: list[Attachment] = field(default_factory=list)
    sizes: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)
    room: int = MAX_FILES_BYTES

    def take(self, path: str, size: int, read: Callable[[int], bytes]) -> None:
        """Take the file *path* of about *size* bytes, if it may be."""
        name = _inside(path)
        if any(part.lower() in _SILENT for part in name.split("/")):
            return
        if why := self._refusal(name, size):
            self.left[why] += 1
            return
        content = read(min(MAX_FILE, self.room))
        if len(content) > min(MAX_FILE, self.room):
            self.left["for their size"] += 1
            return
        if is_program(content):
            self.left["for being a program"] += 1
            return
        self.room -= len(content)
        self.known.add(name.casefold())
        self.files.append(Attachment(name=name, media_type=media_type_of(name), content=content))
        self.sizes.append(f"{name} ({len(content):,} bytes)")

    def _refusal(self, name: str, size: int) -> str:
        """Why a file of that name is left; empty when it is not."""
        if not name:
            return "for a name that leads out of it"
        if made := next((part for part in name.lower().split("/") if part in _MADE), ""):
            return f"for lying in {made}"
        if ending_of(name) in PROGRAMS - _SCRIPTS:
            return "for being a program"
        if name.casefold() in self.known:
            return "for a name that is in it twice"
        if len(self.files) >= MAX_FILES:
            return f"for being behind the first {MAX_FILES}"
        return "for their size" if size > min(MAX_FILE, self.room) else ""

    def found(self, kind: str) -> Found:
        """What became of it all."""
        left = ", ".join(f"{number:,} {why}" for why, number in self.left.most_common(4))
        left = f"left out: {left}" if left else ""
        if not self.files:
            return Found(kind=kind, used=False, note=f"nothing in it can be used; {left}" if left else "it is empty")
        note = f"{counted(len(self.files), 'file')}: {listed((file.name for file in self.files), 4)}"
        files = tuple(self.files)
        return Found(
            kind=kind, note=f"{note}; {left}" if left else note, files=files, text=shortened("\n".join(self.sizes))
        )


def _inside(path: str) -> str:
    """*path* as it would lie in a folder; empty when it would not, or when not all of it can be seen."""
    path = path.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    parts = path.split("/")
    if len(path) > MAX_PATH or not path.isprintable() or ":" in path:
        return ""
    return path if all(part.strip() and part not in {".", "..", "~"} for part in parts) else ""


def read_zip(archive: Zip) -> Found:
    """The files of a ZIP."""
    taking = Taking()
    for entry in archive.entries:
        if entry.is_dir():
            continue
        if is_locked(entry):
            taking.left["for a password (send it without one)"] += 1
        elif is_link(entry):
            taking.left["for being a link"] += 1
        elif is_packed_strangely(entry):
            taking.left["for a rare way of packing"] += 1
        else:
            taking.take(entry.filename, entry.file_size, lambda most, entry=entry: archive.read(entry, most))  # type: ignore[misc]
    return taking.found("zip")


def read_tar(content: bytes) -> Found:
    """The files of a tar that is not packed."""
    taking = Taking()
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for member in _members(archive):
                if member.isdir():
                    continue
                if not member.isreg() or member.issparse():
                    taking.left["for being a link"] += 1
                    continue
                taking.take(member.name, member.size, lambda most, member=member: _read(archive, member, most))  # type: ignore[misc]
    except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError) as error:
        raise Unreadable("it is broken: a tar program cannot read it; send it again") from error
    return taking.found("tar")


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for count, member in enumerate(archive):
        if count >= MAX_ENTRIES:
            raise Unreadable(f"it has more than {MAX_ENTRIES:,} entries; send the files that matter")
        yield member


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo, most: int) -> bytes:
    file = archive.extractfile(member)
    return file.read(most + 1) if file else b""


def unzipped(content: bytes) -> bytes:
    """What a gzip file holds; raise Unreadable when that is too much."""
    found = bytearray()
    while content:
        unpacking = zlib.decompressobj(_GZIP)
        try:
            found += unpacking.decompress(content, MAX_UNPACKED + 1 - len(found))
        except zlib.error as error:
            if found:
                break  # something else stands behind it, as gzip programs allow
            raise Unreadable("it is broken: a gzip program cannot read it; send it again") from error
        if len(found) > MAX_UNPACKED:
            raise Unreadable(f"it unpacks to more than {megabytes(MAX_UNPACKED)}; send the files that matter")
        if not unpacking.eof:
            raise Unreadable("it is cut short; send it again")
        content = unpacking.unused_data
    return bytes(found)


def inner_name(name: str) -> str:
    """The name of what is in a packed file."""
    return name[:-3] if name.lower().endswith(".gz") else name
