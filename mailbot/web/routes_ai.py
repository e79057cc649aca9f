"""Ask a model: one prompt, a conversation, or many prompts at once; whole, or in pieces."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse

from mailbot.build.prompt import Prompt
from mailbot.domain.orders import Scope
from mailbot.models.talk import Options
from mailbot.web.chatting import Asked, Bit, Whole, asked, begun, bits, while_there, whole
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.models_ai import Batch, Chat, Chatted, Chunk, Generate, Generated, Result, Results, Said, Wanted
from mailbot.web.problems import Trouble, code_of, documented
from mailbot.web.security import Caller, needs
from mailbot.web.talks import Talk, kept, talk_of

router = APIRouter(prefix="/api/v1", tags=["models"])

LINES: Final = "application/x-ndjson"
EVENTS: Final = "text/event-stream"
Speaker = Annotated[Caller, Depends(needs(Scope.GENERATE))]
Accept = Annotated[str | None, Header(description=f"{LINES}: a stream comes as lines of JSON, not as events")]
CacheControl = Annotated[str | None, Header(description="no-cache: what was said before to the same words does not do")]
STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "the answer; in pieces (Chunk), where `stream` asks for that",
        "content": {EVENTS: {}, LINES: {}},
    }
}


@router.post("/generate", responses={**documented(401, 403, 404, 502), **STREAM}, response_model=Generated)
async def generate(
    body: Generate,
    doors: TheDoors,
    caller: Speaker,
    request: Request,
    accept: Accept = None,
    cache_control: CacheControl = None,
) -> Any:  # noqa: ANN401  (an answer, or a stream of one)
    """What the model says to one prompt."""
    what = _of_prompt(doors, caller, body, fresh=_fresh(cache_control))
    if body.stream:
        return await streamed(doors, request, what, accept)
    said = await while_there(request, whole(doors, what))
    return _generated(doors, what, said)


@router.post("/chat", responses={**documented(401, 403, 404, 409, 502), **STREAM}, response_model=Chatted)
async def chat(
    body: Chat,
    doors: TheDoors,
    caller: Speaker,
    request: Request,
    accept: Accept = None,
    cache_control: CacheControl = None,
) -> Any:  # noqa: ANN401  (an answer, or a stream of one)
    """What the model says next in a conversation."""
    talk = await talk_of(doors, caller, body)
    what = asked(doors, caller, talk.model, talk.prompt, options_of(body), fresh=_fresh(cache_control))
    if body.stream:
        return await streamed(doors, request, what, accept, talk)
    said = await while_there(request, whole(doors, what))
    await kept(doors, talk, said.text)
    found = _generated(doors, what, said).model_dump()
    return Chatted(
        **found, message=Said.model_construct(role="assistant", content=said.text), session_id=body.session_id
    )


@router.post("/batch", responses=documented(401, 403))
async def batch(body: Batch, doors: TheDoors, caller: Speaker, request: Request) -> Results:
    """Several prompts at once; one that fails stops no other."""
    began, places = time.monotonic(), asyncio.Semaphore(body.max_concurrent)

    async def one(index: int, wanted: Generate) -> Result:
        async with places:
            try:
                what = _of_prompt(doors, caller, wanted)
                said = _generated(doors, what, await whole(doors, what))
            except Trouble as trouble:
                return Result(index=index, success=False, error=trouble.words, error_code=code_of(trouble))
            return Result(index=index, success=True, response=said)

    async def all_() -> list[Result]:
        return list(await asyncio.gather(*(one(*each) for each in enumerate(body.requests))))

    results = await while_there(request, all_())
    good = sum(one.success for one in results)
    return Results(
        results=results,
        total=len(results),
        successful=good,
        failed=len(results) - good,
        processing_time=round(time.monotonic() - began, 6),
    )


def options_of(body: Wanted) -> Options:
    """The numbers."""
    return Options(max_tokens=body.max_tokens, temperature=body.temperature, top_p=body.top_p)


def _of_prompt(doors: Doors, caller: Caller, body: Generate, *, fresh: bool = False) -> Asked:
    most = doors.models.settings.max_prompt
    if len(body.prompt) > most:
        raise Trouble(
            422, f"prompt: it has more than {most:,} characters; say it shorter", error_code="prompt_too_long"
        )
    if not body.prompt.strip():
        raise Trouble(422, "prompt: it is empty; say what you want to know")
    return asked(doors, caller, body.model, [Prompt(role="user", content=body.prompt)], options_of(body), fresh=fresh)


def _fresh(cache_control: str | None) -> bool:
    return "no-cache" in (cache_control or "").lower()


def _generated(doors: Doors, what: Asked, said: Whole) -> Generated:
    return Generated(
        response=said.text,
        model=what.model,
        tokens_used=said.tokens,
        processing_time=round(said.seconds, 6),
        timestamp=doors.site.clock(),
        finish_reason="stop" if said.last.end == "stop" else "length",
        cached=said.last.cached,
    )


async def streamed(
    doors: Doors, request: Request, what: Asked, accept: str | None, talk: Talk | None = None
) -> StreamingResponse:
    """The answer in pieces, from the first one on."""
    stream = await begun(request, bits(doors, what))
    lines = LINES in (accept or "")
    chunks = _chunks(doors, what, stream, talk)
    headers = {"X-Accel-Buffering": "no"} | ({"Content-Encoding": "identity"} if lines else {})
    return StreamingResponse(
        _written(chunks, "{}\n" if lines else "data: {}\n\n"), media_type=LINES if lines else EVENTS, headers=headers
    )


async def _written(chunks: AsyncGenerator[Chunk], form: str) -> AsyncIterator[str]:
    async with contextlib.aclosing(chunks):
        async for chunk in chunks:
            yield form.format(chunk.model_dump_json(exclude_none=True))


async def _chunks(doors: Doors, what: Asked, stream: AsyncGenerator[Bit], talk: Talk | None) -> AsyncGenerator[Chunk]:
    said: list[str] = []
    try:
        async with contextlib.aclosing(stream):
            async for bit in stream:
                said.append(bit.text)
                if bit.end and talk:
                    await kept(doors, talk, "".join(said))
                yield chunk_of(what, bit)
    except Trouble as trouble:
        used = sum(map(len, said))
        yield Chunk(
            chunk="", done=True, model=what.model, tokens_used=used, error=trouble.words, error_code=code_of(trouble)
        )


def chunk_of(what: Asked, bit: Bit) -> Chunk:
    """A piece of an answer as it is sent."""
    return Chunk(chunk=bit.text, done=bool(bit.end), model=what.model, tokens_used=bit.tokens + bit.prompt_tokens)
