"""A build that is driven by a scripted model, with the checks that only read: move by move, to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailbot.build.moves import Ask, Said, Tried, Try
from mailbot.build.plan import next_move
from mailbot.checks.static import Reading
from mailbot.domain.intent import Intent, Kind, Wants
from mailbot.domain.message import MessageId, Proof
from mailbot.domain.project import Check, Draft, Maker, Project, ProjectId, Report, Revision
from mailbot.domain.request import Admitted

#: A page of forty lines, so that a rest of it can be told from it.
ROWS = "\n".join(f"<li>bee number {n}</li>" for n in range(30))
PAGE = f"<!doctype html>\n<html lang=en>\n<title>Bees</title>\n<h1>Bees</h1>\n<ul>\n{ROWS}\n</ul>\n</html>\n"
README = "# Bees\n\nOpen index.html.\n"
HEADER = "<header>\n" + "<p>ours</p>\n" * 20 + "</header>\n"
STOOD = {"index.html": PAGE.encode(), "README.md": README.encode(), "header.html": HEADER.encode()}
HONEY = PAGE.replace("</ul>", "</ul>\n<p>Honey</p>")
HAS_README = Check(number=1, kind="file", text="There must be a README.md", spec="README.md: Open index.html")
SAYS_BEES = Check(number=2, kind="file", text="The page must say Bees", spec="index.html: <h1>Bees</h1>")
SAYS_HONEY = Check(number=1, kind="file", text="The page must say Honey", spec="index.html: <p>Honey</p>")


def block(path, text):
    return f"=== FILE: {path} ===\n{text.rstrip()}\n=== END FILE ===\n"


GOOD = {Kind.CREATE: block("index.html", PAGE) + block("README.md", README), Kind.REVISE: block("index.html", HONEY)}


def order(kind=Kind.CREATE, *, text="One page about bees.", criteria=(), locked=(), **more):
    wants = Wants(criteria=tuple(criteria), locked=tuple(locked))
    detailed = {name: more.pop(name) for name in ("chosen", "commands", "revision", "material") if name in more}
    intent = Intent(kind=kind, project=ProjectId("p"), title="Bees", text=text, wants=wants, **detailed)
    known = {"rule": "r", "reason": "r", "author": "a@b.example", "proof": Proof.ACCOUNT}
    return Admitted(intent=intent, message_id=MessageId("<1@b>"), **known, **more)


async def project(*trees, checks=(), draft=None):
    """A project with these versions, each checked as it was made."""
    made = {}
    for number, tree in enumerate(trees, 1):
        report = await Reading().check(tree, checks)
        maker = Maker(kind="model", name="m")
        known = {"title": "Bees", "files": tree, "report": report, "maker": maker, "checks": tuple(checks)}
        made[number] = Revision(
            number=number,
            draft=Draft(**(known | (draft or {}))),
            author="a@b.example",
            request="r",
            at=datetime(2026, 11, 20, tzinfo=UTC),
        )
    return Project(
        id=ProjectId("p"), owner="a@b.example", title="Bees", last=len(trees), revisions=made, checks=tuple(checks)
    )


@dataclass
class Run:
    """What became of one order."""

    turns: list = field(default_factory=list)
    briefs: list = field(default_factory=list)
    outcome: object = None

    @property
    def calls(self):
        return len(self.briefs)


async def drive(wanted, standing, model, *, sandbox=None, turns=()):
    """Play every move to the end; *model* gives the answer to each brief, as text or as Said."""
    run = Run(turns=list(turns))
    for _ in range(40):
        move = next_move(wanted, run.turns, standing)
        if isinstance(move, Ask):
            run.briefs.append(move.brief)
            said = model(move.brief, len(run.briefs))
            if isinstance(said, str):
                maker = Maker(kind="model", name="m", provider="p", seconds=1.0, tokens=100)
                said = Said(text=said, maker=maker, title="Bees", base=standing.last)
            run.turns.append(said)
        elif isinstance(move, Try):
            report: Report = await (sandbox or Reading()).check(move.files, move.checks)
            run.turns.append(Tried(report=report, base=standing.last))
        else:
            run.outcome = move
            return run
    raise AssertionError("it never ends")
