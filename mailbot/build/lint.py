"""Which names in what we attach a mail system would refuse; looked for as it looks, also in archives."""

from __future__ import annotations

import bz2
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from mailbot.build.providers import Provider
from mailbot.domain.project import Tree

MOST_DEEP: Final = 4  #: archives in archives
MOST_NAMES: Final = 5_000  #: of one file that are looked at
MOST_UNPACKED: Final = 60_000_000  #: bytes of one file, all that is in it together
_ZIP: Final = b"PK\x03\x04"
_GZ: Final = b"\x1f\x8b\x08"
_BZ2: Final = b"BZh"
_TAR: Final = b"ustar"
_TAR_AT: Final = slice(257, 262)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A name that is refused."""

    name: str  #: of the file that would be attached, or stands in the package
    within: str = ""  #: the name in that archive; empty: it is the file itself
    ending: str


def lint(files: Tree | Mapping[str, bytes], provider: Provider, *, attached: bool = False) -> tuple[Hit, ...]:
    """What *provider* refuses of *files*: members of a package, or, where *attached*, attachments themselves."""
    found = []
    for name, content in files.items():
        if (ending := ending_of(name)) in provider.endings or (attached and ending in provider.top):
            found.append(Hit(name=name, ending=ending))
        found += [Hit(name=name, within=one, ending=ending_of(one)) for one in _listed(content, provider)]
    return tuple(found)


def ending_of(name: str) -> str:
    """What stands behind the last point of a name, in small letters; a gateway looks at nothing else of it."""
    last = name.rpartition("/")[2].rstrip(" .").lower()
    return last.rpartition(".")[2] if "." in last else ""


def _listed(content: bytes, provider: Provider) -> list[str]:
    return [one for one in _Walk(provider).names(content, 0) if ending_of(one) in provider.endings]


@dataclass
class _Walk:
    """One look into a file, with what of its limits is left."""

    provider: Provider
    left: int = MOST_UNPACKED
    names_left: int = field(default=MOST_NAMES)

    def names(self, content: bytes, depth: int) -> Iterator[str]:
        """Every name in an archive, told by its bytes; what is none, or broken, holds none."""
        if depth >= MOST_DEEP or self.left <= 0:
            return
        try:
            for name, inner in self._members(content):
                self.names_left -= 1
                if self.names_left < 0:
                    return
                if name:
                    yield name
                yield from self.names(inner, depth + 1)
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, OSError, EOFError, ValueError, RuntimeError):
            return

    def _members(self, content: bytes) -> Iterator[tuple[str, bytes]]:
        inside = self.provider.inside
        if "zip" in inside and content.startswith(_ZIP):
            yield from self._zip(content)
        elif "gz" in inside and content.startswith(_GZ):
            yield "", self._taken(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, self.left))
        elif "bz2" in inside and content.startswith(_BZ2):
            yield "", self._taken(bz2.BZ2Decompressor().decompress(content, self.left))
        elif "tar" in inside and content[_TAR_AT] == _TAR:
            yield from self._tar(content)

    def _zip(self, content: bytes) -> Iterator[tuple[str, bytes]]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                readable = not entry.flag_bits & 1 and entry.file_size <= self.left
                yield entry.filename, self._read(archive, entry) if readable else b""

    def _read(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        with archive.open(entry) as stream:
            return self._taken(stream.read(self.left))

    def _tar(self, content: bytes) -> Iterator[tuple[str, bytes]]:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for entry in archive:
                if entry.isfile():
                    stream = archive.extractfile(entry)
                    yield entry.name, self._taken(stream.read(self.left)) if stream else b""

    def _taken(self, content: bytes) -> bytes:
        self.left -= len(content)
        return content
