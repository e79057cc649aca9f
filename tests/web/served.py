"""The HTTP door on a real socket, in a thread of its own, for clients that know nothing of our loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading

from mailbot.web.server import Listening
from tests.web.world import here


class Door:
    """Where it listens, and the loop that it runs in."""

    def __init__(self):
        self.url, self.web = "", None
        self.up, self.stop = threading.Event(), None
        self.loop, self.failed = None, None

    @property
    def port(self):
        return int(self.url.rpartition(":")[2])

    def run(self, work):
        """Do it in the door's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


@contextlib.contextmanager
def served(tmp_path, **settings):
    """The door, open."""
    door = Door()

    async def live():
        door.loop, door.stop = asyncio.get_running_loop(), asyncio.Event()
        async with here(tmp_path, listen=("127.0.0.1:0",), **settings) as door.web:
            listening = Listening(door.web.doors)
            door.url = await listening.open(None)
            door.up.set()
            await door.stop.wait()
            await listening.close()

    def main():
        try:
            asyncio.run(live())
        except BaseException as error:
            door.failed = error
            raise
        finally:
            door.up.set()

    thread = threading.Thread(target=main)
    thread.start()
    try:
        assert door.up.wait(30)
        assert door.failed is None
        yield door
    finally:
        if door.stop:
            door.loop.call_soon_threadsafe(door.stop.set)
        thread.join(30)
