"""Read a zip without trusting a word of it. Nothing is written before all of it has been looked at."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

from mailbot.client.paths import Taken, refusal
from mailbot.client.trouble import MAX_FILES, MAX_PLAIN, Trouble, shown

ZIP = b"PK\x03\x04"  #: what a zip begins with, whatever its name says
_END = b"PK\x05\x06"
_STEP = 1_000_000
_HEADER = 30  #: bytes of an entry before its name
_ENCRYPTED = 0x1
_UNIX = 3
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of a zip by name; anything in it that is not a plain file under a safe name is Trouble."""
    try:
        with zipfile.ZipFile(io.BytesIO(_counted(content))) as archive:
            entries = [one for one in archive.infolist() if not _is_folder(one)]
            _look(archive.infolist(), entries, len(content))
            return _read(archive, entries)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, struct.error, ValueError, OSError) as error:
        raise Trouble(f'the zip is damaged: {shown(str(error))}. Ask for it again: reply "resend as bundle".') from None


def _counted(content: bytes) -> bytes:
    """Refuse what names too many entries before any of them is looked at."""
    end = content.rfind(_END)
    if end >= 0 and len(content) >= end + 12:
        many = int.from_bytes(content[end + 10 : end + 12], "little")
        if many > MAX_FILES:
            raise Trouble(f"the zip holds {many} files; {MAX_FILES} is the most that is unpacked.")
    return content


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith("/") and entry.file_size == 0


def _look(all_entries: list[zipfile.ZipInfo], files: list[zipfile.ZipInfo], length: int) -> None:
    if len(all_entries) > MAX_FILES:
        raise Trouble(f"the zip holds {len(all_entries)} files; {MAX_FILES} is the most that is unpacked.")
    if sum(one.file_size for one in files) > MAX_PLAIN:
        raise Trouble(f"the zip holds more than {MAX_PLAIN // 1_000_000} MB; that much is not unpacked.")
    if _overlap(all_entries, length):
        raise Trouble("the zip uses the same bytes for several files: a trap. Nothing is unpacked.")
    taken = Taken()
    for one in all_entries:
        if why := _why_not(one):
            raise Trouble(f"the zip holds {shown(one.orig_filename)!r}: {why}. Nothing is unpacked.")
    for one in files:
        if why := taken.add(one.filename):
            raise Trouble(f"the zip holds {shown(one.orig_filename)!r}: {why}. Nothing is unpacked.")


def _overlap(entries: list[zipfile.ZipInfo], length: int) -> bool:
    """Whether two entries share bytes, by which a small zip becomes a large bomb."""
    placed = sorted(entries, key=lambda one: one.header_offset)
    starts = [one.header_offset for one in placed[1:]] + [length]
    return any(one.header_offset + _HEADER + one.compress_size > start for one, start in zip(placed, starts))


def _why_not(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16 if entry.create_system == _UNIX else 0
    if entry.filename != entry.orig_filename:
        return "its name ends twice"
    if why := refusal(entry.filename[:-1] if entry.filename.endswith("/") else entry.filename):
        return why
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "it is a link or a device, not a file"
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if entry.compress_type not in _METHODS:
        return "it is packed in a way that no package of ours is"
    return ""


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The contents, counted as they come: what a header says about lengths is not believed."""
    left, found = MAX_PLAIN, {}
    for entry in entries:
        pieces = []
        with archive.open(entry) as stream:
            while piece := stream.read(_STEP):
                left -= len(piece)
                if left < 0:
                    raise Trouble(f"the zip holds more than {MAX_PLAIN // 1_000_000} MB; that much is not unpacked.")
                pieces.append(piece)
        found[entry.filename] = b"".join(pieces)
    return found
