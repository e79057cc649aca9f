"""One mail as the rules see it: flat, judged by nobody yet, with all that a rule may ask about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from mailbot.decide.facts import COUNTS, Facts
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Intent
from mailbot.domain.message import Envelope, Message, Proof
from mailbot.domain.project import Project

MAX_TEXT: Final = 1_000_000  #: characters that a rule searches; a mail with more is held by the rule that would
ROLES: Final = ("none", "reader", "collaborator", "owner")
_TOKEN: Final = re.compile(r"(?:[a-z0-9]{6}|new)\.[a-z2-7]{10}", re.IGNORECASE)  #: of a thread: ours, nobody's choice
_BRACKETS: Final = r"(?:^|[\[(!])\s*"
_URGENT: Final = re.compile(
    rf"{_BRACKETS}(?:urgent|asap|pilne|dringend|eilt|urgente?)\b|\b(?:urgent|asap|pilne|dringend|eilt)\s*[\])!:]",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Attached:
    """One file that came along, without its bytes."""

    name: str = ""
    type: str = ""
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything a rule may ask about. What is not said is the weakest that it could be."""

    channel: str = "smtp"
    author: str = "nobody@nowhere.invalid"
    to: tuple[str, ...] = ()
    proof: Proof = Proof.NONE
    subject: str = ""
    body: str = ""
    attachments: tuple[Attached, ...] = ()
    size: int = 0  #: bytes of text and attachments
    spam: float = 0.0
    spam_why: str = ""
    lang: str = ""
    intent: str = "create"
    app_type: str = ""
    stack: tuple[str, ...] = ()
    known_thread: bool = False
    role: str = "none"
    usage: Mapping[str, int] = field(default_factory=dict)  #: a count that is not in it is 0
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    auto_submitted: bool = False
    list_mail: bool = False

    @property
    def domain(self) -> str:
        """The author's."""
        return self.author.rpartition("@")[2].lower()

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """What stands behind the plus of our addresses; the name of a thread is none."""
        found = (address.rpartition("@")[0].partition("+")[2] for address in self.to)
        return tuple(tag.lower() for tag in found if tag and not _TOKEN.fullmatch(tag))

    @cached_property
    def urgent(self) -> bool:
        """Whether the subject says that it cannot wait: [urgent], ASAP:, PILNE! and the like."""
        return bool(_URGENT.search(self.subject))

    @cached_property
    def folded(self) -> Mapping[str, str]:
        """Subject and body without their case."""
        return {"subject": self.subject.casefold(), "body": self.text("body").casefold()}

    def text(self, name: str) -> str:
        """Subject or body, to be searched."""
        text = str(getattr(self, name))
        if len(text) > MAX_TEXT:
            raise Permanent(f"the {name} has {len(text):,} characters, and a rule searches {MAX_TEXT:,} at most")
        return text

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """What an expression (``when``) may name."""
        mail = {
            "channel": self.channel,
            "from": self.author.lower(),
            "domain": self.domain,
            "to": [one.lower() for one in self.to],
            "tag": self.tags[0] if self.tags else "",
            "subject": self.subject,
            "body": self.text("body"),
            "attachments": [asdict(one) for one in self.attachments],
            "size": self.size,
            "spam": float(self.spam),
            "lang": self.lang,
            "intent": self.intent,
            "app_type": self.app_type,
            "stack": list(self.stack),
            "proof": str(self.proof),
            "proof_rank": self.proof.rank,
            "known_thread": self.known_thread,
            "role": self.role,
            "urgent": self.urgent,
            "auto_submitted": self.auto_submitted,
            "list_mail": self.list_mail,
        }
        usage = {name: self.usage.get(name, 0) for name in COUNTS}
        return {"mail": mail, "usage": usage, "rank": RANKS, "now": self.at}


#: The levels of proof by the names that an expression can write: ``mail.proof_rank >= rank.dkim_weak``.
RANKS: Final[Mapping[str, int]] = {str(proof).replace("-", "_"): proof.rank for proof in Proof}


def case_of(message: Message, envelope: Envelope, intent: Intent, project: Project | None, facts: Facts) -> Case:
    """What rules may ask about this mail."""
    attached = [Attached(name=_clean(a.name), type=a.media_type, size=len(a.content)) for a in message.attachments]
    role = facts.role or (project.role(message.author) if project else None)
    return Case(
        channel=envelope.channel,
        author=_clean(message.author),
        to=tuple(map(_clean, envelope.recipients)),
        proof=envelope.proof,
        subject=_clean(message.subject),
        body=_clean(message.text),
        attachments=tuple(attached),
        size=size_of(message),
        spam=facts.spam,
        spam_why=facts.spam_why,
        lang=_clean(intent.language or message.language).lower(),
        intent=str(intent.kind),
        app_type=_clean(intent.wants.app_type),
        stack=tuple(map(_clean, intent.wants.stack)),
        known_thread=project is not None,
        role=role or "none",
        usage={name: getattr(facts, name) for name in COUNTS},
        at=envelope.received_at,
        auto_submitted=bool(message.automatic),
        list_mail=bool(message.group),
    )


def size_of(message: Message) -> int:
    """Bytes of the text and of all attachments."""
    return len(message.text.encode("utf-8", "replace")) + sum(len(one.content) for one in message.attachments)


def _clean(text: str) -> str:
    """*text* without the lone surrogates that a broken mail may leave: no pattern would ever match it with them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
