"""What a provider grants: asked for with one POST, and read with distrust.

No text that leaves here holds a secret: what the provider says is cut short and cleaned of everything that was sent to
it, and the library's error, which holds the request, is not chained to ours.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus

from mailbot.consent.oauth import OAuth
from mailbot.domain.errors import Permanent, Temporary

CONNECT: Final = 10.0  #: seconds until the provider takes the connection
TOTAL: Final = 30.0  #: seconds for a whole answer
MAX_ANSWER: Final = 1_000_000  #: bytes
MAX_TOKEN: Final = 16_384  #: characters
MAX_SECRET: Final = 4_096  #: bytes of the file with the client's secret
MAX_WORDS: Final = 300
_AGAIN: Final = "run `mailbot oauth login` again"
_ENDED: Final = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
_LATER: Final = frozenset({"temporarily_unavailable", "server_error"})
_CLIENT: Final = frozenset({"invalid_client", "unauthorized_client"})
_SHORT: Final = 6  #: letters of what is too short to be a secret, and too common to be cut out of a sentence


class ConsentEnded(Permanent):
    """The owner took the consent back, or it ran out: a person must give it again."""


class Denied(Permanent):
    """The provider does not grant it; *code* is its reason, which to a device may mean: not yet."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Grant:
    """An access token, and the refresh token that brings the next one."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    given_at: datetime
    ends_at: datetime


async def client_form(oauth: OAuth) -> dict[str, str]:
    """Who asks."""
    form = {"client_id": oauth.client_id}
    if oauth.client_secret_file:
        form["client_secret"] = await asyncio.to_thread(_client_secret, oauth.client_secret_file)
    return form


def _client_secret(name: str) -> str:
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            secret = file.read(MAX_SECRET + 1).decode("ascii").strip()
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "it is no text"
        raise Permanent(f"the client_secret_file {path} cannot be read: {said}") from None
    if not secret or len(secret) > MAX_SECRET or not secret.isprintable():
        raise Permanent(f"the client_secret_file {path} must hold the secret and nothing else, on one line")
    return secret


async def ask(url: str, form: Mapping[str, str], who: str) -> dict[str, Any]:
    """POST *form*; give the provider's answer, or raise what its refusal means."""
    status, body = await _posted(url, form, who)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status == 200 and isinstance(answer, dict) and "error" not in answer:  # noqa: PLR2004  (OK)
        return answer
    raise _refused(status, answer if isinstance(answer, dict) else {}, form, who)


def granted(answer: Mapping[str, Any], now: datetime, who: str, *, before: Grant | None = None) -> Grant:
    """The tokens of an answer; a provider that sends no new refresh token means the one it gave *before*."""
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    if not _token(access) or str(answer.get("token_type", "bearer")).lower() != "bearer":
        raise Temporary(f"{who} answered without an access token that can be used")
    if refresh is None and before:
        refresh = before.refresh
    if not _token(refresh):
        raise Permanent(
            f"{who} gave no refresh token, so the consent would end within the hour; "
            f"take mailbot's access away on the account's security page, then {_AGAIN}"
        )
    return Grant(access=str(access), refresh=str(refresh), given_at=now, ends_at=now + _lifetime(answer))


def number(value: object, default: int, least: int, most: int) -> int:
    """A number of an answer, which some providers send as text, within bounds."""
    try:
        found = int(str(value))
    except ValueError:
        found = default
    return min(max(found, least), most)


def shown(value: object, most: int = MAX_WORDS) -> str:
    """A stranger's words: one line, nothing that a terminal would obey."""
    text = value[: most * 4] if isinstance(value, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def _lifetime(answer: Mapping[str, Any]) -> timedelta:
    return timedelta(seconds=number(answer.get("expires_in"), 3600, 1, 86_400))


def _token(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TOKEN and value.isascii() and value.isprintable()


async def _posted(url: str, form: Mapping[str, str], who: str) -> tuple[int, bytes]:
    import httpx  # noqa: PLC0415  (memory that only a question needs)

    try:
        async with (
            asyncio.timeout(TOTAL),
            httpx.AsyncClient(
                verify=ssl.create_default_context() if url.startswith("https:") else False,
                timeout=httpx.Timeout(TOTAL, connect=CONNECT),
                trust_env=False,
                follow_redirects=False,
            ) as client,
            client.stream(
                "POST", url, data=form, headers={"Accept": "application/json", "Accept-Encoding": "identity"}
            ) as response,
        ):
            return response.status_code, await _limited(response, who)
    except (TimeoutError, httpx.TimeoutException):
        raise Temporary(f"{who} did not answer in time; it is tried again") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        raise Temporary(f"{who} cannot be asked ({type(error).__name__}); it is tried again") from None


async def _limited(response: Any, who: str) -> bytes:  # noqa: ANN401  (httpx.Response, which is not imported here)
    """The body as it comes, so that none can swell when it is unpacked."""
    body = bytearray()
    async for piece in response.aiter_raw(65_536):
        body += piece
        if len(body) > MAX_ANSWER:
            raise Temporary(f"{who} answered with more than {MAX_ANSWER:,} bytes; it is tried again")
    return bytes(body)


def _refused(status: int, answer: Mapping[str, Any], form: Mapping[str, str], who: str) -> Temporary | Permanent:
    code = _clean(answer.get("error"), form, 60)
    words = _clean(answer.get("error_description"), form, MAX_WORDS)
    said = ": ".join(part for part in (code, words) if part) or f"answer {status} without a reason"
    if status >= 500 or status in {408, 425, 429} or code in _LATER:  # noqa: PLR2004  (5xx: its own fault)
        return Temporary(f"{who} cannot answer now ({status}, {said}); it is tried again")
    if status == 200 and not code:  # noqa: PLR2004  (OK)
        return Temporary(f"what answers for {who} is no provider of tokens (a proxy, a login page?); it is tried again")
    if code in _ENDED:
        return ConsentEnded(f"the consent at {who} has ended: {_AGAIN} ({said})")
    if code in _CLIENT:
        return Permanent(f"{who} does not know this client; correct client_id or client_secret_file ({said})")
    if 300 <= status < 400:  # noqa: PLR2004  (a redirect)
        return Permanent(f"{who} has moved ({status}), and a token follows no redirect; correct the address")
    return Denied(code, f"{who} refused ({status}, {said})")


def _clean(value: object, form: Mapping[str, str], most: int) -> str:
    """The provider's words, without anything that was sent to it in confidence."""
    text = shown(value, MAX_ANSWER)
    for name, secret in form.items():
        if name in {"client_id", "grant_type", "scope"} or len(secret) < _SHORT:
            continue
        for form_of_it in {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form_of_it, "...")
    return text[:most]
