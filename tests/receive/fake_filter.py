"""A spam filter on loopback that answers what it is told, however wrong."""

from __future__ import annotations

import asyncio
import contextlib


@contextlib.asynccontextmanager
async def answering(answer, *, hang=False):
    """Its port, and what it was asked; *hang*: it says nothing and keeps the connection."""
    asked, tasks = [], set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        try:
            data = bytearray()
            while b"\r\n\r\n" not in data and (piece := await reader.read(65_536)):
                data += piece
            asked.append(bytes(data))
            if hang:
                await asyncio.Event().wait()
            writer.write(answer)
            await writer.drain()
            writer.write_eof()
            while await reader.read(65_536):
                pass
        except (OSError, asyncio.CancelledError):
            pass  # the client has had enough, or the test has
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], asked
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the transports let go of their sockets in the next round


def http(body, status="200 OK"):
    """A whole answer of HTTP."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
