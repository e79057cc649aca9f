"""The application: every route, and what is around all of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from mailbot import __version__
from mailbot.ports import Clock
from mailbot.web import (
    pages,
    routes_ai,
    routes_eml,
    routes_health,
    routes_links,
    routes_metrics,
    routes_models,
    routes_openai,
    routes_orders,
    routes_public,
    routes_send,
    routes_sessions,
    routes_state,
    routes_webhook,
    routes_ws,
)
from mailbot.web.allowed import Allowed
from mailbot.web.doors import Doors
from mailbot.web.edge import Edge
from mailbot.web.limits import Limits
from mailbot.web.metrics import Seen, Timed
from mailbot.web.problems import MEDIA_TYPE, OPENAI, install
from mailbot.web.routes_health import Looked
from mailbot.web.routes_metrics import Scraped
from mailbot.web.settings import Web
from mailbot.web.tally import Counted

ROUTERS: Final = (
    pages.router,
    routes_health.router,
    routes_metrics.router,
    routes_public.router,
    routes_links.router,
    routes_orders.router,
    routes_webhook.router,
    routes_send.router,
    routes_eml.router,
    routes_ai.router,
    routes_models.router,
    routes_sessions.router,
    routes_state.router,
    routes_openai.router,
    routes_ws.router,
)
SMALL: Final = 1_000  #: bytes of an answer that is not worth packing
SHOWN: Final = (
    "Location",
    "Retry-After",
    "X-Request-ID",
    "X-Process-Time",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
)
_ERROR: Final = 400
_ABOUT: Final = """\
Order software by HTTP, and get it by mail, as if you had mailed the order: same rules, same checks, same reply.

Every call needs a token (`mailbot token create NAME`), as `Authorization: Bearer TOKEN` or `X-API-Key: TOKEN`.
"""


def make(
    settings: Web, clock: Clock, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None
) -> FastAPI:
    """The application. Whoever makes it puts the house into ``app.state.doors``, at once or in *lifespan*."""
    app = FastAPI(
        title="mailbot",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        license_info={"name": "MIT"},
    )
    app.state.clock, app.state.limits, app.state.looked = clock, Limits(settings), Looked()
    app.state.seen, app.state.scraped = Seen(), Scraped()
    for router in ROUTERS:
        app.include_router(router)
    install(app)
    app.add_middleware(GZipMiddleware, minimum_size=SMALL)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-Request-ID", settings.key_header],
            expose_headers=list(SHOWN),
            max_age=600,
        )
    app.add_middleware(Allowed, settings=settings)
    app.add_middleware(Edge, settings=settings)
    app.add_middleware(Counted)
    app.add_middleware(Timed, seen=app.state.seen)
    _describe(app, settings)
    return app


def within(settings: Web, doors: Doors) -> FastAPI:
    """The application in a house that is open."""
    app = make(settings, doors.site.clock)
    app.state.doors = doors
    return app


def _describe(app: FastAPI, settings: Web) -> None:
    """The description says exactly what is answered: errors in their own media type, the key header by its name."""
    usual = app.openapi

    def openapi() -> dict[str, Any]:
        made = usual()
        for path, route in made["paths"].items():
            for call in route.values():
                if path.startswith(OPENAI):  # what is wrong with a call is a 400 there
                    call["responses"].pop("422", None)
                for status, answer in call["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= _ERROR and MEDIA_TYPE in content:
                        answer["content"] = {MEDIA_TYPE: content[MEDIA_TYPE]}
        made["components"]["securitySchemes"]["Key"]["name"] = settings.key_header
        return made

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI documents it
