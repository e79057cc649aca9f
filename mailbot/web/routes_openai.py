"""The door for clients of OpenAI: their own package works here unchanged, with a token of ours as its key."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import StreamingResponse

from mailbot.build.prompt import Prompt
from mailbot.domain.orders import Scope, uuid_of
from mailbot.models.listed import Room
from mailbot.models.remote import Remote
from mailbot.models.talk import Options
from mailbot.web import builder
from mailbot.web.chatting import Bit, asked, begun, bits, while_there
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.models_openai import Answered, Choice, Completed, Completion, Listed, Model, Usage
from mailbot.web.ordering import Key
from mailbot.web.problems import Trouble, openai_documented, openai_error
from mailbot.web.security import Anybody, Caller, needs

router = APIRouter(prefix="/v1", tags=["openai"])

EVENTS: Final = "text/event-stream"
SHORT: Final = 2_048  #: tokens of an answer where nobody says how many, and the model has no limit of its own
Looker = Annotated[Caller, Depends(needs(Scope.GENERATE, Scope.ORDERS, Scope.MODELS))]
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "the answer; with `stream`, in pieces (chat.completion.chunk)", "content": {EVENTS: {}}}
}


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """An answer on its way."""

    id: str
    created: int
    model: str
    bits: AsyncGenerator[Bit]


@router.get("/models", responses=openai_documented())
async def models(doors: TheDoors, caller: Looker) -> Listed:
    """All models, and the one that builds."""
    del caller
    doors.models.reread()
    return Listed(data=[_model(name) for name in (builder.NAME, *doors.models.names())])


@router.get("/models/{name:path}", responses=openai_documented(404))
async def model(name: Annotated[str, Path(max_length=200)], doors: TheDoors, caller: Looker) -> Model:
    """One of them."""
    del caller
    doors.models.reread()
    if name not in (builder.NAME, *doors.models.names()):
        raise Trouble(404, f"the model {name[:100]!r} does not exist here", error_code="model_not_found")
    return _model(name)


@router.post("/chat/completions", responses={**openai_documented(404, 502), **_STREAM}, response_model=Completed)
async def completions(body: Completion, doors: TheDoors, caller: Anybody, request: Request, key: Key = None) -> Any:  # noqa: ANN401  (an answer, or a stream of one)
    """The next message of a conversation; of mailbot/builder, the order of what its last message wants."""
    answer = await (_built if body.model == builder.NAME else _said)(doors, caller, body, key)
    if not body.stream:
        return await while_there(request, _whole(answer))
    stream = await begun(request, answer.bits)
    usage = bool(body.stream_options and body.stream_options.include_usage)
    return StreamingResponse(
        _events(answer, stream, usage=usage), media_type=EVENTS, headers={"X-Accel-Buffering": "no"}
    )


async def _built(doors: Doors, caller: Caller, body: Completion, key: str | None) -> _Answer:
    await needs(Scope.ORDERS)(caller)
    placed = await builder.ordered(doors, caller, [one.said() for one in body.messages], body.user, key)
    created = int(placed.at.timestamp())
    stream = builder.told(doors, caller, placed)
    return _Answer(id=f"chatcmpl-{uuid_of(placed.request)}", created=created, model=body.model, bits=stream)


async def _said(doors: Doors, caller: Caller, body: Completion, key: str | None) -> _Answer:
    del key  # to ask again does no harm
    await needs(Scope.GENERATE)(caller)
    if what := body.unsupported():
        raise Trouble(422, f"{what} is not supported here; leave it out", error_code="unsupported_parameter")
    most = doors.settings.max_prompt
    if any(len(one.content) > most for one in body.messages):
        raise Trouble(422, f"a message has more than {most:,} characters", error_code="context_length_exceeded")
    if not any(one.role == "user" for one in body.messages):
        raise Trouble(422, "messages: there is none of the user; send one")
    prompt = [Prompt(role=one.said().role, content=one.content) for one in body.messages]
    wanted = asked(doors, caller, body.model, prompt, Options())
    wanted = replace(wanted, options=_options(body, wanted.opened.named.room))
    id, created = f"chatcmpl-{secrets.token_hex(12)}", int(doors.site.clock().timestamp())
    return _Answer(id=id, created=created, model=wanted.model, bits=bits(doors, wanted))


def _options(body: Completion, room: Room) -> Options:
    """The numbers; an answer is never longer than the settings of the model say."""
    usual, limit = Options(), room.num_predict if isinstance(room, Remote) else SHORT
    return Options(
        max_tokens=min(limit, body.max_completion_tokens or body.max_tokens or limit),
        temperature=usual.temperature if body.temperature is None else body.temperature,
        top_p=usual.top_p if body.top_p is None else body.top_p,
    )


async def _whole(answer: _Answer) -> Completed:
    said, last = list[str](), Bit()
    async with contextlib.aclosing(answer.bits) as stream:
        async for bit in stream:
            said.append(bit.text)
            last = bit
    message = Answered(content="".join(said))
    return Completed(
        id=answer.id,
        created=answer.created,
        model=answer.model,
        choices=[Choice(message=message, finish_reason="stop" if last.end == "stop" else "length")],
        usage=_usage(last),
    )


def _usage(last: Bit) -> Usage:
    return Usage(
        prompt_tokens=last.prompt_tokens, completion_tokens=last.tokens, total_tokens=last.prompt_tokens + last.tokens
    )


async def _events(answer: _Answer, stream: AsyncGenerator[Bit], *, usage: bool) -> AsyncIterator[str]:
    head = {"id": answer.id, "object": "chat.completion.chunk", "created": answer.created, "model": answer.model}

    def event(delta: dict[str, str], end: str | None = None) -> str:
        return _event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": end}]})

    yield event({"role": "assistant", "content": ""})
    try:
        async with contextlib.aclosing(stream):
            async for bit in stream:
                if bit.text:
                    yield event({"content": bit.text})
                if bit.end:
                    yield event({}, bit.end)
                    if usage:
                        yield _event({**head, "choices": [], "usage": _usage(bit).model_dump()})
    except Trouble as trouble:
        yield _event({"error": openai_error(trouble)})
        return
    yield "data: [DONE]\n\n"


def _event(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _model(name: str) -> Model:
    return Model(id=name, created=0, owned_by="mailbot")
