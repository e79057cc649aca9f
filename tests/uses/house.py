"""A whole house for one mail: the real pipeline, the checks that only read, and a model that knows its lines."""

from __future__ import annotations

import email
import email.policy
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.build.answer import applied
from mailbot.build.moves import Said
from mailbot.build.sums import is_proof
from mailbot.checks.static import Reading
from mailbot.domain.project import Maker, ProjectId, Result
from tests.uses.letter import letter, unzipped
from tests.world import World

ANSWERS = Path(__file__).parent / "answers"
_ASKED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_ROW = re.compile(r"^(\d+) .+ ([✔✘?])(?: .*)?$", re.MULTILINE)
_MARKS = {Result.PASSED: "✔", Result.FAILED: "✘", Result.UNCHECKED: "?"}


def scripted(name):
    """The files that the model writes for a use, in the form of an answer."""
    return (ANSWERS / f"{name}.txt").read_text("utf-8")


@dataclass
class Author:
    """A model that writes one program, plans it where it is asked for a plan, and shows where a wish is kept."""

    answer: str
    passages: dict = field(default_factory=dict)  #: words of a wish -> the passage that shows that it is kept
    host: str = "fake"
    slots: int = 1
    asked: list = field(default_factory=list)

    async def ask(self, brief):
        self.asked.append(brief)
        text = self._judgement(brief) if brief.judging else self._plan() if brief.outline else self.answer
        maker = Maker(kind="model", name="scripted", provider="fake", seconds=1.0, tokens=700)
        return Said(text=text, maker=maker, title=brief.title)

    def _plan(self):
        named = [{"path": path, "purpose": "as wished"} for path in applied(self.answer, {})]
        return json.dumps({"new": named})

    def _judgement(self, brief):
        said = []
        for number, wish in _ASKED.findall(brief.text.partition("=== RECORD")[0]):
            passage = next((shown for words, shown in self.passages.items() if words in wish), "")
            verdict = "holds" if passage else "unclear"
            said.append({"check": int(number), "verdict": verdict, "passage": passage})
        return json.dumps({"judgements": said})


@dataclass(frozen=True)
class Got:
    """What the person received, and what the ledger knows of it."""

    mail: object
    project: object
    asked: list  #: what the model was asked

    @property
    def subject(self):
        return str(self.mail["Subject"])

    @property
    def text(self):
        return self.mail.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @property
    def first(self):
        return " ".join(self.text.partition("\n")[0].split())

    @property
    def files(self):
        """Of the zip that came with it, by the path in its folder; metadata.json is about all of them."""
        packed = [part for part in self.mail.iter_attachments() if str(part.get_filename()).endswith(".zip")]
        found = unzipped(packed[0].get_content()) if packed else {}
        inside = {name.partition("/")[2]: content for name, content in found.items()}
        return {name: content for name, content in inside.items() if name != "metadata.json" and not is_proof(name)}

    @property
    def told(self):
        """What the table of the mail says of each point, by its number: ✔, ✘ or ?."""
        return {int(number): mark for number, mark in _ROW.findall(self.text)}

    @property
    def found(self):
        """What the record holds of each point."""
        report = self.project.head.draft.report
        results = {finding.subject: finding.result for finding in report.findings}
        return {check.number: _MARKS[results[check.text]] for check in self.project.in_force}


async def built(open_ledger, use, passages=None):
    """Mail it, let the house do all that is due, and read the one answer."""
    model = Author(scripted(use.answer), use.passages if passages is None else passages)
    world = World(open_ledger, sandbox=Reading(), model=model)
    wire = letter(use.subject, use.text, use.files)
    await world.start()
    try:
        await world.say(lambda _world, _number: (wire, "build@mailbot.localhost"))
        (answer,) = world.answers()[0].values()
        count = await world.ledger.count()
        assert count.holds
        mail = email.message_from_bytes(answer, policy=email.policy.default)
        named = re.search(r"\+(\w+)\.", str(mail["Reply-To"]))[1]
        return Got(mail, await world.ledger.project(ProjectId(named)), model.asked)
    finally:
        await world.stop()
