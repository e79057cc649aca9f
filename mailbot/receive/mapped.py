"""What workers are asked for: reading a mail wherever it lies (a large one is its file, mapped), and what came with it.

Loaded by workers: it imports what is pure. The extractors of attachments are loaded only when one came.
"""

from __future__ import annotations

import contextlib
import logging
import mmap
from collections.abc import Iterator
from pathlib import Path

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Attachment, Input, Known, Message, Raw
from mailbot.understand.octets import Octets
from mailbot.understand.parse import parse


@contextlib.contextmanager
def octets(raw: Raw) -> Iterator[Octets]:
    """The bytes of *raw*, until the end of the block; raise Temporary when its file cannot be read now."""
    if isinstance(raw, bytes):
        yield raw
        return
    with contextlib.ExitStack() as held:
        try:
            file = held.enter_context(Path(raw.path).open("rb"))
            mapped = held.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) if raw.size else b""
        except (OSError, ValueError) as error:  # ValueError: it is shorter than was said
            raise Temporary(f"the stored mail cannot be read: {type(error).__name__}") from error
        if len(mapped) != raw.size:
            raise Temporary(f"the stored mail has {len(mapped):,} bytes of {raw.size:,}")
        yield mapped


def read_mail(raw: Raw) -> Message:
    """Read *raw* where it lies; raise Unreadable when it is no mail of one author."""
    with octets(raw) as known:
        return parse(known)


def read_input(attachment: Attachment, private: bool, known: Known | None = None) -> Input:  # noqa: FBT001  (a worker is given plain values)
    """What *attachment* holds, or why it is not used; *known*: the history upon which a bundle of git may build."""
    from mailbot.understand.inputs import input_of  # noqa: PLC0415  (a worker that reads only mails stays small)

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it would quote the file
    return input_of(attachment, private=private, known=known)
