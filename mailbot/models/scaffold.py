"""The builder without a model, behind the door of models: templates of this package, drawn by build/scaffold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from mailbot.build.plan import Brief, Said
from mailbot.build.prompt import Prompt
from mailbot.build.scaffold import scaffold
from mailbot.models.heard import Piece
from mailbot.models.talk import Mute, Options
from mailbot.ports import Model, Site


class Scaffold(BaseModel):
    """No model: small lists and pages from templates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["scaffold"] = "scaffold"

    def open(self, site: Site) -> Model:
        """The templates, read once."""
        del site
        return Templates(sources=templates())


@dataclass(frozen=True, kw_only=True)
class Templates:
    """The same brief is always answered in the same words."""

    sources: Mapping[str, str] = field(repr=False)

    @property
    def host(self) -> str:
        """Its queue."""
        return "scaffold"

    @property
    def slots(self) -> int:
        """One at a time is quick enough."""
        return 1

    async def look(self) -> str:
        """How it is, in words for an admin."""
        return f"the templates are there ({len(self.sources)} files); they need no model"

    async def ask(self, brief: Brief) -> Said:
        """In a thread, since a long mail takes a while to understand."""
        return await asyncio.to_thread(scaffold, brief, self.sources)

    async def talk(self, prompt: Sequence[Prompt], options: Options) -> AsyncGenerator[Piece]:
        """They cannot."""
        del prompt
        if options.max_tokens:
            raise Mute("no AI model is set up here: the templates can build, but not talk; the admin can name a model")
        yield Piece(end="length")  # of no words at all

    async def load(self) -> None:
        """They always are."""

    async def unload(self) -> None:
        """They take next to no memory."""

    async def loaded(self) -> bool | None:
        """They always are."""
        return True


def templates() -> dict[str, str]:
    """The sources of all templates by their names, such as ``tracker/app.py.j2``."""
    return dict(_sources(resources.files("mailbot.build") / "templates", ""))


def _sources(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _sources(entry, f"{above}{entry.name}/")
        elif entry.name.endswith(".j2"):
            yield f"{above}{entry.name}", entry.read_text("utf-8")
