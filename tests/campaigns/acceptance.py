"""Sixty requests to a real model, through the real pipeline: how many pass, how many in part, what it takes.

    python -m tests.campaigns.acceptance --model qwen2.5-coder:7b --url http://127.0.0.1:11434 --json acceptance.json
    python -m tests.campaigns.acceptance --model fake        # a dry run: no model, and no figure about any

*passed*: built, nothing that was checked failed, and the files show the signs of the wish (acceptance_signs.py), of
which mailbot knows nothing. *partial*: built, but not all of that, or a try beside the version that stands.
*gave up*: nothing to use. What no machine could check counts for neither; it stands in a column of its own. A question
back is answered with "go", once. Programs are run in the best sandbox of this machine, or only read where it has none.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import email
import email.policy
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mailbot.build.moves import Said
from mailbot.checks import Sandboxed, Static
from mailbot.domain.errors import MailbotError
from mailbot.domain.project import Result
from mailbot.domain.request import Answer, Asked, Built, GaveUp
from mailbot.models import Ollama
from mailbot.store import open_ledger
from tests.campaigns.acceptance_mails import first
from tests.campaigns.acceptance_signs import missing
from tests.fakes import envelope
from tests.models.fake_ollama import FakeOllama
from tests.models.rooms import SITE
from tests.uses.letter import letter
from tests.world import World

FAKE = "fake"
COUNT = 60
OUTCOMES = ("passed", "partial", "gave up", "asked", "other")
TO = "build@mailbot.localhost"
HEAD = f"{'':>3} {'':2} {'':30} {'outcome':8} {'ok':>3} {'no':>3} {'?':>3} {'calls':>5} {'minutes':>8} {'tokens':>8}"


@dataclass
class Row:
    """What became of one request."""

    number: int
    language: str
    subject: str
    revision: int  #: of its thread, from 0
    outcome: str = "other"
    why: str = ""
    checks: dict = field(default_factory=dict)  #: how many passed, failed, or could not be checked
    calls: int = 0
    minutes: float = 0.0
    tokens: int = 0

    def line(self):
        """As it stands in the table."""
        name = f"{self.subject}{f' (+{self.revision})' if self.revision else ''}"[:30]
        passed, failed, unchecked = (self.checks.get(str(result), 0) for result in Result)
        said = f"{self.number:>3} {self.language:2} {name:30} {self.outcome:8} {passed:>3} {failed:>3} {unchecked:>3}"
        return f"{said} {self.calls:>5} {self.minutes:>8.2f} {self.tokens:>8,}"


class Dry:
    """A model for a dry run: it knows the form of every answer, and nothing of what was asked."""

    endless, native, thinks, context = False, False, False, 32_768

    def __init__(self):
        self.said = 0

    def words(self, prompt):
        self.said += 1
        page = f"<!doctype html>\n<html lang=en><title>Dry</title><p>Answer {self.said}</p></html>\n"
        text = f"=== FILE: index.html ===\n{page}=== END FILE ===\n"
        if "=== RECORD ===" in prompt:
            text = '{"judgements": []}'
        elif "Answer with the plan only" in prompt:
            text = '{"new": [{"path": "index.html", "purpose": "the page"}], "change": [], "see": []}'
        return [text[at : at + 24] for at in range(0, len(text), 24)]


class Watched:
    """A ledger that shows the answer to each request as it is recorded."""

    def __init__(self, ledger, answers):
        self._ledger, self._answers = ledger, answers

    def __getattr__(self, name):
        return getattr(self._ledger, name)

    async def record(self, request, event, **more):
        await self._ledger.record(request, event, **more)
        if isinstance(event, Answer):
            self._answers.setdefault(request.id, []).append(event)


@dataclass
class House:
    """One thread, in a house of its own: the quotas of a day are no part of this."""

    folder: Path
    model: object
    sandbox: object
    answers: dict = field(default_factory=dict)  #: the events that answered, by request
    number: int = 0  #: of the mail

    async def __aenter__(self):
        async def opened(clock):
            return await open_ledger("sqlite:///{data}/mailbot.db", str(self.folder), clock)

        wrap = lambda ledger, _life: Watched(ledger, self.answers)  # noqa: E731  (it is a value of the world)
        self.world = World(opened, model=self.model, sandbox=self.sandbox, wrap=wrap)
        await self.world.start()
        return self

    async def __aexit__(self, *_):
        await self.world.stop()

    async def ask(self, subject, text, files=None):
        """Mail it, into the thread where there is one; return the event that answered and the turns before it."""
        self.number += 1
        before, head, to = self._last(), {}, TO
        if before is not None:
            to, subject = str(before["Reply-To"]), str(before["Subject"])
            head = {"To": to, "In_Reply_To": before["Message-ID"], "References": before["Message-ID"]}
        raw = letter(subject, text, files, self.number, **head)
        id = await self.world.pipeline.receive(raw, envelope(recipients=(to,)))
        await self.world.drain()
        events, sent = self.answers.get(id, []), len(self.world.answers()[0])
        if len(events) > 1 or sent != len(self.answers) or not (await self.world.ledger.count()).holds:
            raise AssertionError(f"{subject}: {len(events)} events, {sent} mails for {len(self.answers)} requests")
        return (events[0] if events else None), await self.world.ledger.turns(id)

    def _last(self):
        wires = list(self.world.answers()[0].values())
        return email.message_from_bytes(wires[-1], policy=email.policy.default) if wires else None


def judged(event):
    """The outcome, why, and what the checks came to."""
    draft = getattr(event, "draft", None)
    checks = Counter(str(finding.result) for finding in draft.report.findings) if draft else {}
    failed = checks.get(str(Result.FAILED), 0)
    if isinstance(event, Built):
        return ("partial" if failed or draft.not_done else "passed"), "; ".join(draft.not_done), dict(checks)
    if isinstance(event, GaveUp):
        return ("partial" if event.number else "gave up"), event.reason, dict(checks)
    if isinstance(event, Asked):
        return "asked", "; ".join(event.questions), {}
    return "other", type(event).__name__, {}


async def played(thread, house, begin):
    """A row for each request of *thread*, numbered from *begin*."""
    for revision, text in enumerate((thread.text, *thread.then)):
        row = Row(begin + revision, thread.language, thread.subject, revision)
        started = time.perf_counter()
        event, turns = await house.ask(thread.subject, text, None if revision else thread.files)
        if isinstance(event, Asked):
            event, more = await house.ask(thread.subject, "go")
            turns = [*turns, *more]
        row.minutes = (time.perf_counter() - started) / 60
        row.outcome, row.why, row.checks = judged(event)
        if row.outcome == "passed" and (lost := missing(thread.subject, revision, event.draft.files)):
            row.outcome, row.why = "partial", f"no sign of {', '.join(lost)}"
        makers = [turn.maker for turn in turns if isinstance(turn, Said)]
        row.calls, row.tokens = len(makers), sum(maker.tokens for maker in makers)
        yield row


async def run(model, sandbox, count):
    """Play so many requests, and print each as soon as it is answered."""
    rows = []
    print(HEAD)
    for thread in first(count):
        with tempfile.TemporaryDirectory(prefix="mailbot-acceptance-") as folder:
            async with House(Path(folder), model, sandbox) as house:
                async for row in played(thread, house, len(rows) + 1):
                    rows.append(row)
                    print(row.line(), f" {row.why[:100]}" if row.why else "", flush=True)
    return rows


def totals(rows):
    """The figures of all of them."""
    counted = Counter(row.outcome for row in rows)
    known = {outcome: counted[outcome] for outcome in OUTCOMES}
    return {"requests": len(rows), **known, "minutes": round(sum(row.minutes for row in rows), 2),
            "tokens": sum(row.tokens for row in rows)}  # fmt: skip


@contextlib.asynccontextmanager
async def opened(name, url):
    """The model: a real one, or the fake server's."""
    async with contextlib.AsyncExitStack() as held:
        if name == FAKE:
            url = (await held.enter_async_context(FakeOllama(models=(), serves={FAKE: Dry()}))).url
        model = Ollama(kind="ollama", name=name, url=url).open(SITE)
        await model.look()
        yield model


