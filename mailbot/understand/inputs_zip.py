"""ZIP files, read entry by entry, with counters on whatever may grow. Nothing is ever unpacked to a disk."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.inputs_found import megabytes

MAX_ENTRIES: Final = 5_000
MAX_UNPACKED: Final = 50_000_000  #: bytes that come out of one file, all its entries together
_PIECE: Final = 1 << 20
_ENTRY: Final = b"PK\x01\x02"  #: what each line of the table of contents begins with
_LOCKED: Final = 0x1
_BAD: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, IndexError, OverflowError,
)  # fmt: skip
BROKEN: Final = "it is broken: a ZIP program cannot read it; send it again"


class Zip:
    """The entries of one ZIP file; raise Unreadable when it cannot be read within the limits."""

    def __init__(self, content: bytes) -> None:
        if content.count(_ENTRY) > MAX_ENTRIES:
            raise Unreadable(f"it has more than {MAX_ENTRIES:,} entries; send the files that matter")
        try:
            self._file = zipfile.ZipFile(io.BytesIO(content))
        except _BAD as error:
            raise Unreadable(BROKEN) from error
        self._left = MAX_UNPACKED
        self.entries = self._file.infolist()
        self.names = frozenset(entry.filename for entry in self.entries)

    def pieces(self, name: str | zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of an entry, a piece at a time."""
        try:
            with self._file.open(name) as entry:
                while piece := entry.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise Unreadable(
                            f"it unpacks to more than {megabytes(MAX_UNPACKED)}; send the files that matter"
                        )
                    yield piece
        except _BAD as error:
            raise Unreadable(BROKEN) from error

    def read(self, name: str | zipfile.ZipInfo, most: int) -> bytes:
        """The content of an entry; of one larger than *most*, a little more than that."""
        found = bytearray()
        for piece in self.pieces(name):
            found += piece
            if len(found) > most:
                break
        return bytes(found)


def is_locked(entry: zipfile.ZipInfo) -> bool:
    """Whether a password is needed to read it."""
    return bool(entry.flag_bits & _LOCKED)


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether it stands for another file."""
    return stat.S_ISLNK(entry.external_attr >> 16)


def is_packed_strangely(entry: zipfile.ZipInfo) -> bool:
    """Whether it is packed in a way that only some programs know."""
    return entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
