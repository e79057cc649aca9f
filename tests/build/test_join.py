"""An answer to our questions goes on with the wish that they were about."""

from __future__ import annotations

import pytest

from mailbot.build.join import resumed
from mailbot.build.moves import Ask
from mailbot.build.plan import next_move
from mailbot.domain.intent import Chosen, Kind
from mailbot.domain.message import Input
from tests.build.driven import HAS_README, order, project

FILE = Input(name="a.csv", kind="csv", used=True, text="a\n1\n", columns=("a",))
WAITING = order(text="A page with a login.", criteria=(HAS_README,), inputs=(FILE,))
GO = (Chosen(question="Where is it kept? (default: SQLite)", number=1),)


async def test_go_builds_the_first_wish_with_what_was_proposed():
    """The words, criteria and files of the first mail, and the answers; nothing more is asked."""
    both = resumed(order(Kind.REVISE, text="go", chosen=GO), WAITING, version=False)
    move = next_move(both, [], await project())
    assert isinstance(move, Ask)
    brief = move.brief
    assert (brief.kind, brief.text, brief.chosen) == (Kind.CREATE, "A page with a login.", GO)
    assert (brief.placed, brief.wants.criteria, brief.may_ask) == (("data/a.csv",), (HAS_README,), False)


def test_answers_of_two_rounds_add_up():
    """The later mail is the one that is answered."""
    first = resumed(order(Kind.REVISE, text="go", chosen=GO), WAITING, version=False)
    again = (Chosen(question="Who logs in? (default: nobody)", number=1, answer="Ana"),)
    later = order(Kind.REVISE, text="Ana", chosen=again, rules="newer")
    both = resumed(later, first, version=False)
    assert both.intent.chosen == (*GO, *again)
    assert (both.rules, both.message_id) == (later.rules, later.message_id)


def test_words_about_a_wish_without_a_version_add_to_it():
    """It could not be built; what is said now is no wish of its own."""
    later = order(Kind.REVISE, text="Leave the login out.")
    both = resumed(later, WAITING, version=False)
    assert both.intent.kind is Kind.CREATE
    assert both.intent.text.startswith("A page with a login.")
    assert both.intent.text.endswith("Leave the login out.")
    assert both.intent.wants.criteria == (HAS_README,)


@pytest.mark.parametrize(
    ("later", "waiting"),
    [
        (order(Kind.REVISE, text="Make it blue."), WAITING),
        (order(Kind.REVISE, text="go", chosen=GO), None),
        (order(Kind.STATUS, text="status", chosen=GO), WAITING),
        (order(Kind.REVISE, text="go", chosen=GO), order(Kind.QUESTION, text="What?")),
    ],
)
def test_what_is_no_answer_stays_what_it_is(later, waiting):
    """Another wish, no open question, a command, or a question that was none of a build."""
    assert resumed(later, waiting, version=True) is later
