"""What is said of the things that are kept in mind of an author: the list of them, and that one was used."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.build.stack import stack_of
from mailbot.decide.memory import LONGEST, MOST, may_tell
from mailbot.domain.intent import Command
from mailbot.domain.memory import Memory
from mailbot.domain.project import Tree
from mailbot.domain.request import Admitted, Answer, Built, GaveUp, Told
from mailbot.reply.occasion import Occasion
from mailbot.reply.tongue import phrase

_NAMED = 5  #: that one line names; the rest are counted


def remembered(about: Occasion) -> dict[str, object]:
    """The values for the list of all that is kept in mind."""
    order, say = about.request.admitted, about.tongue.say
    known = order.memories if order else ()
    if not known:
        first = say("I keep nothing in mind for you yet.")
    elif order and order.set.memory == "domain":
        first = say("I keep this in mind for everything that I build for your domain:")
    else:
        first = say("I keep this in mind for everything that I build for you:")
    return {"first": first, "kept": [say("%(number)s. %(what)s", number=n, what=w) for n, w in _listed(known, about)]}


def done_with(command: Command, about: Occasion) -> str:
    """What became of a command about what is kept in mind."""
    order, say = about.request.admitted, about.tongue.say
    if order is None or not (command.words or command.undo):
        return say('mail it by itself, and I list what I keep in mind: "what do you remember"')
    if not may_tell(order):
        return say("not done: that needs a mail that your provider has signed (DKIM)")
    if command.undo:
        return say("done; I keep it in mind no longer")
    known = next((one for one in order.memories if one.text == command.words[:LONGEST]), None)
    if known:
        done = phrase('done; I keep it in mind as number %(number)s, until you write "forget %(number)s"')
        return say(done, number=known.number)
    most = MOST if order.set.memories is None else order.set.memories
    return say('not done: I keep %(most)s things in mind; drop one first, with "forget" and its number', most=most)


def kept_lines(order: Admitted, about: Occasion, event: Answer | None) -> Iterator[str]:
    """That what was kept in mind was used, and how the program starts on the author's computer."""
    made = event.draft if isinstance(event, Built | GaveUp) else None
    by_model = bool(made and made.maker.kind == "model") or (isinstance(event, Told) and event.topic == "answer")
    if order.memories and by_model:
        known = [f"{number} {what}" for number, what in _listed(order.memories[:_NAMED], about)]
        more = len(order.memories) - len(known)
        yield about.tongue.say(
            'I kept in mind: %(what)s. "forget %(number)s" drops it.',
            what=" · ".join([*known, *([f"+{more}"] if more > 0 else [])]),
            number=order.memories[0].number,
        )
    computer = computer_of(about)
    if computer and isinstance(event, Built) and (command := starts_on(computer, event.draft.files)):
        yield about.tongue.say(
            "On your computer (%(computer)s) it starts with: %(command)s",
            computer=about.line(computer, 80),
            command=about.line(command, 80),
        )


def computer_of(about: Occasion) -> str:
    """On what the author works; empty where they have not said it."""
    order = about.request.admitted
    said = order.intent.wants.computer if order else ""
    return said or next((one.text for one in (order.memories if order else ()) if one.about == "computer"), "")


def starts_on(computer: str, files: Tree) -> str:
    """The command that starts a program there; empty where it is no program that we can start by one."""
    stack = stack_of(files)
    if not stack.entry or not stack.script or stack.language not in {"python", "node"}:
        return ""
    python = "py" if "Windows" in computer else "python3"
    return f"{python if stack.language == 'python' else 'node'} {stack.entry}"


def _listed(known: tuple[Memory, ...], about: Occasion) -> Iterator[tuple[int, str]]:
    for one in known:
        words = about.line(one.text, LONGEST)
        yield (
            one.number,
            (
                about.tongue.say("your computer: %(computer)s", computer=words)
                if one.about == "computer"
                else about.tongue.say('"%(words)s"', words=words)
            ),
        )
