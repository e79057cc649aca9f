"""A model on an Ollama server, by its own protocol: only there can the context be set, and silent cutting forbidden."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from mailbot.build.answer import CUT
from mailbot.build.plan import Brief, Said
from mailbot.build.prompt import Prompt, messages
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker
from mailbot.ports import Model, Site

if TYPE_CHECKING:
    from ollama import AsyncClient, ChatResponse

MAX_ANSWER: Final = 600_000  #: characters; a model that loops ends here
MAX_BLANK: Final = 64  #: chunks of nothing but blanks in a row
MAX_TAGS: Final = 4_000_000  #: bytes of the list of models
_MARGIN: Final = 256  #: tokens that the server's own template takes
_CHARS: Final = 3  #: characters of a token, on the safe side
_SILENTLY_CUT: Final = 12  #: characters of a token that no text has
_LONG: Final = 6_000  #: characters of a prompt for which that can be told
_TOO_LONG: Final = re.compile(r"exceed_context_size|context size|longer than|context length", re.IGNORECASE)


class Ollama(BaseModel):
    """A model that an Ollama server runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["ollama"]
    name: str = Field(min_length=1, max_length=200, description="the model, as `ollama list` names it")
    url: str = Field(default="http://127.0.0.1:11434", pattern=r"^https?://[^\s/]+", description="where Ollama listens")
    num_ctx: int = Field(default=16_384, ge=2_048, le=1_048_576, description="tokens of the whole context")
    num_predict: int = Field(default=8_192, ge=256, le=262_144, description="tokens of one answer")
    keep_alive: str = Field(default="30m", pattern=r"^-?\d+(?:ms|s|m|h)?$", description="how long it stays loaded")
    temperature: float = Field(default=0.2, ge=0, le=2)
    think: bool | Literal["low", "medium", "high"] = Field(default=False, description="for models that can think first")
    connect_seconds: float = Field(default=5, gt=0, description="until the server takes the connection")
    first_seconds: float = Field(default=600, gt=0, description="until the first word: loading takes minutes")
    idle_seconds: float = Field(default=120, gt=0, description="between two words")
    total_seconds: float = Field(default=900, gt=0, description="for a whole answer")

    def open(self, site: Site) -> Model:
        """The model; nothing is loaded before the first question."""
        return Client(settings=self, site=site)


@dataclass(frozen=True, kw_only=True)
class Client:
    """One model of one server."""

    settings: Ollama
    site: Site

    @property
    def host(self) -> str:
        """Its queue: one answer at a time for each server."""
        return urlsplit(self.settings.url).netloc

    async def ask(self, brief: Brief) -> Said:
        """One whole answer; when it is cancelled, so is the work on the server."""
        room = max(2_048, self.settings.num_ctx - self.settings.num_predict - _MARGIN) * _CHARS
        prompt = messages(brief, self.site.texts, budget=room)
        heard = await self._heard(prompt)
        text = heard.whole(prompt, self.settings)
        if heard.cut and brief.kind is not Kind.QUESTION:
            text += CUT
        maker = Maker(
            kind="model", name=self.settings.name, provider="ollama", seconds=heard.seconds, tokens=heard.tokens
        )
        return Said(text=text, maker=maker, title=brief.title)

    async def _heard(self, prompt: Sequence[Prompt]) -> _Heard:
        try:
            return await self._listen(prompt, think=self.settings.think)
        except _CannotThink:
            return await self._listen(prompt, think=None)

    async def _listen(self, prompt: Sequence[Prompt], *, think: bool | str | None) -> _Heard:
        heard = _Heard()
        async with _errors(self.settings), asyncio.timeout(self.settings.total_seconds), self._client() as client:
            stream = await client.chat(
                model=self.settings.name,
                messages=[{"role": one.role, "content": one.content} for one in prompt],
                stream=True,
                think=think,
                options={
                    "num_ctx": self.settings.num_ctx,
                    "num_predict": self.settings.num_predict,
                    "temperature": self.settings.temperature,
                },
                keep_alive=self.settings.keep_alive,
            )
            async with contextlib.aclosing(stream) as chunks:
                await self._collect(chunks, heard)
        return heard

    async def _collect(self, chunks: AsyncIterator[ChatResponse], heard: _Heard) -> None:
        """The first word may take as long as loading does; from then on they come steadily."""
        wait = self.settings.first_seconds
        while not heard.over:
            try:
                heard.add(await asyncio.wait_for(anext(chunks), wait))
            except StopAsyncIteration:
                break
            wait = self.settings.idle_seconds
        if not heard.over:
            raise Temporary(f"the answer of {self.settings.name} broke off before its end")

    def _client(self) -> AsyncClient:
        import httpx  # noqa: PLC0415  (memory that only a question needs)
        from ollama import AsyncClient  # noqa: PLC0415

        class Whole(httpx.AsyncHTTPTransport):
            """Forbids what the package has no parameter for: to cut a prompt, or to forget its beginning."""

            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                body = json.dumps(json.loads(request.content) | {"truncate": False, "shift": False}).encode("utf-8")
                headers = [(key, value) for key, value in request.headers.raw if key.lower() != b"content-length"]
                whole = httpx.Request(
                    request.method, request.url, headers=headers, content=body, extensions=request.extensions
                )
                return await super().handle_async_request(whole)

        limits = httpx.Timeout(self.settings.first_seconds, connect=self.settings.connect_seconds)
        return AsyncClient(
            host=self.settings.url, timeout=limits, trust_env=False, follow_redirects=False, transport=Whole()
        )


