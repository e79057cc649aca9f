"""The ways in. To add one: one file here, one name in AnyChannel."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from pydantic import AfterValidator, Field

from mailbot.receive.imap import Imap
from mailbot.receive.smtp import Lmtp, Smtp, Submission

AnyChannel = Annotated[Smtp | Submission | Lmtp | Imap, Field(discriminator="kind")]


def _no_twins(rooms: tuple[AnyChannel, ...]) -> tuple[AnyChannel, ...]:
    """Two accounts that read one mailbox, or bear one name, would share one cursor."""
    accounts = [room for room in rooms if isinstance(room, Imap)]
    boxes = Counter(f"{room.user} at {room.host.lower()}" for room in accounts)
    for what, count in (*boxes.items(), *Counter(room.account for room in accounts).items()):
        if count > 1:
            raise ValueError(f"{what} stands in receive {count} times; name all its folders in one entry")
    return rooms


Channels = Annotated[tuple[AnyChannel, ...], AfterValidator(_no_twins)]

__all__ = ["AnyChannel", "Channels", "Imap", "Lmtp", "Smtp", "Submission"]
