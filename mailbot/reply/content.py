"""What the template of each event is told: results out of records, and outside words made fit to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import Final, assert_never

from mailbot.domain.intent import Kind
from mailbot.domain.message import Message
from mailbot.domain.project import Draft, Maker, Project, Revision
from mailbot.domain.request import Answer, Asked, Built, GaveUp, Refused, Request, Told
from mailbot.reply.changes import changes
from mailbot.reply.evidence import evidence
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.words import block, count, hosts_of, line, sentence, unlinked

MOST: Final = 8  #: sentences of one list; the rest are counted
LONGEST: Final = 200  #: characters of one of them
_FAILED: Final[Mapping[Kind, str]] = {Kind.ROLLBACK: "go back", Kind.QUESTION: "answer this"}
_WAITING: Final[Mapping[Kind, str]] = {
    Kind.REVISE: "I changed nothing yet",
    Kind.QUESTION: "I did not answer this yet",
}
_UNABLE: Final[Mapping[str, str]] = {
    Kind.EDIT: "your own changes to the files",
    Kind.SHARE: "a change of who may take part",
    Kind.RETIRE: "a change of the checks",
    Kind.ERASE: "a wish to be forgotten",
}
_HELPS: Final[Mapping[Kind, str]] = {
    Kind.ROLLBACK: 'reply "status" to see which version is the newest, then name one up to that',
}


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Whom we answer, and about what."""

    request: Request
    message: Message
    project: Project | None  #: none, or one without a name: this mail belongs to no project
    letterhead: Letterhead
    enclosed: tuple[str, ...] = ()  #: names of what is attached, the package first

    def line(self, text: str, limit: int = LONGEST) -> str:
        """One line of outside words."""
        return unlinked(line(text, limit), self._hosts)

    def lines(self, texts: Iterable[str]) -> list[str]:
        """A list of outside sentences that stays a short one."""
        shown = [said for text in texts if (said := self.line(text))]
        rest = len(shown) - MOST
        return shown[:MOST] + ([f"and {rest} more"] if rest > 0 else [])

    def block(self, text: str) -> str:
        """Outside words of many lines."""
        return unlinked(block(text), self._hosts)

    @property
    def known(self) -> Project | None:
        """The project, if there is one."""
        return self.project if self.project and self.project.id else None

    @property
    def kind(self) -> Kind:
        """What was asked for."""
        return self.request.admitted.intent.kind if self.request.admitted else Kind.HELP

    @property
    def title(self) -> str:
        """What the project is called."""
        asked = self.request.admitted.intent.title if self.request.admitted else ""
        return self.line((self.known.title if self.known else "") or asked or "your request", 60)

    @property
    def stands(self) -> str:
        """What the author still has, whatever became of this mail."""
        last = self.known.last if self.known else 0
        return f"v{last} stays your current version." if last else ""

    @cached_property
    def _hosts(self) -> frozenset[str]:
        """The places that the author named, and our own."""
        message = self.message
        return hosts_of(f"{message.subject}\n{message.text}\n{message.quoted}") | {self.letterhead.names.domain}


def content(event: Answer, about: Occasion) -> dict[str, object]:
    """The values for the template of *event*."""
    common: dict[str, object] = {
        "stands": about.stands,
        "sender": about.letterhead.sender,
        "reply_to": about.letterhead.reply_to(about.known.id if about.known else None),
        "reference": about.letterhead.names.reference(about.known.id) if about.known else "",
        "request": about.request.id,
        "admin": ", ".join(about.letterhead.admins) or "whoever runs this mailbox",
    }
    match event:
        case Built():
            return common | _built(event, about)
        case Told():
            return common | _told(event, about)
        case Asked():
            return common | _asked(event, about)
        case GaveUp():
            return common | _gave_up(event, about)
        case Refused(rule=rule, reason=reason):
            said = sentence(about.line(reason, 500))
            return common | {"first": f"I did not do this: {said}", "rule": about.line(rule, 80)}
        case _:
            assert_never(event)


def _built(event: Built, about: Occasion) -> dict[str, object]:
    draft, maker, before = event.draft, event.draft.maker, about.known.head if about.known else None
    first, done = _result(event, about)
    scaffold = f"Built from the template '{about.line(maker.name, 60)}'. No AI model was used."
    return {
        "first": first,
        "label": scaffold if maker.kind == "scaffold" else "",
        "changed": about.line(str(changes(before.draft.files, draft.files)), 600) if before else "",
        "done": done,
        "not_done": about.lines(draft.not_done),
        "evidence": evidence(draft.report, (*(about.known.checks if about.known else ()), *draft.checks), about.line),
        "url": line(draft.url, 400) if draft.url.startswith(("https://", "http://")) else "",
        "open": _opened(draft, about),
        "enclosed": about.enclosed,
        "assumed": about.lines(draft.assumed),
        "undo": f"rollback to v{event.number - 1 or 1}",
        "number": event.number,
        "footer": _footer(event.number, maker, about),
    }


