"""What the rooms of OpenAI and Anthropic have in common: one answer through an SDK that is there only where wanted."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from mailbot.build.answer import CUT
from mailbot.build.plan import Brief, Said
from mailbot.build.prompt import Prompt
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Kind
from mailbot.models.heard import Heard, Piece, collect, steps
from mailbot.models.refusals import Place, TooLong, Without
from mailbot.models.remote import Draw, Question, Remote, drawn
from mailbot.models.shape import shaped
from mailbot.models.talk import Options
from mailbot.ports import Site

_LIMITS: Final = ("max_tokens", "max_completion_tokens")
MAX_LESS: Final = 4  #: options that a server may refuse, one after the other


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question on its way to a server."""

    model: str
    url: str
    key: str
    question: Question
    options: Mapping[str, Any]
    connect: float
    seconds: float  #: until the first word
    context: int

    @property
    def place(self) -> Place:
        """Whom an error is about."""
        return Place(model=self.model, url=self.url, context=self.context, key=self.key)


class Wire(Protocol):
    """What a room's wire can do."""

    def pieces(self, ask: Ask) -> AsyncGenerator[Piece]: ...

    async def look(self, ask: Ask) -> list[str]: ...


def needs(package: str, extra: str, room: str) -> None:
    """Raise Permanent, with what to do, where *package* of *extra* is not installed."""
    if importlib.util.find_spec(package) is None:
        raise Permanent(f"a model of kind {room} needs the package {package}: pip install 'mailbot[{extra}]'")


@dataclass(frozen=True, kw_only=True)
class Client:
    """One model of one server behind an SDK."""

    settings: Remote
    site: Site
    url: str
    provider: str
    places: int
    wire: Callable[[], Wire]  #: imports the SDK: memory that only a question needs
    options: Mapping[str, Any]
    spoken: Callable[[Options], Mapping[str, Any]]  #: the same of plain talk, as its caller wants it
    without: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  #: option -> what is asked instead
    _less: dict[str, Mapping[str, Any]] = field(default_factory=dict, init=False)

    @property
    def host(self) -> str:
        """Names its queue."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def slots(self) -> int:
        """How many answers may be written at the same time."""
        return self.places

    async def ask(self, brief: Brief) -> Said:
        """One whole answer; when it is cancelled, the connection is closed."""
        heard, text = await self.write(drawn(brief, self.site))
        if heard.cut and brief.kind is not Kind.QUESTION:
            text += CUT
        return Said(text=text, maker=self.settings.maker(heard, self.provider, self.site.texts), title=brief.title)

    async def write(self, draw: Draw) -> tuple[Heard, str]:
        """What it says; a prompt that does not fit is drawn smaller once."""
        room = self.settings.room
        try:
            return await self._answer(draw(room))
        except TooLong as error:
            smaller = draw(int(room * 0.9 / max(1.25, error.times)))
            if smaller.size >= draw(room).size:
                raise
            return await self._answer(smaller)

    async def _answer(self, question: Question) -> tuple[Heard, str]:
        """The words; where a schema is not kept, it is asked once more."""
        heard = await self._heard(question)
        text = heard.answer(question.size, self.settings.name)
        if question.schema and (fit := shaped(text, question.schema)) is None:
            again = await self._heard(question)
            heard, text = again.after(heard), again.answer(question.size, self.settings.name)
        if question.schema:
            fit = shaped(text, question.schema)
            text = text if fit is None else fit
        return heard, text

    async def _heard(self, question: Question) -> Heard:
        """One answer; what this server does not know is left out, and so it is from then on."""
        ask = self._ask(question, self.settings.first_seconds)
        for _ in range(MAX_LESS):
            try:
                return await collect(self.wire().pieces(replace(ask, options=self._known(question))), self.settings)
            except Without as error:
                if error.option in self._less or error.option not in self.without:
                    raise
                self._less[error.option] = self.without[error.option]
        return await collect(self.wire().pieces(replace(ask, options=self._known(question))), self.settings)

    def _known(self, question: Question) -> dict[str, Any]:
        """The options for *question*, without those that the server refused."""
        options = {key: value for key, value in self.options.items() if key not in self._less}
        for instead in self._less.values():
            options |= instead
        limits = {key: question.limit(options[key]) for key in _LIMITS if key in options}
        return options | limits

    def _ask(self, question: Question, seconds: float) -> Ask:
        own = self.settings
        return Ask(
            model=own.name,
            url=self.url,
            key=own.secret(),
            question=question,
            options=self.options,
            connect=own.connect_seconds,
            seconds=seconds,
            context=own.num_ctx,
        )

    async def talk(self, prompt: Sequence[Prompt], options: Options) -> AsyncGenerator[Piece]:
        """The answer to plain words; what this server does not know is left out, as above."""
        question = Question(prompt=tuple(prompt))
        wanted = {**self.options, **self.spoken(options)}
        while True:
            left = {key: value for key, value in wanted.items() if key not in self._less}
            left |= {key: value for instead in self._less.values() for key, value in instead.items()}
            left |= {key: options.max_tokens for key in _LIMITS if key in left}
            ask, heard = replace(self._ask(question, self.settings.first_seconds), options=left), Heard()
            try:
                async with contextlib.aclosing(steps(self.wire().pieces(ask), self.settings, heard)) as said:
                    async for piece in said:
                        yield piece
            except Without as error:
                if error.option in self._less or error.option not in self.without:
                    raise
                self._less[error.option] = self.without[error.option]
            else:
                heard.answer(question.size, self.settings.name)
                return

    async def load(self) -> None:
        """Its server has it loaded, or not; say whether it knows it."""
        await self.look()

    async def unload(self) -> None:
        """That is for its server to decide."""

    async def loaded(self) -> bool | None:
        """It does not tell."""
        return None

    async def look(self) -> str:
        """How the server is, in words for an admin; raise Permanent or Temporary when it cannot be used."""
        models = await self.wire().look(self._ask(Question(prompt=()), 10))
        if models and self.settings.name not in models:
            known = ", ".join(sorted(models)[:10])
            raise Permanent(f"{self.settings.name} is not at {self.url}; it has {known}")
        return f"{self.settings.name} is ready at {self.url}"
