"""The Reader: pure reading, in a thread where the mail is large, so that the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mailbot.domain.message import Message
from mailbot.understand.parse import parse

SMALL: Final = 64_000  #: bytes that are read faster than a thread is woken
TINY: Final = 16_000  #: bytes of a mail that is remembered: it is read once to be judged, and once more to be answered
KEPT: Final = 256  #: how many are

_remembered = lru_cache(maxsize=KEPT)(parse)


@dataclass(frozen=True)
class InProcess:
    """Reads in this process."""

    async def read(self, raw: bytes) -> Message:
        if len(raw) <= SMALL:
            return _remembered(raw) if len(raw) <= TINY else parse(raw)
        return await asyncio.to_thread(parse, raw)
