"""An order that came over HTTP, read from the part in which our own door wrote it down.

It says what is to be built and nothing else: who is answered stands in the envelope, and no word of an order is a
command, names a project, or decides about held mail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from mailbot.domain.intent import Intent, Kind, Wants
from mailbot.domain.message import Attachment, Envelope, Message
from mailbot.domain.orders import CHANNEL
from mailbot.understand.language import reply_language
from mailbot.understand.titles import title_of
from mailbot.understand.wants import MAX_NAME, MAX_NAMED, wants_of

PART: Final = "order.json"
MEDIA_TYPE: Final = "application/json"
_NAMING: Final = ("app_type", "tech_stack", "deployment_target", "features", "parameters")


def part_of(message: Message, envelope: Envelope) -> Attachment | None:
    """The part with the order; none of a mail that came another way, whatever it is called there."""
    if envelope.channel != CHANNEL:
        return None
    return next((one for one in message.attachments if one.name == PART and one.media_type == MEDIA_TYPE), None)


def ordered(message: Message, envelope: Envelope) -> Intent | None:
    """What is ordered; None of whatever is no order over HTTP."""
    part = part_of(message, envelope)
    order = _fields(part.content) if part else None
    if order is None:
        return None
    text = text_of(order)
    return Intent(
        kind=Kind.CREATE,
        title=title_of(message.subject),
        text=text,
        wants=_wants(order, text),
        language=reply_language(str(order.get("description", "")), message.language),
    )


def text_of(order: Mapping[str, Any]) -> str:
    """The words of an order, as a person would have mailed them."""
    listed = {"Requirements": _list(order, "requirements"), "Features": _list(order, "features")}
    parts = [str(order.get("description", "")).strip()]
    parts += ["\n".join([f"{name}:", *(f"- {one}" for one in found)]) for name, found in listed.items() if found]
    return "\n\n".join(part for part in parts if part)


def _wants(order: Mapping[str, Any], text: str) -> Wants:
    """What is named counts as it is named; what must hold is read from the words."""
    named = wants_of(json.dumps({name: order[name] for name in _NAMING if order.get(name)}))
    return replace(
        wants_of(text),
        app_type=named.app_type,
        stack=named.stack,
        target=named.target,
        features=tuple(dict.fromkeys(one[:MAX_NAME] for one in (*named.features, *_list(order, "features"))))[
            :MAX_NAMED
        ],
    )


def _list(order: Mapping[str, Any], name: str) -> Sequence[str]:
    found = order.get(name)
    return [" ".join(one.split()) for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _fields(content: bytes) -> dict[str, Any] | None:
    try:
        order = json.loads(content)
    except (ValueError, RecursionError):
        return None  # not as we write it
    return order if isinstance(order, dict) else None