class _CannotThink(Exception):
    """The model has no thinking that could be switched."""


@dataclass
class _Heard:
    """What has come of an answer so far."""

    pieces: list[str] = field(default_factory=list)
    size: int = 0
    blanks: int = 0
    thought: bool = False
    over: bool = False
    cut: bool = False
    prompt_tokens: int = 0
    tokens: int = 0
    seconds: float = 0.0

    def add(self, chunk: ChatResponse) -> None:
        piece = chunk.message.content or ""
        self.thought = self.thought or bool(chunk.message.thinking)
        self.pieces.append(piece)
        self.size += len(piece)
        self.blanks = self.blanks + 1 if piece and not piece.strip() else 0
        if chunk.done:
            self.prompt_tokens = chunk.prompt_eval_count or 0
            self.tokens = self.prompt_tokens + (chunk.eval_count or 0)
            self.seconds = (chunk.total_duration or 0) / 1e9
        self.cut = chunk.done_reason == "length" or self.size > MAX_ANSWER or self.blanks >= MAX_BLANK
        self.over = bool(chunk.done) or self.cut

    def whole(self, prompt: Sequence[Prompt], settings: Ollama) -> str:
        """The words, if they are an answer to the whole prompt."""
        asked = sum(len(one.content) for one in prompt)
        if asked > _LONG and 0 < self.prompt_tokens < asked / _SILENTLY_CUT:
            raise Permanent(
                f"the Ollama at {settings.url} read only part of the request ({self.prompt_tokens} tokens); "
                "update it: it does not honour truncate=false"
            )
        text = "".join(self.pieces)
        if text.strip():
            return text
        if self.thought:
            raise Permanent(
                f"{settings.name} used its whole answer for thinking; set `think = false` or a larger `num_predict`"
            )
        raise Temporary(f"{settings.name} gave an empty answer")


@contextlib.asynccontextmanager
async def _errors(settings: Ollama) -> AsyncIterator[None]:
    """The library's errors as ours."""
    import httpx  # noqa: PLC0415  (memory that only a question needs)
    from ollama import ResponseError  # noqa: PLC0415

    try:
        yield
    except ResponseError as error:
        raise _refused(settings, error.status_code, str(error.error)) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
        raise Temporary(f"no Ollama answers at {settings.url}; is it running there? (`ollama serve`)") from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Temporary(f"{settings.name} at {settings.url} did not answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise Temporary(f"the answer of {settings.name} broke off: {error}") from error
    except (ValueError, AttributeError, TypeError) as error:
        raise Temporary(f"what answers at {settings.url} does not speak as Ollama does: {str(error)[:200]}") from error


def _refused(settings: Ollama, status: int, words: str) -> Exception:
    said = words[:300]
    if "does not support thinking" in words:
        return _CannotThink(said)
    if _TOO_LONG.search(words):
        return Permanent(
            f"the project and the request are too long for {settings.name} with num_ctx = {settings.num_ctx}; "
            "ask for less at once, or have the admin set a larger num_ctx"
        )
    if status == 404:  # noqa: PLR2004
        return Permanent(
            f"the model {settings.name} is not on {settings.url}; the admin can fetch it: ollama pull {settings.name}"
        )
    if status in {400, 401, 403, 405, 413}:
        return Permanent(f"the Ollama at {settings.url} refused the request ({status}): {said}; the admin must look")
    return Temporary(f"the Ollama at {settings.url} failed ({status}): {said}")


async def found(url: str, *, seconds: float = 2.0) -> list[str]:
    """The models that an Ollama at *url* can write with; none when nobody answers there."""
    try:
        async with asyncio.timeout(seconds):
            return list(_named(await asyncio.to_thread(_tags, url, seconds)))
    except (OSError, ValueError):
        return []  # nobody, or somebody else: no Ollama to speak of


def _tags(url: str, seconds: float) -> Any:  # noqa: ANN401  (whatever is there said it)
    """By the standard library: the whole client takes memory that an idle server without a model needs not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{url.rstrip('/')}/api/tags", timeout=seconds) as answer:
        return json.loads(answer.read(MAX_TAGS))


def _named(tags: Any) -> Iterator[str]:  # noqa: ANN401  (it is looked at piece by piece)
    models = tags.get("models") if isinstance(tags, dict) else None
    for model in models if isinstance(models, list) else ():
        name = model.get("name") if isinstance(model, dict) else None
        can = model.get("capabilities", ["completion"]) if isinstance(model, dict) else []
        if isinstance(name, str) and (not isinstance(can, list) or "completion" in can):
            yield name
