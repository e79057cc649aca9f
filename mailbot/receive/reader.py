"""The Reader: pure reading, in a thread where the mail is large, so that the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mailbot.domain.message import Message
from mailbot.understand.parse import parse

SMALL: Final = 64_000  #: bytes that are read faster than a thread is woken
KEPT: Final = 64  #: small mails that are remembered: each is read once to be judged and once to be answered

_remembered = lru_cache(maxsize=KEPT)(parse)


@dataclass(frozen=True)
class InProcess:
    """Reads in this process."""

    async def read(self, raw: bytes) -> Message:
        if len(raw) <= SMALL:
            return _remembered(raw)
        return await asyncio.to_thread(parse, raw)
