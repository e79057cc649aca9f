"""The bytes of a server's answer, within limits: no line without end, no body without end."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import Final

from mailbot.domain.errors import Temporary

MAX_LINE: Final = 4_000_000  #: bytes without an end of line
MAX_BODY: Final = 256_000_000  #: bytes of a whole answer, most of which is the wire's own words


async def metered(chunks: AsyncIterable[bytes], encoding: str = "") -> AsyncIterator[bytes]:
    """The same *chunks*; raise Temporary where they go over a limit, before memory does.

    What is compressed could be of any size, so it is not taken.
    """
    if encoding.lower() not in {"", "identity"}:
        raise Temporary("the server sends a compressed answer, although it was asked not to")
    line = body = 0
    async for chunk in chunks:
        body += len(chunk)
        end = chunk.rfind(b"\n")
        line = line + len(chunk) if end < 0 else len(chunk) - end - 1
        if line > MAX_LINE or body > MAX_BODY:
            raise Temporary("the server sends without end; its answer was not read further")
        yield chunk
