"""What the fakes of model servers share: a small HTTP server that counts who is connected, and hears who leaves."""

from __future__ import annotations

import asyncio
import contextlib
import json


class FakeHttp:
    """One server on loopback; each connection carries one request."""

    def __init__(self):
        self.heard = asyncio.Event()  #: a question came
        self.gone = asyncio.Event()  #: a client left before its answer ended
        self.headers = []  #: of each request
        self.open = 0  #: connections that somebody still holds
        self._tasks = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _connection(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        self.open += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._request(reader, writer)
        finally:
            self.open -= 1
            self._tasks.discard(asyncio.current_task())
            writer.transport.abort() if writer.is_closing() else writer.close()

    async def _request(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, path, _ = head.split("\r\n")[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        self.headers.append(headers)
        chunked = headers.get("transfer-encoding") == "chunked"
        body = await self.chunks(reader) if chunked else await reader.readexactly(int(headers.get("content-length", 0)))
        answering = asyncio.ensure_future(self.answer(method, path, body, writer))
        leaving = asyncio.ensure_future(reader.read(1))
        await asyncio.wait([answering, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            self.gone.set()
        for task in (answering, leaving):
            task.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)

    @staticmethod
    async def chunks(reader):
        """A body that comes in chunks."""
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return body

    async def answer(self, method, path, body, writer):
        """What the server is."""
        raise AssertionError

    @staticmethod
    async def whole(writer, status, value, kind="application/json; charset=utf-8", more=""):
        """An answer in one piece."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()

    @staticmethod
    async def begin(writer, kind):
        """The head of a stream."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        await writer.drain()

    @staticmethod
    async def chunk(writer, data, *, split=0):
        """A piece of a stream; *split*: in pieces of so many bytes, which end inside of letters and lines."""
        for at in range(0, len(data), split or len(data) or 1):
            piece = data[at : at + (split or len(data))]
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()

    @staticmethod
    async def end(writer):
        """The end of a stream."""
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    @staticmethod
    async def reset(writer):
        """Lose the connection in the middle of a chunk."""
        writer.write(b'40\r\n{"model":"m","mess')
        await writer.drain()
        writer.transport.abort()
