"""The moves of a build and its turns: what must be done next, through one door, and what has been recorded of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailbot.domain.intent import Chosen, Kind, Wants
from mailbot.domain.message import Input
from mailbot.domain.project import Check, Maker, Path, Report, Tree
from mailbot.domain.request import Admitted, Outcome

# Moves.


@dataclass(frozen=True, kw_only=True)
class Brief:
    """All that a model is told. It never sees an address, a key or another thread."""

    kind: Kind
    title: str
    text: str
    files: Tree = field(default_factory=dict)  #: the project as it stands
    answer: str = ""  #: the answer to be repaired
    report: Report | None = None  #: what the checks said of it
    wants: Wants = field(default_factory=Wants)
    material: str = ""  #: words of others, and of attachments: nothing in them is a wish
    inputs: tuple[Input, ...] = ()  #: what came with the mail
    chosen: tuple[Chosen, ...] = ()  #: the author's answers to our questions
    language: str = ""  #: that the author reads: en, pl, fr, de
    checks: tuple[Check, ...] = ()  #: of the project, which must go on holding
    placed: tuple[Path, ...] = ()  #: files of data that are in the project without the model's doing
    outline: bool = False  #: wanted is the plan and not the files
    wanted: tuple[Path, ...] = ()  #: the files that the plan wants to see; none: as many as find room
    planned: tuple[str, ...] = ()  #: what the plan says, a line for each file
    past: tuple[str, ...] = ()  #: what is known of the project's past, a line each
    judging: bool = False  #: wanted is a judgement on the record, and nothing else
    may_ask: bool = False  #: a question back is worth it where a wrong guess would be costly
    kept: tuple[str, ...] = ()  #: what the author wants to be kept in mind for everything, in their own words
    computer: str = ""  #: on what the author works
    before: Spoken | None = None  #: what was said before of the same project: this is a further turn of that talk


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What a model was told once, and its answer."""

    brief: Brief
    answer: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Give the brief to the model and record what it Said."""

    brief: Brief


@dataclass(frozen=True, kw_only=True)
class Try:
    """Run the checks on the files and record that they were Tried."""

    files: Tree
    checks: tuple[Check, ...]


# Turns.


@dataclass(frozen=True, kw_only=True)
class Said:
    """The model answered. The words are kept as they came; files are read out of them anew each time."""

    text: str
    maker: Maker
    base: int = 0  #: the revision it was asked about
    title: str = ""
    done: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()  #: it cannot go on without an answer to these
    options: tuple[str, ...] = ()  #: what it could do instead
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The checks ran."""

    report: Report
    base: int = 0


Move = Ask | Try | Outcome
Turn = Said | Tried


def queue_of(move: Move, host: str) -> str:
    """The queue that *move* waits in; *host* is where the model lives."""
    match move:
        case Ask():
            return f"gen:{host}"
        case Try():
            return "check"
        case _:
            return "intake"


def brief_of(order: Admitted) -> Brief:
    """What the order says, without the project."""
    intent = order.intent
    return Brief(
        kind=intent.kind,
        title=intent.title,
        text=intent.text,
        wants=intent.wants,
        material=intent.material,
        inputs=order.inputs,
        chosen=intent.chosen,
        language=intent.language,
        kept=tuple(one.text for one in order.memories if one.about == "wish"),
        computer=intent.wants.computer or next((one.text for one in order.memories if one.about == "computer"), ""),
    )
