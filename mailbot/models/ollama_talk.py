"""Plain talk with a model of an Ollama, and what it has in memory."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mailbot.build.prompt import Prompt
from mailbot.domain.errors import MailbotError, Temporary
from mailbot.models.heard import Heard, Piece, steps
from mailbot.models.hosts import Host, Hosts
from mailbot.models.refusals import Away, Missing, Without
from mailbot.models.remote import Question
from mailbot.models.talk import Options

if TYPE_CHECKING:
    from mailbot.models.ollama_wire import Call

SOON: Final = 10.0  #: seconds for a question about the server itself
LOADED: Final = 0.8  #: of the time that a model is kept, for which it is taken to be loaded


class Aloud:
    """The part of a client that talks."""

    settings: Any
    hosts: Hosts

    if TYPE_CHECKING:  # the client has them

        async def ready(self, host: Host) -> None: ...
        def call(self, host: Host, seconds: float) -> Call: ...

    async def talk(self, prompt: Sequence[Prompt], options: Options) -> AsyncGenerator[Piece]:
        """What the first server says that takes the question; when it is closed, so is the connection."""
        question, refused = Question(prompt=tuple(prompt)), dict[Host, MailbotError]()
        while len(refused) < len(self.hosts.all):
            async with self.hosts.one(refused.keys()) as host:
                try:
                    await self.ready(host)
                    async with contextlib.aclosing(self._said(host, question, options)) as said:
                        async for piece in said:
                            yield piece
                except (Away, Missing) as error:
                    host.failed()
                    refused[host] = error
                except Temporary:
                    host.failed()
                    raise
                else:
                    host.answered(self.settings.kept * LOADED)
                    return
        errors = list(refused.values())
        raise next((error for error in errors if isinstance(error, Temporary)), errors[-1])

    async def _said(self, host: Host, question: Question, options: Options) -> AsyncGenerator[Piece]:
        from mailbot.models import ollama_wire as wire  # noqa: PLC0415  (memory that only a question needs)

        call = self.call(host, self.settings.first_seconds)
        wanted = {"num_predict": options.max_tokens, "temperature": options.temperature, "top_p": options.top_p}
        call, think = replace(call, options={**call.options, **wanted}), self.settings.think
        while True:
            heard = Heard()
            pieces = wire.pieces(call, question, think=think, shaped=False)
            try:
                async with contextlib.aclosing(steps(pieces, self.settings, heard)) as said:
                    async for piece in said:
                        yield piece
            except Without:
                if think is None:
                    raise
                think = None
            else:
                heard.answer(question.size, self.settings.name)
                return

    async def load(self) -> None:
        """Have it loaded on every server that answers; raise what is in the way where none does."""
        errors: list[MailbotError] = []
        for host in self.hosts.all:
            try:
                host.ready_until = 0.0
                await self.ready(host)
                host.answered(self.settings.kept * LOADED)
            except MailbotError as error:
                errors.append(error)
        if len(errors) == len(self.hosts.all):
            raise errors[0]

    async def unload(self) -> None:
        """Have its memory given back."""
        from mailbot.models import ollama_wire as wire  # noqa: PLC0415  (memory that only a question needs)

        for host in self.hosts.all:
            host.ready_until = 0.0
            await wire.unload(self.call(host, SOON))

    async def loaded(self) -> bool | None:
        """Whether one of the servers has it in memory."""
        from mailbot.models import ollama_wire as wire  # noqa: PLC0415  (memory that only a question needs)

        known: bool | None = None
        for host in self.hosts.all:
            with contextlib.suppress(MailbotError):
                known = bool(known) or wire.has(await wire.running(self.call(host, SOON)), self.settings.name)
        return known
