"""What goes wrong in words, and the limits of what is read."""

from __future__ import annotations

import sys
from typing import TextIO

MAX_MAIL = 100_000_000  #: bytes of one source: a mail, an mbox, standard input
MAX_MAILS = 1_000  #: in one mbox or Maildir
MAX_FILES = 2_000  #: in one package
MAX_PLAIN = 200_000_000  #: bytes of all files that are unpacked


class Trouble(Exception):
    """Why it cannot be done, in the words that the person reads."""


def shown(text: str, most: int = 300) -> str:
    """*text* of somebody else's as one line that a terminal cannot take for orders."""
    line = "".join(one if one.isprintable() else "?" for one in text[: most + 1])
    return line if len(line) <= most else line[: most - 3] + "..."


def say(line: str = "", out: TextIO | None = None) -> None:
    """One line for the person, in whatever letters their terminal has."""
    stream = out or sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