async def measured(given):
    """Run it; return the rows."""
    async with opened(given.model, given.url) as model:
        return await run(model, (Static() if given.read else Sandboxed()).open(SITE), given.count)


def main(arguments=None):
    """Run it, print the table and write the file."""
    said = __doc__.partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.acceptance", description=said)
    parser.add_argument("--model", required=True, help=f"as Ollama names it; {FAKE}: a dry run")
    parser.add_argument("--url", default="http://127.0.0.1:11434", help="where Ollama listens")
    parser.add_argument("--count", type=int, default=COUNT, choices=range(1, COUNT + 1), metavar="1..60")
    parser.add_argument("--read", action="store_true", help="run nothing of what is built, only read it")
    parser.add_argument("--json", type=Path, default=Path("acceptance.json"), help="the file for the figures")
    given = parser.parse_args(arguments)
    try:
        rows = asyncio.run(measured(given))
    except MailbotError as error:
        print(f"nothing was measured: {error}", file=sys.stderr)
        return 2
    said = totals(rows)
    print(f"{given.model}: " + ", ".join(f"{value:,} {name}" for name, value in said.items()))
    if given.model == FAKE:
        print("A dry run: the fake knows nothing, so these figures say nothing about any model.")
    found = {"model": given.model, "dry": given.model == FAKE, "totals": said, "rows": [asdict(row) for row in rows]}
    given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
