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
from mailbot.checks.static import Reading
from mailbot.domain.project import Maker
from mailbot.domain.request import Built
from tests.uses.letter import unzipped
from tests.world import World

ANSWERS = Path(__file__).parent / "answers"
_ASKED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)


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
    """What the person received."""

    mail: object
    text: str
    event: object  #: what the ledger holds of it

    @property
    def subject(self):
        return str(self.mail["Subject"])

    @property
    def first(self):
        return self.text.partition("\n")[0]

    @property
    def files(self):
        """Of the zip that came with it, by path; what mailbot adds of itself is left out."""
        packed = [part for part in self.mail.iter_attachments() if str(part.get_filename()).endswith(".zip")]
        return unzipped(packed[0].get_content()) if packed else {}


async def built(open_ledger, use, letter):
    """Mail it, let the house do all that is due, and read the one answer."""
    world = World(open_ledger, sandbox=Reading(), model=Author(scripted(use.answer), use.passages))
    await world.start()
    try:
        await world.say(lambda _world, _number: (letter, "build@mailbot.localhost"))
        (wire,) = world.answers()[0].values()
        assert (await world.ledger.count()).holds
        mail = email.message_from_bytes(wire, policy=email.policy.default)
        return Got(mail, mail.get_body(("plain",)).get_content(), world)
    finally:
        await world.stop()
