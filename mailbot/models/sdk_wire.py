"""The HTTP below the packages of OpenAI and Anthropic: no proxy, nowhere else, only our headers, and within limits."""

from __future__ import annotations

import functools
import ssl
from collections.abc import AsyncIterator
from typing import Final

import httpx2

from mailbot.models.metered import metered

_OURS: Final = frozenset(
    b"accept anthropic-version authorization connection content-length content-type host user-agent x-api-key".split()
)


def client(*, connect: float, seconds: float) -> httpx2.AsyncClient:
    """A client for one question: *connect* seconds for the connection, *seconds* for each step after it."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(seconds, connect=connect),
        trust_env=False,
        follow_redirects=False,
        transport=_Bounded(verify=_trusted(), trust_env=False),
    )


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed: read once, as that takes longer than a short answer."""
    return ssl.create_default_context()


class _Bounded(httpx2.AsyncHTTPTransport):
    """What the environment would add for other servers (organisations, headers, keys) does not leave."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = [(key, value) for key, value in request.headers.raw if key.lower() in _OURS]
        request.headers = httpx2.Headers([*headers, (b"accept-encoding", b"identity")])
        response = await super().handle_async_request(request)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Metered(response.stream, response.headers.get("content-encoding", ""))
        return response


class _Metered(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, encoding: str) -> None:
        self._stream, self._encoding = stream, encoding

    def __aiter__(self) -> AsyncIterator[bytes]:
        return metered(self._stream, self._encoding)

    async def aclose(self) -> None:
        await self._stream.aclose()
