"""A project's server, started and asked inside the sandbox; and what its answers show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from mailbot.checks import inside
from mailbot.checks.commands import PORTS, Task
from mailbot.checks.judged import NEEDS, foreign, last_lines
from mailbot.checks.limits import Ended, Ran
from mailbot.checks.spec import Page
from mailbot.domain.project import Result, Tree

START: Final = 15.0  #: seconds until a server must listen
NO_LOOPBACK: Final = "this server's sandbox has no network of its own, so no server can be asked in it"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server said to one question."""

    status: int  #: 0: nothing that could be understood
    text: str


@dataclass(frozen=True, kw_only=True)
class Served:
    """What came of starting it."""

    answers: tuple[Answer, ...] = ()
    printed: str = ""
    why_not: str = ""  #: why it did not answer
    result: Result = Result.PASSED  #: what that means for the project


def driver(task: Task, pages: Sequence[Page], python: str) -> tuple[str, ...]:
    """The command that starts *task* and asks for *pages*, after its first page."""
    questions = [Page(path=task.page), *pages]
    given = {
        "start": task.command,
        "ports": list(dict.fromkeys((task.port, *PORTS))),
        "wait": START,
        "ask": [asdict(page) for page in questions],
    }
    return (python, "-I", "-S", "-c", Path(inside.__file__).read_text("utf-8"), json.dumps(given))


def served(ran: Ran, files: Tree, asked: int) -> Served:
    """What the driver says; whatever it says comes from strangers, who may have spoken for it."""
    try:
        said = json.loads(ran.output[ran.output.rindex('{"port"') :])
        answers = tuple(Answer(status=int(a["status"]), text=str(a["text"])) for a in said["answers"])
        port, code, printed = int(said["port"]), said["exit"], str(said["printed"])
    except (ValueError, KeyError, TypeError, RecursionError):
        why = ran.ended.value or "it could not be asked"
        return Served(why_not=why, result=Result.UNCHECKED if ran.ended is Ended.SHORT else Result.FAILED)
    if len(answers) == asked + 1 and port:
        return Served(answers=answers, printed=printed)
    if missing := foreign(printed, files):
        return Served(printed=printed, why_not=NEEDS.format(missing), result=Result.UNCHECKED)
    lines = last_lines(printed).splitlines()
    ended = f"it ended with exit {code}" if code is not None else f"it did not listen within {START:g} s"
    return Served(printed=printed, why_not=f"{ended}{f': {lines[-1][:300]}' if lines else ''}", result=Result.FAILED)
