"""Every key that can be matched or set stands in a rules file, with a mail that has it and one that has it not."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.decide.case import Case
from mailbot.decide.conditions import MAKERS
from mailbot.decide.facts import COUNTS
from mailbot.decide.grammar import IF, RULE, SET, THEN
from mailbot.decide.grammar_tests import EXPECT, MAIL, TEST
from mailbot.decide.match import matches
from mailbot.decide.trials import failures
from mailbot.decide.values import ATTACHED, TEXT, TIME
from mailbot.domain.grants import Grants
from mailbot.rulebook import load_book, parse, read_book

PLACE = Path(__file__).parent / "rules"
SHIPPED = Path(__file__).parents[2] / "rules"
[(_, NODE)] = parse(PLACE).files


def keys(node):
    """Every key that stands anywhere in it."""
    if isinstance(node, dict):
        return {str(key) for key in node}.union(*map(keys, node.values()))
    return set().union(*map(keys, node)) if isinstance(node, list) else set()


@pytest.mark.parametrize(
    "table",
    [IF.table, SET.table, THEN.table, RULE.table, ATTACHED.table, TEXT.table, TIME.table, dict.fromkeys(COUNTS)],
    ids=["if", "set", "then", "rule", "attachments", "text", "time", "usage"],
)
def test_every_key_of_a_rule_has_its_test(table):
    """A new key is missed here until it has one."""
    assert set(table) - keys(NODE["rules"]) <= {"about"}


def test_every_key_of_a_test_is_used():
    """What a test's mail can have is all that a rule can ask about it."""
    assert set(MAIL.table) - keys(NODE["tests"]) == {"size", "body"} - keys(NODE["tests"])
    assert set(EXPECT.table) | set(TEST.table) <= keys(NODE["tests"])
    assert set(SET.table) <= keys([test["expect"] for test in NODE["tests"]])


def test_its_tests_pass():
    """`mailbot rules test tests/decide/rules` says the same."""
    book = load_book(PLACE)
    assert len(book.trials) == 8


@pytest.mark.parametrize("rule", read_book(PLACE).rules, ids=lambda rule: rule.id)
def test_each_rule_matches_a_mail_and_passes_one_over(rule):
    """A condition that always holds, or never, tests nothing."""
    if rule.enabled:
        cases = [trial.case for trial in read_book(PLACE).trials]
        assert {matches(rule.conditions, case) for case in cases} == {True, False}


def test_a_bare_mail_has_next_to_nothing():
    """It is a mail, proven by nobody, of nobody whom we know."""
    known = [rule.id for rule in read_book(PLACE).rules if matches(rule.conditions, Case()) and rule.conditions]
    assert known == ["channel", "proof-below", "night", "not"]


def test_every_condition_can_be_read_and_asked():
    """The tables of what is read and of what is asked are one."""
    assert set(MAKERS) == set(IF.table)
    assert {field for field in Grants.__dataclass_fields__ if field != "tags"} == set(SET.table)


@pytest.mark.parametrize(
    ("names", "tests"),
    [
        (["10-safety"], 3),
        (["10-safety", "20-company"], 9),
        (["10-safety", "30-open"], 7),
        (["30-open"], 4),
    ],
)
def test_the_examples_pass_their_tests(names, tests, tmp_path):
    """Alone and together, as they are meant."""
    for name in names:
        (tmp_path / f"{name}.yaml").write_bytes((SHIPPED / "examples" / f"{name}.yaml").read_bytes())
    book = load_book(tmp_path)
    assert len(book.trials) == tests


def test_a_stranger_who_is_refused_alone_is_let_in_beside_another_file(tmp_path):
    """The accident that tests must show: without its scope this one fails as soon as the open house is there."""
    text = (SHIPPED / "examples" / "10-safety.yaml").read_text("utf-8")
    (tmp_path / "10-safety.yaml").write_text(text.replace("    scope: file\n", ""), "utf-8")
    assert failures(read_book(tmp_path).rules, read_book(tmp_path).trials) == []
    (tmp_path / "30-open.yaml").write_bytes((SHIPPED / "examples" / "30-open.yaml").read_bytes())
    book = read_book(tmp_path)
    [failed] = failures(book.rules, book.trials)
    assert "a stranger is refused" in failed
