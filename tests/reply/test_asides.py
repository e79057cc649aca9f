"""What is said beside the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.domain.intent import Command, Kind, Wants
from mailbot.domain.message import Input, MessageId
from mailbot.domain.request import Told
from mailbot.reply.compose import compose
from tests.reply.people import FIRST, LETTERHEAD, MESSAGE, project, request


def answer(kind=Kind.STATUS, message=MESSAGE, language="", joined=(), inputs=(), **intent):
    asked = request(kind, language)
    order = asked.order
    order = replace(order, intent=replace(order.intent, **intent), joined=joined, inputs=inputs)
    return compose(Told(topic="status"), replace(asked, admitted=order), message, project(FIRST), LETTERHEAD)


def command(line, kind=None, **more):
    return Command(line=line, kind=kind, **more)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (command("#mailbot rolback", hint="rollback"), 'did you mean "rollback"?'),
        (command("#mailbot dance"), '"help" lists those that I know.'),
        (command("help", Kind.HELP), "mail it by itself"),
        (command("rollback", Kind.ROLLBACK), "another command came first"),
        (command("forget me", Kind.ERASE, note="it stands beside a wish"), "it stands beside a wish."),
    ],
    ids=lambda value: getattr(value, "line", ""),
)
def test_every_command_has_its_own_line(one, said):
    """Whatever became of it, in text and in HTML."""
    reply = answer(commands=(command("status", Kind.STATUS), one))
    line = next(line for line in " ".join(reply.text.split()).split('"') if line == one.line)
    assert line
    assert said in " ".join(reply.text.split())
    assert one.line in reply.html


def test_the_command_that_the_answer_is_about_needs_no_line():
    """The whole mail answers it."""
    assert '"status"' not in answer(commands=(command("status", Kind.STATUS),)).text


def test_a_flood_of_commands_is_counted():
    """The answer stays one screen."""
    reply = answer(commands=tuple(command(f"#mailbot x{n}") for n in range(30)))
    assert "20 more were not looked at." in reply.text


def test_a_wish_behind_a_stop_is_not_lost_without_a_word():
    """It is quoted, so that its author can mail it again."""
    reply = answer(Kind.STOP, commands=(command("stop", Kind.STOP),), text="and make it blue")
    assert 'Not done yet: "and make it blue"' in reply.text
    assert "Not done yet" not in answer(Kind.STOP, commands=(command("stop", Kind.STOP),), text="stop").text


def test_later_mails_are_answered_too():
    """They are named in the words, and in References."""
    reply = answer(joined=(MessageId("<second@acme.example>"),))
    assert "1 later mail of yours is part of this." in reply.text
    assert reply.references[-2:] == ("<second@acme.example>", MESSAGE.id)


def test_what_came_is_told_line_by_line():
    """Used or not, with the reason."""
    used = Input(name="a.csv", kind="csv", used=True, note="3 rows, 2 columns: name, sales")
    unused = Input(name="b.pdf", note="it has a password; send it without")
    text = answer(inputs=(used, unused)).text
    assert "- a.csv: 3 rows, 2 columns: name, sales" in text
    assert "- b.pdf: not used, it has a password; send it without" in text


def test_hidden_words_and_too_many_sentences_are_told():
    """Nothing is left out in silence."""
    text = answer(message=replace(MESSAGE, hidden=True), wants=Wants(more=3)).text
    assert "words that nobody would see" in text
    assert "3 sentences more were too much" in text


def test_they_are_said_in_the_language_of_the_answer():
    """Polish, with its plurals."""
    text = answer(language="pl", joined=(MessageId("<b@x>"), MessageId("<c@x>"))).text
    assert "2 późniejsze maile" in text
