"""Sends by one relay, each mail in a thread of its own: a relay that hangs holds nothing else up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import ClassVar

from mailbot.deliver.client import Relay
from mailbot.deliver.login import Login
from mailbot.deliver.session import Denied, Session
from mailbot.domain.reply import Delivery


class Relayed:
    """One relay."""

    idempotent: ClassVar[bool] = False

    def __init__(self, relay: Relay, login: Login | None, connections: int, settle: timedelta) -> None:
        self.settle = settle
        self._relay = relay
        self._login = login
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="relay")

    async def send(self, delivery: Delivery, committing: Callable[[], Awaitable[None]]) -> str:
        loop = asyncio.get_running_loop()
        session = Session(self._relay, await self._login.secret() if self._login else "")
        try:
            await loop.run_in_executor(self._threads, session.upload, delivery)
            await committing()
            return await loop.run_in_executor(self._threads, session.finish)
        except Denied:
            if self._login:
                self._login.denied()
            raise
        finally:
            session.drop()

    async def close(self) -> None:
        """Nothing more is sent."""
        if self._login:
            await self._login.close()
        self._threads.shutdown(wait=False)
