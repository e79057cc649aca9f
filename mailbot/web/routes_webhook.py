"""Orders of workflow tools: by token, by the signature of Standard Webhooks, or openly where an admin says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Header, Response

from mailbot.domain.message import Address
from mailbot.domain.orders import Scope, uuid_of
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.models import Accepted, Hook, Sample, Success, Told, order_of, recipient_of
from mailbot.web.ordering import Key, key_of, place, unheard
from mailbot.web.problems import Trouble, documented
from mailbot.web.security import Anybody, Caller, needs

log = structlog.get_logger()
router = APIRouter(tags=["webhooks"])

Orderer = Annotated[Caller, Depends(needs(Scope.ORDERS))]
WebhookId = Annotated[str | None, Header(alias="webhook-id", description="of Standard Webhooks", max_length=1_000)]


async def caller_of_hook(found: Anybody, doors: TheDoors) -> Caller:
    """Whoever may order by webhook: without a token only where an admin has opened it."""
    if found.token is None and doors.settings.webhook_open:
        return found
    return await needs(Scope.ORDERS)(found)


Hooker = Annotated[Caller, Depends(caller_of_hook)]


@router.post("/webhook/generate", status_code=202, responses=documented(401, 403))
async def webhook_generate(
    hook: Hook, doors: TheDoors, caller: Hooker, response: Response, webhook_id: WebhookId = None, key: Key = None
) -> Accepted:
    """Order software by webhook, in the long form or in the short one of the concept."""
    said = hook.recipient_email or hook.recipient
    recipient = recipient_of(said)
    if recipient is None:
        lacks = (
            "recipient_email is missing: it says who gets the answer" if not said else "recipient_email is no address"
        )
        raise Trouble(400, f"{lacks}; one looks like ana@example.org")
    return await _accepted(
        doors, caller, order_of(hook, recipient), recipient, response, key_of(caller, key, webhook_id)
    )


@router.post("/webhook/status", responses=documented(401, 403))
async def webhook_status(told: Told, caller: Orderer) -> Success:
    """Hear how something of yours stands. It is noted in the log; nothing else follows from it."""
    log.info("webhook.status", token=caller.name, status=told.status[:50], request=told.request_id[:64])
    return Success(message="heard")


@router.post("/webhook/test", responses=documented(401, 403))
async def webhook_test(told: Told, caller: Orderer) -> Success:
    """Try a webhook: it is understood and its token or signature holds; nothing is ordered."""
    del told
    return Success(message=f"it was understood, and {caller.name} may order; nothing was")


@router.post("/test-generation", status_code=202, name="test_generation", responses=documented(401, 403))
async def sample_order(
    sample: Sample, doors: TheDoors, caller: Orderer, response: Response, key: Key = None
) -> Accepted:
    """Order a small sample, to see the whole way once."""
    said = sample.recipient_email or next(iter(doors.letterhead.admins), None)
    recipient = recipient_of(said)
    if recipient is None:
        raise Trouble(400, "recipient_email is no address, or is missing and no admin is set; say who gets the answer")
    hook = Hook(app_type=sample.app_type, description="A page for a summer party on 3 July, with a programme.")
    return await _accepted(doors, caller, order_of(hook, recipient), recipient, response, key)


async def _accepted(
    doors: Doors, caller: Caller, order: Mapping[str, Any], recipient: Address, response: Response, key: str | None
) -> Accepted:
    placed, again = await place(doors, caller, order, recipient, key)
    name = uuid_of(placed.request)
    response.headers["Location"] = f"/status/{name}"
    if again:
        response.headers["Idempotent-Replayed"] = "true"
    words = f"ordered; the answer goes to {recipient}{unheard(doors, placed)}"
    return Accepted(request_id=name, message=words, status_url=f"/status/{name}")
