"""An Ollama that answers as the real one does on the wire, and fails where it is told to.

Streams are chunked application/x-ndjson, one object a line, with < > & escaped as Go does; errors before the first
chunk have a status and a JSON body, errors after it are a line of the stream.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field

PIECES = ["=== FILE: a.py ===\n", "x = '<&>'  # ż\n", "=== END FILE ===\n"]


@dataclass
class Script:
    """How one question is answered."""

    pieces: list = field(default_factory=lambda: list(PIECES))
    thinking: list = field(default_factory=list)
    done: bool = True  #: false: the stream just ends
    done_reason: str = "stop"
    prompt_tokens: int | None = None  #: none: a quarter of the characters
    status: int = 200
    error: str = ""  #: with a status: the body; without: a line of the stream, after the pieces
    raw: bytes | None = None  #: sent instead of anything sensible
    wait: float = 0.0  #: before anything is sent
    stall: float = 0.0  #: before each chunk but the first
    reset: bool = False  #: the connection is lost in the middle of a line
    split: bool = False  #: chunks end inside of letters and lines


class FakeOllama:
    """One server on loopback."""

    def __init__(self, *scripts, models=("qwen2.5-coder:7b",)):
        self.scripts = list(scripts)
        self.models = models
        self.asked = []
        self.tags = None  #: said instead of the list of models
        self.heard = asyncio.Event()  #: a question came
        self.gone = asyncio.Event()  #: a client left before its answer ended
        self._tasks = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.01)  # the closed connections are told
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        task = asyncio.create_task(self._answer(reader, writer))
        self._tasks.add(task)
        await asyncio.wait([task])
        writer.transport.abort() if task.cancelled() else writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = next(
                (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
            )
            body = await reader.readexactly(length)
            if head.startswith("GET /api/tags"):
                await self._whole(writer, 200, self._tags())
            elif head.startswith("POST /api/chat"):
                self.asked.append(json.loads(body))
                self.heard.set()
                await self._chat(reader, writer, self.scripts[min(len(self.asked), len(self.scripts)) - 1])
            else:
                await self._whole(writer, 404, b"404 page not found")

    def _tags(self):
        if self.tags is not None:
            return self.tags
        return json.dumps({"models": [{"name": name, "model": name} for name in self.models]}).encode()

    async def _whole(self, writer, status, body):
        kind = "Content-Type: application/json; charset=utf-8"
        writer.write(f"HTTP/1.1 {status} X\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    async def _chat(self, reader, writer, script):
        left = asyncio.create_task(self._left(reader))
        self._tasks.add(left)
        left.add_done_callback(lambda _: self.gone.set())
        await asyncio.sleep(script.wait)
        if script.raw is not None:
            writer.write(script.raw)
            await writer.drain()
        elif script.status != 200:
            await self._whole(writer, script.status, json.dumps({"error": script.error}).encode())
        else:
            await self._stream(writer, script)
        left.cancel()

    @staticmethod
    async def _left(reader):
        with contextlib.suppress(ConnectionError):
            await reader.read(1)

    async def _stream(self, writer, script):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number, line in enumerate(self._lines(script)):
            await asyncio.sleep(script.stall if number else 0)
            for piece in [line[at : at + 7] for at in range(0, len(line), 7)] if script.split else [line]:
                writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                await writer.drain()
        if script.reset:
            writer.write(b'40\r\n{"model":"m","mess')
            await writer.drain()
            writer.transport.abort()
            return
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    def _lines(self, script):
        made = {"model": self.asked[-1]["model"], "created_at": "2026-11-20T12:00:00.123456789Z"}
        for thought in script.thinking:
            yield self._go(
                {**made, "message": {"role": "assistant", "content": "", "thinking": thought}, "done": False}
            )
        for piece in script.pieces:
            yield self._go({**made, "message": {"role": "assistant", "content": piece}, "done": False})
        if script.error:
            yield self._go({"error": script.error})
        elif script.done and not script.reset:
            words = sum(len(message["content"]) for message in self.asked[-1]["messages"])
            counts = {"prompt_eval_count": script.prompt_tokens if script.prompt_tokens is not None else words // 4}
            times = {"total_duration": 1_500_000_000, "load_duration": 1, "eval_count": 7, "eval_duration": 2}
            end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": script.done_reason}
            yield self._go({**made, **end, **counts, **times})

    @staticmethod
    def _go(value):
        text = json.dumps(value, ensure_ascii=False)
        for char in "<>&":
            text = text.replace(char, f"\\u{ord(char):04x}")
        return text.encode() + b"\n"
