"""What became of the mails, in words for a person: `mailbot mails`, `why` and `replay`."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mailbot.app import known_names, read_rules
from mailbot.build.plan import Ask, Try, next_move
from mailbot.decide.policy import Facts, Policy
from mailbot.decide.rules import rules_from
from mailbot.domain.errors import Permanent, Unreadable
from mailbot.domain.message import Envelope, Message, Proof
from mailbot.domain.project import Project, ProjectId
from mailbot.domain.request import Admitted, Event, Ignored
from mailbot.settings import Settings
from mailbot.understand.intent import intent_of
from mailbot.understand.parse import parse
from mailbot.understand.thread import project_of

WIDTH: Final = 60  #: of a subject in a list
START: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def judge_file(settings: Settings, file: Path, to: str) -> str:
    """Read and judge a mail as if it came now; nothing is stored, nothing is sent."""
    raw = await asyncio.to_thread(_bytes, file)
    build = next((local for local, kind in settings.addresses.items() if kind == "build"), "build")
    envelope = Envelope(
        channel="smtp",
        sender="(replayed)",
        recipients=(to or f"{build}@{settings.site_domain}",),
        received_at=START,
        peer="127.0.0.1",
        proof=Proof.NONE if settings.domain else Proof.ACCOUNT,
    )
    try:
        message = parse(raw)
    except Unreadable as error:
        return _event(Ignored(rule="unreadable", reason=str(error)))
    return "\n".join([*_understood(message), *_judged(settings, message, envelope)])


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


def _judged(settings: Settings, message: Message, envelope: Envelope) -> list[str]:
    found = project_of(message, envelope, known_names(settings))
    project = Project(id=found, owner=message.author, last=1) if found else None
    intent = intent_of(message, envelope, project, settings.addresses)
    policy = Policy(rules=rules_from(read_rules(settings.rules)))
    verdict = policy.judge(message, envelope, intent, project, Facts())
    thread = [f"{'project':10} {found}, taken to be the author's own"] if found else []
    return [*thread, f"{'intent':10} {intent.kind}", f"{'verdict':10} {_event(verdict)}", *_next(verdict, project)]


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
