"""`mailbot rules diff`: new rules beside those in force, tried on the mails of the past. Nothing is stored or sent.

Each mail is read anew from the bytes that are kept, and judged twice on the same facts: by the rules in force, and by
the new ones. What was counted before it is counted as of then; what cannot be known any more is said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from mailbot.decide.facts import Facts
from mailbot.decide.policy import Policy
from mailbot.domain.errors import Broken, Temporary, Unreadable
from mailbot.domain.grants import Grants
from mailbot.domain.message import Message, marks_of
from mailbot.domain.names import Names
from mailbot.domain.project import Project
from mailbot.domain.request import Admitted, Held, Postponed, Refused, Verdict
from mailbot.domain.work import PastMail
from mailbot.ports import Reader, Scanner
from mailbot.receive.reader import InWorker
from mailbot.receive.workers import Processes
from mailbot.settings import Settings
from mailbot.site import known_names, letterhead, policy_in, rules_folder, site_of
from mailbot.store import open_ledger
from mailbot.store.ledger import SqlLedger
from mailbot.understand.brought import is_private, to_read
from mailbot.understand.intent import intent_of
from mailbot.understand.thread import came_back, project_of

AT_ONCE: Final = 200  #: mails that are asked for at a time
WIDTH: Final = 60  #: of a subject in a line
#: What the rules may ask that is not known as of then, and how it is taken.
UNKNOWN: Final[Mapping[str, str]] = {
    "usage.sender_open": "usage.sender_open is not known as of then: it is taken as it is now",
    "spam": "the spam filter judges as it does now, with what it has learned since",
    "role": "who takes part in a project is taken as it is now",
    "usage": "what failed since does not count, whatever it did then",
}


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A mail of the past that new rules would treat otherwise."""

    mail: PastMail
    author: str
    subject: str
    old: str
    new: str

    def __str__(self) -> str:
        subject = self.subject if len(self.subject) <= WIDTH else self.subject[: WIDTH - 1] + "…"
        day = f"{self.mail.envelope.received_at:%Y-%m-%d %H:%M}"
        return f'{self.mail.id}  {day}  {self.author}  "{subject}"\n    now: {self.old}\n    new: {self.new}'


@dataclass(kw_only=True)
class Replay:
    """Two policies side by side."""

    ledger: SqlLedger
    reader: Reader
    scanner: Scanner
    names: Names
    addresses: Mapping[str, str]
    ours: Collection[str]  #: lines of our own help
    old: Policy
    new: Policy
    looked: int = 0  #: mails that were judged
    unread: int = 0  #: mails that cannot be read, and are treated alike by any rules

    async def changed(self, since: datetime) -> AsyncIterator[Changed]:
        """Each mail since then that the new rules treat otherwise, in the order in which they came."""
        last = 0
        while found := await self.ledger.past(since, last, AT_ONCE):
            last = found[-1].number
            for mail in found:
                if one := await self._judged(mail):
                    yield one

    def unsure(self) -> Iterator[str]:
        """What the rules ask that is not known as of then."""
        asked = {key for rule in (*self.old.rules, *self.new.rules) for key in rule.asks}
        asked |= {key.removeprefix("mail.") for key in asked}
        for key, words in UNKNOWN.items():
            if any(one == key or (key == "usage" and one.startswith("usage.")) for one in asked):
                yield words

    @property
    def _scans(self) -> bool:
        """Whether any rule asks the spam filter."""
        return any({"spam", "mail.spam"} & rule.asks for rule in (*self.old.rules, *self.new.rules))

    async def _judged(self, mail: PastMail) -> Changed | None:
        raw, envelope = await self.ledger.raw(mail.id), mail.envelope
        try:
            message = came_back(await self.reader.read(raw), envelope, self.names)
            inputs = await self.reader.inputs(to_read(message, envelope), private=is_private(message))
            spam = await self.scanner.scan(raw, envelope) if self._scans else None
        except (Unreadable, Broken, Temporary):
            self.unread += 1
            return None
        self.looked += 1
        project = await self._project(mail, message)
        facts = await self._facts(mail, message, project)
        facts = replace(facts, spam=spam.score, spam_why="; ".join(spam.reasons)) if spam else facts
        intent = intent_of(message, envelope, project, self.addresses, inputs=inputs, ours=self.ours)
        old, new = (one.judge(message, envelope, intent, project, facts) for one in (self.old, self.new))
        if _treatment(old) == _treatment(new):
            return None
        words = _told(old, new)
        return Changed(mail=mail, author=message.author, subject=message.subject, old=words[0], new=words[1])

    async def _project(self, mail: PastMail, message: Message) -> Project | None:
        found = project_of(message, mail.envelope, self.names)
        return await self.ledger.project(found) if found else None

    async def _facts(self, mail: PastMail, message: Message, project: Project | None) -> Facts:
        quotas = tuple(dict.fromkeys((*self.old.quotas, *self.new.quotas)))
        thread, at = project.id if project else None, mail.envelope.received_at
        return await self.ledger.facts(message, mail.id, marks_of(mail.envelope), thread, quotas, at)


def _treatment(verdict: Verdict | Postponed) -> tuple[object, ...]:
    """What is done with a mail. By which rule, for which reason, and what is left of a quota, is no other treatment."""
    match verdict:
        case Admitted() | Held(admitted=Admitted()):
            order = verdict if isinstance(verdict, Admitted) else verdict.admitted
            given = replace(order.set, tags=(), quotas=()) if order else Grants()
            return type(verdict), given, order.intent.kind if order else None
        case Refused(wording=wording):
            return type(verdict), wording
        case _:
            return (type(verdict),)


def _told(old: Verdict | Postponed, new: Verdict | Postponed) -> tuple[str, str]:
    """Both in a line; of two that let it in, with what they set differently."""
    sets = [one.set for one in (old, new) if isinstance(one, Admitted)]
    other = [f.name for f in fields(Grants) if len(sets) > 1 and getattr(sets[0], f.name) != getattr(sets[1], f.name)]
    return _line(old, other), _line(new, other)


def _line(verdict: Verdict | Postponed, other: Collection[str]) -> str:
    if isinstance(verdict, Postponed):
        return f"Postponed until {verdict.until:%Y-%m-%d %H:%M}: {verdict.reason}"
    said = f"{type(verdict).__name__} by rule {verdict.rule}: {verdict.reason}"
    if not isinstance(verdict, Admitted) or not other:
        return said
    return f"{said}; " + ", ".join(f"{name} {getattr(verdict.set, name)!r}" for name in other)


async def diff(settings: Settings, folder: Path, since: timedelta) -> AsyncIterator[str]:
    """Line by line, what the rules of *folder* would treat otherwise of the mails of this last while."""
    workers = Processes()
    names = known_names(settings)
    site = site_of(settings, names, workers)
    old, new = policy_in(rules_folder(settings), settings), policy_in(folder, settings)
    ledger = await open_ledger(settings.database_url, str(settings.folder), site.clock)
    try:
        replay = Replay(
            ledger=ledger,
            reader=InWorker(workers),
            scanner=settings.spam.open(site, ledger),
            names=names,
            addresses=settings.addresses,
            ours=letterhead(settings, names).help,
            old=old,
            new=new,
        )
        number = 0
        async for one in replay.changed(site.clock() - since):
            number += 1
            yield str(one)
        for words in replay.unsure():
            yield f"note: {words}"
        more = f"; {replay.unread} cannot be read" if replay.unread else ""
        versions = f"by version {new.version} than by {old.version}"
        yield f"{number} of {replay.looked} mails would be treated otherwise {versions}{more}"
    finally:
        await workers.stop()
        await ledger.close()
