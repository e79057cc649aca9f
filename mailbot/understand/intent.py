"""What the author asks for, read from their own words and from what came with them.

Obvious words win without a model: a command, a patch, a file of fresh data. Whatever needs judgement stays a wish
(create, revise), and a model reads it; it never says who asks, who is answered, or who may do what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.domain.intent import Command, Intent, Kind, Wants
from mailbot.domain.message import Envelope, Input, Message, Proof
from mailbot.domain.names import Names
from mailbot.domain.project import Project
from mailbot.understand.brought import Brought, brought
from mailbot.understand.chosen import chosen_in
from mailbot.understand.commands import commanded, trimmed, wished
from mailbot.understand.handed import by_hand, edited
from mailbot.understand.language import reply_language
from mailbot.understand.memory_computer import computer_of
from mailbot.understand.order import ordered
from mailbot.understand.thread import comes_to_thread, origin_of
from mailbot.understand.titles import title_of
from mailbot.understand.wants import wants_of
from mailbot.understand.wishes import asks, joins, refreshes, says_nothing, speaks_of_code, wants_new

__all__ = ["intent_of", "title_of"]

MAX_MATERIAL: Final = 100_000  #: characters of mails that were passed on
MOST_VERSIONS: Final = 200  #: that go along when a whole history is asked for
ALONE: Final = "to be forgotten, write that sentence in a mail of its own; nothing was deleted"
EXPORT_ALONE: Final = "for everything that I keep of you, write that sentence in a mail of its own"
#: Answered beside a wish; what stops or turns back comes first, and the wish is what is left to say.
_ASIDE: Final = frozenset({Kind.STATUS, Kind.HELP, Kind.SHARE, Kind.RETIRE, Kind.RESEND, Kind.REMEMBER})
_WISHES: Final = frozenset({Kind.CREATE, Kind.REVISE, Kind.FIX})


@dataclass(frozen=True, kw_only=True)
class _Said:
    """A mail as far as it has been read."""

    message: Message
    project: Project | None
    text: str  #: the words that count: of the body, or of the subject where it stands for them
    rest: str  #: without the commands
    commands: tuple[Command, ...]
    came: Brought
    question: bool  #: it came to an address for questions
    inputs: tuple[Input, ...] = ()  #: what was read out of the attachments
    seen: int | None = None  #: the version of the mail of ours that it answers or passes on

    @property
    def command(self) -> Command | None:
        """The first command that we know."""
        return next((one for one in self.commands if one.kind and not one.note), None)


def intent_of(  # noqa: PLR0913  (four that every mail has, and what the ledger knows beside)
    message: Message,
    envelope: Envelope,
    project: Project | None,
    addresses: Mapping[str, str],
    *,
    inputs: Sequence[Input] = (),
    asked: Sequence[str] = (),
    ours: Collection[str] = (),
    names: Names | None = None,
) -> Intent:
    """What *message* asks for; *project* is the one it names, *addresses* says which local part is for what.

    *inputs*: what was read out of the attachments. *asked*: our questions that are still open in this project, in
    their order. *ours*: lines of our own help, which do nothing when they come back without quote marks. *names*: by
    which the mail of ours that it answers, or passes on, says its version.
    """
    if order := ordered(message, envelope):
        return order
    said = replace(_read(message, envelope, project, addresses, inputs, ours), inputs=tuple(inputs))
    held = origin_of(message, envelope, names) if names and project else None
    said = replace(said, seen=held[1] if held and project and held[0] == project.id else None)
    kind = _kind(said)
    intent = Intent(
        kind=kind,
        project=project.id if project else None,
        title=title_of(message.subject),
        text=_words(said, kind),
        revision=_revision(said, kind),
        commands=said.commands,
        material="\n\n".join(one.text for one in message.forwarded if one.text)[:MAX_MATERIAL],
        language=reply_language(message.text, message.language, earlier=project.language if project else ""),
    )
    if project and names and _copies(said, kind) and not comes_to_thread(message, envelope, names):
        return _copy(intent, said, project)
    return _aside(_detailed(intent, said, asked), message, project)


def _read(
    message: Message,
    envelope: Envelope,
    project: Project | None,
    addresses: Mapping[str, str],
    inputs: Sequence[Input],
    ours: Collection[str],
) -> _Said:
    body = trimmed("\n".join(line for line in message.text.split("\n") if not line.strip() or line not in ours))
    text = body if body and not says_nothing(body) else _subject_as_words(message, envelope, project)
    found = commanded(text, ours)
    return _Said(
        message=message,
        project=project,
        text=text,
        rest=found.rest,
        commands=_erase_alone(found.commands, found.rest),
        came=brought(message, inputs),
        question=_is_question(message, envelope, addresses),
    )


def _subject_as_words(message: Message, envelope: Envelope, project: Project | None) -> str:
    """The subject of a mail without a body is the request, unless anybody on the way could have written it.

    In a thread it is the thread's, and no request; a command that somebody wrote into it is one. The subject of a
    mail that was only passed on is not the author's.
    """
    title = title_of(message.subject)
    if envelope.proof is Proof.DKIM_WEAK or any(title_of(one.subject) == title for one in message.forwarded):
        return ""
    if project is None:
        return title
    return title if title != project.title and wished(title) else ""


def _erase_alone(commands: tuple[Command, ...], rest: str) -> tuple[Command, ...]:
    """Being forgotten must be all that a mail asks for; so must everything that is kept of its author."""
    if all(one.kind and one.kind.own_data for one in commands) and not asks(rest):
        return commands[:1]
    alone = {Kind.ERASE: ALONE, Kind.EXPORT: EXPORT_ALONE}
    return tuple(replace(one, note=one.note or alone[one.kind]) if one.kind in alone else one for one in commands)


def _kind(said: _Said) -> Kind:
    command = said.command
    if command and command.kind and command.kind.own_data:
        return command.kind
    if said.commands and not _wish_beside(said):
        alone = command and (said.project or command.kind is Kind.REMEMBER)
        return (command.kind if command and alone else None) or Kind.HELP
    if said.question and (said.text or said.project is None):
        return Kind.QUESTION if said.text else Kind.HELP
    return _first_mail(said) if said.project is None else _in_a_thread(said)


def _wish_beside(said: _Said) -> bool:
    """Whether there is a wish beside the commands, and none of them goes before it."""
    kinds = {one.kind for one in said.commands if one.kind and not one.note}
    if not said.rest or (said.project is not None and not kinds <= _ASIDE):
        return False
    return asks(said.rest) or (kinds <= {Kind.REMEMBER} and not says_nothing(said.rest))


def _first_mail(said: _Said) -> Kind:
    """Without a project there is nothing to change; help says what can be done."""
    if not said.text:
        return Kind.HELP
    came = said.came
    if came.patches or came.bundles:
        return Kind.FIX
    theirs = came.code or (came.archives and speaks_of_code(said.text))
    return Kind.FIX if theirs and not wants_new(said.text) else Kind.CREATE


def _in_a_thread(said: _Said) -> Kind:
    came, text = said.came, said.rest
    if said.project is not None and by_hand(said.message, came, said.inputs, said.project, text):
        return Kind.EDIT
    if came.only_data and refreshes(text):
        return Kind.REFRESH
    if not text:
        return Kind.REVISE if said.message.forwarded else Kind.STATUS
    return Kind.REVISE


def _copies(said: _Said, kind: Kind) -> bool:
    """Whether somebody who has no say in a project has one of its mails, and wants something like it of their own."""
    builds = kind in {*_WISHES, Kind.EDIT, Kind.REFRESH} and (said.project is None or not said.commands)
    role = said.project.role(said.message.author) if said.project else "owner"
    if not builds or (role == "reader" and not said.message.forwarded):
        return False
    only_asks = said.text.rstrip().endswith("?") and not asks(said.text)
    return role in {None, "reader"} and not only_asks


def _copy(intent: Intent, said: _Said, project: Project) -> Intent:
    """A project of one's own that begins as a copy: the rules say who may."""
    text = "" if says_nothing(said.text) else said.text
    number = said.seen or project.last
    return replace(
        intent, kind=Kind.CREATE, project=None, origin=project.id, revision=number, text=text, wants=wants_of(text)
    )


