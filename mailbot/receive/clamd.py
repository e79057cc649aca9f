"""Ask ClamAV's clamd about what came with a mail, before anything reads it: its own small protocol (INSTREAM).

An attachment in which it finds something is not opened, and the reply says so. Where it is away, a mail waits, or its
attachments are read and the reply says that nobody searched them: the settings choose.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Attachment, Input, Known, Message, Raw
from mailbot.ports import Reader
from mailbot.understand.inputs_within import MAX_INPUTS, MAX_NOTE, unread

log = structlog.get_logger()

CHUNK: Final = 65_536
MAX_ANSWER: Final = 4_096  #: bytes
NOT_SEARCHED: Final = "not searched for viruses: the scanner is away"
TOO_LARGE: Final = "too large for the virus scanner, so I did not open it: send it smaller"
_LIMIT: Final = "size limit exceeded"


class NoAntivirus(BaseModel):
    """None: attachments are read in processes of little power, and not searched for viruses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["none"] = "none"

    def guard(self, reader: Reader) -> Reader:
        """The *reader* as it is."""
        return reader


class Clamd(BaseModel):
    """A clamd of ClamAV."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["clamd"]
    listen: str = Field(
        default="/run/clamav/clamd.ctl",
        pattern=r"^(/[\x21-\x7e]{1,100}|[A-Za-z0-9.-]{1,253}:\d{1,5})$",
        description="its socket, or host:port",
    )
    timeout: float = Field(default=60.0, gt=0, le=600, description="seconds for one attachment")
    away: Literal["wait", "pass"] = Field(
        default="wait",
        description="what becomes of a mail with attachments while it cannot be asked: it waits, and after three days "
        "a person must look at it; or it is read, and the reply says that nobody searched it",
    )

    def guard(self, reader: Reader) -> Reader:
        """A *reader* that opens only what clamd has seen."""
        return Guarded(reader=reader, clamd=ClamdClient(listen=self.listen, timeout=self.timeout), away=self.away)


AnyAntivirus = Annotated[NoAntivirus | Clamd, Field(discriminator="kind")]


@dataclass(frozen=True, kw_only=True)
class ClamdClient:
    """One clamd."""

    listen: str
    timeout: float = 60.0

    async def found_in(self, content: bytes) -> str:
        """The name of what it finds; empty where it finds nothing. Raises Temporary when it does not say."""
        try:
            async with asyncio.timeout(self.timeout):
                answer = await self._answer(content)
        except TimeoutError:
            raise Temporary(f"clamd gives no answer within {self.timeout:g} seconds") from None
        except (OSError, EOFError, ValueError) as error:
            raise Temporary(f"clamd cannot be asked ({type(error).__name__})") from error
        said = "".join(char for char in answer.decode("utf-8", "replace") if char.isprintable()).strip()
        if said == "stream: OK":
            return ""
        if said.startswith("stream: ") and said.endswith(" FOUND"):
            return said[8:-6][:80]
        raise _TooLarge if _LIMIT in said else Temporary(f"clamd answers {said[:80]!r}")

    async def _answer(self, content: bytes) -> bytes:
        reader, writer = await self._line()
        try:
            with contextlib.suppress(ConnectionError):  # it may answer before it has read all: that it is too much
                writer.write(b"zINSTREAM\0")
                for at in range(0, len(content), CHUNK):
                    piece = content[at : at + CHUNK]
                    writer.write(len(piece).to_bytes(4, "big") + piece)
                    await writer.drain()
                writer.write(bytes(4))
                await writer.drain()
            answer = await reader.readuntil(b"\0")
        except asyncio.IncompleteReadError as error:
            answer = error.partial
        finally:
            writer.transport.abort()
        return answer[:MAX_ANSWER].rstrip(b"\0")

    async def _line(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.listen.startswith("/"):
            return await asyncio.open_unix_connection(self.listen)
        host, _, port = self.listen.rpartition(":")
        return await asyncio.open_connection(host, int(port))


class _TooLarge(Exception):
    """It takes no attachment of this size."""


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """A Reader behind a virus scanner."""

    reader: Reader
    clamd: ClamdClient
    away: str = "wait"

    async def read(self, raw: Raw) -> Message:
        return await self.reader.read(raw)

    async def inputs(
        self, attachments: Sequence[Attachment], *, private: bool = False, known: Known | None = None
    ) -> tuple[Input, ...]:
        """What the reader finds in the clean ones; of the others, why they were not opened."""
        searched = attachments[:MAX_INPUTS]
        said = [await self._said(one) for one in searched]
        clean = [one for one, (why, _) in zip(searched, said, strict=True) if not why]
        read = iter(await self.reader.inputs([*clean, *attachments[MAX_INPUTS:]], private=private, known=known))
        found = [
            unread(one, why, private=private) if why else _noted(next(read), note)
            for one, (why, note) in zip(searched, said, strict=True)
        ]
        return (*found, *read)

    async def _said(self, attachment: Attachment) -> tuple[str, str]:
        """Why it must not be opened, and what must be said of it all the same."""
        try:
            virus = await self.clamd.found_in(attachment.content)
        except _TooLarge:
            return (TOO_LARGE, "") if self.away == "wait" else ("", "not searched for viruses: it is too large")
        except Temporary as error:
            log.warning("clamd.away", error=str(error), then=self.away)
            if self.away == "wait":
                raise
            return "", NOT_SEARCHED
        return (f"the virus scanner found {virus} in it, so I did not open it" if virus else ""), ""


def _noted(one: Input, note: str) -> Input:
    if not note:
        return one
    return replace(one, note="; ".join(filter(None, (one.note[: MAX_NOTE - len(note) - 2], note))))
