"""One thread to reply in: Ana's sales page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Address, Envelope, Message, MessageId, Proof
from mailbot.domain.names import Names
from mailbot.domain.project import Check, Draft, Finding, Maker, Project, ProjectId, Report, Result, Revision
from mailbot.domain.project import Path as FilePath
from mailbot.domain.request import Admitted, Answer, Request, RequestId, State
from mailbot.reply import letterhead as module
from mailbot.reply.compose import Letterhead, compose

NOW = datetime(2026, 11, 20, 10, 2, tzinfo=UTC)
ANA = Address("ana@acme.example")
NAMES = Names(domain="mail.example.org", keys=(b"k" * 32,))
TEMPLATES = {file.name: file.read_text("utf-8") for file in (Path(module.__file__).parent / "templates").iterdir()}
CATALOGS = {file.parts[-3]: file.read_bytes() for file in (Path(module.__file__).parent / "locale").glob("*/*/*.mo")}
LETTERHEAD = Letterhead(
    names=NAMES, addresses={"build": "build", "ask": "ask"}, templates=TEMPLATES, catalogs=CATALOGS, version="0.1.0"
)
PROJECT = ProjectId("t7k2m9".replace("9", "x"))
MESSAGE = Message(
    id=MessageId("<first@acme.example>"),
    author=ANA,
    name="Ana Example",
    subject="Sales page",
    text="One page that adds up the sales column, shows the total big. Must work offline. Make it sing.",
)
SYNTAX = (
    Finding(check="syntax", subject="index.html", result=Result.PASSED),
    Finding(check="syntax", subject="app.py", result=Result.PASSED),
    Finding(check="syntax", subject="style.css", result=Result.UNCHECKED, detail="no checker for this kind of file"),
)
READ = Report(findings=SYNTAX)
RUN = Report(
    findings=(
        *SYNTAX,
        Finding(check="js", subject='total of column "sales" shown', result=Result.PASSED, detail="33.75"),
        Finding(check="command", subject="python3 -m unittest", result=Result.PASSED, detail="4 tests, 0.2 s"),
        Finding(check="prose", subject='the total is "big"', result=Result.UNCHECKED, detail="only a person can say"),
    ),
    executed=True,
    where="bubblewrap",
)
CHECKS = (Check(number=1, kind="js", text='total of column "sales" shown'),)
SCAFFOLD = Maker(kind="scaffold", name="static page", provider="scaffold", seconds=0.04)
MODEL = Maker(kind="model", name="qwen2.5-coder:7b", provider="ollama", tries=2, seconds=141.2, tokens=3000)
DRAFT = Draft(
    title="Sales page",
    files={
        FilePath("index.html"): b"<!DOCTYPE html>\n<title>Sales</title>\n",
        FilePath("style.css"): b"h1 { color: red }\nbody { margin: 0 }\n",
    },
    report=READ,
    maker=SCAFFOLD,
    done=("a page with the title Sales page",),
)
FIRST = Revision(number=1, draft=DRAFT, author=ANA, request="r1", at=NOW)


def project(*revisions: Revision, **changes: Any) -> Project:
    """Ana's project with these revisions."""
    last = revisions[-1].number if revisions else 0
    loaded = {revision.number: revision for revision in revisions}
    return Project(id=PROJECT, owner=ANA, title="Sales page", last=last, revisions=loaded, **changes)


def request(kind: Kind | None = Kind.CREATE, language: str = "") -> Request:
    """Ana's request as it stands; None: it was never admitted."""
    envelope = Envelope(
        channel="smtp", sender=ANA, recipients=("build@mail.example.org",), received_at=NOW, proof=Proof.DKIM
    )
    made = Request(id=RequestId("r4qst"), envelope=envelope)
    if kind is None:
        return made
    intent = Intent(kind=kind, project=PROJECT, title="Sales page", text=MESSAGE.text, language=language)
    order = Admitted(
        rule="10-default/people", reason="allowed", intent=intent, author=ANA, proof=Proof.DKIM, message_id=MESSAGE.id
    )
    return replace(made, state=State.ADMITTED, admitted=order)


def answer(
    event: Answer,
    kind: Kind | None = Kind.CREATE,
    about: Project | None = None,
    message: Message = MESSAGE,
    letterhead: Letterhead = LETTERHEAD,
    language: str = "",
) -> Any:
    """The reply to Ana."""
    return compose(event, request(kind, language), message, about or project(), letterhead)
