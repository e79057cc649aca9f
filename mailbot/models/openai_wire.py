"""What is said to a server that speaks as OpenAI does, by OpenAI's own package, and what its answers mean."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

import httpx2
import openai

from mailbot.domain.errors import MailbotError, Permanent, Temporary
from mailbot.models import sdk_wire
from mailbot.models.heard import Piece, Usage
from mailbot.models.hosted import Ask
from mailbot.models.refusals import Missing, Without, inner, refusal

BEHIND: Final = 5.0  #: seconds
_ENDS: Final = {"length": "length", "content_filter": "refused"}
_OPTIONS: Final = ("max_tokens", "temperature", "top_p", "stream_options", "response_format")


async def pieces(ask: Ask) -> AsyncGenerator[Piece]:
    """The answer, piece by piece."""
    async with errors(ask), _client(ask) as client:
        stream: Any = await client.chat.completions.create(
            model=ask.model,
            messages=[{"role": one.role, "content": one.content} for one in ask.question.prompt],  # type: ignore[misc]
            stream=True,
            **_shaped(ask),
        )
        async with stream:
            async for chunk in stream:
                choice = chunk.choices[0] if chunk.choices else None
                yield Piece(usage=_usage(chunk.usage), **_words(choice.delta if choice else None))
                if choice and choice.finish_reason:
                    usage = _usage(chunk.usage) or await _behind(stream)
                    yield Piece(end=_ENDS.get(choice.finish_reason, "stop"), usage=usage)
                    return


async def _behind(stream: Any) -> Usage | None:  # noqa: ANN401  (the package's stream)
    """The count of tokens, which comes behind the end; an answer that is whole does not wait long for it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BEHIND):
            async for chunk in stream:
                if usage := _usage(chunk.usage):
                    return usage
    return None


def _shaped(ask: Ask) -> dict[str, Any]:
    options = dict(ask.options)
    held = options.pop("response_format", True)
    if ask.question.schema and held:
        shape = {"name": "answer", "schema": dict(ask.question.schema), "strict": False}
        options["response_format"] = {"type": "json_schema", "json_schema": shape}
    return options


def _words(delta: Any) -> dict[str, Any]:  # noqa: ANN401  (every server adds its own fields)
    if delta is None:
        return {}
    thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None) or ""
    return {"text": delta.content or "", "thought": len(thought) if isinstance(thought, str) else 1}


def _usage(usage: Any) -> Usage | None:  # noqa: ANN401  (the same)
    if usage is None:
        return None
    details = getattr(usage, "prompt_tokens_details", None)
    return Usage(
        prompt_tokens=usage.prompt_tokens or 0,
        cached_tokens=getattr(details, "cached_tokens", None) or 0,
        answer_tokens=usage.completion_tokens or 0,
    )


async def look(ask: Ask) -> list[str]:
    """The models of the server."""
    async with errors(ask), _client(ask) as client:
        return [model.id for model in (await client.models.list()).data or ()]


def _client(ask: Ask) -> openai.AsyncOpenAI:
    http = sdk_wire.client(connect=ask.connect, seconds=ask.seconds)
    return openai.AsyncOpenAI(api_key=ask.key or "none", base_url=ask.url, max_retries=0, http_client=http)


@contextlib.asynccontextmanager
async def errors(ask: Ask) -> AsyncIterator[None]:
    """The package's errors as ours."""
    where = f"{ask.model} at {ask.url}"
    try:
        yield
    except openai.APIStatusError as error:
        raise refused(ask, error.status_code, _said(error)) from error
    except (TimeoutError, openai.APITimeoutError, httpx2.TimeoutException) as error:
        raise Temporary(f"{where} did not answer in time; it is asked again") from error
    except openai.APIConnectionError as error:
        raise _broken(ask, error) from error
    except openai.APIError as error:
        raise refused(ask, -1, _said(error)) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ConnectionError) as error:
        raise Temporary(f"the answer of {where} broke off: {ask.place.clean(str(error))}; it is asked again") from error
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError, openai.OpenAIError) as error:
        raise Temporary(
            f"what answers at {ask.url} does not speak as OpenAI does: {ask.place.clean(str(error))}"
        ) from error


def _broken(ask: Ask, error: Exception) -> MailbotError:
    """What a connection that failed was: ours to limit, not there, or lost."""
    cause = error.__cause__
    if isinstance(cause, MailbotError):
        return cause
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | None):
        return Temporary(f"no server answers at {ask.url}; is it running there?")
    return Temporary(
        f"the answer of {ask.model} at {ask.url} broke off: {ask.place.clean(str(cause))}; it is asked again"
    )


def _said(error: openai.APIError) -> str:
    body = error.body
    found = body.get("message") if isinstance(body, dict) else body
    return f"{found if isinstance(found, str) and found else error.message} {error.code or ''}".strip()


def refused(ask: Ask, status: int, words: str) -> MailbotError:
    """What a server means by *status* and *words*."""
    said = inner(words)
    if status in {400, 422} and (option := next((one for one in _OPTIONS if one in said), "")):
        return Without(f"{ask.model} at {ask.url} takes no {option}: {ask.place.clean(said)}", option)
    if status == 404 and "model" in said.lower():  # noqa: PLR2004  (Not Found)
        return Missing(f"the model {ask.model} is not at {ask.url}; the admin must set another name, or add it there")
    if status == 404:  # noqa: PLR2004
        return Permanent(f"there is no such server at {ask.url}; the admin must correct url: it ends with /v1")
    return refusal(ask.place, status, said)