def _words(said: _Said, kind: Kind) -> str:
    """The request as it goes to a model: without the commands beside it, and without a patch."""
    text = said.rest or said.text
    if kind is not Kind.EDIT or not said.message.patch:
        return text
    head = said.message.patch.partition("\n")[0]
    return trimmed(f"\n{text}".partition(f"\n{head}")[0])


def _revision(said: _Said, kind: Kind) -> int | None:
    """The version to go back to: "undo" means the one before the one that the author sees."""
    if kind is Kind.RESEND and said.command:
        return said.command.number
    if kind is not Kind.ROLLBACK or said.project is None or said.command is None:
        return None
    number = said.command.number
    return said.project.last - 1 if number is None else number


def _detailed(intent: Intent, said: _Said, asked: Sequence[str]) -> Intent:
    """With what is said of the program, and of an earlier wish."""
    form = next((one.form for one in reversed(said.commands) if one.form and not one.note), "")
    last = said.project.last if said.project else 0
    history = tuple(range(max(1, last - MOST_VERSIONS + 1), last + 1)) if form == "bundle" else ()
    intent = replace(intent, form=form, history=history)
    if intent.kind is Kind.EDIT and said.project:
        change = edited(said.message, said.inputs, said.project, intent.text, said.seen)
        intent = replace(intent, edit=change)
    if intent.kind not in {*_WISHES, Kind.EDIT}:
        return intent
    wish = intent.kind in _WISHES
    chosen = chosen_in(said.message, asked) if intent.kind is Kind.REVISE else ()
    wants = replace(wants_of(intent.text, lists=not chosen), computer=computer_of(intent.text)) if wish else Wants()
    return replace(intent, wants=wants, chosen=chosen, joins=wish and joins(intent.text))


def _aside(intent: Intent, message: Message, project: Project | None) -> Intent:
    """A stranger who was forwarded a mail of ours may ask what it is; that is no question about the project."""
    general = intent.kind in {Kind.QUESTION, Kind.HELP, Kind.ERASE, Kind.EXPORT, Kind.REMEMBER}
    return replace(intent, project=None) if project and general and not project.role(message.author) else intent


def _is_question(message: Message, envelope: Envelope, addresses: Mapping[str, str]) -> bool:
    """Whether it came to an address for questions, and to none for building."""
    for group in (envelope.recipients, message.to, message.cc):
        locals_ = (address.partition("@")[0].partition("+")[0].lower() for address in group)
        kinds = {addresses[local] for local in locals_ if local in addresses}
        if kinds:
            return "ask" in kinds and "build" not in kinds
    return False
