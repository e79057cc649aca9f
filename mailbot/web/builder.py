"""mailbot as a model of its own: what it is asked for is ordered, and its answer says what became of the order.

Only what the ledger says is said. The software itself comes by mail, as after every order.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from mailbot.domain.message import Address
from mailbot.domain.orders import Placed, Standing, uuid_of
from mailbot.understand.addresses import address
from mailbot.web.chatting import Bit
from mailbot.web.doors import Doors
from mailbot.web.models import Order
from mailbot.web.models_ai import Said
from mailbot.web.ordering import place, standing_of
from mailbot.web.problems import Trouble
from mailbot.web.security import Caller

NAME: Final = "mailbot/builder"
LOOK: Final = 0.3  #: seconds between two looks
PATIENCE: Final = 540.0  #: seconds for the whole answer: clients of OpenAI wait for 600
_HOUR: Final = "%Y-%m-%dT%H"
_DONE: Final = {
    "built": "It is built and checked",
    "told": "It is answered",
    "asked": "There is a question first; answer the mail to go on",
}
_SENT: Final = {
    "sent": "the mail was sent to {to}",
    "presumed": "the mail was sent to {to}",
    "bounced": "the mail came back",
}


async def ordered(doors: Doors, caller: Caller, messages: Sequence[Said], user: str | None, key: str | None) -> Placed:
    """The order that *messages* mean: the last words of the user, for the address of the token.

    A client that calls again because it was tired of waiting orders nothing twice: the same words within the same hour
    are the same order, unless the caller names its calls by Idempotency-Key.
    """
    wish = next((one.content for one in reversed(messages) if one.role == "user" and one.content.strip()), "")
    if not wish:
        raise Trouble(422, "messages: there is none of the user that says what to build")
    recipient = recipient_of(caller, user)
    whole = repr((str(recipient), [(one.role, one.content) for one in messages]))
    hour = doors.site.clock().strftime(_HOUR)
    named = key or f"chat-{hashlib.sha256(whole.encode('utf-8', 'replace')).hexdigest()[:40]}-{hour}"
    order = Order(app_type="application", description=wish, recipient_email=recipient)
    placed, _ = await place(doors, caller, order.model_dump(mode="json"), recipient, named)
    return placed


def recipient_of(caller: Caller, user: str | None) -> Address:
    """Who gets the mail: the address that the call names as its user, else the one that the token is for."""
    if user and (named := address(user)):
        return named
    people = caller.token.people if caller.token else ()
    found = next((known for one in people if not one.startswith("@") and (known := address(one))), None)
    if found is None:
        words = "user: this token is for no single address, so say in `user` who gets the mail: ana@example.org"
        raise Trouble(422, words)
    return found


async def told(doors: Doors, caller: Caller, placed: Placed) -> AsyncGenerator[Bit]:
    """What becomes of it, step by step; the last bit has an end. Whoever leaves stops nothing: it is ordered."""
    name = uuid_of(placed.request)
    link = f"/status/{name}"
    yield Bit(text=f"Ordered as {name}. {link} says how far it is.\n")
    loop = asyncio.get_running_loop()
    until, last = loop.time() + PATIENCE, "queued"
    while True:
        standing = await standing_of(doors, caller, name, everybody=False)
        if standing.ended:
            yield Bit(text=f"{_result(standing)}\n{link}\n")
            yield Bit(end="stop")
            return
        if standing.status != last:
            last = standing.status
            yield Bit(text=f"{_stage(standing)}\n")
        if loop.time() > until or doors.closing.is_set():
            yield Bit(text=f"It goes on without you; the answer comes by mail. {link}\n")
            yield Bit(end="stop")
            return
        await asyncio.sleep(LOOK)


def _stage(standing: Standing) -> str:
    return {"processing": "It is being built.", "completed": "It is answered; the mail is on its way."}.get(
        standing.status, "It waits for its turn."
    )


def _result(standing: Standing) -> str:
    """In words, and only what is recorded."""
    if standing.status == "failed":
        return f"It was not built: {standing.error or 'the status says no more'}."
    done = _DONE.get(standing.outcome, "It has ended")
    sent = _SENT.get(standing.progress, "the mail was not delivered").format(to=standing.recipient)
    said = f" ({standing.error})" if standing.error else ""
    return f"{done}; {sent}{said}."
