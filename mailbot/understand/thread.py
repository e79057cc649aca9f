"""Which project a mail is about, and which mail of ours a bounce: by what we signed, never by its subject.

A token gives no right, since forwarding leaks it: whether this author may is judged in decide/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mailbot.domain.message import Envelope, Message, MessageId
from mailbot.domain.names import Names
from mailbot.domain.orders import CHANNEL
from mailbot.domain.project import ProjectId
from mailbot.understand.bounce import delivery_of_bounce


def project_of(message: Message, envelope: Envelope, names: Names) -> ProjectId | None:
    """The project that *message* names; where two are named, the way that is hardest to name by accident counts."""
    if envelope.channel == CHANNEL:  # an order begins something new, whatever stands in it
        return None
    return next((found for found in _named(message, envelope, names) if found), None)


def origin_of(message: Message, envelope: Envelope, names: Names) -> tuple[ProjectId, int | None] | None:
    """The project, and its revision, of the mail of ours that *message* passes on or answers: where a copy begins.

    Only a Message-ID proves a revision, for the text is its author's to change. Whoever holds nothing but a thread
    address or a reference line gets the project without one.
    """
    named = project_of(message, envelope, names)
    for id in _held(message):
        project = names.project_of_message_id(id)
        if project and named in {None, project} and (revision := names.revision_of_message_id(id)) is not None:
            return project, revision
    known = named or next((found for id in _held(message) if (found := names.project_of_message_id(id))), None)
    return (known, None) if known else None


def comes_to_thread(message: Message, envelope: Envelope, names: Names) -> bool:
    """Whether it was sent to the address of a thread: whoever does so means that project, and no copy of it."""
    addresses = (*envelope.recipients, *message.to, *message.cc, *message.delivered)
    return any(names.project_of_address(one) for one in addresses)


def _named(message: Message, envelope: Envelope, names: Names) -> Iterator[ProjectId | None]:
    """Every project that is named, the surest way first."""
    for address in (*envelope.recipients, *message.to, *message.cc, *message.delivered):
        yield names.project_of_address(address)
    for id in message.in_reply_to:
        yield names.project_of_message_id(id)
    for id in reversed(message.references):  # the newest stands last
        yield names.project_of_message_id(id)
    planted = _of_others(message, names)
    yield from (one for one in names.projects_of_text(message.quoted) if one not in planted)
    for unsure in (names.projects_of_text(message.text), names.projects_written(message.quoted)):
        yield unsure[0] if len(unsure) == 1 and unsure[0] not in planted else None  # of two side by side: who can tell


def _of_others(message: Message, names: Names) -> set[ProjectId]:
    """The projects that only somebody else's words name: a mail that is passed on must not say where its bearer goes.

    Who wrote it stands in the header that the bearer's own program wrote.
    """
    ours: set[ProjectId] = set()
    others: set[ProjectId] = set()
    for one in (one for one in message.forwarded if not one.part):
        foreign = one.author and one.author.rpartition("@")[2] != names.domain.lower()
        (others if foreign else ours).update(names.projects_of_text(one.text), names.projects_written(one.text))
    return others - ours


def _held(message: Message) -> Iterator[MessageId]:
    """The mails that the author has, or had: passed on whole, answered, further up in the thread."""
    yield from (one.id for one in message.forwarded[:1])
    yield from message.in_reply_to
    yield from reversed(message.references)
    yield from (one.id for one in message.forwarded[1:])


def came_back(message: Message, envelope: Envelope, names: Names) -> Message:
    """A bounce that says which delivery of ours it is about, where that can be proven; any other mail as it is."""
    if not message.automatic:
        return message
    known = delivery_of_bounce(message.returned, envelope, names)
    return replace(message, automatic=f"{message.automatic}; it is about our delivery {known}") if known else message
