"""The tests that stand in a rules file."""

from __future__ import annotations

import pytest

from mailbot.decide.case import Case
from mailbot.decide.rules import RulesError, book_from
from mailbot.decide.trials import failures
from mailbot.domain.message import Proof

LET_IN = {"id": "all", "if": {"proof": "dkim"}, "then": {"action": "allow", "set": {"model": "big"}, "tag": "x"}}
DENY = {"id": "no", "then": {"action": "deny", "reply": "sorry"}}


def book(*tests, rules=(LET_IN, DENY), before=()):
    return book_from([*before, ("a.yaml", {"version": 1, "rules": list(rules), "tests": list(tests)})])


def trial(mail, scope="all", **expect):
    return {"name": "it", "mail": mail, "expect": expect, "scope": scope}


def test_what_is_not_named_is_the_weakest():
    """A test says what it needs, and nothing is given to it besides."""
    [one] = book(trial({}, action="deny")).trials
    assert one.case == Case(to=("build@mailbot.invalid",))
    assert (one.case.proof, one.case.known_thread) == (Proof.NONE, False)


def test_what_is_named_is_in_the_mail():
    """The tag stands in the address, and the size is that of text and files, if none is named."""
    mail = {"from": "A@x.example", "to": "ask@y.example", "tag": "web", "body": "ü", "attachments": [{"size": 5}]}
    [one] = book(trial(mail, action="deny")).trials
    assert (one.case.author, one.case.to, one.case.tags) == ("A@x.example", ("ask+web@y.example",), ("web",))
    assert one.case.size == 7
    [one] = book(trial(mail | {"size": 9}, action="deny")).trials
    assert one.case.size == 9


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ({"action": "allow"}, ""),
        ({"action": "allow", "rule": "all", "set": {"model": "big"}, "tag": "x"}, ""),
        ({"action": "deny"}, "it expects deny, and gets allow by rule 'all'"),
        ({"action": "allow", "rule": "no"}, "it expects allow by rule 'no', and gets allow by rule 'all'"),
        ({"action": "allow", "set": {"model": "small"}}, "it expects model to be 'small', and gets 'big'"),
        ({"action": "allow", "set": {"publish": False}}, "it expects publish to be False, and gets None"),
        ({"action": "allow", "tag": "y"}, "it expects the tag 'y', and gets x"),
        ({"action": "allow", "reply": "sorry"}, "it expects the reply 'sorry', and gets 'none'"),
    ],
)
def test_what_is_expected(expect, words):
    """And what each rule said, when it is not what comes."""
    known = book(trial({"proof": "dkim"}, **expect))
    failed = failures(known.rules, known.trials)
    assert bool(failed) is bool(words)
    if words:
        assert words in failed[0]
        assert failed[0].startswith("a.yaml: the test 'it' fails: ")
        assert failed[0].splitlines()[1:] == ["    yes a.yaml all: all its conditions hold -> allow"]


def test_a_test_may_be_about_its_own_file():
    """What it says then does not depend on files that somebody puts beside it."""
    open_house = ("0.yaml", {"version": 1, "rules": [{"id": "open", "then": {"action": "allow"}}]})
    tests = (trial({}, "file", action="deny", rule="no"), trial({}, action="deny"))
    alone, beside = book(*tests), book(*tests, before=[open_house])
    assert failures(alone.rules, alone.trials) == []
    [failed] = failures(beside.rules, beside.trials)
    assert "gets allow by rule 'open'" in failed


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ({"mail": {}, "expect": {"action": "deny"}}, "the key 'name' is missing"),
        ({"name": "x", "mail": {}}, "the key 'expect' is missing"),
        (trial({"form": "a@x.example"}, action="deny"), "did you mean 'from'?"),
        (trial({"from": "x.example"}, action="deny"), "an address is needed, not 'x.example'"),
        (trial({"proof": "dkin"}, action="deny"), "did you mean 'dkim'?"),
        (trial({"usage": {"sender_dya": 1}}, action="deny"), "did you mean 'sender_day'?"),
        (trial({"time": "2026-11-20T08:30"}, action="deny"), "needs its zone"),
        (trial({"time": "noon"}, action="deny"), "in quotes"),
        (trial({"attachments": [{"nam": "x"}]}, action="deny"), "did you mean 'name'?"),
        (trial({"channel": "mail"}, action="deny"), "none of smtp"),
        (trial({}, action="refuse"), "none of allow, hold, deny, discard"),
        (trial({}, action="deny", rule="noo"), "there is no rule 'noo'; did you mean 'no'?"),
        (trial({}, action="deny", set={"modle": "x"}), "did you mean 'model'?"),
        (trial({}, "files", action="deny"), "did you mean 'file'?"),
    ],
)
def test_a_test_has_mistakes_too(test, words):
    """Each with its place; a test that tests nothing is worse than none."""
    with pytest.raises(RulesError) as caught:
        book(test)
    assert words in str(caught.value)
