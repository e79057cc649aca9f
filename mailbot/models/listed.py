"""All models by name: the one that builds, and those of the list. Each is opened with its first use."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Final, cast

import structlog

from mailbot.build.prompt import Prompt
from mailbot.domain.errors import Permanent
from mailbot.models import ollama as ollama_room
from mailbot.models.anthropic import Anthropic
from mailbot.models.heard import Piece
from mailbot.models.ollama import Ollama
from mailbot.models.openai import OpenAi
from mailbot.models.registry import MAX_TEXT, Registry, Weights, registry
from mailbot.models.remembered import Remembered
from mailbot.models.remote import Remote
from mailbot.models.scaffold import Scaffold
from mailbot.models.talk import Options, Talker, Talking
from mailbot.models.turns import InTurn, Turns
from mailbot.ports import Model, Site

log = structlog.get_logger()

Room = Ollama | OpenAi | Anthropic | Scaffold
MAX_OPEN: Final = 200  #: clients that are kept: names that are passed on come and go
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,199}")


class Unknown(Permanent):
    """There is no model of this name."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A model by its name."""

    name: str
    room: Room
    about: Mapping[str, Any] = field(default_factory=dict)  #: as the list says it
    weights: Weights | None = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A model that is used."""

    named: Named
    talker: Talker
    turns: Turns


class Models:
    """Every model that there is."""

    def __init__(self, *, settings: Talking, own: Room | None, site: Site) -> None:
        self.settings, self._site, self._own = settings, site, own
        self._seen: tuple[int, int] | None = None
        self._list = _read(settings) if settings.file else None
        self.trouble = ""  #: why the list, as it is now, is not used
        self.current = ""  #: what a call means that names none; empty: the default
        self._turns: dict[str, Turns] = {}
        self._open: dict[str, Opened] = {}
        self._made: dict[str, str] = {}
        self._making: dict[str, asyncio.Lock] = {}

    @property
    def default(self) -> str:
        """Who answers where no model is named."""
        return self._list.default if self._list else name_of(self._own or Scaffold())

    @property
    def chosen(self) -> str:
        """The same, after somebody has switched."""
        return self.current if self.current in self.names() else self.default

    def names(self) -> list[str]:
        """All of them."""
        own = [name_of(self._own)] if self._own else [] if self._list else [name_of(Scaffold())]
        return list(dict.fromkeys([*(self._list.models if self._list else ()), *own]))

    def reread(self) -> None:
        """Read the list anew where it has changed; one that is wrong changes nothing but the trouble."""
        file = self.settings.file
        if file is None:
            return
        try:
            now = file.expanduser().stat()
            if (now.st_size, now.st_mtime_ns) != self._seen:
                self._list, self._seen = _read(self.settings), (now.st_size, now.st_mtime_ns)
            self.trouble = ""
        except (OSError, Permanent) as error:
            if self.trouble != str(error):
                log.warning("models.trouble", error=str(error))
            self.trouble = str(error)

    def named(self, name: str = "") -> Named:
        """The model of this name; without one the one that is chosen. Raise Unknown where there is none."""
        self.reread()
        name = name if name and name != "default" else self.chosen
        listed, own = self._list, self._own or Scaffold()
        if listed and name in listed.models:
            about, weights = listed.about.get(name, {}), listed.weights.get(name)
            return Named(name=name, room=listed.models[name], about=about, weights=weights)
        if name == name_of(own) and name in self.names():
            return Named(name=name, room=own)
        first = self.named(self.default).room if name != self.default else own
        passed = any(fnmatchcase(name, one) for one in self.settings.pass_on) and _NAME.fullmatch(name)
        if passed and isinstance(first, Remote):
            return Named(name=name, room=first.model_copy(update={"name": name}))
        raise Unknown(f"there is no model {name[:100]!r}; GET /api/v1/models lists those that there are")

    def opened(self, name: str = "") -> Opened:
        """The same, with its client; nothing is asked of its server yet."""
        named = self.named(name)
        known = self._open.get(named.name)
        if known is None or known.named != named:
            if len(self._open) >= MAX_OPEN:
                self._open.pop(next(iter(self._open)))
            room = cast("Talker", named.room.open(self._site))  # every room of ours can talk
            known = self._open[named.name] = Opened(named=named, talker=room, turns=self._turns_of(room))
        return known

    def _turns_of(self, room: Talker) -> Turns:
        return self._turns.setdefault(room.host, Turns(places=room.slots, most=self.settings.max_waiting))

    @property
    def queued(self) -> Mapping[str, Turns]:
        """Who writes and waits at each server."""
        return self._turns

    def builder(self) -> Model:
        """Who builds, in turn with those who talk; a plain question is answered once."""
        opened = self.opened(name_of(self._own) if self._own else self.default)
        model = cast("Model", opened.talker)
        turned = InTurn(model=model, turns=opened.turns, ready=lambda: self.make(opened))
        lasts = timedelta(seconds=self.settings.cache_seconds)
        return model if isinstance(opened.named.room, Scaffold) else Remembered(
            model=turned, clock=self._site.clock, lasts=lasts
        )  # fmt: skip

    async def talk(self, opened: Opened, who: str, prompt: Sequence[Prompt], options: Options) -> AsyncGenerator[Piece]:
        """The answer of a model, when it is the turn of *who*."""
        async with opened.turns.one(who):
            await self.make(opened)
            async with contextlib.aclosing(opened.talker.talk(prompt, options)) as said:
                async for piece in said:
                    yield piece

    async def load(self, name: str) -> None:
        """Have it in memory."""
        opened = self.opened(name)
        await self.make(opened, again=True)
        await opened.talker.load()

    async def unload(self, name: str) -> None:
        """Have its memory given back; whoever was switched to it is switched back to the default."""
        await self.opened(name).talker.unload()
        if self.current == name:
            self.current = ""

    async def make(self, opened: Opened, *, again: bool = False) -> None:
        """Have the server make it of our weights, where it is to; files that have changed make it anew."""
        weights, room = opened.named.weights, opened.named.room
        if weights is None or not isinstance(room, Ollama):
            return
        from mailbot.models import ollama_weights  # noqa: PLC0415  (memory that only weights need)

        async with self._making.setdefault(room.name, asyncio.Lock()):
            if not again and room.name in self._made:
                return
            folder = self.settings.folder
            now = await asyncio.to_thread(ollama_weights.signature, folder, weights)
            if self._made.get(room.name) != now:
                client = cast("ollama_room.Client", opened.talker)
                for host in client.hosts.all:
                    await ollama_weights.create(client.call(host, room.load_seconds), weights, folder)
                self._made[room.name] = now


def name_of(room: Room) -> str:
    """What the model of a room is called."""
    return room.name if isinstance(room, Remote) else "scaffold"


def _read(settings: Talking) -> Registry:
    file = settings.file
    if file is None:
        raise Permanent("no list of models is set")
    try:
        with file.expanduser().open(encoding="utf-8") as opened:
            text = opened.read(MAX_TEXT + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise Permanent(f"the list of models {file} cannot be read: {error}; correct [talk] file") from error
    return registry(text, file.name)
