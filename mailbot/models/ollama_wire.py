"""What is said to an Ollama, by its own package, and what its answers mean. Imported with the first question only."""

from __future__ import annotations

import contextlib
import functools
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from ollama import AsyncClient, ResponseError

from mailbot.domain.errors import MailbotError, Permanent, Temporary
from mailbot.models.heard import Piece, Usage
from mailbot.models.metered import metered
from mailbot.models.refusals import Away, Missing, Place, Without, inner, refusal
from mailbot.models.remote import Question

_ENDS: Final = {"stop": "stop", "length": "length"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """How a model is asked: what stays the same for all questions, or the server would load it anew."""

    model: str
    url: str
    key: str
    options: Mapping[str, object]
    keep_alive: str
    connect_seconds: float
    seconds: float  #: until the first word

    @property
    def place(self) -> Place:
        """Whom an error is about."""
        context = self.options.get("num_ctx")
        return Place(model=self.model, url=self.url, context=context if isinstance(context, int) else 0, key=self.key)

    def client(self) -> AsyncClient:
        """A client that asks no proxy, follows nobody elsewhere, and reads within limits."""
        return AsyncClient(
            host=self.url,
            timeout=httpx.Timeout(self.seconds, connect=self.connect_seconds),
            trust_env=False,
            follow_redirects=False,
            transport=_Whole(self.key),
        )


async def pieces(call: Call, question: Question, *, think: bool | str | None, shaped: bool) -> AsyncGenerator[Piece]:
    """The answer, piece by piece; *shaped*: the server holds it to the question's schema."""
    async with errors(call), call.client() as client:
        stream = await client.chat(
            model=call.model,
            messages=[{"role": one.role, "content": one.content} for one in question.prompt],
            stream=True,
            think=think,
            format=dict(question.schema) if shaped and question.schema else None,
            options=dict(call.options),
            keep_alive=call.keep_alive,
        )
        async with contextlib.aclosing(stream) as chunks:
            async for chunk in chunks:
                usage = _usage(chunk) if chunk.done else None
                end = (_ENDS.get(chunk.done_reason or "stop", "") or "stop") if chunk.done else ""
                words, thought = chunk.message.content or "", chunk.message.thinking or ""
                yield Piece(text=words, thought=len(thought), end=end, usage=usage)


def _usage(chunk: Any) -> Usage:  # noqa: ANN401  (ChatResponse, whose numbers may be missing)
    return Usage(
        prompt_tokens=chunk.prompt_eval_count or 0,
        answer_tokens=chunk.eval_count or 0,
        seconds=(chunk.total_duration or 0) / 1e9,
    )


async def load(call: Call) -> tuple[int, str]:
    """Have the model loaded; return the tokens of the context that it really got, and its digest, where it says so."""
    async with errors(call), call.client() as client:
        await client.chat(model=call.model, messages=[], options=dict(call.options), keep_alive=call.keep_alive)
        try:
            running = await client.ps()
        except ResponseError:
            return 0, ""  # an older server: what the settings say must do
    loaded = [one for one in running.models if _same(one.model or "", call.model)]
    return (loaded[0].context_length or 0, loaded[0].digest or "") if loaded else (0, "")


async def unload(call: Call) -> None:
    """Have the model put out of memory."""
    async with errors(call), call.client() as client:
        await client.chat(model=call.model, messages=[], options=dict(call.options), keep_alive=0)


async def running(call: Call) -> list[str]:
    """The models that are in memory."""
    async with errors(call), call.client() as client:
        return [one.model for one in (await client.ps()).models if one.model]


async def pull(call: Call) -> AsyncGenerator[tuple[str, float]]:
    """Have the server fetch the model: what it does, and how much of it is done, from 0 to 1."""
    said = ""
    async with errors(call), call.client() as client:
        stream = await client.pull(call.model, stream=True)
        async with contextlib.aclosing(stream) as steps:
            async for step in steps:
                said = step.status or said
                yield said, (step.completed or 0) / step.total if step.total else 0.0
    if said != "success":
        raise Temporary(f"{call.url} did not fetch {call.model} to its end ({said or 'nothing was said'})")


async def look(call: Call) -> list[str]:
    """The models of a server."""
    async with errors(call), call.client() as client:
        listed = await client.list()
    return [one.model for one in listed.models if one.model]


def has(models: list[str], name: str) -> bool:
    """Whether *name* is one of *models*; without a tag it means the latest."""
    return any(_same(one, name) for one in models)


def _same(one: str, other: str) -> bool:
    return one.removesuffix(":latest") == other.removesuffix(":latest")


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed: read once, as that takes longer than a short answer."""
    return httpx.create_ssl_context(trust_env=False)


class _Whole(httpx.AsyncHTTPTransport):
    """Forbids what the package has no parameter for: to cut a prompt, or to forget its beginning. Reads within limits.

    Both stand in every chat, also in the empty one that loads the model: another value would load it once more.
    """

    def __init__(self, key: str) -> None:
        super().__init__(verify=_trusted(), trust_env=False)
        self._key = key

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body, drop = request.content, {b"content-length", b"authorization", b"accept-encoding"}
        if request.url.path.endswith("/api/chat"):
            body = json.dumps(json.loads(body) | {"truncate": False, "shift": False}).encode("utf-8")
        headers = [(key, value) for key, value in request.headers.raw if key.lower() not in drop]
        headers.append((b"accept-encoding", b"identity"))
        if self._key:  # and never the one that the environment has for another server
            headers.append((b"authorization", f"Bearer {self._key}".encode()))
        whole = httpx.Request(request.method, request.url, headers=headers, content=body, extensions=request.extensions)
        response = await super().handle_async_request(whole)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Metered(response.stream, response.headers.get("content-encoding", ""))
        return response


class _Metered(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, encoding: str) -> None:
        self._stream, self._encoding = stream, encoding

    def __aiter__(self) -> AsyncIterator[bytes]:
        return metered(self._stream, self._encoding)

    async def aclose(self) -> None:
        await self._stream.aclose()


@contextlib.asynccontextmanager
async def errors(call: Call) -> AsyncIterator[None]:
    """The package's errors as ours."""
    name, url = call.model, call.url
    try:
        yield
    except ResponseError as error:
        raise refused(call.place, error.status_code, str(error.error)) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
        raise Away(f"no Ollama answers at {url}; is it running there? (`ollama serve`)") from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Temporary(f"{name} at {url} did not answer in time; it is asked again") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        why = call.place.clean(str(error)) or type(error).__name__
        raise Temporary(f"the answer of {name} broke off: {why}; it is asked again") from error
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Temporary(
            f"what answers at {url} does not speak as Ollama does: {call.place.clean(str(error))}"
        ) from error


def refused(place: Place, status: int, words: str) -> MailbotError:
    """What an Ollama means by *status* and *words*; -1 stands for an error in the middle of an answer."""
    said = inner(words)
    if "does not support thinking" in said or "invalid think value" in said:
        return Without(f"{place.model} cannot think as `think` asks; the admin must change it", "think")
    if any(known in said for known in ("invalid format", "schema conversion failed", "failed to parse grammar")):
        return Without(f"the server of {place.model} cannot hold an answer to a schema: {place.clean(said)}", "format")
    if status == 404 or "pull model manifest" in said:  # noqa: PLR2004  (Not Found)
        return _not_found(place, said)
    if status in {502, 503, 504}:
        why = "has too many questions waiting" if "busy" in said else f"is not there now ({status})"
        return Away(f"the Ollama at {place.url} {why}: {place.clean(said)}; it is asked again")
    return refusal(place, status, words if "n_ctx" in words else said)


def _not_found(place: Place, said: str) -> MailbotError:
    if "pull model manifest" in said:
        return Missing(f"{place.url} cannot fetch {place.model}: {place.clean(said)}; the admin must correct its name")
    if "not found" not in said or "page" in said:
        return Permanent(f"there is no Ollama at {place.url}, but something else; the admin must correct url")
    return Missing(f"the model {place.model} is not on {place.url}; the admin can fetch it: ollama pull {place.model}")
