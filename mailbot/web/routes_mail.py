"""The mail page: every mail that came and every mail of ours, as a person sees it, in a browser on this machine.

It has no password, so it stands on loopback only, answers to no other name than this machine's, and changes nothing.
The same as JSON, by the paths and names of the Mailpit sink as far as they go, for programs that are being written.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import quote

from jinja2 import DictLoader, Environment, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailbot import __version__
from mailbot.domain.errors import Broken, Permanent, Temporary
from mailbot.ports import Workers
from mailbot.understand.header import visible
from mailbot.web.mailbox import Mailbox, Memory, Shown

NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
MOST: Final = 200  #: mails of one answer as JSON
FEW: Final = 50
_PAGE: Final = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
#: For the page of a stranger's mail: pictures that it carries, its own styles, and nothing else. A link that a person
#: follows opens beside it; scripts, forms, frames and what would be fetched have no way in.
_STRANGER: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _PAGE,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
}


@cache
def _texts() -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in (resources.files("mailbot.web") / "templates").iterdir()}


@cache
def _templates() -> Environment:
    made = Environment(loader=DictLoader(_texts()), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters["time"] = lambda at: f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
    made.filters["seen"] = visible
    return made


class Guard:
    """Around every call: only this machine's own names, only looking, and what every answer says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope)
        why = _refused(request)
        app: ASGIApp = Response(why, 403, media_type="text/plain") if why else self._app

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await app(scope, receive, safely)


def _refused(request: Request) -> str:
    """Why somebody who is not at this machine's own page gets nothing."""
    host = request.headers.getlist("host")
    if len(host) != 1 or host[0].rpartition(":")[0] not in NAMES or not host[0].rpartition(":")[2].isdigit():
        return "This page is for this machine only: open it as http://127.0.0.1 with its port.\n"
    if request.headers.get("sec-fetch-site", "none") in {"cross-site", "same-site"} and not _opened(request):
        return "Another web page asked for this one; open it yourself.\n"
    return ""


def _opened(request: Request) -> bool:
    """Whether a person followed a link to it; what it shows then cannot be read by the page that they came from."""
    mode, place = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest")
    return (mode, place) == ("navigate", "document")


def application(memory: Memory, workers: Workers, address: str) -> ASGIApp:
    """The page. *address* is where requests are mailed to, for whoever has sent none yet."""
    box = Mailbox(memory=memory, workers=workers)
    pages = _Pages(box, address)
    routes = {
        "/": pages.list,
        "/thread/{id}": pages.thread,
        "/mail/{id}": pages.mail,
        "/mail/{id}/page": pages.page,
        "/mail/{id}/raw": pages.raw,
        "/mail/{id}/file/{number:int}": pages.file,
        "/mail.css": pages.style,
        "/api/v1/messages": pages.messages,
        "/api/v1/message/{id}": pages.message,
        "/api/v1/message/{id}/raw": pages.raw,
    }
    wrong: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
        HTTPException: pages.wrong,
        **dict.fromkeys((Permanent, Broken, Temporary), pages.trouble),
    }
    listed = [Route(path, work, methods=["GET"]) for path, work in routes.items()]
    return Guard(Starlette(routes=listed, exception_handlers=dict(wrong)))


class _Pages:
    """What is answered."""

    def __init__(self, box: Mailbox, address: str) -> None:
        self._box, self._address = box, address

    async def list(self, _: Request) -> Response:
        return _page("list", rows=await self._box.rows(), address=self._address)

    async def thread(self, request: Request) -> Response:
        mails = await self._box.thread(request.path_params["id"])
        if not mails:
            raise HTTPException(404)
        return _page("thread", mails=mails, subject=mails[0].subject, id=request.path_params["id"])

    async def mail(self, request: Request) -> Response:
        return _page("mail", mail=await self._one(request))

    async def page(self, request: Request) -> Response:
        """The page of the mail itself, for the frame."""
        mail = await self._one(request)
        try:
            text, _ = await self._box.page(mail.wire)
        except (Broken, Permanent, Temporary) as error:
            text = _templates().get_template("unread.html.j2").render(why=str(error))
        return HTMLResponse(text, headers={"Content-Security-Policy": _STRANGER})

    async def raw(self, request: Request) -> Response:
        mail = await self._one(request)
        return _download(f"{mail.id}.eml", mail.wire)

    async def file(self, request: Request) -> Response:
        mail = await self._one(request)
        found = await self._box.file(mail.wire, request.path_params["number"])
        if found is None:
            raise HTTPException(404)
        return _download(*found)

    async def style(self, _: Request) -> Response:
        return Response(_texts()["mail.css"], media_type="text/css")

    async def messages(self, request: Request) -> Response:
        asked = request.query_params.get("limit", str(FEW))
        most = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked[:9]) <= MOST else FEW
        found = await self._box.newest(most)
        return JSONResponse({"total": len(found), "messages": [_summary(one) for one in found]})

    async def message(self, request: Request) -> Response:
        mail = await self._one(request)
        page = (await self._box.page(mail.wire))[0] if mail.letter["page"] else ""
        life = mail.life.happenings if mail.life else ()
        told = [{"at": one.at.isoformat(), "what": one.what, "words": one.words} for one in life]
        steps = mail.delivery.steps if mail.delivery else ()
        sent = [{"at": at.isoformat(), "state": state, "said": said} for at, state, said in steps]
        whole = {"Text": mail.letter["text"], "HTML": page, "Life": told, "Steps": sent}
        return JSONResponse({**_summary(mail), "Attachments": _files(mail), **whole})

    async def wrong(self, request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 500
        why = "There is no such mail here; it may have been erased." if code == 404 else str(error)  # noqa: PLR2004
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": why}, code)
        return _page("wrong", code, why=why)

    async def trouble(self, request: Request, error: Exception) -> Response:
        return await self.wrong(request, HTTPException(503, f"This cannot be shown now: {error}"))

    async def _one(self, request: Request) -> Shown:
        found = await self._box.one(request.path_params["id"])
        if found is None:
            raise HTTPException(404)
        return found


def _page(name: str, code: int = 200, **values: object) -> Response:
    text = _templates().get_template(f"{name}.html.j2").render(**values, version=__version__)
    return HTMLResponse(text, code)


def _download(name: str, content: bytes) -> Response:
    """Kept, never shown: whatever is in it, a browser does nothing with it."""
    kept = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    safe = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(content, headers={**kept, **safe}, media_type="application/octet-stream")


def _files(mail: Shown) -> list[dict[str, object]]:
    return [
        {"PartID": str(one["number"]), "FileName": one["name"], "ContentType": one["media_type"], "Size": one["size"]}
        for one in mail.letter["files"]
    ]


def _summary(mail: Shown) -> dict[str, object]:
    """By Mailpit's names, and what it does not know."""
    head = mail.letter["head"]
    return {
        "ID": mail.id,
        "MessageID": mail.message_id.strip("<>"),
        "From": head["From"],
        "To": head["To"],
        "Cc": head["Cc"],
        "Subject": head["Subject"],
        "Created": mail.at.isoformat(),
        "Size": mail.letter["size"],
        "Attachments": len(mail.letter["files"]),
        "Tags": ["received" if mail.incoming else "sent"],
        "State": mail.state,
        "Why": mail.why,
        "Thread": mail.thread,
        "Request": mail.request,
    }
