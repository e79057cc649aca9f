"""The HTTP door without a house around it: a real ledger, real tokens, the real application; nobody builds."""

from __future__ import annotations

import contextlib
import functools
from datetime import UTC, datetime, timedelta

import httpx

from mailbot.decide.policy import Policy
from mailbot.domain.orders import Scope, Token
from mailbot.models import Talking
from mailbot.models.listed import Models
from mailbot.ports import Site
from mailbot.receive.workers import Processes
from mailbot.web.application import make
from mailbot.web.doors import Doors
from mailbot.web.limits import Limits
from mailbot.web.routes_health import Looked
from mailbot.web.routes_metrics import Scraped
from mailbot.web.secret import digest, fresh
from mailbot.web.settings import Web
from tests.house import ADDRESSES, NAMES, RULES, letterhead
from tests.prepared import ledger_in

BASE = "http://127.0.0.1:8000"
ENVIRONMENT = "the-token-of-the-environment"
ORDER = {
    "app_type": "static_site",
    "description": "A page about bees",
    "recipient_email": "ana@acme.example",
    "requirements": ["It has a heading Honey"],
}


def now():
    """The time: signatures and tokens are judged by it."""
    return datetime.now(UTC)  # noqa: TID251  (the Clock of these tests)


class Here:
    """What a test holds."""

    def __init__(self, ledger, doors, client):
        self.ledger, self.doors, self.client = ledger, doors, client

    async def token(self, name="ci", *, people=("@acme.example",), scopes=(Scope.ORDERS,), days=30, ago=0):
        """The headers of a new token."""
        now = self.doors.site.clock() - timedelta(days=ago)
        secret = fresh()
        token = Token(
            name=name,
            scopes=frozenset(scopes),
            people=tuple(people),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        assert await self.ledger.add_token(token, digest(secret))
        return {"Authorization": f"Bearer {secret}"}

    async def post(self, path, body, headers=None, **more):
        return await self.client.post(path, json=body, headers=headers, **more)

    async def get(self, path, headers=None):
        return await self.client.get(path, headers=headers)


def site(tmp_path, workers, *, embedded=False):
    """Who we are."""
    return Site(
        domain=NAMES.domain,
        embedded=embedded,
        addresses=ADDRESSES,
        data=str(tmp_path),
        clock=now,
        names=NAMES,
        resolver=None,
        prover=None,
        workers=workers,
    )


@functools.cache
def application(settings):
    """The application is the same for all tests of the same settings: its routes take a while to be read."""
    return make(settings, now)


def within(doors):
    """The application, fresh: nobody has called yet."""
    app = application(doors.settings)
    app.state.doors, app.state.limits, app.state.looked = doors, Limits(doors.settings), Looked()
    app.state.scraped = Scraped()
    return app


@functools.cache
def paper():
    """The letterhead is the same for all tests."""
    return letterhead(admins=("ola@acme.example",))


@contextlib.asynccontextmanager
async def here(tmp_path, *, embedded=False, secret="", looks=None, peer="203.0.113.7", models=None, **settings):
    """The application, and a client that calls it from *peer*."""
    workers = Processes()
    stand = site(tmp_path, workers, embedded=embedded)
    ledger = await ledger_in(tmp_path, stand.clock)
    doors = Doors(
        settings=Web(**settings),
        site=stand,
        memory=ledger,
        wake=lambda: None,
        policy=Policy(rules=RULES),
        models=models or Models(settings=Talking(), own=None, site=stand),
        builder="nobody",
        letterhead=paper(),
        ways=("email",),
        api_token=ENVIRONMENT,
        webhook_secret=secret,
        looks=looks or {},
    )
    transport = httpx.ASGITransport(within(doors), client=(peer, 4711), raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            yield Here(ledger, doors, client)
    finally:
        await workers.stop()
        await ledger.close()
