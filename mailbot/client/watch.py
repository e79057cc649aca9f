"""Watch a Maildir or a folder of mails: each one that comes is handed on once, when it is whole."""

from __future__ import annotations

import stat
import time
from pathlib import Path
from typing import Callable

from mailbot.client.trouble import MAX_MAIL, Trouble, shown

PAUSE = 2.0  #: seconds between two looks
MAX_SEEN = 100_000  #: files of one folder
_ENDINGS = (".eml", ".mbox")


def watch(folder: Path, each: Callable[[Path], None], pause: float = PAUSE, looks: int = 0) -> None:
    """Hand every new mail of *folder* to *each*, until interrupted; after so many *looks*, where it is not 0.

    What is there at the start was there before anybody asked, and is left alone. A file is new once two looks have
    found it with the same size: a program may still write it. Of a Maildir a mail that is moved or marked is the same.
    """
    done = set(_found(folder))
    sizes: dict[str, int] = {}
    count = 0
    while not looks or count < looks:
        count += 1
        time.sleep(pause)
        for name, path in sorted(_found(folder).items()):
            size = _size(path)
            if name in done or size < 0:
                continue
            if sizes.get(name) != size:
                sizes[name] = size
                continue
            done.add(name)
            each(path)


def _found(folder: Path) -> dict[str, Path]:
    """The mails that are there, by a name that stays."""
    try:
        maildir = (folder / "new").is_dir() and (folder / "cur").is_dir()
        places = [folder / "new", folder / "cur"] if maildir else [folder]
        files = [one for place in places for one in place.iterdir()]
    except OSError as error:
        raise Trouble(
            f"{shown(str(folder))} cannot be watched: {error.strerror or error}. Give a Maildir, or a folder of mails."
        ) from None
    if len(files) > MAX_SEEN:
        raise Trouble(f"{shown(str(folder))} holds over {MAX_SEEN} files. Watch a folder for these mails alone.")
    return {one.name.partition(":2,")[0]: one for one in files if maildir or one.name.lower().endswith(_ENDINGS)}


def _size(path: Path) -> int:
    """Of a file that is a mail's: a link, a device or one that is too large is none."""
    try:
        about = path.lstat()
    except OSError:
        return -1
    return about.st_size if stat.S_ISREG(about.st_mode) and 0 < about.st_size <= MAX_MAIL else -1
