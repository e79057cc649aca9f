"""From a prompt to an answer: the filter, the cache, the turn, and what a model's failure means for whoever asked."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeVar

import structlog
from fastapi import Request

from mailbot.build.plan import Said
from mailbot.build.prompt import Prompt
from mailbot.domain.errors import MailbotError, Temporary
from mailbot.domain.project import Maker
from mailbot.models.heard import Piece, Usage
from mailbot.models.listed import Opened, Unknown
from mailbot.models.refusals import Missing, TooLong
from mailbot.models.talk import Mute, Options
from mailbot.web.doors import Doors
from mailbot.web.problems import Trouble
from mailbot.web.security import Caller
from mailbot.web.sieve import Sieve, found_in

log = structlog.get_logger()
T = TypeVar("T")

CHARS: Final = 4  #: characters of a token, where its server does not count
FILTERED: Final = "content_filtered"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked, by whom, and of which model."""

    who: str
    opened: Opened
    prompt: tuple[Prompt, ...]
    options: Options
    fresh: bool = False  #: what was said before does not do

    @property
    def model(self) -> str:
        """Its name."""
        return self.opened.named.name

    @property
    def key(self) -> str:
        """Whoever asks the same of the same model gets the same."""
        whole = repr((self.who, self.opened.named, self.prompt, self.options))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Bit:
    """A piece of an answer; the last one has no words, but the numbers."""

    text: str = ""
    tokens: int = 0  #: so far
    prompt_tokens: int = 0
    end: str = ""  #: stop or length: nothing more comes
    cached: bool = False


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole answer."""

    text: str
    last: Bit
    seconds: float

    @property
    def tokens(self) -> int:
        """Of prompt and answer."""
        return self.last.tokens + self.last.prompt_tokens


def asked(
    doors: Doors, caller: Caller, model: str | None, prompt: Sequence[Prompt], options: Options, *, fresh: bool = False
) -> Asked:
    """What is asked, if it may be; raise Trouble when there is no such model, or the filter says no."""
    if any(found_in(one.content, doors.models.settings.refused) for one in prompt):
        words = "the prompt has words that this server does not pass on; take them out"
        raise Trouble(422, words, error_code=FILTERED)
    try:
        opened = doors.models.opened(model or "")
    except MailbotError as error:
        raise trouble_of(error, model or "") from error
    return Asked(who=caller.name, opened=opened, prompt=tuple(prompt), options=options, fresh=fresh)


async def bits(doors: Doors, asked: Asked) -> AsyncGenerator[Bit]:
    """The answer as it comes; the last bit has an end. Whoever closes this ends the work on the server."""
    now, lasts = doors.site.clock(), timedelta(seconds=doors.models.settings.cache_seconds)
    if lasts and not asked.fresh and (known := doors.kept.get(asked.key, now)):
        doors.tally.hits += 1
        maker = known.maker
        yield Bit(text=known.text)
        yield Bit(tokens=maker.tokens, prompt_tokens=maker.prompt_tokens, end=known.title, cached=True)
        return
    doors.tally.misses += 1
    hearing = _Hearing(asked, Sieve(doors.models.settings.refused))
    used = doors.tally.model(asked.model)
    try:
        async with contextlib.aclosing(
            doors.models.talk(asked.opened, asked.who, asked.prompt, asked.options)
        ) as pieces:
            async for piece in pieces:
                if bit := hearing.add(piece):
                    yield bit
    except MailbotError as error:
        used.failures += 1
        raise trouble_of(error, asked.model) from error
    if rest := hearing.rest():
        yield rest
    last = hearing.last()
    used.answers, used.tokens = used.answers + 1, used.tokens + last.tokens
    used.prompt_tokens, used.seconds = used.prompt_tokens + last.prompt_tokens, used.seconds + hearing.seconds
    if lasts:
        maker = Maker(kind="model", tokens=last.tokens, prompt_tokens=last.prompt_tokens)
        doors.kept.put(asked.key, Said(text="".join(hearing.said), maker=maker, title=last.end), now + lasts)
    yield last


@dataclass
class _Hearing:
    """What has come of an answer so far."""

    asked: Asked
    sieve: Sieve
    said: list[str] = field(default_factory=list)
    pieces: int = 0
    end: str = ""
    usage: Usage | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def add(self, piece: Piece) -> Bit | None:
        self.end, self.usage = piece.end or self.end, piece.usage or self.usage
        self.pieces += bool(piece.text)
        return self._bit(self.sieve.feed(piece.text))

    def rest(self) -> Bit | None:
        return self._bit(self.sieve.end())

    def _bit(self, text: str) -> Bit | None:
        if not text:
            return None
        self.said.append(text)
        return Bit(text=text, tokens=self.pieces)

    def last(self) -> Bit:
        read = sum(len(one.content) for one in self.asked.prompt)
        written = sum(map(len, self.said))
        usage = self.usage or Usage()
        return Bit(
            tokens=usage.answer_tokens or -(-written // CHARS),
            prompt_tokens=usage.prompt_tokens or -(-read // CHARS),
            end="stop" if self.end == "stop" else "length",
        )


async def whole(doors: Doors, asked: Asked) -> Whole:
    """The whole answer."""
    began, said, last = time.monotonic(), list[str](), Bit()
    async with contextlib.aclosing(bits(doors, asked)) as stream:
        async for bit in stream:
            said.append(bit.text)
            last = bit
    return Whole(text="".join(said), last=last, seconds=time.monotonic() - began)


def trouble_of(error: MailbotError, name: str) -> Trouble:
    """What a model's failure means for whoever asked; our insides stand in the log alone."""
    match error:
        case Unknown():
            return Trouble(404, str(error), error_code="model_not_found")
        case Mute():
            return Trouble(503, str(error), error_code="no_model")
        case TooLong():
            return Trouble(422, "the prompt is too long for this model; say it shorter", error_code="prompt_too_long")
        case Temporary():
            log.warning("model.trouble", model=name, error=str(error))
            words = f"the model {name} does not answer at this moment; try again in a minute"
            return Trouble(503, words, headers={"Retry-After": "60"}, retry_after=60)
        case Missing():
            log.warning("model.missing", model=name, error=str(error))
            words = f"the server of {name} does not have this model; whoever runs this mailbot can fetch it"
            return Trouble(404, words, error_code="model_not_found")
        case _:
            log.warning("model.failed", model=name, error=str(error))
            words = f"the model {name} gave no answer to this; ask in other words, or tell whoever runs this mailbot"
            return Trouble(502, words)


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Do it as long as the caller is there; when they go away, it is cancelled."""
    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait([doing, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise Trouble(503, "the caller has gone away; what was asked for is not done")
        return await doing
    finally:
        for one in (doing, leaving):
            one.cancel()
        await asyncio.gather(doing, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def begun(request: Request, stream: AsyncGenerator[Bit]) -> AsyncGenerator[Bit]:
    """The same *stream*, once its first bit is there: until then a failure is an answer with its status."""
    try:
        first = await while_there(request, _first(stream))
    except BaseException:
        await stream.aclose()
        raise
    return _chained(first, stream)


async def _first(stream: AsyncGenerator[Bit]) -> Bit:
    return await anext(stream)


async def _chained(first: Bit, stream: AsyncGenerator[Bit]) -> AsyncGenerator[Bit]:
    async with contextlib.aclosing(stream):
        yield first
        async for bit in stream:
            yield bit
