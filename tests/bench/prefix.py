"""How much of a prompt a model's server must read anew in a repair and in a revision: the rest is in its cache.

The fake Ollama keeps the account as a real one does: a prompt costs what stands behind the part that it shares with the
prompt before it and its answer. So this is a property of how our prompts are laid out, and the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mailbot.checks.static import Reading
from tests.bench.stage import Scale
from tests.bench.table import Figure, Limit, Row
from tests.fakes import mail
from tests.fakes_ledger import MemoryLedger
from tests.models.fake_ollama import Account, FakeOllama, Script
from tests.models.rooms import OLLAMA
from tests.world import World, reply

FILES: Final = 8  #: of the project, about 1.3 KB each: it is shown whole, without a plan first
AIM: Final = 0.3
TITLE: Final = "Prompt tokens read anew"
HOW: Final = (
    f"A project of {FILES} modules is built, repaired twice and revised twice by the real pipeline and the Ollama "
    "room, one question after the other on one server. Beside each prompt what a cold server would have to "
    "read: all of it. The tokens are those of the fake Ollama, whose cache holds the prompt before with its answer, as "
    "a real server's does, and nothing else. "
    "In the last row the wish has a point that only a reader can judge, so a judgement is asked for between build "
    "and revision."
)


@dataclass(frozen=True, kw_only=True)
class Life:
    """A thread: the mails of a person, and what the model answers, question by question."""

    wish: str
    then: tuple[str, ...]
    answers: tuple[str, ...]


def module(number: int, *, broken: bool = False, more: str = "") -> str:
    """A file of an answer."""
    lines = [f'"""Part {number} of the inventory."""', "", ""]
    for name in ("add", "count", "find", "remove", "sort", "store", "total"):
        lines += [f"def {name}_{number}(items, wanted):", f'    """{name.title()} what is wanted in part {number}."""']
        lines += [f"    found = [item for item in items if item.{name}(wanted)]", "    return found", "", ""]
    text = "\n".join([*lines[:-2], *([f"\n\n{more}"] if more else []), *(["def broken(:"] if broken else [])])
    return f"=== FILE: part{number}.py ===\n{text}\n=== END FILE ===\n"


README: Final = "=== FILE: README.md ===\n# Inventory\n\n1. Run `python3 part0.py`.\n=== END FILE ===\n"
LAST: Final = FILES - 1
WHOLE: Final = README + "".join(module(number) for number in range(LAST))
FIRST: Final = WHOLE + module(LAST, broken=True)
WISH: Final = "An inventory for our workshop in plain Python, in several modules."
NOTHING: Final = '{"judgements": []}'
JUDGED: Final = f"{WISH}\r\n\r\nRequirements:\r\n- it is easy to read"
CHANGES: Final = ("Please add a report to part 6.", "And one to part 5, please.")
REPAIRED: Final = Life(
    wish=WISH,
    then=CHANGES,
    answers=(
        FIRST,
        module(LAST, broken=True, more="WORSE = 1"),
        module(LAST),
        module(6, more="REPORT = 1"),
        module(5, more="REPORT = 2"),
    ),
)
READ: Final = Life(wish=JUDGED, then=CHANGES[:1], answers=(WHOLE, NOTHING, module(6, more="REPORT = 1"), NOTHING))


async def accounts(life: Life) -> list[Account]:
    """What the reading of each prompt of *life* took."""
    scripts = [Script(pieces=[answer]) for answer in life.answers]
    async with FakeOllama(*scripts, models=("m",)) as server:
        world = World(_opens(), model=OLLAMA.open(server), sandbox=Reading())
        await world.start()
        begins = (mail(life.wish, subject="Inventory"), "build@mailbot.localhost")
        await world.say(lambda _world, _number: begins, *map(reply, life.then))
        found, _ = world.answers()
        await world.stop()
        if len(found) != 1 + len(life.then) or len(server.account) != len(life.answers):
            raise AssertionError(f"{len(found)} answers, {len(server.account)} questions: the thread went otherwise")
        return server.account


def _opens() -> Callable[[Any], Any]:
    async def opens(clock: Any) -> MemoryLedger:
        return MemoryLedger(clock)

    return opens


async def measure(scale: Scale) -> Figure:
    """The figure."""
    del scale  # the account is the same each time
    _, first, second, revision, next_revision = await accounts(REPAIRED)
    _, _, after_reading, _ = await accounts(READ)
    aim = Limit(value=AIM, of="ratio")
    rows = (
        _row("first repair", first, floor=aim),
        _row("second repair", second, floor=aim),
        _row("revision", revision, floor=aim),
        _row("next revision", next_revision, floor=aim),
        _row("revision after a judgement", after_reading, floor=aim),
    )
    return Figure(title=TITLE, how=HOW, rows=rows)


def _row(what: str, one: Account, *, floor: Limit | None = None) -> Row:
    return Row(
        what=what,
        ours=one.evaluated,
        unit="tokens",
        reference="the same prompt, cold",
        theirs=one.prompt,
        ratio=one.evaluated / one.prompt,
        aim=Limit(value=AIM, of="ratio"),
        floor=floor,
    )
