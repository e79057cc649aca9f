"""The Reader: pure reading, in a thread where the mail is large, so that the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from mailbot.domain.message import Message
from mailbot.understand.parse import parse

SMALL: Final = 64_000  #: bytes that are read faster than a thread is woken


@dataclass(frozen=True)
class InProcess:
    """Reads in this process."""

    async def read(self, raw: bytes) -> Message:
        if len(raw) <= SMALL:
            return parse(raw)
        return await asyncio.to_thread(parse, raw)
