"""Packages written as text: txtar, base64, and files whose names had to be changed to get through."""

from __future__ import annotations

import json
import re

from mailbot.client.mail import unpacked64
from mailbot.client.paths import Taken, refusal
from mailbot.client.trouble import MAX_FILES, Trouble, shown

RENAMED = "RENAME.json"  #: lies in a package whose files have changed names, and says their own
_TXTAR = re.compile(rb"^-- ([^\n]{1,300}) --[ \t]*\r?$", re.MULTILINE)
_LIKE_A_PATH = re.compile(rb"[./]|^[A-Z][a-z]+file$")
_LINE64 = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")
_LONG64 = 48  #: letters; a shorter line begins no block
_LEAST64 = 3  #: lines
_MARGIN = b" \t\r>"  #: what a mail program puts around a line


def files_of_txtar(content: bytes) -> dict[str, bytes]:
    """The files of a txtar archive; empty where it is none. A text file that only mentions one line is none."""
    content = unixed(content)
    marks = list(_TXTAR.finditer(content))
    if not marks or len(marks) > MAX_FILES or not _LIKE_A_PATH.search(marks[0][1]):
        return {}
    ends = [one.start() for one in marks[1:]] + [len(content)]
    found: dict[str, bytes] = {}
    for one, end in zip(marks, ends):
        name = one[1].decode("utf-8", "replace")
        if name in found:
            raise Trouble(f'the text holds {shown(name)!r} twice. Ask for another form: reply "resend as zip".')
        found[name] = content[one.end() + 1 : end]
    return found


def unixed(content: bytes) -> bytes:
    """A text without the CRLF that its way through the mail has given to every line."""
    return content.replace(b"\r\n", b"\n") if content.count(b"\n") == content.count(b"\r\n") else content


def base64_blocks(content: bytes) -> list[bytes]:
    """What the blocks of base64 in a text hold, in their order; words between them are passed over."""
    blocks: list[bytes] = []
    lines: list[bytes] = []
    for line in [*content.split(b"\n"), b""]:
        bare = line.strip(_MARGIN)
        if _LINE64.fullmatch(bare) and (lines or len(bare) >= _LONG64):
            lines.append(bare)
            continue
        if len(lines) >= _LEAST64:
            blocks.append(unpacked64(b"".join(lines))[0])
        lines = []
    return blocks


def restored(files: dict[str, bytes]) -> tuple[dict[str, bytes], int]:
    """The files under their own names, and how many had another one; the list that says so is left out."""
    place = next((name for name in files if name.rpartition("/")[2] == RENAMED), "")
    if not place:
        return files, 0
    names = _names(files[place])
    folder = place[: -len(RENAMED)]
    found: dict[str, bytes] = {}
    taken, count = Taken(), 0
    for name, content in files.items():
        if name == place:
            continue
        short = name[len(folder) :] if name.startswith(folder) else ""
        own = folder + names[short] if short in names else name
        count += own != name
        if why := refusal(own) or taken.add(own):
            raise Trouble(f"{RENAMED} names a file {shown(own)!r}: {why}. Nothing is unpacked.")
        found[own] = content
    return found, count


def _names(content: bytes) -> dict[str, str]:
    """Name in the package -> its own name. A list of pairs does, too, whichever way round its keys stand."""
    try:
        read = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Trouble(
            f"{RENAMED} cannot be read; the files would keep their wrong names. Ask for another form."
        ) from None
    if isinstance(read, dict):
        read = next(
            (read[key] for key in ("files", "renamed", "names") if isinstance(read.get(key), (dict, list))), read
        )
    if isinstance(read, list):
        pairs = [one for one in read if isinstance(one, dict)]
        read = {one.get("packed", one.get("from", one.get("as"))): one.get("path", one.get("to")) for one in pairs}
    if not isinstance(read, dict) or not all(isinstance(one, str) for pair in read.items() for one in pair):
        raise Trouble(
            f"{RENAMED} is not a list of names; the files would keep their wrong names. Ask for another form."
        )
    return read
