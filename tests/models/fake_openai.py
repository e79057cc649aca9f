"""A server that speaks as OpenAI's does, with its streams of events and its errors, and fails where it is told to."""

from __future__ import annotations

import asyncio
import json

from tests.models.fake_http import FakeHttp
from tests.models.fake_ollama import Script, played, tokens


class FakeOpenAi(FakeHttp):
    """One server; *refuses* are options that it does not take, *usage* says whether it counts tokens in a stream."""

    def __init__(self, *scripts, models=("m",), refuses=(), usage=True, cached=0, hangs=False, serves=None):
        super().__init__()
        self.serves = serves or {}
        self.scripts = list(scripts)
        self.models, self.refuses, self.usage = (*models, *self.serves), refuses, usage
        self.cached, self.hangs = cached, hangs
        self.asked = []

    @property
    def base(self):
        """Its address, as the settings want it."""
        return f"{self.url}/v1"

    async def answer(self, method, path, body, writer):
        if (method, path) == ("GET", "/v1/models"):
            listed = [{"id": name, "object": "model", "created": 1, "owned_by": "us"} for name in self.models]
            await self.whole(writer, 200, {"object": "list", "data": listed})
        elif (method, path) == ("POST", "/v1/chat/completions"):
            await self._chat(writer, json.loads(body))
        else:
            await self.whole(writer, 404, {"detail": "Not Found"})

    async def _chat(self, writer, asked):
        self.asked.append(asked)
        self.heard.set()
        script = self.scripts[min(len(self.asked), len(self.scripts)) - 1] if self.scripts else Script()
        wrong = next((option for option in self.refuses if option in asked), "")
        if wrong:
            words = f"Unsupported parameter: '{wrong}' is not supported with this model."
            return await self._error(writer, 400, words, "unsupported_parameter")
        if asked["model"] not in self.models:
            return await self._error(writer, 404, f"The model `{asked['model']}` does not exist", "model_not_found")
        if asked["model"] in self.serves:
            script = played(self.serves[asked["model"]], asked["messages"], asked.get("max_tokens", 2_048))
        await asyncio.sleep(script.wait)
        if script.raw is not None:
            writer.write(script.raw)
            return await writer.drain()
        if script.status != 200:
            return await self._error(writer, script.status, script.error, None, script.more)
        return await self._stream(writer, asked, script)

    async def _error(self, writer, status, words, code, more=""):
        error = {"message": words, "type": "error", "param": None, "code": code}
        await self.whole(writer, status, {"error": error}, more=more)

    async def _stream(self, writer, asked, script):
        await self.begin(writer, "text/event-stream; charset=utf-8")
        for number, event in enumerate(self._events(asked, script)):
            await asyncio.sleep(script.stall if number else 0)
            data = f"data: {event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)}\n\n"
            await self.chunk(writer, data.encode(), split=7 if script.split else 0)
        if script.line:
            await self.chunk(writer, script.line)
        while script.endless:
            await self.chunk(writer, script.endless)
        if self.hangs:
            await asyncio.sleep(60)
        await (self.reset(writer) if script.reset else self.end(writer))

    def _events(self, asked, script):
        made = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": asked["model"]}

        def one(delta, reason=None):
            return {**made, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}

        yield one({"role": "assistant", "content": ""})
        for thought in script.thinking:
            yield one({"reasoning_content": thought})
        for piece in script.pieces:
            yield one({"content": piece})
        if script.error:
            yield {"error": {"message": script.error, "type": "server_error", "code": 500}}
        elif script.done and not script.reset and not script.line and not script.endless:
            yield one({}, script.done_reason)
            if self.usage and asked.get("stream_options", {}).get("include_usage"):
                yield {**made, "choices": [], "usage": self._counted(asked, script)}
            if not self.hangs:
                yield "[DONE]"

    def _counted(self, asked, script):
        read = len(tokens("\n".join(message["content"] for message in asked["messages"])))
        read = read if script.prompt_tokens is None else script.prompt_tokens
        counts = {"prompt_tokens": read, "completion_tokens": len(script.pieces), "total_tokens": read}
        return {**counts, "prompt_tokens_details": {"cached_tokens": self.cached}}
