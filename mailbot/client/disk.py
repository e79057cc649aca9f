"""Read what is given, write what is unpacked: never outside the folder, never over a file unless told."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Iterator

from mailbot.client.paths import Taken, refusal
from mailbot.client.trouble import MAX_MAIL, MAX_MAILS, Trouble, shown

_PROGRAM, _PLAIN = 0o755, 0o644


def sources(names: list[str]) -> list[bytes]:
    """What is in the files, Maildirs or - (standard input) that are named."""
    return [content for name in names for content in _sources(name)]


def _sources(name: str) -> Iterator[bytes]:
    try:
        if name == "-":
            yield _limited(sys.stdin.buffer.read(MAX_MAIL + 1), "standard input")
        elif Path(name).is_dir():
            yield from _maildir(Path(name))
        else:
            yield _file(Path(name))
    except OSError as error:
        raise Trouble(
            f"{shown(name)} cannot be read: {error.strerror or error}. Give a mail saved as a file."
        ) from None


def _file(path: Path) -> bytes:
    with path.open("rb") as stream:
        return _limited(stream.read(MAX_MAIL + 1), str(path))


def _maildir(folder: Path) -> Iterator[bytes]:
    files = sorted(one for part in ("cur", "new") if (folder / part).is_dir() for one in (folder / part).iterdir())
    if not files or len(files) > MAX_MAILS:
        raise Trouble(f"{shown(str(folder))} is no Maildir with 1 to {MAX_MAILS} mails. Give the mail's file itself.")
    for one in files:
        yield _file(one)


def _limited(content: bytes, name: str) -> bytes:
    if len(content) > MAX_MAIL:
        raise Trouble(f"{shown(name)} is over {MAX_MAIL // 1_000_000} MB. Save the mail that you mean by itself.")
    if not content:
        raise Trouble(f"{shown(name)} is empty. Save the mail again.")
    return content


def write(folder: Path, files: dict[str, bytes], *, force: bool) -> int:
    """Write *files* into *folder*, all or, where one is refused, none; the number that was not there as it is."""
    taken = Taken()
    for name in files:
        if why := refusal(name) or taken.add(name):
            raise Trouble(f"{shown(name)!r} is not written: {why}.")
        _stays(folder, name)
    differing = [name for name, content in files.items() if not _same(folder / name, content)]
    there = [name for name in differing if os.path.lexists(folder / name)]
    if there and not force:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise Trouble(
            f"{shown(str(folder / there[0]))}{more} is there already with other content. "
            "--force overwrites; --to FOLDER writes elsewhere."
        )
    try:
        for name in differing:
            _put(folder / name, files[name])
    except OSError as error:
        raise Trouble(
            f"{shown(str(folder))} cannot be written: {error.strerror or error}. Free some space, or give --to FOLDER."
        ) from None
    return len(differing)


def _stays(folder: Path, name: str) -> None:
    """A folder on the way to the file that is a link would lead elsewhere."""
    parts = name.split("/")[:-1]
    for end in range(len(parts)):
        step = folder.joinpath(*parts[: end + 1])
        if step.is_symlink() or (os.path.lexists(step) and not step.is_dir()):
            raise Trouble(f"{shown(str(step))} is there and is no folder of its own. Give --to FOLDER, an empty one.")


def _same(path: Path, content: bytes) -> bool:
    try:
        return (
            not path.is_symlink()
            and path.is_file()
            and path.stat().st_size == len(content)
            and path.read_bytes() == content
        )
    except OSError:
        return False


def _put(path: Path, content: bytes) -> None:
    """In one step, so that a file is never half there, and a link in its place is replaced, not followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".mailbot-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(name).chmod(_PROGRAM if content.startswith(b"#!") else _PLAIN)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink()
        raise