def _result(event: Built, about: Occasion) -> tuple[str, list[str]]:
    """The first line, and what of the list of things done it does not say yet."""
    draft, done = event.draft, about.lines(event.draft.done)
    title, name = about.line(draft.title, 60) or about.title, _greeted(about.message.name)
    if draft.maker.kind == "rollback":
        return f"v{event.number} is {about.line(draft.maker.name, 20)} again, file for file.", []
    if draft.not_done:
        of = len(draft.done) + len(draft.not_done)
        return f'v{event.number} of "{title}" is not all you asked: {len(draft.done)} of {of} done.', done
    if event.number > 1 and len(done) == 1:
        return f"v{event.number}: {sentence(done[0])}", []
    return f'{name}v{event.number} of "{title}" is ready.', done


def _greeted(name: str) -> str:
    """The person's own name before the result, where a display name looks like one: it is shown, never trusted."""
    words = line(name, 60).strip("\"'").rpartition(",")[2].split()
    plain = words[0].replace("-", "").replace("'", "") if words else ""
    return f"{words[0]}, " if plain.isalpha() and len(plain) <= 20 else ""  # noqa: PLR2004  (a longer one is no first name)


def _opened(draft: Draft, about: Occasion) -> str:
    package = about.enclosed[0] if about.enclosed else "the package"
    pages = sorted(path for path in draft.files if path.endswith((".html", ".htm")) and "/" not in path)
    page = "index.html" if "index.html" in pages else pages[0] if len(pages) == 1 else ""
    program = any(
        path.endswith((".py", ".js", ".ts", ".go", ".rb", ".rs", ".java")) for path in draft.files if "/" not in path
    )
    if page and not program:
        return f"Open it: unpack {package}, then double-click {about.line(page, 60)}."
    if "README.md" in draft.files:
        return f"Open it: unpack {package}; README.md says how to start it."
    return f"Open it: unpack {package}; it holds {count(len(draft.files), 'file')}."


def _footer(number: int, maker: Maker, about: Occasion) -> str:
    name, version = about.line(maker.name, 60), about.letterhead.version
    by = {"scaffold": f"template '{name}'", "rollback": "rollback"}.get(maker.kind, name)
    spent = f"{maker.seconds:.0f} s" if maker.seconds >= 10 else f"{maker.seconds:.1f} s"  # noqa: PLR2004
    work = [] if maker.kind == "rollback" else [count(maker.tries, "try", "tries"), spent]
    return "-- " + " · ".join([f"v{number}", by, *work, *([f"mailbot {version}"] if version else [])])


def _told(event: Told, about: Occasion) -> dict[str, object]:
    project, head = about.known, about.known.head if about.known else None
    match event.topic:
        case "help":
            first = "Mail me what you need in plain words; I send it back as software, in the same thread."
        case "status" if project and project.last:
            first = f'"{about.title}" is at v{project.last}.'
        case "status" if project:
            first = f'"{about.title}" has no version yet. When one is built, it comes in this thread.'
        case "status":
            first = "There is no project in this thread yet."
        case "stopped":
            first = f'Stopped. What was being built for "{about.title}" is dropped; no other answer comes for it.'
        case "nothing-to-stop":
            first = "Nothing was being built here, so there was nothing to stop."
        case "not-yet":
            first = f"I understood this as {_UNABLE.get(event.text, event.text)}, and I cannot do that yet."
        case _:
            first = ""
    asks = [local for local, kind in about.letterhead.addresses.items() if kind == "ask"]
    return {
        "topic": event.topic,
        "first": first,
        "text": about.block(event.text),
        "ask": f"{asks[0]}@{about.letterhead.names.domain}" if asks else "",
        "made": _made(head, about) if head and event.topic == "status" else "",
        "evidence": evidence(head.draft.report, project.checks, about.line) if head and project else None,
        "not_done": about.lines(head.draft.not_done) if head else [],
        "project": bool(project),
    }


def _made(head: Revision, about: Occasion) -> str:
    """When and by what the newest revision was made."""
    footer = _footer(head.number, head.draft.maker, about).removeprefix("-- ")
    return f"Made {head.at.astimezone(UTC):%d %b %Y %H:%M} UTC: {footer}"


def _asked(event: Asked, about: Occasion) -> dict[str, object]:
    first = _WAITING.get(about.kind, "I have not built anything yet")
    need = count(len(event.questions), "answer")
    return {
        "first": f"{first}: I need {need} from you." if event.questions else f"{first}.",
        "questions": about.lines(event.questions),
        "options": about.lines(event.options),
    }


def _gave_up(event: GaveUp, about: Occasion) -> dict[str, object]:
    draft = event.draft
    return {
        "first": f"I could not {_FAILED.get(about.kind, 'build this')}.",
        "reason": sentence(about.line(event.reason, 500)),
        "evidence": evidence(draft.report, draft.checks, about.line) if draft else None,
        "tries": count(draft.maker.tries, "try", "tries") if draft else "",
        "helps": _HELPS.get(
            about.kind, "reply with the request in other words or in smaller steps, or send it again later"
        ),
    }
