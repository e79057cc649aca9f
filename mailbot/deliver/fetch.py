"""Calls to web servers that a stranger has named: guarded, limited, and never to a place of our own.

A name is looked up once, all its addresses are judged, and the connection goes to one of those; so a name that changes
its mind in between gains nothing. Each redirect is judged anew. There is no proxy, no cookie, no password.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import ipaddress
import re
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import unquote_to_bytes

import httpx2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mailbot.deliver.fetch_guard import Ip, Target, following, private, target_of
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.fetching import Asked, Fetched, Forbidden
from mailbot.ports import Resolver

CONNECT: Final = 5.0  #: seconds to reach a server
WHOLE: Final = 20.0  #: seconds for all of a call, its redirects with it
MOST_TRIED: Final = 3  #: addresses of one name
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_TYPE: Final = r"[a-z0-9.+/-]{0,100}(?:;[a-z0-9.+-]{1,40}=[a-z0-9.+-]{1,60})*"
_DATA: Final = re.compile(rf"data:({_TYPE})(;base64)?,", re.IGNORECASE)
_AGENT: Final = ("User-Agent", "mailbot")
_PLACE: Final = re.compile(r"[a-z0-9.-]{1,253}:[0-9]{1,5}|[0-9a-f:.]{2,45}:[0-9]{1,5}")


def _pair(text: str) -> str:
    place = text.lower().replace("[", "").replace("]", "")
    if not _PLACE.fullmatch(place):
        raise ValueError(f"{text!r} is no host and port; one looks like n8n.example.org:5678")
    return place


class Fetching(BaseModel):
    """Where calls to URLs of others may go, beyond https to any public host."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plain: tuple[str, ...] = Field(default=(), max_length=200, description="hosts that may be asked by http, too")
    inside: tuple[Annotated[str, AfterValidator(_pair)], ...] = Field(
        default=(), max_length=200, description="host:port of your own network that may be asked, by http or https"
    )
    ca_file: str = Field(default="", description="PEM file of a private authority; none: the ones of the system")

    def open(self, resolver: Resolver) -> Fetcher:
        """Make the door; nobody is called yet."""
        return Fetcher(self, resolver)


class Fetcher:
    """The Fetch door."""

    def __init__(self, settings: Fetching, resolver: Resolver) -> None:
        self._settings, self._resolver = settings, resolver
        self._context: ssl.SSLContext | None = None

    async def fetch(self, asked: Asked) -> Fetched:
        if asked.url[:5].lower() == "data:":
            return _data(asked)
        try:
            async with asyncio.timeout(WHOLE):
                return await self._follow(asked)
        except TimeoutError:
            raise Temporary(f"it did not answer whole within {WHOLE:g} seconds") from None

    async def _follow(self, asked: Asked) -> Fetched:
        target, most = self._target(asked.url), asked.redirects
        for _ in range(most + 1):
            found = await self._call(target, asked)
            location = found.headers.get("location", "")
            if found.status not in _MOVED or not location or not most:
                return found
            target = self._target(following(target, location))
            asked = Asked(url=target.url, most=asked.most)  # no body, and no headers of ours
        raise Forbidden(f"it sends us on more than {most} times")

    def _target(self, url: str) -> Target:
        return target_of(url, plain=self._settings.plain, inside=self._settings.inside)

    async def _call(self, target: Target, asked: Asked) -> Fetched:
        """Ask one server, at the first of its addresses that takes the connection."""
        said = Temporary(f"{target.host} has no address")
        for address in (await self._addresses(target))[:MOST_TRIED]:
            try:
                return await self._ask(target, str(address), asked)
            except httpx2.ConnectError as error:
                said = Temporary(f"{target.host} cannot be reached: {_why(error)}")
            except httpx2.HTTPError as error:
                raise Temporary(f"{target.host} broke off: {_why(error)}") from error
            except httpx2.InvalidURL as error:
                raise Forbidden(f"this is no URL that we follow: {error}") from error
        raise said

    async def _addresses(self, target: Target) -> Sequence[Ip]:
        """Looked up once; if one of them is not for us, none is."""
        if target.inside:
            return await _inside(target)
        found = [target.address] if target.address else await self._looked_up(target.host)
        if any(map(private, found)):
            raise Forbidden(f"{target.host} leads into a private network, and we do not go there")
        return found

    async def _looked_up(self, host: str) -> list[Ip]:
        kinds = await asyncio.gather(self._resolver.look(host, "A"), self._resolver.look(host, "AAAA"))
        try:
            return [ipaddress.ip_address(value.decode("ascii")) for records in kinds for value in records.values]
        except (ValueError, UnicodeDecodeError) as error:
            raise Temporary(f"the DNS says nothing that we understand about {host}") from error

    async def _ask(self, target: Target, address: str, asked: Asked) -> Fetched:
        host = f"[{address}]" if ":" in address else address
        async with self._client(target) as client:
            request = client.build_request(
                asked.method,
                f"{target.scheme}://{host}:{target.port}{target.path}",
                headers=[("Host", target.place), _AGENT, ("Accept-Encoding", "identity"), *asked.headers],
                content=asked.content or None,
                extensions={"sni_hostname": target.host},
            )
            answer = await client.send(request, stream=True)
            try:
                content = await _whole(answer, asked.most) if asked.most else b""
            finally:
                await answer.aclose()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Fetched(url=target.url, status=answer.status_code, headers=headers, content=content)

    @contextlib.asynccontextmanager
    async def _client(self, target: Target) -> AsyncIterator[httpx2.AsyncClient]:
        """A client for one call: a connection that is kept would be taken for another name at the same address."""
        if self._context is None and target.scheme == "https":
            self._context = self._made()
        verify = self._context if self._context is not None else False  # http has no certificate to look at
        times = httpx2.Timeout(WHOLE, connect=CONNECT)
        async with httpx2.AsyncClient(verify=verify, trust_env=False, follow_redirects=False, timeout=times) as client:
            client.headers.clear()
            yield client

    def _made(self) -> ssl.SSLContext:
        try:
            file = self._settings.ca_file
            return ssl.create_default_context(cafile=str(Path(file).expanduser()) if file else None)
        except (OSError, ssl.SSLError) as error:
            raise Permanent(f"fetch.ca_file {self._settings.ca_file} cannot be used: {error}") from error


async def _whole(answer: httpx2.Response, most: int) -> bytes:
    """The body as it comes: what is packed could unpack to anything, so nothing packed is taken."""
    if answer.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Forbidden("it answers with a packed body, which we did not ask for")
    content = bytearray()
    async for piece in answer.aiter_raw():
        content += piece
        if len(content) > most:
            raise Forbidden(f"it answers with more than {most:,} bytes")
    return bytes(content)


async def _inside(target: Target) -> Sequence[Ip]:
    """Where the machine itself finds a host that an admin has named."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Temporary(f"{target.host} is not found: {error}") from error
    return [ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_, where in found]


def _data(asked: Asked) -> Fetched:
    """What a data: URL holds: nobody is called for it."""
    if len(asked.url) > asked.most * 4 // 3 + 300:
        raise Forbidden(f"this data: URL holds more than {asked.most:,} bytes")
    head = _DATA.match(asked.url)
    if head is None:
        raise Forbidden("this data: URL cannot be read")
    raw = unquote_to_bytes(asked.url[head.end() :])
    try:
        content = base64.b64decode(raw, validate=True) if head[2] else raw
    except binascii.Error:
        raise Forbidden("this data: URL is no base64") from None
    return Fetched(url="data:", status=200, headers={"content-type": head[1] or "text/plain"}, content=content)


def _why(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__
