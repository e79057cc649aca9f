"""What became of the mails: the read side, for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, desc, or_, select

from mailbot.build.plan import Said
from mailbot.domain.message import Authentic, Envelope, Proof
from mailbot.domain.project import Result
from mailbot.domain.reply import SENT_COPY
from mailbot.domain.request import Admitted, State
from mailbot.domain.sending import JOURNAL
from mailbot.store.codec import load, load_turn
from mailbot.store.database import AnyRow, given
from mailbot.store.tables import (
    BLOCKED,
    DUE,
    IN_HAND,
    TIMED,
    attempts,
    audit,
    deliveries,
    messages,
    replies,
    requests,
    turns,
)  # fmt: skip
from mailbot.store.waits import NOTICES
from mailbot.store.words import plain


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail in a list: what became of it, why, and what comes next."""

    id: str
    received_at: datetime
    state: State
    author: str  #: the sender of the envelope, where nobody was proven
    subject: str  #: empty where it was never read
    project: str
    reason: str  #: of what happened last
    next: str  #: what is due, in words; empty when nothing is
    at: datetime | None  #: when that is due, if not at once


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of a life."""

    at: datetime
    what: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Life:
    """Everything that is known of one mail, in order."""

    mail: Mail
    happenings: tuple[Happening, ...]


_NEXT: Final = {
    DUE: "due in {queue}",
    TIMED: "goes on in {queue}",
    BLOCKED: "waits for an earlier request of project {project}",
    IN_HAND: "in hand in {queue}",
}
_SENDING: Final = {
    "waiting": "to be sent by {way}",
    "committing": "sent by {way}, the other side's answer is not known",
    "sent": "sent by {way}",
    "presumed": "presumed sent by {way}",
    "failed": "not delivered by {way}",
    "bounced": "sent by {way}, and given back",
}


class Reports:
    """The questions that people ask."""

    def __init__(self) -> None:
        same = audit.c.id == requests.c.id
        last = (
            select(audit.c.detail)
            .where(same)
            .order_by(desc(audit.c.seq))
            .limit(1)
            .correlate(requests)
            .scalar_subquery()
        )
        # The answer itself in its newest form: no notice, no copy for an archive or for the folder of what was sent.
        forms = (deliveries.c.form.not_like(NOTICES), deliveries.c.form.not_in(sorted(JOURNAL)))
        mine = (deliveries.c.request_id == requests.c.id, deliveries.c.way.not_like(f"{SENT_COPY}%"))
        newest = select(deliveries.c.seq).where(*mine, *forms)
        newest = newest.order_by(desc(deliveries.c.seq)).limit(1).correlate(requests)
        columns = ("id", "envelope", "received_at", "state", "author", "project", "queue", "wait", "wake_at", "body")
        self._mail = (
            select(
                *(requests.c[name] for name in columns),
                last.label("detail"),
                replies.c.recipient,
                replies.c.subject,
                replies.c.kind,
                deliveries.c.way,
                deliveries.c.progress,
                deliveries.c.not_before,
            )
            .outerjoin(replies, replies.c.request_id == requests.c.id)
            .outerjoin(deliveries, deliveries.c.seq == newest.scalar_subquery())
        )
        self._last = self._mail.order_by(desc(requests.c.seq)).limit(given("number"))
        self._one = self._mail.where(requests.c.id == given("of_id"))
        self._find = self._finding()
        key = given("of_id")
        self._size = select(messages.c.size).where(messages.c.request_id == key)
        own = select(deliveries.c.id).where(deliveries.c.request_id == key)
        self._audit = select(audit).where(or_(audit.c.id == key, audit.c.id.in_(own))).order_by(audit.c.seq)
        self._turns = select(turns).where(turns.c.request_id == key).order_by(turns.c.turn)
        self._attempts = select(attempts).where(attempts.c.delivery_id.in_(own)).order_by(attempts.c.seq)

    @staticmethod
    def _finding() -> Any:  # noqa: ANN401  (a compound select)
        """By its id, its own Message-ID, or the Message-ID or id of a mail of ours that answers it."""
        key, name = given("key"), given("name")
        asked = select(requests.c.id).where(requests.c.id == key)
        named = select(requests.c.id).where(requests.c.message_id == name)
        ours = select(deliveries.c.request_id).where(or_(deliveries.c.message_id == name, deliveries.c.id == key))
        return asked.union(named, ours).limit(1)

    def mails(self, connection: Connection, number: int) -> Sequence[Mail]:
        """The last mails, newest first."""
        return [_mail(row) for row in connection.execute(self._last, {"number": number})]

    def life(self, connection: Connection, key: str) -> Life | None:
        """The whole life of one mail, by its id or a Message-ID."""
        key = plain(key.strip())
        found = connection.execute(self._find, {"key": key, "name": f"<{key.strip('<>')}>"}).scalar()
        if found is None:
            return None
        row = connection.execute(self._one, {"of_id": found}).one()
        return Life(
            mail=_mail(row), happenings=tuple(sorted(self._happenings(connection, row), key=lambda one: one.at))
        )

    def _happenings(self, connection: Connection, row: AnyRow) -> Iterator[Happening]:
        """Each kind in its own order; a stable sort by time makes one life of them."""
        id, envelope = {"of_id": row.id}, load(Envelope, row.envelope)
        size = connection.execute(self._size, id).scalar()
        words = f"by {envelope.channel} from {envelope.sender or '<>'} ({envelope.peer or 'no peer'}), {size} bytes"
        yield Happening(at=row.received_at, what="received", words=words)
        if envelope.authentic:
            yield Happening(at=row.received_at, what="proven", words=_proof(envelope.proof, envelope.authentic))
        for turn in connection.execute(self._turns, id):
            yield Happening(at=turn.at, what=turn.kind, words=_turn(turn))
        for one in connection.execute(self._audit, id):
            yield Happening(at=one.at, what=one.what.lower(), words=_reason(one.detail))
        for one in connection.execute(self._attempts, id):
            yield Happening(at=one.at, what=one.progress, words=one.said)


def _proof(proof: Proof, known: Authentic) -> str:
    """How well its author is proven, and by what."""
    said = [
        f"spf {known.spf} ({known.spf_domain})" if known.spf else "",
        *(f"dkim {one.result} ({one.domain})" for one in known.dkim),
        f"dmarc {known.dmarc}" if known.dmarc else "",
        f"arc {known.arc}" if known.arc else "",
        known.provider,
    ]
    return "; ".join(part for part in (proof.value, ", ".join(filter(None, said)), known.why) if part)


def _mail(row: AnyRow) -> Mail:
    order = load(Admitted, row.body) if row.body is not None else None
    next_, at = _next(row)
    return Mail(
        id=row.id,
        received_at=row.received_at,
        state=State(row.state),
        author=row.author or row.recipient or load(Envelope, row.envelope).sender,
        subject=row.subject or (order.intent.title if order else ""),
        project=row.project or "",
        reason=_reason(row.detail or "{}"),
        next=next_,
        at=at,
    )


def _next(row: AnyRow) -> tuple[str, datetime | None]:
    """What is due of it, and when."""
    if row.wait is not None:
        words = _NEXT[row.wait].format(queue=row.queue, project=row.project)
        return words, row.wake_at if row.wait == TIMED else None
    if row.state == State.HELD:
        return "waits for a person to let it in", None
    if row.progress:
        return f"{row.kind}, {_SENDING[row.progress]}".format(way=row.way), row.not_before
    return "", None


def _reason(detail: str) -> str:
    """The small JSON of the audit, in a line."""
    known: dict[str, Any] = json.loads(detail)
    rule = f"rule {known.pop('rule')}" if known.get("rule") else ""
    why = str(known.pop("reason", "") or known.pop("why", ""))
    first = ": ".join(part for part in (rule, why) if part)
    rest = ", ".join(f"{name} {_short(value)}" for name, value in known.items() if value not in ("", None, [], {}))
    return "; ".join(part for part in (first, rest) if part)


def _short(value: object) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)


def _turn(row: AnyRow) -> str:
    """Who made it, or what was found; a very large one is in a blob, and only named."""
    if row.body is None:
        return f"large, in blob {row.blob}"
    turn = load_turn(row.kind, row.body)
    if isinstance(turn, Said):
        maker = turn.maker
        told = f"{maker.kind} {maker.name} {maker.provider}".strip()
        return f"{told}, {maker.seconds:.1f} s, {maker.tokens} tokens, {len(turn.text)} characters"
    found = Counter(finding.result.value for finding in turn.report.findings)
    counts = ", ".join(f"{found[result]} {result}" for result in Result if found[result])
    return f"{counts or 'no finding'}; {turn.report.where or 'nothing was run'}"
