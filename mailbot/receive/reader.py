"""The Reader: every mail is read in a worker, so that the worst one costs no more than the worker."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from mailbot.domain.errors import Broken
from mailbot.domain.message import Message, Raw
from mailbot.ports import Workers
from mailbot.receive.mapped import read_mail

TINY: Final = 16_000  #: bytes of a mail that is remembered: it is read once to be judged, and once more to be answered
KEPT: Final = 256  #: how many are


class InWorker:
    """Reads in a process of little power; small mails are remembered for their second reading."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._known: OrderedDict[bytes, Message] = OrderedDict()

    async def read(self, raw: Raw) -> Message:
        if not isinstance(raw, bytes) or len(raw) > TINY:
            return await self._read(raw)
        name = hashlib.sha256(raw).digest()
        if (known := self._known.pop(name, None)) is None:
            known = await self._read(raw)
        self._known[name] = known  # the newest stands last
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known

    async def _read(self, raw: Raw) -> Message:
        """Read it; the first worker that dies may have died of something else, so there is a second."""
        with contextlib.suppress(Broken):
            return await self._workers.run(read_mail, raw)
        return await self._workers.run(read_mail, raw)


@dataclass(frozen=True)
class InProcess:
    """Reads in a thread of this process: for tests, and for one's own mails."""

    async def read(self, raw: Raw) -> Message:
        return await asyncio.to_thread(read_mail, raw)
