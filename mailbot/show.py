"""What became of the mails, in words for a person: `mailbot mails`, `why` and `replay`."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from mailbot.build.plan import Ask, Try, next_move
from mailbot.decide.case import Case, case_of
from mailbot.decide.match import explain
from mailbot.decide.policy import Facts, Policy
from mailbot.doctor.unanswered import mend_of
from mailbot.domain.errors import Broken, Permanent, Unreadable
from mailbot.domain.message import Envelope, Message, Proof
from mailbot.domain.project import Project, ProjectId
from mailbot.domain.request import Admitted, Event, Ignored, Postponed, State, Verdict
from mailbot.domain.work import HeldMail
from mailbot.receive.reader import InWorker
from mailbot.receive.workers import Processes
from mailbot.settings import Settings
from mailbot.site import known_names, policy_of, site_of
from mailbot.store import open_ledger
from mailbot.store.ledger import MANY, SqlLedger
from mailbot.store.reports import Mail
from mailbot.understand.intent import intent_of
from mailbot.understand.thread import project_of

WEEK: Final = timedelta(days=7)
WIDTH: Final = 60  #: of a subject in a list


@contextlib.asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[SqlLedger]:
    """The ledger, to look at; a mailbot that serves may go on meanwhile."""
    ledger = await open_ledger(settings.database_url, str(settings.folder), now)
    try:
        yield ledger
    finally:
        await ledger.close()


async def list_mails(settings: Settings, count: int) -> str:
    """The last mails, newest first, and for each unanswered one why, and what would change it."""
    async with _ledger(settings) as ledger:
        mails, total = await ledger.mails(count), await ledger.count()
    lines = [line for mail in mails for line in _mail(mail)]
    closed = ", ".join(f"{rule} {number}" for rule, number in sorted(total.closed.items()))
    law = (
        f"received {total.received} = answered {total.answered} + closed {sum(total.closed.values())}"
        f"{f' ({closed})' if closed else ''} + held {total.held} + in flight {total.in_flight}"
    )
    return "\n".join([*(lines or ["no mail has come yet; send one with `mailbot send`"]), "", law])


def _mail(mail: Mail) -> list[str]:
    subject = mail.subject if len(mail.subject) <= WIDTH else mail.subject[: WIDTH - 1] + "…"
    line = f"{mail.id}  {_time(mail.received_at)}  {mail.state:8}  {mail.author or '<>'}  {subject}".rstrip()
    reason = "" if mail.state is State.ANSWERED else mail.reason
    words = [reason, f"{mail.next}{_when(mail.at)}", _mend(mail)]
    return [line, *(f"    {part}" for part in words if part)]


def _mend(mail: Mail) -> str:
    mend = mend_of(mail)
    return f"to change it: {mend}" if mend else ""


async def tell_life(settings: Settings, key: str) -> str:
    """Everything that is known of one mail, in order."""
    async with _ledger(settings) as ledger:
        life = await ledger.life(key)
    if life is None:
        raise Permanent(f"no mail is known as {key!r}; `mailbot mails` lists the last ones with their ids")
    mail = life.mail
    head = [f"{mail.id}  {mail.state}  {mail.author or '<>'}  {mail.subject}".rstrip()]
    head += [f"project {mail.project}"] if mail.project else []
    lines = [f"{_time(one.at)}  {one.what:12} {one.words}".rstrip() for one in life.happenings]
    last = [f"now: {mail.next}{_when(mail.at)}" if mail.next else "", _mend(mail)]
    return "\n".join([*head, *lines, *filter(None, last)])


async def tell_health(settings: Settings) -> tuple[str, bool]:
    """How each part that tells is, since when, and whether all are well."""
    async with _ledger(settings) as ledger:
        parts, held = await ledger.parts(), await ledger.held()
        lost = await ledger.lost(now() - WEEK)
    waits = [f"{'held':8} {_held(held)}"] if held else []
    if lost:
        waits.append(f"{'lost':8} {lost} answer(s) of the last 7 days reached nobody: `mailbot deliveries list`")
    lines = waits + [
        f"{'TROUBLE' if trouble else 'well':8} {part}  since {_time(at)}{f': {trouble}' if trouble else ''}"
        for part, (trouble, at) in sorted(parts.items())
    ]
    return "\n".join(lines or ["no part has told anything yet"]), not any(trouble for trouble, _ in parts.values())


def _held(held: Sequence[HeldMail]) -> str:
    """How many mails wait for a person, and since when."""
    many = f"{len(held)} or more" if len(held) == MANY else str(len(held))
    since = _time(held[0].request.envelope.received_at)
    return f"{many} mail(s) wait for a person, the first since {since}: `mailbot held list`"


def now() -> datetime:
    """The time, for a ledger that is only looked at."""
    return datetime.now(UTC)  # noqa: TID251  (a Clock)


def _time(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03}"


def _when(at: datetime | None) -> str:
    return f", at {_time(at)}" if at else ""


async def judge_file(settings: Settings, file: Path, to: str) -> str:
    """Read and judge a mail as if it came now; nothing is stored, nothing is sent."""
    seen = await _seen(settings, file, to)
    if isinstance(seen, Ignored):
        return _event(seen)
    message, envelope, facts = seen
    return "\n".join([*_understood(message), *_trusted(envelope, facts), *_judged(settings, message, envelope, facts)])


async def explain_file(settings: Settings, file: Path, to: str) -> str:
    """What each rule says of a mail, with its place and the reason, and then the verdict."""
    seen = await _seen(settings, file, to)
    if isinstance(seen, Ignored):
        return _event(seen)
    policy, case, verdict, _ = _judge(settings, *seen)
    trust = [*_trusted(seen[1], seen[2]), f"{'rules':10} version {policy.version}"]
    return "\n".join([*trust, "", *explain(policy.rules, case), f"=> {_event(verdict)}"])


async def _seen(settings: Settings, file: Path, to: str) -> tuple[Message, Envelope, Facts] | Ignored:
    """A mail, read and proven as if it came now."""
    raw = await asyncio.to_thread(_bytes, file)
    build = next((local for local, kind in settings.addresses.items() if kind == "build"), "build")
    envelope = Envelope(
        channel="smtp",
        sender="(replayed)",
        recipients=(to or f"{build}@{settings.site_domain}",),
        received_at=now(),
        peer="127.0.0.1",
        proof=Proof.NONE if settings.domain else Proof.ACCOUNT,
    )
    workers = Processes()
    site = site_of(settings, known_names(settings), workers)
    try:
        envelope = await site.prover.prove(raw, envelope)
        message = await InWorker(workers).read(raw)
        spam = await settings.spam.open(site).scan(raw, envelope)
    except (Unreadable, Broken) as error:
        return Ignored(rule="unreadable", reason=str(error))
    finally:
        await workers.stop()
    return message, envelope, Facts(spam=spam.score, spam_why="; ".join(spam.reasons))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Permanent(f"{file} cannot be read: {error}") from error


def _understood(message: Message) -> list[str]:
    attached = ", ".join(f"{one.name} ({len(one.content):,} bytes)" for one in message.attachments)
    rows = {
        "from": message.author,
        "subject": message.subject,
        "automatic": message.automatic,
        "trouble": message.trouble,
        "attached": attached,
        "quoted": f"{len(message.quoted):,} characters, kept apart" if message.quoted else "",
        "words": message.text,
    }
    return [f"{name:10} {value}" for name, value in rows.items() if value]


def _trusted(envelope: Envelope, facts: Facts) -> list[str]:
    """How well its author is proven, and how much it looks like spam."""
    why = envelope.authentic.why if envelope.authentic else "while no domain is set, mail of this machine is believed"
    spam = f"{facts.spam:.1f}{f': {facts.spam_why}' if facts.spam_why else ''}"
    return [f"{'proof':10} {envelope.proof}: {why}", f"{'spam':10} {spam}"]


def _judge(
    settings: Settings, message: Message, envelope: Envelope, facts: Facts
) -> tuple[Policy, Case, Verdict | Postponed, Project | None]:
    """What becomes of it; the thread that it names is taken to be the author's own."""
    found = project_of(message, envelope, known_names(settings))
    project = Project(id=found, owner=message.author, last=1) if found else None
    intent = intent_of(message, envelope, project, settings.addresses)
    policy = policy_of(settings)
    case = case_of(message, envelope, intent, project, facts)
    return policy, case, policy.judge(message, envelope, intent, project, facts), project


def _judged(settings: Settings, message: Message, envelope: Envelope, facts: Facts) -> list[str]:
    policy, case, verdict, project = _judge(settings, message, envelope, facts)
    thread = [f"{'project':10} {project.id}, taken to be the author's own"] if project else []
    rules = [f"{'rule':10} {line}" for line in explain(policy.rules, case)]
    told = [f"{'intent':10} {case.intent}", *rules, f"{'verdict':10} {_event(verdict)}"]
    return [*thread, *told, *_next(verdict, project)]


def _next(verdict: Event, project: Project | None) -> list[str]:
    if not isinstance(verdict, Admitted):
        return []
    move = next_move(verdict, (), project or Project(id=ProjectId("new"), owner=verdict.author))
    words = {Ask: "the model is asked", Try: "the checks are run"}
    return [f"{'then':10} {words.get(type(move), 'it is answered at once')}"]


def _event(event: Event) -> str:
    """An event in a line: its name, its rule, its reason."""
    values = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    rule = f" by rule {values['rule']}" if values.get("rule") else ""
    reason = f": {values['reason']}" if values.get("reason") else ""
    return f"{type(event).__name__}{rule}{reason}"
