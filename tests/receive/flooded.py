"""A listener in a process of its own, whose memory a test looks at: ``python -m tests.receive.flooded FOLDER``."""

from __future__ import annotations

import asyncio
import sys

import uvloop

from mailbot.domain.message import Spooled
from mailbot.receive import Smtp
from tests.receive.smtp_world import site


async def main(folder):
    """Take mail and forget it, until the end of the input."""

    async def inbox(raw, _envelope):
        return str(raw.size if isinstance(raw, Spooled) else len(raw))

    listener = Smtp(listen="127.0.0.1:0").open(site(folder))
    print(await listener.open(inbox), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await listener.close()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
