"""How a person gives mailbot consent to read a mailbox, or to send from it, without telling it the password.

    device    RFC 8628: a code is shown, the person types it into a page on any machine, and we ask until it is done
    browser   RFC 8252: the person's browser comes back to a port of this machine, with a code that only we can use

The browser's way back is open to every program of this machine, so nothing is believed that does not know the state,
and the code is worth nothing without the verifier (PKCE, S256).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from mailbot.consent.grants import Denied, Grant, ask, client_form, granted, number, shown
from mailbot.consent.oauth import Endpoints, Flow, OAuth
from mailbot.consent.tokens import TOKENS, Tokens
from mailbot.domain.errors import Permanent, Temporary
from mailbot.ports import Clock

PATIENCE: Final = 300.0  #: seconds for a person to consent in the browser
LONGEST: Final = 1_800  #: seconds that a device code may be asked about, whatever the provider says
INTERVAL: Final = 5  #: seconds between two questions where the provider names none, and what slow_down adds (RFC 8628)
SLOWEST: Final = 60
MAX_REQUEST: Final = 16_384  #: bytes of what a browser sends
REQUEST: Final = 10.0  #: seconds for it
_CODE: Final = re.compile(r"[!-~]{1,2048}")
_DENIED: Final = frozenset({"access_denied", "authorization_declined"})
_LATE: Final = frozenset({"expired_token", "code_expired"})
_AGAIN: Final = "run `mailbot oauth login` again"

Say = Callable[[str], None]
Sleep = Callable[[float], Awaitable[None]]


async def log_in(rooms: Sequence[object], account: str, flow: Flow | None, data: Path, clock: Clock, say: Say) -> str:
    """Bring the consent of one of *rooms*, the ways in and out of the settings, and keep it; say where it is."""
    name, oauth, user = _chosen(rooms, account)
    grant = await consent(oauth, flow or oauth.flow, user, clock, say)
    path = await Tokens(data / TOKENS, clock).keep(name, oauth, grant)
    return f"{oauth.endpoints().name} lets mailbot into {name}; the tokens are in {path} and are renewed from now on."


def _chosen(rooms: Sequence[object], account: str) -> tuple[str, OAuth, str]:
    """The account, its settings, and who logs in there; one that is read and sent from is asked for both at once."""
    found: dict[str, tuple[OAuth, str]] = {}
    for room in rooms:
        if isinstance(oauth := getattr(room, "oauth", None), OAuth):
            name = str(getattr(room, "account", ""))
            both = name in found and found[name][0].sends
            kept = oauth.model_copy(update={"sends": oauth.sends or both})
            found[name] = kept, str(getattr(room, "user", ""))
    if not found:
        raise Permanent(
            "no [[receive]] or [[deliver]] entry of the settings has `oauth`; docs/settings.md shows how to write one"
        )
    if account in found:
        return account, *found[account]
    if not account and len(found) == 1:
        return next((name, *values) for name, values in found.items())
    raise Permanent(f"choose one of the accounts with --account: {', '.join(found)}")


async def consent(oauth: OAuth, flow: Flow, user: str, clock: Clock, say: Say) -> Grant:
    """Ask *user* for consent by *flow*; tell them by *say* what to do, and wait until it is done."""
    if flow == "device":
        return await by_device(oauth, clock, say)
    return await by_browser(oauth, user, clock, say)


async def by_device(oauth: OAuth, clock: Clock, say: Say, sleep: Sleep = asyncio.sleep) -> Grant:
    """The device flow."""
    to = oauth.endpoints()
    if to.device is None:
        raise Permanent(f"{to.name} does not give access to mail by the device flow; use --browser")
    client = await client_form(oauth)
    answer = await ask(to.device, {**client, "scope": to.scope}, to.name)
    url = shown(answer.get("verification_uri") or answer.get("verification_url"))
    user_code, device_code = shown(answer.get("user_code"), 64), answer.get("device_code")
    if urlsplit(url).scheme not in {"http", "https"} or not user_code or not isinstance(device_code, str):
        raise Temporary(f"{to.name} answered without a code for a person; try again later")
    say(f"Open {url} in a browser on any machine, log in to the mailbox, and type the code\n\n    {user_code}\n")
    code = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": device_code}
    end = clock() + timedelta(seconds=number(answer.get("expires_in"), LONGEST, 1, LONGEST))
    pause = number(answer.get("interval"), INTERVAL, 1, SLOWEST)
    while clock() < end:
        await sleep(pause)
        now = clock()
        try:
            return granted(await ask(to.token, {**code, **client}, to.name), now, to.name)
        except (Denied, Temporary) as error:
            pause = _slower(error, pause, to)
    raise Permanent(f"nobody typed the code into {to.name}'s page in time; {_AGAIN}")


def _slower(error: Denied | Temporary, pause: int, to: Endpoints) -> int:
    """How long to wait before the next question; raise when no question will help."""
    code = error.code if isinstance(error, Denied) else "slow_down"  # a provider in trouble is asked less, too
    if code == "authorization_pending":
        return pause
    if code == "slow_down":
        return min(pause + INTERVAL, SLOWEST)
    if code in _DENIED:
        raise Permanent(f"the consent was refused at {to.name}; {_AGAIN} when its owner agrees") from None
    if code in _LATE:
        raise Permanent(f"nobody typed the code into {to.name}'s page in time; {_AGAIN}") from None
    raise error


async def by_browser(oauth: OAuth, user: str, clock: Clock, say: Say, patience: float = PATIENCE) -> Grant:
    """The authorization code with PKCE, through a port of this machine."""
    to = oauth.endpoints()
    if to.authorize is None:
        raise Permanent(f"{to.name} has no page for the browser flow (authorize_url); use --device")
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    waiting = _Waiting(state=state, who=to.name, found=asyncio.get_running_loop().create_future())
    server = await asyncio.start_server(waiting.connected, "127.0.0.1", 0, limit=MAX_REQUEST)
    try:
        port = server.sockets[0].getsockname()[1]
        back = f"http://{to.redirect}:{port}"
        url = _page(to, oauth, {"redirect_uri": back, "state": state, "login_hint": user}, verifier)
        say(_words(url, port, patience))
        async with asyncio.timeout(patience):
            code = await waiting.found
    except TimeoutError:
        raise Permanent(f"nobody consented within {patience / 60:g} minutes; {_AGAIN}") from None
    finally:
        server.close()
        await waiting.end()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    now = clock()
    return granted(await ask(to.token, {**form, **await client_form(oauth)}, to.name), now, to.name)


def _page(to: Endpoints, oauth: OAuth, known: Mapping[str, str], verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    asked = {
        "response_type": "code",
        "client_id": oauth.client_id,
        "scope": to.scope,
        "code_challenge": base64.urlsafe_b64encode(digest).decode("ascii").rstrip("="),
        "code_challenge_method": "S256",
        **{name: value for name, value in known.items() if value},
        **dict(to.extra),
    }
    return f"{to.authorize}{'&' if '?' in str(to.authorize) else '?'}{urlencode(asked)}"


def _words(url: str, port: int, patience: float) -> str:
    return (
        f"Open this address in a browser, log in to the mailbox, and consent (within {patience / 60:g} minutes):\n\n"
        f"    {url}\n\n"
        "The browser then comes back to this machine. If it runs on another one, first run there:\n\n"
        f"    ssh -L {port}:127.0.0.1:{port} THIS-MACHINE\n"
    )


@dataclass(eq=False)
class _Waiting:
    """For the one request that knows the state."""

    state: str
    who: str
    found: asyncio.Future[str]

    def __post_init__(self) -> None:
        self._talks: set[asyncio.Task[Any]] = set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of a browser, or of anybody else on this machine."""
        task = asyncio.current_task()
        if task:
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
        try:
            async with asyncio.timeout(REQUEST):
                request = await reader.readuntil(b"\r\n\r\n")
                status, words = self._answer(request.partition(b"\r\n")[0].decode("ascii", "replace"))
                writer.write(_response(status, words))
                await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever hangs up or sends nonsense is not the browser that we wait for
        finally:
            writer.close()

    async def end(self) -> None:
        """Let the browser have its page, and nobody stay."""
        if self._talks:
            _, late = await asyncio.wait(self._talks, timeout=1)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _answer(self, line: str) -> tuple[str, str]:
        method, _, rest = line.partition(" ")
        target = urlsplit("/" + rest.partition(" ")[0].lstrip("/"))
        if method != "GET" or target.path != "/":
            return "404 Not Found", "There is nothing here."
        asked = {name: values[0] for name, values in parse_qs(target.query, max_num_fields=50).items()}
        if not hmac.compare_digest(asked.get("state", "").encode("utf-8"), self.state.encode("ascii")):
            return "400 Bad Request", "This is not the answer to the question that mailbot asked. It still waits."
        code = asked.get("code", "")
        if "error" not in asked and _CODE.fullmatch(code):
            self._settle(code)
            return "200 OK", "Thank you. mailbot has your consent; you can close this window."
        said = shown(asked.get("error"), 60)
        self._settle(Permanent(f"the consent was refused at {self.who} ({said or 'no code'}); {_AGAIN}"))
        return "200 OK", "mailbot has no consent; you can close this window."

    def _settle(self, result: str | Permanent) -> None:
        if self.found.done():
            return
        if isinstance(result, str):
            self.found.set_result(result)
        else:
            self.found.set_exception(result)


def _response(status: str, words: str) -> bytes:
    """A page of words; its address, which holds the code, goes to nobody."""
    body = words.encode("utf-8")
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
