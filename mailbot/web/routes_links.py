"""Packages for those whose mail lets none through: fetched by a link that ends after a week, and after some downloads.

Scanners of mail follow every link, so looking at one changes nothing: it shows a page with a button, and the button
counts. Nothing of the page or the package can run on our name: a sandbox, no scripts, a file to be saved.
"""

from __future__ import annotations

import asyncio
import html
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from mailbot.build.links import MAX_DOWNLOADS, Linked, verified
from mailbot.domain.errors import Permanent
from mailbot.domain.project import Project
from mailbot.domain.request import RequestId
from mailbot.reply.enclosed import Stock, goods_of, stock_at
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.problems import Trouble, documented

router = APIRouter(tags=["public"])

GONE: Final = (
    'this link is not ours, or its week is over; reply "resend as link" to the mail that it came with, for a new one'
)
USED: Final = f'this link was used {MAX_DOWNLOADS} times, which is the most; reply "resend as link" for a new one'
_SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; sandbox allow-forms allow-downloads",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_PAGE: Final = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width">
<style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;
padding:0 1rem}}button{{font:inherit;padding:.5rem 1rem}}</style></head><body><main>
<h1>{name}</h1>
<p>Version {number} of the project "{title}". The link works until {until} UTC.</p>
<form method="post"><button>Download</button></form>
<p>It is generated code: review it before you use it in production.</p></main></body></html>
"""

MadeBy = Annotated[str, Path(pattern="^[a-z2-7]{20}$", description="of the request that made it")]
Number = Annotated[int, Path(ge=1, le=999_999, description="of the version")]
Name = Annotated[str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$", description="of the package")]


class Signed(BaseModel):
    """What makes a link one of ours."""

    until: str = Field(default="", max_length=12, description="when it ends, in seconds since 1970")
    sign: str = Field(default="", max_length=26, description="our signature")


Ours = Annotated[Signed, Query()]


@router.get("/get/{made_by}/{number}/{name}", response_class=HTMLResponse, responses=documented(404))
async def look(
    request: Request, doors: TheDoors, made_by: MadeBy, number: Number, name: Name, ours: Ours
) -> HTMLResponse:
    """What a link leads to, with a button to download it. Looking changes nothing."""
    linked, project, _ = await _found(request, doors, made_by, number, name, ours)
    page = _PAGE.format(
        name=html.escape(linked.name), number=linked.revision, title=html.escape(project.title[:200]),
        until=f"{linked.until:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return HTMLResponse(page, headers=_SAFE)


@router.post(
    "/get/{made_by}/{number}/{name}", responses={200: {"content": {"application/zip": {}}}, **documented(404, 429)}
)
async def fetch(request: Request, doors: TheDoors, made_by: MadeBy, number: Number, name: Name, ours: Ours) -> Response:
    """Download the package; it is counted."""
    linked, _, stock = await _found(request, doors, made_by, number, name, ours)
    if not await doors.memory.use_link(ours.sign, linked.until, MAX_DOWNLOADS, doors.site.clock()):
        raise Trouble(429, USED)
    goods = await asyncio.to_thread(goods_of, stock, doors.letterhead)
    headers = _SAFE | {"Content-Disposition": f'attachment; filename="{linked.name}"'}
    return Response(goods.package.zip, media_type="application/zip", headers=headers)


async def _found(
    request: Request, doors: Doors, made_by: str, number: int, name: str, ours: Signed
) -> tuple[Linked, Project, Stock]:
    """What the link leads to; every reason that there is none is the same answer."""
    path, names = f"/get/{made_by}/{number}/{name}", doors.letterhead.names
    linked = verified(path, ours.until, ours.sign, now=doors.site.clock(), keys=names.keys)
    if linked is None or request.url.path != path:
        raise Trouble(404, GONE)
    try:
        made = await doors.memory.request(RequestId(linked.request))
        id = made.admitted.intent.project if made.admitted else None
        project = await doors.memory.project(id, linked.revision) if id else None
    except Permanent as error:  # it was erased since
        raise Trouble(404, GONE) from error
    stock = stock_at(project, linked.revision) if project else None
    if project is None or stock is None or stock.request != linked.request:
        raise Trouble(404, GONE)
    return linked, project, stock
