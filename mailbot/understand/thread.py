"""Which project a mail is about, and which mail of ours a bounce: by what we signed, never by its subject.

A token gives no right, since forwarding leaks it: whether this author may is judged in decide/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailbot.domain.message import Envelope, Message
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.understand.bounce import delivery_of_bounce


def project_of(message: Message, envelope: Envelope, names: Names) -> ProjectId | None:
    """The project that *message* names; where two are named, the way that is hardest to name by accident counts."""
    return next((found for found in _named(message, envelope, names) if found), None)


def _named(message: Message, envelope: Envelope, names: Names) -> Iterator[ProjectId | None]:
    """Every project that is named, the surest way first."""
    for address in (*envelope.recipients, *message.to, *message.cc):
        yield names.project_of_address(address)
    for id in message.in_reply_to:
        yield names.project_of_message_id(id)
    for id in reversed(message.references):  # the newest stands last
        yield names.project_of_message_id(id)
    yield names.project_of_text(message.quoted)
    yield names.project_of_text(message.text)


def came_back(message: Message, envelope: Envelope, names: Names) -> Message:
    """A bounce that says which delivery of ours it is about, where that can be proven; any other mail as it is."""
    if not message.automatic:
        return message
    known = delivery_of_bounce(message.returned, envelope, names)
    return replace(message, automatic=f"{message.automatic}; it is about our delivery {known}") if known else message
