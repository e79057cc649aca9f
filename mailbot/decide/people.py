"""What is a project's people's alone: who may change it, and with which proof. No rule lets anybody else do it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from mailbot.domain.intent import Command, Intent, Kind
from mailbot.domain.message import Address, Envelope, Message, Proof
from mailbot.domain.project import Project, Role
from mailbot.domain.request import Refused

MAX_PEOPLE: Final = 50  #: of one project, its owner not counted
#: A question or a cry for help is about no project, where a stranger has it.
_ASKS: Final = frozenset({Kind.STATUS, Kind.RESEND})
_SHARED: Final = frozenset({Kind.REVISE, Kind.ROLLBACK, Kind.STOP, Kind.EDIT, Kind.FIX, Kind.REFRESH})
_OWNERS: Final = frozenset({Kind.SHARE, Kind.RETIRE})
_CHANGES: Final = _SHARED | _OWNERS
_MAY: Final[Mapping[Role | None, frozenset[Kind]]] = {
    None: frozenset(),
    "reader": _ASKS,
    "collaborator": _ASKS | _SHARED,
    "owner": _ASKS | _SHARED | _OWNERS,
}
_STRANGER: Final = (
    "this thread belongs to somebody else, and only they can change it or ask how it stands;"
    " write a new mail to have your own built"
)
_LESS: Final[Mapping[Role | None, str]] = {
    "reader": "in this project you may ask how it stands, and ask questions; its owner can let you do more",
    "collaborator": "who takes part in this project, and what is checked, only its owner can change",
}
_BY: Final = {Proof.SPF: "SPF", Proof.DKIM_WEAK: "a signature that leaves the subject out"}
_PERSON: Final = re.compile(r"\S{0,64}@\S{1,253}")
#: A word behind the people that makes them readers, in the languages that our replies are written in.
_READER: Final = re.compile(
    r"\b(?:readers?|read[ -]only|lecteurs?|lectrices?|lecture|leser(?:in(?:nen)?)?|mitleser|czytelni\w{1,8}|do odczytu)"
    r"\b",
    re.IGNORECASE,
)


def not_theirs(message: Message, envelope: Envelope, intent: Intent, project: Project | None) -> Refused | None:
    """A project is its people's; each thing that a mail asks for is judged by itself, commands beside a wish, too."""
    asked = {one.kind for one in intent.commands if one.kind and not one.note}
    asked = asked & {Kind.SHARE} if project is None else (asked | {intent.kind}) & (_ASKS | _CHANGES)
    role = project.role(message.author) if project else "owner"
    if not asked <= _MAY[role]:
        return Refused(rule="owner", reason=_LESS.get(role, _STRANGER))
    if asked & _CHANGES and envelope.proof.rank < Proof.DKIM.rank:
        return Refused(
            rule="proof",
            reason="a change needs a mail that your provider has signed (DKIM) together with its subject, and this one"
            f" is proven by {_BY[envelope.proof]} only; send it by your usual provider",
        )
    people = project.people if project else {}
    if len(after(people, intent)) > max(MAX_PEOPLE, len(people)):
        return Refused(rule="owner", reason=f"{MAX_PEOPLE} people may take part in a project; remove somebody first")
    return None


def role_of(command: Command) -> Role:
    """What whoever is let in by *command* becomes."""
    return "reader" if _READER.search(_PERSON.sub(" ", command.line)) else "collaborator"


def changes(intent: Intent) -> tuple[tuple[Address, Role | None], ...]:
    """Who becomes what by the commands of *intent*, in their order; none: takes no part any more."""
    return tuple(
        (Address(one.address.lower()), None if one.undo else role_of(one))
        for one in intent.commands
        if one.kind is Kind.SHARE and one.address and not one.note
    )


def after(people: Mapping[Address, Role], intent: Intent) -> Mapping[Address, Role]:
    """The people of a project once *intent* is followed."""
    found = dict(people)
    for address, role in changes(intent):
        if role is None:
            found.pop(address, None)
        else:
            found[address] = role
    return found
