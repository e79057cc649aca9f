"""AUTH: PLAIN and LOGIN, over TLS only, with few tries."""

from __future__ import annotations

import base64
import binascii
from typing import Final, Protocol

import structlog

from mailbot.domain.errors import Temporary
from mailbot.receive.logins import Logins
from mailbot.receive.terms import Terms

log = structlog.get_logger()

WRONG: Final = "535 5.7.8 Name or password is wrong"
ENOUGH: Final = "421 4.7.0 Too many failed logins: try again in an hour"
NOT_NOW: Final = "454 4.7.0 The login cannot be tried now: try again later"
GARBLED: Final = "501 5.5.2 That is not what AUTH PLAIN or AUTH LOGIN sends"
_PARTS: Final = 3  #: of PLAIN: whom to act for, name, password


class Asking(Protocol):
    """What a login needs of a session."""

    terms: Terms
    peer: str
    allowed: tuple[str, ...] | None
    tries: int

    async def push(self, status: str) -> None: ...

    async def last(self, text: str) -> None: ...

    async def ask(self, challenge: str) -> str:
        """Say 334, and return the answer."""
        ...


async def login(session: Asking, logins: Logins, argument: str) -> None:
    """Have somebody log in; on success the session knows from which addresses that one may write."""
    if session.allowed is not None:
        return await session.push("503 5.5.1 You are logged in already")
    if session.terms.failures.too_many(session.peer):
        return await session.last(ENOUGH)
    mechanism, _, first = argument.partition(" ")
    if mechanism.upper() not in {"PLAIN", "LOGIN"}:
        return await session.push("504 5.5.4 Use AUTH PLAIN or AUTH LOGIN")
    said = await _plain(session, first) if mechanism.upper() == "PLAIN" else await _login(session, first)
    return await (session.push(GARBLED) if said is None else _tried(session, logins, *said))


async def _tried(session: Asking, logins: Logins, name: str, password: str) -> None:
    try:
        allowed = await logins.check(name, password)
    except Temporary as error:
        log.error("smtp.login_unknown", error=str(error))  # noqa: TRY400  (its words are enough)
        return await session.push(NOT_NOW)
    if allowed:
        session.allowed = allowed
        return await session.push("235 2.7.0 Welcome")
    log.info("smtp.login_failed")
    session.terms.failures.add(session.peer)
    session.tries += 1
    enough = session.tries >= session.terms.limits.max_logins or session.terms.failures.too_many(session.peer)
    return await (session.last(ENOUGH) if enough else session.push(WRONG))


async def _plain(session: Asking, first: str) -> tuple[str, str] | None:
    text = _decoded(first or await session.ask(""))
    parts = text.split("\0") if text is not None else []
    return (parts[1], parts[2]) if len(parts) == _PARTS and parts[0] in {"", parts[1]} else None


async def _login(session: Asking, first: str) -> tuple[str, str] | None:
    name = _decoded(first or await session.ask("VXNlcm5hbWU6"))
    password = _decoded(await session.ask("UGFzc3dvcmQ6")) if name is not None else None
    return (name, password) if name is not None and password is not None else None


def _decoded(text: str) -> str | None:
    """None for what is no base64 of UTF-8, and for ``*``, which gives up."""
    try:
        return base64.b64decode(text if text != "=" else "", validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
