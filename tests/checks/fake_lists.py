"""A list of packages on loopback, with faults."""

from __future__ import annotations

import asyncio
import contextlib
import json


@contextlib.asynccontextmanager
async def lists(pages, *, status=200, hang=False):
    """Its address, and the paths that it was asked for; what it does not know is not there."""
    asked, tasks = [], set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split()[1].decode("ascii")
            asked.append(path)
            if hang:
                await asyncio.Event().wait()
            page = pages.get(path)
            code = status if page is not None else 404
            body = page if isinstance(page, bytes) else json.dumps(page or {}).encode()
            where = "Location: /simple/elsewhere/\r\n" if code == 302 else ""
            writer.write(
                f"HTTP/1.1 {code} X\r\n{where}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
            )
            await writer.drain()
        writer.transport.abort() if hang else writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
