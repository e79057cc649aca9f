"""A server that speaks as Anthropic's does, with its events and its errors, and fails where it is told to."""

from __future__ import annotations

import asyncio
import json

from tests.models.fake_http import FakeHttp
from tests.models.fake_ollama import Script, played, tokens

_ENDS = {"stop": "end_turn", "length": "max_tokens"}


class FakeAnthropic(FakeHttp):
    """One server; what was marked for its cache is remembered, and told apart in the count."""

    def __init__(self, *scripts, models=("m",), refuses=(), serves=None):
        super().__init__()
        self.serves = serves or {}
        self.scripts = list(scripts)
        self.models, self.refuses = (*models, *self.serves), refuses
        self.asked = []
        self._kept = set()

    @property
    def base(self):
        """Its address, as the settings want it."""
        return self.url

    async def answer(self, method, path, body, writer):
        name = path.removeprefix("/v1/models/")
        if method == "GET" and name in self.models:
            one = {"type": "model", "id": name, "display_name": name, "created_at": "2026-11-20T12:00:00Z"}
            await self.whole(writer, 200, one)
        elif method == "POST" and path.split("?")[0] == "/v1/messages":
            await self._messages(writer, json.loads(body))
        else:
            await self._error(writer, 404, f"model: {name}", "not_found_error")

    async def _messages(self, writer, asked):
        self.asked.append(asked)
        self.heard.set()
        script = self.scripts[min(len(self.asked), len(self.scripts)) - 1] if self.scripts else Script()
        wrong = next((option for option in self.refuses if option in json.dumps(asked)), "")
        if wrong:
            return await self._error(writer, 400, f"{wrong}: Extra inputs are not permitted", "invalid_request_error")
        if asked["model"] not in self.models:
            return await self._error(writer, 404, f"model: {asked['model']}", "not_found_error")
        if asked["model"] in self.serves:
            script = played(self.serves[asked["model"]], asked["messages"], asked["max_tokens"])
        await asyncio.sleep(script.wait)
        if script.raw is not None:
            writer.write(script.raw)
            return await writer.drain()
        if script.status != 200:
            return await self._error(writer, script.status, script.error, "api_error", script.more)
        return await self._stream(writer, asked, script)

    async def _error(self, writer, status, words, kind, more=""):
        body = {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req_1"}
        await self.whole(writer, status, body, more=more)

    async def _stream(self, writer, asked, script):
        await self.begin(writer, "text/event-stream; charset=utf-8")
        for number, event in enumerate(self._events(asked, script)):
            await asyncio.sleep(script.stall if number else 0)
            data = f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
            await self.chunk(writer, data.encode(), split=7 if script.split else 0)
        if script.line:
            await self.chunk(writer, script.line)
        while script.endless:
            await self.chunk(writer, script.endless)
        await (self.reset(writer) if script.reset else self.end(writer))

    def _events(self, asked, script):
        usage = self._counted(asked, script)
        message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": asked["model"]}
        message |= {"stop_reason": None, "stop_sequence": None, "usage": usage | {"output_tokens": 1}}
        yield {"type": "message_start", "message": message}
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        yield {"type": "ping"}
        for thought in script.thinking:
            yield self._delta({"type": "thinking_delta", "thinking": thought})
        for piece in script.pieces:
            yield self._delta({"type": "text_delta", "text": piece})
        if script.error:
            yield {"type": "error", "error": {"type": "overloaded_error", "message": script.error}}
        elif script.done and not script.reset and not script.line and not script.endless:
            yield {"type": "content_block_stop", "index": 0}
            reason = _ENDS.get(script.done_reason, script.done_reason)
            end = {"stop_reason": reason, "stop_sequence": None}
            yield {"type": "message_delta", "delta": end, "usage": {"output_tokens": len(script.pieces)}}
            yield {"type": "message_stop"}

    @staticmethod
    def _delta(delta):
        return {"type": "content_block_delta", "index": 0, "delta": delta}

    def _counted(self, asked, script):
        """The marked part costs nothing the second time; the count of the rest is what is left."""
        marked = "".join(part["text"] for part in asked.get("system", []) if "cache_control" in part)
        words = json.dumps(asked["messages"]) + "".join(part["text"] for part in asked.get("system", []))
        read = len(tokens(words)) if script.prompt_tokens is None else script.prompt_tokens
        kept = min(read, len(tokens(marked)))
        known = bool(marked) and marked in self._kept
        self._kept.add(marked)
        counts = {"input_tokens": read - kept, "output_tokens": 0}
        return counts | {"cache_read_input_tokens" if known else "cache_creation_input_tokens": kept}
