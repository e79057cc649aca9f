"""An inbox for the tests of the ways in: a list and its cursors, all or nothing, with switches for trouble."""

from __future__ import annotations

import asyncio
from collections import Counter

from mailbot.domain.message import Spooled
from mailbot.domain.names import request_id


class Inbox:
    """Keeps what it is given; the same bytes to the same people are kept once, as the ledger does."""

    def __init__(self):
        self.mails = {}  #: id -> bytes, envelope
        self.offered = Counter()  #: how often each id came
        self.cursors = {}  #: account, folder -> cursor
        self.reports = []  #: part, trouble
        self.commits = 0
        self.faults = []  #: raised by the next calls of all(), one each
        self.poison = b""  #: a mail that holds this cannot be stored
        self.changed = asyncio.Condition()

    async def __call__(self, raw, envelope):
        return self._keep(raw, envelope)

    async def all(self, mails, cursor):
        if self.faults:
            raise self.faults.pop(0)
        if self.poison and any(self.poison in content(raw) for raw, _ in mails):
            raise ValueError("poison")
        for raw, envelope in mails:
            self._keep(raw, envelope)
        self.cursors[cursor.account, cursor.folder] = cursor
        self.commits += 1
        await self._tell()

    async def cursor(self, account, folder):
        return self.cursors.get((account, folder))

    async def report(self, part, trouble):
        self.reports.append((part, trouble))
        await self._tell()

    async def until(self, ready, patience=20):
        """Wait until *ready*() holds."""
        async with asyncio.timeout(patience), self.changed:
            await self.changed.wait_for(ready)

    @property
    def trouble(self):
        """The newest trouble of each part."""
        return {part: trouble for part, trouble in dict(self.reports).items() if trouble}

    def subjects(self):
        """The subjects of what is kept, in the order that it came."""
        return [line[9:].decode().strip() for raw, _ in self.mails.values() for line in raw.split(b"\n")[:40]
                if line.startswith(b"Subject: ")]  # fmt: skip

    def _keep(self, raw, envelope):
        id = request_id(raw, envelope.recipients)
        self.offered[id] += 1
        self.mails.setdefault(id, (content(raw), envelope))
        return id

    async def _tell(self):
        async with self.changed:
            self.changed.notify_all()


def content(raw):
    """The bytes of a mail, wherever they are."""
    if isinstance(raw, Spooled):
        with open(raw.path, "rb") as file:  # noqa: PTH123  (a test)
            return file.read()
    return raw
