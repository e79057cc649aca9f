"""Answers to our numbered questions: between their quoted lines, or below by number; "go" takes what we proposed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mailbot.domain.intent import Chosen
from mailbot.domain.message import Message
from mailbot.understand.commands import greets
from mailbot.understand.wishes import assents, leaves_it

MAX_QUESTIONS: Final = 20
MAX_QUESTION: Final = 300  #: characters of a question, its proposal included
MAX_ANSWER: Final = 2_000
MAX_QUOTED: Final = 100_000  #: characters of quoted text in which our questions are looked for

_QUOTE: Final = re.compile(r"[ \t]{0,8}(?:>[ \t]?){0,40}")
_NUMBERED: Final = re.compile(r"\s{0,8}(\d{1,2})[.)](?:\s+(.*))?$")
_ANSWERED: Final = re.compile(
    r"\s{0,8}(?:[Qq#]|[Nn]o\.?|[Aa][Dd])?\s?(\d{1,2})\s{0,2}(?:[.):=\u2013\u2014-]|\s)\s{0,4}(?=\S)(.*)$"
)
_NEXT: Final = re.compile(r"[;,·|]\s{0,4}(?=\d{1,2}\s{0,2}[.):=\u2013\u2014-]?\s)")
_PROPOSES: Final = re.compile(
    r"\s{0,40}[(\[]?(?:default|domyślnie|par défaut|standard|vorschlag|vorgabe)\s{0,4}[:\uff1a]", re.IGNORECASE
)


def chosen_in(message: Message, asked: Sequence[str] = ()) -> tuple[Chosen, ...]:
    """What *message* answers; *asked* are our open questions in their order, where the ledger knows them."""
    questions = dict(enumerate(asked[:MAX_QUESTIONS], 1)) or _quoted(message.quoted[:MAX_QUOTED])
    if assents(message.text):
        return tuple(Chosen(question=one, number=number) for number, one in questions.items()) or (Chosen(question=""),)
    answers = _between(message.between, questions) or _numbered(message.text, questions)
    if not answers:
        return _single(message, questions)
    known = {**dict.fromkeys(questions, ""), **answers}
    return tuple(
        Chosen(question=questions.get(number, ""), number=number, answer="" if leaves_it(answer) else answer)
        for number, answer in sorted(known.items())
    )


def _quoted(text: str) -> Mapping[int, str]:
    """Our numbered questions among the quoted lines: those that ask, or propose something."""
    found: dict[int, str] = {}
    for passage in _items(text):
        number, question = passage
        if number not in found and len(found) < MAX_QUESTIONS and _is_question(question):
            found[number] = question
    return found


def _items(text: str) -> list[tuple[int, str]]:
    """Numbered lines, each with the lines over which a mail program broke it."""
    items: list[tuple[int, str]] = []
    open_ = False
    for raw in text.split("\n"):
        line = raw[_QUOTE.match(raw).end() :] if raw else raw  # type: ignore[union-attr]  # (it matches nothing, too)
        if begun := _NUMBERED.match(line):
            items.append((int(begun[1]), (begun[2] or "").strip()[:MAX_QUESTION]))
            open_ = True
        elif not line.strip():
            open_ = False
        elif open_ and len(items[-1][1]) < MAX_QUESTION:
            items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}"[:MAX_QUESTION])
    return items


def _is_question(text: str) -> bool:
    return text.rstrip().endswith(("?", "\uff1f", "…", "...")) or bool(_PROPOSES.search(text)) or "? " in text


def _between(pairs: Sequence[tuple[str, str]], questions: Mapping[int, str]) -> dict[int, str]:
    """The answers that stand right below a question of ours; a bare number is one that was cut short."""
    answers: dict[int, str] = {}
    for passage, answer in pairs:
        items = _items(passage)
        if items and (items[-1][0] in questions or not items[-1][1] or _is_question(items[-1][1])):
            answers.setdefault(items[-1][0], answer[:MAX_ANSWER])
    return answers


def _numbered(text: str, questions: Mapping[int, str]) -> dict[int, str]:
    """The answers below, each after its number. Where a line says more than that, the mail is a wish of its own."""
    answers: dict[int, str] = {}
    last = 0
    for line in text[: MAX_QUESTIONS * MAX_ANSWER].split("\n"):
        for piece in _NEXT.split(line):
            begun = _ANSWERED.match(piece)
            if begun and int(begun[1]) in questions:
                last = int(begun[1])
                answers.setdefault(last, begun[2].strip()[:MAX_ANSWER])
            elif not piece.strip():
                last = 0
            elif last and not _ends(line):
                answers[last] = f"{answers[last]}\n{piece.strip()}"[:MAX_ANSWER]
    return answers


def _ends(line: str) -> bool:
    """Whether nothing but a greeting or a thanks stands there."""
    return greets(line) or len(line.split()) <= 1


def _single(message: Message, questions: Mapping[int, str]) -> tuple[Chosen, ...]:
    """One question, and the whole mail is its answer."""
    if len(questions) != 1 or not message.text.strip():
        return ()
    number, question = next(iter(questions.items()))
    answer = "" if leaves_it(message.text) else message.text.strip()[:MAX_ANSWER]
    return (Chosen(question=question, number=number, answer=answer),)
