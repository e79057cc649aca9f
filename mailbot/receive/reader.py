"""The Reader: every mail is read in a worker, so that the worst one costs no more than the worker."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.domain.errors import Broken
from mailbot.domain.message import Attachment, Input, Known, Message, Raw
from mailbot.ports import Workers
from mailbot.receive.mapped import read_input, read_mail
from mailbot.understand.brought import is_bundle
from mailbot.understand.inputs_within import MAX_INPUTS, TOO_LATE, TOO_MANY, unread, within

TINY: Final = 16_000  #: bytes of a mail that is remembered: it is read once to be judged, and once more to be answered
KEPT: Final = 256  #: how many are
INPUT_SECONDS: Final = 120.0  #: for all attachments of a mail; those that it leaves no time for are named


class InWorker:
    """Reads in a process of little power; small mails are remembered for their second reading."""

    def __init__(self, workers: Workers, *, input_seconds: float = INPUT_SECONDS) -> None:
        self._workers = workers
        self._seconds = input_seconds
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

    async def inputs(
        self, attachments: Sequence[Attachment], *, private: bool = False, known: Known | None = None
    ) -> tuple[Input, ...]:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._seconds
        found = [
            await self._input(one, private=private, known=known)
            if loop.time() < end
            else unread(one, TOO_LATE, private=private)
            for one in attachments[:MAX_INPUTS]
        ]
        return within([*found, *_rest(attachments, private=private)])

    async def _input(self, attachment: Attachment, *, private: bool, known: Known | None) -> Input:
        """Read it in a call of its own, so that one that kills its worker takes nothing else with it."""
        try:
            history = known if known and is_bundle(attachment) else None
            return await self._workers.run(read_input, attachment, private, *([history] if history else []))
        except Broken as error:
            return unread(attachment, f"{error}; send it smaller, or as text", private=private)

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

    async def inputs(
        self, attachments: Sequence[Attachment], *, private: bool = False, known: Known | None = None
    ) -> tuple[Input, ...]:
        found = [await asyncio.to_thread(read_input, one, private, known) for one in attachments[:MAX_INPUTS]]
        return within([*found, *_rest(attachments, private=private)])


def _rest(attachments: Sequence[Attachment], *, private: bool) -> list[Input]:
    """Those that are more than one mail may bring."""
    return [unread(one, TOO_MANY, private=private) for one in attachments[MAX_INPUTS:]]
