"""An Ollama that answers as the real one does on the wire, and fails where it is told to.

Streams are chunked application/x-ndjson, one object a line, with < > & escaped as Go does; errors before the first
chunk have a status and a JSON body, errors after it are a line of the stream. Tokens are words of at most four letters.
It keeps an account of what it had to evaluate: a prompt that begins as the last one did costs only what is new.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import re
from dataclasses import dataclass, field

from tests.models.fake_http import FakeHttp

PIECES = ["=== FILE: a.py ===\n", "x = '<&>'  # ż\n", "=== END FILE ===\n"]
OPTIONS = {"num_ctx": int, "num_predict": int, "temperature": (int, float), "seed": int, "stop": list}
_DIGEST = "sha256:" + "ab" * 32


@dataclass
class Script:
    """How one question is answered."""

    pieces: list = field(default_factory=lambda: list(PIECES))
    thinking: list = field(default_factory=list)
    done: bool = True  #: false: the stream just ends
    done_reason: str = "stop"
    prompt_tokens: int | None = None  #: none: as counted
    status: int = 200
    error: str = ""  #: with a status: the body; without: a line of the stream, after the pieces
    raw: bytes | None = None  #: sent instead of anything sensible
    more: str = ""  #: headers of an answer with a status
    line: bytes = b""  #: a line of the stream, after the pieces
    endless: bytes = b""  #: sent again and again, after the pieces
    wait: float = 0.0  #: before anything is sent
    stall: float = 0.0  #: before each chunk but the first
    reset: bool = False  #: the connection is lost in the middle of a line
    split: bool = False  #: chunks end inside of letters and lines


@dataclass
class Scripted:
    """A model whose answer depends on the words in its prompt: a later keyword wins."""

    default: str
    scripts: dict = field(default_factory=dict)
    endless: bool = False  #: it begins anew instead of ending
    context: int = 8192  #: tokens that it was trained for
    native: bool = False  #: its template is the engine's: what is too long is named in other words
    thinks: bool = False

    def words(self, prompt):
        found = [text for keyword, text in self.scripts.items() if keyword in prompt]
        text = found[-1] if found else self.default
        pieces = [text[at : at + 24] for at in range(0, len(text), 24)]
        return itertools.cycle(pieces) if self.endless else pieces


def played(model, messages, limit, **more):
    """The script of one answer of a scripted *model*, of at most so many pieces."""
    text = "\n".join(message["content"] for message in messages)
    pieces = list(itertools.islice(model.words(text), limit + 1))
    return Script(pieces=pieces[:limit], done_reason="length" if len(pieces) > limit else "stop", **more)


@dataclass(frozen=True)
class Account:
    """What the reading of one prompt took."""

    model: str
    prompt: int  #: tokens of it
    evaluated: int  #: of these, the ones that were not in the cache


def tokens(text):
    """The tokens of a text."""
    return re.findall(r"\w{1,4}|\s+|[^\w\s]", text)


class FakeOllama(FakeHttp):
    """One server; *scripts* answer one question each, the last one all that follow."""

    def __init__(self, *scripts, models=("qwen2.5-coder:7b",), parallel=1, queue=512, load=0.0, serves=None):
        super().__init__()
        self.scripts = list(scripts)
        self.models = dict.fromkeys(models, None) | (serves or {})
        self.asked = []  #: bodies of the questions
        self.loads = []  #: bodies of what only loads a model
        self.account = []  #: of each prompt that was read
        self.tags = None  #: said instead of the list of models
        self.pulls = []  #: lines of a pull
        self.blobs = {}  #: files that it has, by their digests
        self.creates = []  #: bodies of what was to be made
        self.making = []  #: lines of a create, instead of those that go well
        self.running = {}  #: name -> tokens of its context, and how it was loaded
        self.most = 0  #: answers at the same time
        self._load, self._queue, self._waiting = load, queue, 0
        self._places, self._writing = asyncio.Semaphore(parallel), 0
        self._cache = {}

    async def answer(self, method, path, body, writer):
        routes = {
            ("GET", "/"): self._root,
            ("GET", "/api/version"): self._version,
            ("GET", "/api/tags"): self._tags,
            ("GET", "/api/ps"): self._ps,
            ("POST", "/api/show"): self._show,
            ("POST", "/api/chat"): self._chat,
            ("POST", "/api/pull"): self._pull,
            ("POST", "/api/create"): self._create,
        }
        if path.startswith("/api/blobs/"):
            await self._blob(writer, method, path.removeprefix("/api/blobs/"), body)
        elif (method, path) in routes:
            await routes[method, path](writer, body)
        elif path in {known for _, known in routes}:
            await self.whole(writer, 405, b"405 method not allowed", "text/plain")
        else:
            await self.whole(writer, 404, b"404 page not found", "text/plain")

    async def _root(self, writer, _body):
        await self.whole(writer, 200, b"Ollama is running", "text/plain; charset=utf-8")

    async def _version(self, writer, _body):
        await self.whole(writer, 200, {"version": "0.33.0"})

    async def _tags(self, writer, _body):
        listed = [{"name": name, "model": name, "size": 1, "digest": "ab"} for name in self.models]
        await self.whole(writer, 200, self.tags if self.tags is not None else {"models": listed})

    async def _ps(self, writer, _body):
        listed = [
            {"name": name, "model": name, "context_length": how[0], "digest": "ab" * 32}
            for name, how in self.running.items()
        ]
        await self.whole(writer, 200, {"models": listed})

    async def _show(self, writer, body):
        name = json.loads(body).get("model")
        if name not in self.models:
            return await self._error(writer, 404, f"model '{name}' not found")
        model = self.models[name]
        can = ["completion", *(["thinking"] if model and model.thinks else [])]
        return await self.whole(writer, 200, {"capabilities": can, "model_info": {"general.architecture": "llama"}})

    async def _error(self, writer, status, words):
        await self.whole(writer, status, {"error": words})

    # A question.

    async def _chat(self, writer, body):
        try:
            asked = json.loads(body)
        except ValueError as error:
            return await self._error(writer, 400, f"invalid character: {error}")
        name, options = asked.get("model", ""), asked.get("options") or {}
        wrong = [key for key, value in options.items() if not isinstance(value, OPTIONS.get(key, object))]
        if not name:
            return await self._error(writer, 400, "model is required")
        if name not in self.models:
            return await self._error(writer, 404, f"model '{name}' not found")
        if wrong:
            return await self._error(writer, 500, f'option "{wrong[0]}" must be of type integer')
        if not asked.get("messages"):
            self.loads.append(asked)
            return await self._only_load(writer, asked)
        self.asked.append(asked)
        self.heard.set()
        return await self._queued(writer, asked)

    async def _only_load(self, writer, asked):
        if asked.get("keep_alive") in {0, "0"}:
            self.running.pop(asked["model"], None)
            reason = "unload"
        else:
            await self._run(asked)
            reason = "load"
        end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": reason}
        await self.whole(writer, 200, {"model": asked["model"], "created_at": "2026-11-20T12:00:00.1Z", **end})

    async def _run(self, asked):
        """Load the model, if it is not there as it is wanted."""
        model, wanted = self.models[asked["model"]], asked.get("options", {}).get("num_ctx", 4096)
        how = (min(wanted, model.context if model else wanted), asked.get("shift", True))
        if self.running.get(asked["model"]) != how:
            await asyncio.sleep(self._load)
            self.running[asked["model"]] = how
            self._cache.pop(asked["model"], None)
        return how[0]

    async def _queued(self, writer, asked):
        if self._waiting >= self._queue:
            return await self._error(writer, 503, "server busy, please try again.  maximum pending requests exceeded")
        self._waiting += 1
        try:
            async with self._places:
                self._writing += 1
                self.most = max(self.most, self._writing)
                try:
                    context = await self._run(asked)
                    return await self._play(writer, asked, context)
                finally:
                    self._writing -= 1
        finally:
            self._waiting -= 1

    async def _play(self, writer, asked, context):
        model = self.models[asked["model"]]
        script = self.scripts[min(len(self.asked), len(self.scripts)) - 1] if self.scripts else None
        if script is None and model is not None:
            return await self._scripted(writer, asked, model, context)
        script = script or Script()
        await asyncio.sleep(script.wait)
        if script.raw is not None:
            writer.write(script.raw)
            return await writer.drain()
        if script.status != 200:
            return await self.whole(writer, script.status, {"error": script.error}, more=script.more)
        return await self._stream(writer, asked, script)

    async def _scripted(self, writer, asked, model, context):
        """As a real engine does: the context is a wall, think and schema are looked at, num_predict ends it."""
        text = "\n".join(message["content"] for message in asked["messages"])
        read, predict = len(tokens(text)), asked.get("options", {}).get("num_predict", -1)
        if asked.get("think") and not model.thinks:
            return await self._error(writer, 400, f'"{asked["model"]}" does not support thinking')
        if read >= context and not asked.get("truncate", True):
            return await self._error(writer, 400, self._too_long(read, context, native=model.native))
        read = min(read, context // 2) if read >= context else read
        room = context - read if not asked.get("shift", True) else 10 * context
        limit = min(predict, room) if predict > 0 else room
        return await self._stream(writer, asked, played(model, asked["messages"], limit, prompt_tokens=read))

    @staticmethod
    def _too_long(read, context, *, native):
        words = f"request ({read} tokens) exceeds the available context size ({context} tokens), try increasing it"
        if not native:
            return f"the prompt is longer than the context: n_prompt_tokens: {read}, n_ctx: {context}"
        error = {"code": 400, "message": words, "type": "exceed_context_size_error"}
        return json.dumps({"error": error | {"n_prompt_tokens": read, "n_ctx": context}})

    async def _stream(self, writer, asked, script):
        await self.begin(writer, "application/x-ndjson")
        for number, line in enumerate(self._lines(asked, script)):
            await asyncio.sleep(script.stall if number else 0)
            await self.chunk(writer, line, split=7 if script.split else 0)
        if script.line:
            await self.chunk(writer, script.line)
        while script.endless:
            await self.chunk(writer, script.endless)
        await (self.reset(writer) if script.reset else self.end(writer))

    def _lines(self, asked, script):
        made = {"model": asked["model"], "created_at": "2026-11-20T12:00:00.123456789Z"}
        for thought in script.thinking:
            message = {"role": "assistant", "content": "", "thinking": thought}
            yield self._go({**made, "message": message, "done": False})
        said = 0
        for piece in script.pieces:
            said += 1
            yield self._go({**made, "message": {"role": "assistant", "content": piece}, "done": False})
        if script.error:
            yield self._go({"error": script.error})
        elif script.done and not script.reset and not script.line and not script.endless:
            end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": script.done_reason}
            yield self._go({**made, **end, **self._counted(asked, script, said)})

    def _counted(self, asked, script, said):
        """Zero values are omitted, and the prompt's count has those tokens, too, that were in the cache."""
        prompt, evaluated = self._read(asked, script)
        counts = {
            "total_duration": 1_500_000_000,
            "load_duration": 1,
            "prompt_eval_count": prompt if script.prompt_tokens is None else script.prompt_tokens,
            "prompt_eval_duration": evaluated * 1_000_000,
            "eval_count": said,
            "eval_duration": 2,
        }
        return {key: value for key, value in counts.items() if value}

    def _read(self, asked, script):
        """The tokens of the prompt, and of these the ones behind what it shares with the one before and its answer."""
        text = "\x00".join(f"{message['role']}\n{message['content']}" for message in asked["messages"])
        now = tokens(text)
        before = self._cache.get(asked["model"], [])
        same = next(
            (at for at, (a, b) in enumerate(zip(now, before, strict=False)) if a != b), min(len(now), len(before))
        )
        self._cache[asked["model"]] = tokens("\x00assistant\n".join((text, "".join(script.pieces))))
        self.account.append(Account(model=asked["model"], prompt=len(now), evaluated=max(1, len(now) - same)))
        return len(now), max(1, len(now) - same)

    # Weights.

    async def _blob(self, writer, method, digest, body):
        """As the real one does: a file is known by its digest, and one that is not what it says is not taken."""
        if method == "HEAD":
            status = 200 if digest in self.blobs else 404
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            return await writer.drain()
        if f"sha256:{hashlib.sha256(body).hexdigest()}" != digest:
            return await self._error(writer, 400, f"digest mismatch, expected {digest!r}")
        self.blobs[digest] = body
        return await self.whole(writer, 201, b"", "text/plain")

    async def _create(self, writer, body):
        asked = json.loads(body)
        self.creates.append(asked)
        named = [*asked.get("files", {}).values(), *asked.get("adapters", {}).values()]
        if lacking := [one for one in named if one not in self.blobs]:
            return await self._error(writer, 400, f"blob {lacking[0]} not found")
        if not asked.get("files") and asked.get("from") not in self.models:
            return await self._error(writer, 400, "neither 'from' or 'files' was specified")
        await self.begin(writer, "application/x-ndjson")
        for line in self.making or ({"status": "parsing GGUF"}, {"status": "writing manifest"}, {"status": "success"}):
            await self.chunk(writer, self._go(line))
            if line.get("status") == "success":
                self.models[asked["model"]] = None
        return await self.end(writer)

    # A pull.

    async def _pull(self, writer, body):
        name = json.loads(body)["model"]
        await self.begin(writer, "application/x-ndjson")
        for line in self.pulls or self.pulled():
            await self.chunk(writer, self._go(line))
            if line.get("status") == "success":
                self.models[name] = None
        await self.end(writer)

    @staticmethod
    def pulled():
        """The lines of a pull that goes well."""
        yield {"status": "pulling manifest"}
        for done in (10, 50, 100):
            yield {"status": "pulling abababababab", "digest": _DIGEST, "total": 100, "completed": done}
        for status in ("verifying sha256 digest", "writing manifest", "success"):
            yield {"status": status}

    @staticmethod
    def _go(value):
        text = json.dumps(value, ensure_ascii=False)
        for char in "<>&":
            text = text.replace(char, f"\\u{ord(char):04x}")
        return text.encode() + b"\n"
