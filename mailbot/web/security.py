"""Who calls: a token in the Authorization or key header, looked up by its hash; or a webhook's signature.

There is no default token. A hash that is looked up tells nothing by its time; the one token that the environment gives
is compared in constant time.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from mailbot.domain.orders import Scope, Token
from mailbot.receive.networks import group, is_loopback
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.limits import Limits
from mailbot.web.problems import Trouble
from mailbot.web.secret import digest

MAX_SECRET: Final = 512  #: characters of a token that are looked at
ENVIRONMENT: Final = "API_TOKEN"  #: the name of the token that the environment gives
SIGNED: Final = "webhook"  #: the name under which a signed webhook orders
SEEN: Final = timedelta(minutes=1)  #: how exactly the last use of a token is known: not every call is a write
_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

_bearer = HTTPBearer(
    auto_error=False, scheme_name="Bearer", description="A token of `mailbot token create`, or API_TOKEN."
)
_key = APIKeyHeader(
    name="X-API-Key", auto_error=False, scheme_name="Key", description="The same token, in a header of its own."
)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls, and from where."""

    token: Token | None  #: none: nobody vouches for the call
    peer: str
    local: bool = False  #: it comes from this machine, and was meant for it

    @property
    def name(self) -> str:
        """The name of the token."""
        return self.token.name if self.token else ""


def limits_of(request: Request) -> Limits:
    """How often who has called."""
    found: Limits = request.app.state.limits
    return found


def peer_of(request: Request) -> str:
    """The address that calls; behind a proxy that is trusted, whoever called that."""
    return request.client.host if request.client else ""


async def caller(
    request: Request,
    doors: TheDoors,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    _documented: Annotated[str | None, Security(_key)],
) -> Caller:
    """Who calls; a token that is wrong, ended or revoked is a 401, and none at all is nobody."""
    peer, now, limits = peer_of(request), doors.site.clock(), limits_of(request)
    limits.patient(group(peer), now)
    secret = bearer.credentials if bearer else request.headers.get(doors.settings.key_header, "")
    token = await token_of(doors, limits, peer, secret) if secret else await _signed(request, doors)
    state = request.scope.setdefault("state", {})
    state["caller"] = token.name if token else ""
    state["headers"] = limits.count(f"token {token.name}" if token else f"peer {group(peer)}", now)
    return Caller(token=token, peer=peer, local=is_loopback(peer) and _meant_for_us(request))


def _meant_for_us(request: Request) -> bool:
    """A web page elsewhere can make a browser call this machine, but not under its own name."""
    return request.headers.get("host", "").rpartition(":")[0] in _HOSTS or request.url.hostname in _HOSTS


async def token_of(doors: Doors, limits: Limits, peer: str, secret: str) -> Token:
    """The token of *secret*; raise Trouble where it is none, and count that against *peer*."""
    token = await _token(doors, secret)
    if token is None:
        limits.failed(group(peer))
        raise _unknown("the token is not known, has ended or was revoked; make one with: mailbot token create NAME")
    return token


async def _token(doors: Doors, secret: str) -> Token | None:
    if len(secret) > MAX_SECRET:
        return None
    now = doors.site.clock()
    hashed = digest(secret)
    if doors.api_token and hmac.compare_digest(hashed, digest(doors.api_token)):
        return _ours(doors, ENVIRONMENT)
    token = await doors.memory.token(hashed)
    if token is None or not token.valid(now):
        return None
    if token.used_at is None or now - token.used_at >= SEEN:
        await doors.memory.use_token(token.name, now)
    return token


def _ours(doors: Doors, name: str) -> Token:
    """What the environment vouches for: all but what is the admin's own."""
    scopes = frozenset(Scope) - {Scope.ADMIN} if name == ENVIRONMENT else frozenset({Scope.ORDERS})
    return Token(name=name, scopes=scopes, people=doors.settings.orders_for, created_at=doors.site.clock())


async def _signed(request: Request, doors: Doors) -> Token | None:
    """A call that Standard Webhooks' headers sign with our secret."""
    if not doors.webhook_secret or "webhook-signature" not in request.headers:
        return None
    if not verified(doors.webhook_secret, await request.body(), request.headers):
        limits_of(request).failed(group(peer_of(request)))
        raise _unknown("the signature of this webhook does not hold, or is more than five minutes old; sign it anew")
    return _ours(doors, SIGNED)


def verified(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether *headers* sign *body* with *secret*; whatever is malformed does not."""
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError, RuntimeError):
        return False
    return True


def _unknown(words: str) -> Trouble:
    return Trouble(401, words, headers={"WWW-Authenticate": 'Bearer realm="mailbot"'})


Anybody = Annotated[Caller, Depends(caller)]


def needs(*scopes: Scope) -> Callable[..., Awaitable[Caller]]:
    """A dependency: a caller whose token is good for one of *scopes*."""

    async def able(found: Anybody) -> Caller:
        if found.token is None:
            raise _unknown(
                "this call needs a token: Authorization: Bearer TOKEN; make one with: mailbot token create NAME"
            )
        if not any(found.token.may(one) for one in scopes):
            named = " or ".join(scopes)
            raise Trouble(403, f"the token {found.name!r} is not good for this: it needs the scope {named}")
        return found

    return able
