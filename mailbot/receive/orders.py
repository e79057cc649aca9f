"""An order over HTTP, written down as a mail: from there on it is a request like any other.

The mail is of our own making. It comes from whoever gets the answer, goes to our address, says in words what is
ordered, and carries the whole order as a part by which it is understood (understand/order.py).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

from mailbot.domain.message import Address, Authentic, Envelope, Proof
from mailbot.domain.orders import CHANNEL
from mailbot.reply.headers import address, structured, unstructured
from mailbot.understand.order import MEDIA_TYPE, PART, text_of

MAX_SUBJECT: Final = 80
_BOUNDARY: Final = "=_order"  #: it cannot stand in base64


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Who says that the recipient of an order wants it."""

    token: str  #: its name; empty: nobody does
    proof: Proof
    peer: str = ""


def order_mail(order: Mapping[str, Any], *, author: Address, to: Address, nonce: str, at: datetime) -> bytes:
    """The mail of an order; the same values give the same bytes."""
    words = text_of(order) or "An order over HTTP."
    domain = to.rpartition("@")[2]
    content = json.dumps(order, sort_keys=True, ensure_ascii=True, allow_nan=False, indent=1)
    top = [
        structured("Date", *format_datetime(at.astimezone(UTC)).split(" ")),
        address("From", author),
        address("To", to),
        unstructured("Subject", subject_of(order)),
        structured("Message-ID", f"<order.{nonce}@{domain}>"),
        structured("MIME-Version", "1.0"),
        structured("Content-Type", "multipart/mixed;", f'boundary="{_BOUNDARY}"'),
    ]
    text = _part("text/plain; charset=utf-8", words.encode("utf-8", "replace"))
    file = _part(f'{MEDIA_TYPE}; name="{PART}"', content.encode("ascii"), f'attachment; filename="{PART}"')
    end = f"--{_BOUNDARY}--\r\n".encode("ascii")
    return b"".join([*top, b"\r\n", text, file, end])


def subject_of(order: Mapping[str, Any]) -> str:
    """What it is called: its first line, else its kind."""
    lines = str(order.get("subject") or order.get("description") or "").strip().split("\n")
    first = " ".join(lines[0].split())
    kind = str(order.get("app_type", "")).replace("_", " ")
    shown = first if len(first) <= MAX_SUBJECT else first[: MAX_SUBJECT - 1].rsplit(" ", 1)[0] + "…"
    return shown or kind or "Order"


def order_envelope(author: Address, to: Address, vouched: Vouched, at: datetime) -> Envelope:
    """What the door knows of it: who vouches, and from where it came."""
    by = f"the token {vouched.token!r} may order for {author}" if vouched.token else "it was ordered without a token"
    return Envelope(
        channel=CHANNEL,
        sender=author,
        recipients=(to,),
        received_at=at,
        peer=vouched.peer,
        account=vouched.token,
        proof=vouched.proof,
        authentic=Authentic(why=by),
    )


def _part(kind: str, content: bytes, disposition: str = "") -> bytes:
    fields = [f"--{_BOUNDARY}", f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
    fields += [f"Content-Disposition: {disposition}"] if disposition else []
    packed = base64.b64encode(content)
    lines = [packed[at : at + 76] for at in range(0, len(packed), 76)]
    return "\r\n".join([*fields, "", ""]).encode("ascii") + b"\r\n".join([*lines, b""])
