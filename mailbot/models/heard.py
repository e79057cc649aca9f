"""What comes of an answer: pieces, until the server says that it is whole, or a limit says that it is enough."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from mailbot.domain.errors import Permanent, Temporary

MAX_ANSWER: Final = 600_000  #: characters; a model that loops ends here
MAX_THOUGHT: Final = 600_000  #: the same, of what it thinks
MAX_BLANK: Final = 64  #: pieces of nothing but blanks in a row
LOOP: Final = 6_000  #: characters at the end that only repeat themselves
PERIOD: Final = 600  #: characters of what is repeated, at most
_LOOK: Final = 2_000  #: characters after which a loop is looked for again
_PROBE: Final = 40
_SLACK: Final = 0.05  #: seconds by which a timer may be early
_SILENTLY_CUT: Final = 12  #: characters of a token that no text has
_LONG: Final = 6_000  #: characters of a prompt for which that can be told
_THOUGHT: Final = re.compile(r"\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a server counted."""

    prompt_tokens: int = 0  #: of the whole prompt, with those it remembered
    cached_tokens: int = 0  #: of these, the ones it had not to read again
    answer_tokens: int = 0
    seconds: float = 0.0  #: none: it is measured here


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of an answer, whatever server it came from."""

    text: str = ""
    thought: int = 0  #: characters of thinking, which is no part of the answer
    end: str = ""  #: stop, length or refused: nothing more comes
    usage: Usage | None = None


class Patience(Protocol):
    """How long is waited, and for whom."""

    @property
    def name(self) -> str: ...
    @property
    def first_seconds(self) -> float: ...
    @property
    def idle_seconds(self) -> float: ...
    @property
    def total_seconds(self) -> float: ...


@dataclass
class Heard:
    """What has come of an answer so far."""

    pieces: list[str] = field(default_factory=list)
    size: int = 0
    thought: int = 0
    blanks: int = 0
    end: str = ""
    cut: bool = False  #: it stopped at a limit, not at its end
    prompt_tokens: int = 0
    cached_tokens: int = 0
    answer_tokens: int = 0
    seconds: float = 0.0
    digest: str = ""  #: of the model that wrote it, where its server tells it
    _looked: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more is wanted."""
        return bool(self.end) or self.cut

    def add(self, piece: Piece) -> None:
        """Take in one more piece."""
        self.pieces.append(piece.text)
        self.size += len(piece.text)
        self.thought += piece.thought
        self.blanks = self.blanks + 1 if piece.text and not piece.text.strip() else 0 if piece.text else self.blanks
        self.end = piece.end or self.end
        if piece.usage:
            self.prompt_tokens = max(0, piece.usage.prompt_tokens)
            self.cached_tokens = max(0, piece.usage.cached_tokens)
            self.answer_tokens = max(0, piece.usage.answer_tokens)
            self.seconds = max(0.0, piece.usage.seconds)
        self.cut = self.cut or self.end == "length" or self._endless()

    def after(self, earlier: Heard) -> Heard:
        """The same answer, with what an *earlier* one of the same question took, too."""
        return replace(
            self,
            prompt_tokens=self.prompt_tokens + earlier.prompt_tokens,
            cached_tokens=self.cached_tokens + earlier.cached_tokens,
            answer_tokens=self.answer_tokens + earlier.answer_tokens,
            seconds=self.seconds + earlier.seconds,
        )

    def _endless(self) -> bool:
        if self.size > MAX_ANSWER or self.thought > MAX_THOUGHT or self.blanks >= MAX_BLANK:
            return True
        if self.size < LOOP or self.size - self._looked < _LOOK:
            return False
        self._looked = self.size
        return repeats(self._tail())

    def _tail(self) -> str:
        tail: list[str] = []
        missing = LOOP
        for piece in reversed(self.pieces):
            tail.append(piece)
            missing -= len(piece)
            if missing <= 0:
                break
        return "".join(reversed(tail))[-LOOP:]

    def text(self) -> str:
        """The words, without what a model thought aloud before them."""
        return _THOUGHT.sub("", "".join(self.pieces), count=1) if self._thinks_aloud() else "".join(self.pieces)

    def _thinks_aloud(self) -> bool:
        return _THOUGHT.match("".join(self.pieces[:50])[:200]) is not None

    def answer(self, asked: int, name: str) -> str:
        """The words, if they are an answer to the whole prompt of *asked* characters."""
        if self.end == "refused":
            raise Permanent(f"{name} refused to answer this request; say it in other words, or ask for something else")
        if asked > _LONG and 0 < self.prompt_tokens < asked / _SILENTLY_CUT:
            raise Permanent(
                f"the server of {name} read only part of the request ({self.prompt_tokens} tokens); "
                "the admin must give it a larger context, or a newer version"
            )
        text = self.text()
        if text.strip():
            return text
        if self.cut and (self.thought or self.size):
            thought = "used its whole answer for thinking; the admin can set `think = false` or a larger `num_predict`"
            blank = "wrote nothing but blanks; ask in other words, or have the admin choose another model"
            raise Permanent(f"{name} {thought if self.thought or self._thinks_aloud() else blank}")
        raise Temporary(f"{name} gave an empty answer; it is asked again")


def repeats(tail: str) -> bool:
    """Whether *tail* is one short text again and again."""
    at = tail.rfind(tail[-_PROBE:], 0, len(tail) - 1)
    period = len(tail) - _PROBE - at
    return at >= 0 and period <= PERIOD and tail[period:] == tail[:-period]


async def steps(pieces: AsyncGenerator[Piece], patience: Patience, heard: Heard) -> AsyncGenerator[Piece]:
    """Give an answer on as it comes, to its end. The first word may take as long as loading does.

    An answer that is not finished in its whole time is cut there: to ask again would take as long again.
    """
    began, wait = time.monotonic(), patience.first_seconds
    last = began + patience.total_seconds
    async with contextlib.aclosing(pieces):
        while not heard.over:
            try:
                async with asyncio.timeout(max(0.0, min(wait, last - time.monotonic()))):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                raise Temporary(f"the answer of {patience.name} broke off before its end; it is asked again") from None
            except TimeoutError:
                over = time.monotonic() >= last - _SLACK
                if not over or not heard.size:
                    raise Temporary(_late(patience, heard, over=over)) from None
                heard.cut = True
            else:
                heard.add(piece)
                yield piece
            if heard.size or heard.thought:
                wait = patience.idle_seconds
    heard.seconds = heard.seconds or time.monotonic() - began


async def collect(pieces: AsyncGenerator[Piece], patience: Patience) -> Heard:
    """Hear an answer to its end."""
    heard = Heard()
    async with contextlib.aclosing(steps(pieces, patience, heard)) as said:
        async for _ in said:
            pass
    return heard


def _late(patience: Patience, heard: Heard, *, over: bool) -> str:
    why = f"it fell silent for {patience.idle_seconds:g} seconds"
    if not heard.size and not heard.thought:
        why = f"no word in {min(patience.first_seconds, patience.total_seconds):g} seconds"
    elif over:
        why = f"it was still thinking after {patience.total_seconds:g} seconds"
    return f"{patience.name} did not answer in time: {why}; it is asked again"
