"""A model on an Ollama server, by its own protocol: only there can the context be set, and silent cutting forbidden."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import structlog
from pydantic import Field, model_validator

from mailbot.build.answer import CUT
from mailbot.build.plan import Brief, Said
from mailbot.domain.errors import MailbotError, Permanent, Temporary
from mailbot.domain.intent import Kind
from mailbot.models.heard import Heard, collect
from mailbot.models.hosts import Host, Hosts
from mailbot.models.ollama_talk import LOADED, Aloud
from mailbot.models.refusals import Away, Missing, TooLong, Without
from mailbot.models.remote import Draw, Question, Remote, drawn
from mailbot.models.shape import shaped
from mailbot.ports import Model, Site

if TYPE_CHECKING:
    from mailbot.models.ollama_wire import Call

log = structlog.get_logger()

MAX_TAGS: Final = 4_000_000  #: bytes of the list of models
_URL: Final = r"^https?://[^\s/]+"
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}


class Ollama(Remote):
    """A model that one or several Ollama servers run."""

    kind: Literal["ollama"]
    url: str = Field(default="http://127.0.0.1:11434", pattern=_URL, description="where Ollama listens")
    more_urls: tuple[str, ...] = Field(default=(), max_length=64, description="further servers with the same model")
    keep_alive: str = Field(default="30m", pattern=r"^-?\d+(?:ms|s|m|h)?$", description="how long it stays loaded")
    temperature: float = Field(default=0.2, ge=0, le=2)
    think: bool | Literal["low", "medium", "high", "max"] = Field(
        default=False, description="for models that can think first"
    )
    load_seconds: float = Field(default=600, gt=0, le=86_400, description="until the model is in memory")
    pull: bool = Field(default=False, description="whether a server that lacks the model may fetch it")
    pull_seconds: float = Field(default=7_200, gt=0, le=86_400, description="for fetching it")

    @model_validator(mode="after")
    def _urls(self) -> Self:
        urls = (self.url, *self.more_urls)
        if wrong := [url for url in urls if not re.match(_URL, url)]:
            raise ValueError(f"{wrong[0]} is no address of a server, such as http://127.0.0.1:11434")
        if len(set(urls)) < len(urls):
            raise ValueError("a server is named twice in url and more_urls; take one of them out")
        return self

    @property
    def kept(self) -> float:
        """The seconds for which a server keeps the model after an answer."""
        number = self.keep_alive.rstrip("hms")
        unit = self.keep_alive[len(number) :]
        return float("inf") if number.startswith("-") else int(number) * _UNITS[unit]

    def open(self, site: Site) -> Model:
        """The model; nothing is loaded before the first question."""
        self.secret()
        hosts = [Host(url=url.rstrip("/")) for url in (self.url, *self.more_urls)]
        return Client(settings=self, site=site, hosts=Hosts(all=hosts))


@dataclass(frozen=True, kw_only=True)
class Client(Aloud):
    """One model, on all of its servers."""

    settings: Ollama
    site: Site
    hosts: Hosts

    @property
    def host(self) -> str:
        """Its queue: one answer at a time for each server."""
        return self.hosts.name

    @property
    def slots(self) -> int:
        """How many answers may be written at the same time."""
        return self.hosts.slots

    async def ask(self, brief: Brief) -> Said:
        """One whole answer; when it is cancelled, so is the work on the server."""
        heard, text = await self.write(drawn(brief, self.site))
        if heard.cut and brief.kind is not Kind.QUESTION:
            text += CUT
        return Said(text=text, maker=self.settings.maker(heard, "ollama", self.site.texts), title=brief.title)

    async def write(self, draw: Draw) -> tuple[Heard, str]:
        """What the first server says that takes the question."""
        refused: dict[Host, MailbotError] = {}
        while True:
            async with self.hosts.one(refused.keys()) as host:
                try:
                    return await self._write(host, draw)
                except (Away, Missing) as error:
                    host.failed()
                    refused[host] = error
                except Temporary:
                    host.failed()
                    raise
            if len(refused) == len(self.hosts.all):
                raise next((error for error in refused.values() if isinstance(error, Temporary)), refused[host])

    async def _write(self, host: Host, draw: Draw) -> tuple[Heard, str]:
        await self.ready(host)
        room = self.settings.room_within(min(host.context or self.settings.num_ctx, self.settings.num_ctx))
        try:
            return await self._answer(host, draw(room))
        except TooLong as error:
            smaller = draw(int(room * 0.9 / max(1.25, error.times)))
            if smaller.size >= draw(room).size:
                raise
            return await self._answer(host, smaller)

    async def _answer(self, host: Host, question: Question) -> tuple[Heard, str]:
        """The words; where a schema was asked for and is not kept, once more without the server's help."""
        heard = await self._heard(host, question, held=True)
        text = heard.answer(question.size, self.settings.name)
        if question.schema:
            fit = shaped(text, question.schema)
            if fit is None:
                again = await self._heard(host, question, held=False)
                heard = again.after(heard)
                text = again.answer(question.size, self.settings.name)
                fit = shaped(text, question.schema)
            text = fit if fit is not None else text
        heard.digest = host.digest
        host.answered(self.settings.kept * LOADED)
        return heard, text

    async def _heard(self, host: Host, question: Question, *, held: bool) -> Heard:
        """One answer; an option that this server or model does not know is left out, once each."""
        from mailbot.models import ollama_wire as wire  # noqa: PLC0415  (memory that only a question needs)

        call, think = self.call(host, self.settings.first_seconds, question), self.settings.think
        options: dict[str, Any] = {"think": think, "shaped": held}
        without: dict[str, dict[str, Any]] = {"think": {"think": None}, "format": {"shaped": False}}
        while True:
            try:
                return await collect(wire.pieces(call, question, **options), self.settings)
            except Without as error:
                if error.option not in without:
                    raise
                options |= without.pop(error.option)

    async def ready(self, host: Host) -> None:
        """Have the model in memory, so that waiting for its first word is not waiting for a disk."""
        if time.monotonic() < host.ready_until:
            return
        try:
            host.context, host.digest = await self._loaded(host)
        except Missing:
            if not self.settings.pull:
                raise
            await self._pulled(host)
            host.context, host.digest = await self._loaded(host)

    async def _loaded(self, host: Host) -> tuple[int, str]:
        from mailbot.models import ollama_wire as wire  # noqa: PLC0415  (memory that only a question needs)

        seconds = self.settings.load_seconds
        async with _within(seconds, f"{self.settings.name} was not loaded at {host.url} in {seconds:g} seconds"):
            return await wire.load(replace(self.call(host, seconds), keep_alive=self._kept_for_loading))

    @property
    def _kept_for_loading(self) -> str:
        """To load a model and keep it for no time would mean to unload it."""
        return self.settings.keep_alive if self.settings.kept else "5m"

    async def _pulled(self, host: Host) -> None:
        """Have the server fetch the model; its progress stands in the log."""
        from mailbot.models import ollama_wire as wire  # noqa: PLC0415  (memory that only a question needs)

        told, seconds = -1, self.settings.pull_seconds
        async with (
            _within(seconds, f"{host.url} did not fetch {self.settings.name} within {seconds:g} seconds"),
            contextlib.aclosing(wire.pull(self.call(host, self.settings.idle_seconds))) as steps,
        ):
            async for doing, part in steps:
                if told != (told := int(part * 10)):
                    log.info("model.pull", model=self.settings.name, url=host.url, doing=doing[:80], percent=told * 10)

    async def look(self) -> str:
        """How each server is, in words for an admin; raise Permanent or Temporary when none could answer."""
        from mailbot.models import ollama_wire as wire  # noqa: PLC0415  (memory that only a question needs)

        said, errors = [], []
        for host in self.hosts.all:
            try:
                call = self.call(host, 10)
                async with _within(15, f"the Ollama at {host.url} does not answer"):
                    if not wire.has(await wire.look(call), self.settings.name):
                        raise Missing(f"{self.settings.name} is not on {host.url}: ollama pull {self.settings.name}")
            except (Temporary, Permanent) as error:
                errors.append(error)
                said.append(str(error))
            else:
                said.append(f"{self.settings.name} is ready at {host.url}")
        if len(errors) == len(self.hosts.all):
            raise errors[0]
        return "; ".join(said)

    def call(self, host: Host, seconds: float, question: Question | None = None) -> Call:
        from mailbot.models.ollama_wire import Call  # noqa: PLC0415  (memory that only a question needs)

        own = self.settings
        predict = question.limit(own.num_predict) if question else own.num_predict
        options = {"num_ctx": own.num_ctx, "num_predict": predict, "temperature": own.temperature}
        return Call(
            model=own.name,
            url=host.url,
            key=own.secret(),
            options=options,
            keep_alive=own.keep_alive,
            connect_seconds=own.connect_seconds,
            seconds=seconds,
        )


@contextlib.asynccontextmanager
async def _within(seconds: float, words: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Temporary(f"{words}; it is asked again") from error


async def found(url: str, *, seconds: float = 2.0) -> list[str]:
    """The models that an Ollama at *url* can write with; none when nobody answers there."""
    try:
        async with asyncio.timeout(seconds):
            return list(_named(await asyncio.to_thread(tags_of, url, seconds)))
    except (OSError, ValueError):
        return []  # nobody, or somebody else: no Ollama to speak of


def tags_of(url: str, seconds: float) -> Any:  # noqa: ANN401  (whatever is there said it)
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
