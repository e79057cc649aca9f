"""From an order to a request: who vouches for it, its bytes, and the one transaction after which it is ours."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Header

from mailbot.deliver.webhook import allows
from mailbot.domain.message import Address, Envelope, Proof
from mailbot.domain.names import request_id
from mailbot.domain.orders import Placed, Standing, request_of, uuid_of
from mailbot.receive.orders import Vouched, order_envelope, order_mail
from mailbot.web.doors import Doors
from mailbot.web.models import Status
from mailbot.web.problems import Trouble
from mailbot.web.security import SIGNED, Caller

USUAL: Final = timedelta(minutes=5)  #: that an order takes, for whoever wants a time to look again
_KEY: Final = re.compile(r"[!-~]{1,255}")

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="a name of your own for this call, at most 255 characters without spaces: the same call again"
        " is done once, and a different one with the same name is refused",
    ),
]


async def place(
    doors: Doors, caller: Caller, order: Mapping[str, Any], recipient: Address, key: str | None
) -> tuple[Placed, bool]:
    """Make the order durable; return it, and whether this very call was made before."""
    if len(order.get("description", "")) > doors.settings.max_prompt:
        most = f"{doors.settings.max_prompt:,}"
        raise Trouble(422, f"description: it has more than {most} characters; say it shorter, or mail it")
    raw, envelope, placed = written(doors, caller, order, recipient, key)
    stored = await doors.memory.place(raw, envelope, placed)
    doors.wake()
    return stored, repeated(stored, placed)


def written(
    doors: Doors, caller: Caller, order: Mapping[str, Any], recipient: Address, key: str | None
) -> tuple[bytes, Envelope, Placed]:
    """The order as a mail, with its envelope and what is kept beside it."""
    now = doors.site.clock()
    vouched = _vouched(doors, caller, recipient)
    body = hashlib.sha256(json.dumps(order, sort_keys=True).encode("ascii")).hexdigest()
    named = _named(key)
    nonce = hashlib.sha256(f"{caller.name}\0{named}\0{body}".encode()).hexdigest() if named else secrets.token_hex(16)
    to = Address(doors.build)
    raw = order_mail(order, author=recipient, to=to, nonce=nonce[:32], at=now)
    placed = Placed(
        request=request_id(raw, (to,)),
        token=caller.name,
        at=now,
        key=named,
        body=body,
        webhook_url=str(order.get("webhook_url") or ""),
        app_type=str(order.get("app_type", "")),
        webhook_events=tuple(order.get("webhook_events", ())),
    )
    return raw, order_envelope(recipient, to, vouched, now), placed


def unheard(doors: Doors, placed: Placed) -> str:
    """Why nobody will be told at the URL of the order; empty where they will, or nobody asks."""
    if not placed.webhook_url or allows(doors.hooks, placed.webhook_url):
        return ""
    return "; nothing is told to webhook_url, whose host is not allowed: an admin adds it to [webhook] allow"


def repeated(stored: Placed, asked: Placed) -> bool:
    """Whether *stored* was there before; raise Trouble when the same key meant something else then."""
    if stored.body != asked.body:
        words = f"Idempotency-Key: {asked.key!r} was used for another call; take a new one, or repeat that call exactly"
        raise Trouble(422, words)
    return stored is not asked


def _named(key: str | None) -> str:
    if key is None:
        return ""
    if not _KEY.fullmatch(key):
        raise Trouble(422, "Idempotency-Key: it has 1 to 255 visible characters without spaces")
    return key


def _vouched(doors: Doors, caller: Caller, recipient: Address) -> Vouched:
    """Who says that *recipient* wants it: the token's owner, whom an admin gave it for these people."""
    if caller.token is None:
        here = doors.site.embedded and caller.local
        return Vouched(token="", proof=Proof.ACCOUNT if here else Proof.NONE, peer=caller.peer)
    if not caller.token.speaks_for(recipient):
        words = f"the token {caller.name!r} may not order for {recipient}; an admin makes one that may: "
        raise Trouble(403, words + f"mailbot token create NAME --for {recipient}")
    return Vouched(token=caller.name, proof=Proof.ACCOUNT, peer=caller.peer)


def estimated(placed: Placed) -> datetime:
    """When it is worth looking."""
    return placed.at + USUAL


async def standing_of(doors: Doors, caller: Caller, name: str, *, everybody: bool) -> Standing:
    """How the order *name* stands, for whoever ordered it, and for whoever may see *everybody*'s."""
    id = request_of(name)
    found = await doors.memory.standing(id) if id else None
    theirs = found is not None and found.token == caller.name and bool(caller.name)
    if found is None or not (theirs or everybody):
        raise Trouble(404, "there is no such order of yours; the request_id stands in the answer to the order")
    return found


def status_of(standing: Standing) -> Status:
    """The same as the routes say it."""
    return Status.model_validate({
        "request_id": uuid_of(standing.request),
        "status": standing.status,
        "created_at": standing.created_at,
        "completed_at": standing.completed_at,
        "error": standing.error if standing.status == "failed" else None,
        "email_sent": standing.email_sent,
    })  # fmt: skip


def key_of(caller: Caller, key: str | None, webhook_id: str | None) -> str | None:
    """The name of a call: a signed webhook has one already, and the same again is no second order."""
    return webhook_id[:200] if caller.name == SIGNED and webhook_id and key is None else key
