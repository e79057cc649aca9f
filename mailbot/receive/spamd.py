"""Ask SpamAssassin's spamd how much a mail looks like spam: its own small protocol over TCP (SPAMC 1.5, SYMBOLS)."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass
from typing import Final

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Envelope, Raw
from mailbot.receive.mapped import octets
from mailbot.understand.spam import HOLDS, TOLD, Spam

MAX_SENT: Final = 500_000  #: bytes: what SpamAssassin's own client sends at most; what is longer is sent to there
MAX_ANSWER: Final = 100_000  #: bytes
_FIRST: Final = re.compile(rb"SPAMD/\d\.\d{1,2} (\d{1,3}) ([^\r\n]{0,100})")
_SPAM: Final = re.compile(rb"^Spam: ?(?:True|False|Yes|No) ?; ?(-?[\d.]{1,12}) ?/ ?(-?[\d.]{1,12})\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class SpamdClient:
    """One spamd."""

    host: str
    port: int
    user: str = ""
    timeout: float = 10.0

    name = "SpamAssassin"

    async def ask(self, raw: Raw, _envelope: Envelope) -> Spam:
        """What it says; raise Temporary when it says nothing of use in time."""
        with octets(raw) as mail:
            beginning = mail[:MAX_SENT]
        try:
            async with asyncio.timeout(self.timeout):
                return _spam(await self._answer(beginning))
        except TimeoutError:
            raise Temporary(f"no answer within {self.timeout:g} seconds") from None
        except (OSError, EOFError, ValueError) as error:
            raise Temporary(f"it cannot be asked ({type(error).__name__})") from error

    async def _answer(self, mail: bytes) -> bytes:
        head = [b"SYMBOLS SPAMC/1.5", b"Content-length: %d" % len(mail)]
        if self.user:
            head.append(b"User: " + self.user.encode("ascii"))
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            with contextlib.suppress(ConnectionError):  # it may have answered before it has read all
                writer.write(b"\r\n".join([*head, b"", mail]))
                await writer.drain()
                writer.write_eof()
            answer = bytearray()
            while piece := await reader.read(16_384):
                answer += piece
                if len(answer) > MAX_ANSWER:
                    raise Temporary(f"it answers with more than {MAX_ANSWER:,} bytes")
            return bytes(answer)
        finally:
            writer.close()


def _spam(answer: bytes) -> Spam:
    """Its score on our scale: what it calls spam is held, what has twice as many points is dropped."""
    first = _FIRST.match(answer)
    if not first:
        raise Temporary("its answer is none of spamd")
    if first[1] != b"0":
        raise Temporary(f"it answers {first[1].decode()} {_printable(first[2])}")
    head, _, body = answer.partition(b"\r\n\r\n")
    found = _SPAM.search(head)
    if not found:
        raise Temporary("its answer has no score")
    score, required = float(found[1]), max(0.1, float(found[2]))
    symbols = [_printable(one) for one in body.strip().split(b",")[:TOLD] if one.strip()]
    ours = max(-20.0, min(100.0, score * HOLDS / required))
    return Spam(score=round(ours, 2), reasons=(f"SpamAssassin says {score:.1f} of {required:.1f}", *symbols)[:TOLD])


def _printable(said: bytes) -> str:
    return "".join(char for char in said[:60].decode("ascii", "replace") if char.isprintable()).strip()
