"""Pages for people: what this is, and the description of every route, read without a script from anywhere else."""

from __future__ import annotations

from importlib import resources
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from mailbot import __version__
from mailbot.web.doors import TheDoors

router = APIRouter(include_in_schema=False)

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1c1c1c}"
    "code{background:#eee;padding:.1em .3em}@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}"
    "code{background:#333}a{color:#9cf}}"
)
_FILES: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
}
_OWN: Final = {
    "swagger.js": "SwaggerUIBundle({url: 'openapi.json', dom_id: '#page', deepLinking: true});",
    "redoc.js": "Redoc.init('openapi.json', {hideLoading: true}, document.getElementById('page'));",
}
#: Nothing from elsewhere; the two viewers write styles, and draw pictures that they carry with them.
_SAFE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; worker-src blob:; font-src 'self' data:; frame-ancestors 'none'"
)


@router.get("/", response_class=HTMLResponse)
async def page(doors: TheDoors) -> HTMLResponse:
    """What answers here."""
    text = f"""\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>mailbot</title>
<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>
<h1>mailbot</h1>
<p>A mailbox that builds software. Mail your request to <a href="mailto:{doors.build}">{doors.build}</a>, in plain
words; what is built comes back in the thread, checked.</p>
<p>Programs order here: <a href="docs">every route</a> (also <a href="redoc">as one page</a>, or as
<a href="openapi.json">OpenAPI</a>). They need a token: <code>mailbot token create NAME</code>.</p>
<p><a href="health">How it is</a>. Version {__version__}.</p>
</body></html>
"""
    safe = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(text, headers={"Content-Security-Policy": safe})


@router.get("/docs", response_class=HTMLResponse)
async def docs() -> HTMLResponse:
    """Every route, to be tried out (Swagger UI)."""
    return _viewer("swagger-ui-bundle.js", "swagger.js", '<link rel="stylesheet" href="docs-files/swagger-ui.css">')


@router.get("/redoc", response_class=HTMLResponse)
async def redoc() -> HTMLResponse:
    """Every route, to be read (ReDoc)."""
    return _viewer("redoc.standalone.js", "redoc.js")


@router.get("/docs-files/{name}")
async def docs_file(name: str) -> Response:
    """The files of the two viewers."""
    if name in _OWN:
        return Response(_OWN[name], media_type="text/javascript")
    if name not in _FILES:
        raise HTTPException(404)
    content = resources.files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(content, media_type=_FILES[name], headers={"Cache-Control": "public, max-age=86400"})


def _viewer(script: str, begin: str, more: str = "") -> HTMLResponse:
    text = f"""\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>mailbot: every route</title>
<meta name="viewport" content="width=device-width">{more}</head><body><div id="page"></div>
<script src="docs-files/{script}"></script><script src="docs-files/{begin}"></script></body></html>
"""
    return HTMLResponse(text, headers={"Content-Security-Policy": _SAFE})
