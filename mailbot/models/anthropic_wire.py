"""What is said to Anthropic, by its own package, and what its answers mean."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

import anthropic
import httpx2

from mailbot.domain.errors import MailbotError, Permanent, Temporary
from mailbot.models import sdk_wire
from mailbot.models.heard import Piece, Usage
from mailbot.models.hosted import Ask
from mailbot.models.refusals import Missing, Without, inner, refusal

_ENDS: Final = {"max_tokens": "length", "model_context_window_exceeded": "length", "refusal": "refused"}
#: Words of a refusal -> the option that it is about.
_OPTIONS: Final = {"temperature": "extra_body", "cache_control": "cache", "output_config": "output_config"}
_KINDS: Final = {
    "overloaded_error": 529,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
}


async def pieces(ask: Ask) -> AsyncGenerator[Piece]:
    """The answer, piece by piece. The part of the prompt that never changes is marked for their cache."""
    options = dict(ask.options)
    cached, held = options.pop("cache", True), options.pop("output_config", True)
    if ask.question.schema and held:
        options["output_config"] = {"format": {"type": "json_schema", "schema": dict(ask.question.schema)}}
    async with errors(ask), _client(ask) as client:
        stream: Any = await client.messages.create(
            model=ask.model, system=_system(ask, cached=cached), messages=_messages(ask), stream=True, **options
        )
        count = _Count()
        async with stream:
            async for event in stream:
                count.add(event)
                if event.type == "content_block_delta":
                    yield _words(event.delta)
                if event.type == "message_delta" and event.delta.stop_reason:
                    yield Piece(end=_ENDS.get(event.delta.stop_reason, "stop"), usage=count.usage())


def _system(ask: Ask, *, cached: bool) -> Any:  # noqa: ANN401  (the package's own shape)
    text = "\n\n".join(one.content for one in ask.question.prompt if one.role == "system")
    if ask.question.schema:
        text += f"\n\nAnswer with JSON only, which keeps this schema:\n{json.dumps(dict(ask.question.schema))}"
    mark = {"cache_control": {"type": "ephemeral"}} if cached else {}
    return [{"type": "text", "text": text} | mark] if text else anthropic.NOT_GIVEN


def _messages(ask: Ask) -> Any:  # noqa: ANN401  (the same)
    return [{"role": one.role, "content": one.content} for one in ask.question.prompt if one.role != "system"]


def _words(delta: Any) -> Piece:  # noqa: ANN401  (one of many kinds)
    text = getattr(delta, "text", "") if delta.type == "text_delta" else ""
    thought = getattr(delta, "thinking", "") if delta.type == "thinking_delta" else ""
    return Piece(text=text, thought=len(thought))


class _Count:
    """The tokens: the prompt's come first, the answer's last; those of the cache are told apart."""

    def __init__(self) -> None:
        self.prompt = self.cached = self.answer = 0

    def add(self, event: Any) -> None:  # noqa: ANN401  (one of many kinds)
        usage = event.message.usage if event.type == "message_start" else getattr(event, "usage", None)
        if usage is None:
            return
        if event.type == "message_start":
            self.cached = usage.cache_read_input_tokens or 0
            self.prompt = (usage.input_tokens or 0) + self.cached + (usage.cache_creation_input_tokens or 0)
        self.answer = usage.output_tokens or self.answer

    def usage(self) -> Usage:
        return Usage(prompt_tokens=self.prompt, cached_tokens=self.cached, answer_tokens=self.answer)


async def look(ask: Ask) -> list[str]:
    """The models of the server: the one that is wanted, or an error that says why not."""
    async with errors(ask), _client(ask) as client:
        found = await client.models.retrieve(ask.model)
    return [found.id, ask.model]  # a name may be an alias


def _client(ask: Ask) -> anthropic.AsyncAnthropic:
    http = sdk_wire.client(connect=ask.connect, seconds=ask.seconds)
    return anthropic.AsyncAnthropic(api_key=ask.key or "none", base_url=ask.url, max_retries=0, http_client=http)


@contextlib.asynccontextmanager
async def errors(ask: Ask) -> AsyncIterator[None]:
    """The package's errors as ours."""
    where = f"{ask.model} at {ask.url}"
    try:
        yield
    except anthropic.APIStatusError as error:
        raise refused(ask, *_said(error)) from error
    except (TimeoutError, anthropic.APITimeoutError, httpx2.TimeoutException) as error:
        raise Temporary(f"{where} did not answer in time; it is asked again") from error
    except anthropic.APIConnectionError as error:
        raise _broken(ask, error) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ConnectionError) as error:
        raise Temporary(f"the answer of {where} broke off: {ask.place.clean(str(error))}; it is asked again") from error
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError, anthropic.AnthropicError) as error:
        raise Temporary(
            f"what answers at {ask.url} does not speak as Anthropic does: {ask.place.clean(str(error))}"
        ) from error


def _broken(ask: Ask, error: Exception) -> MailbotError:
    cause = error.__cause__
    if isinstance(cause, MailbotError):
        return cause
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | None):
        return Temporary(f"no server answers at {ask.url}; is it running, and is there a way to it?")
    return Temporary(
        f"the answer of {ask.model} at {ask.url} broke off: {ask.place.clean(str(cause))}; it is asked again"
    )


def _said(error: anthropic.APIStatusError) -> tuple[int, str]:
    """Status and words; an error in the middle of a stream has the status of the stream, and its own kind."""
    body = error.body
    found = body.get("error") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        return error.status_code if error.status_code != 200 else 500, str(error.message)  # noqa: PLR2004  (OK)
    status = error.status_code if error.status_code >= 300 else _KINDS.get(str(found.get("type")), 500)  # noqa: PLR2004
    return status, f"{found.get('message', '')} ({found.get('type', '')})"


def refused(ask: Ask, status: int, words: str) -> MailbotError:
    """What Anthropic means by *status* and *words*."""
    said = inner(words)
    if status == 400 and (known := next((one for one in _OPTIONS if one in said), "")):  # noqa: PLR2004  (Bad Request)
        return Without(f"{ask.model} at {ask.url} takes no {known}: {ask.place.clean(said)}", _OPTIONS[known])
    if status == 404 and "model" in said.lower():  # noqa: PLR2004  (Not Found)
        return Missing(f"there is no model {ask.model} at {ask.url}; the admin must set another name")
    if status == 404:  # noqa: PLR2004
        return Permanent(f"there is no Anthropic at {ask.url}; the admin must correct url")
    return refusal(ask.place, status, said)
