"""Who else gets the reply: people of the thread, as far as the rules allow. Nobody can use us to write to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mailbot.domain.message import Address, Message, Proof
from mailbot.domain.request import Request
from mailbot.reply.headers import fits
from mailbot.reply.letterhead import Letterhead

MOST: Final = 5
_MACHINES: Final = frozenset({"mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply"})


def copied(request: Request, message: Message, letterhead: Letterhead) -> tuple[Address, ...]:
    """Those whom the author put into To or Cc: of the author's own domain, or any where a rule grants ``cc``.

    Only where the author is proven by a signature over the whole mail; and a rule that says no to ``cc`` means nobody.
    """
    order = request.admitted
    if order is None or order.proof.rank < Proof.DKIM.rank or order.set.cc is False or message.group:
        return ()
    found = dict[str, Address]()
    for one in _others(message, order.author, letterhead):
        if order.set.cc or _near(one, order.author):
            found.setdefault(one.lower(), one)
    return tuple(found.values())[:MOST]


def _others(message: Message, author: Address, letterhead: Letterhead) -> Iterator[Address]:
    """Every person of the mail but its author; no address of ours, and nothing that a header could be broken with."""
    ours = letterhead.names.domain.lower()
    for one in (*message.to, *message.cc):
        local, _, domain = one.lower().rpartition("@")
        plain = one.isascii() and fits(one) and "." in domain
        if plain and domain != ours and one.lower() != author.lower() and local not in _MACHINES:
            yield one


def _near(one: Address, author: Address) -> bool:
    """Whether it is of the author's own domain, or of a part of that."""
    theirs, own = one.lower().rpartition("@")[2], author.lower().rpartition("@")[2]
    return theirs == own or theirs.endswith(f".{own}")
