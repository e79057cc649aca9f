"""Rules from the top to the one that decides."""

from __future__ import annotations

import pytest

from mailbot.decide.case import Case
from mailbot.decide.match import Condition, Rule, decide, explain
from mailbot.decide.rules import rules_from
from mailbot.domain.grants import Grants

CASE = Case(author="ana@acme.example")


def broken(_case):
    raise ZeroDivisionError("by\nzero")


BROKEN = Rule(id="broken", conditions=(Condition(broken, str),))


def rules(*entries):
    return rules_from([("x", {"version": 1, "rules": list(entries)})])


def rule(id, then, **more):
    return {"id": id, "then": then, **more}


def test_the_first_rule_with_an_action_decides():
    """What does not match is passed over, what only sets goes on, what is switched off is not there."""
    some = rules(
        rule("off", {"action": "deny"}, enabled=False),
        rule("other", {"action": "deny"}, **{"if": {"from": "x.example"}}),
        rule("sets", {"set": {"priority": 1}}),
        rule("one", {"action": "hold", "reason": "because", "reply": "waits"}),
        rule("two", {"action": "allow", "set": {"priority": 9}}),
    )
    found = decide(some, CASE)
    assert (found.action, found.rule, found.reason, found.reply) == ("hold", "one", "because", "waits")
    assert found.set == Grants(priority=1)


def test_no_rule_is_no():
    """Nothing is let in by leaving something out."""
    for some in ((), rules(rule("a", {"set": {"priority": 1}})), rules(rule("a", {"tag": "x"}))):
        assert (decide(some, CASE).action, decide(some, CASE).rule) == ("deny", "default")


def test_what_rules_set_adds_up():
    """Key by key: later wins, and tags are kept."""
    some = rules(
        rule("a", {"set": {"priority": 1, "model": "small", "deliver": ["mail", "github"]}, "tag": ["x", "y"]}),
        rule("b", {"set": {"priority": 8}}, **{"if": {"from": "x.example"}}),
        rule("c", {"set": {"model": "large", "deliver": "mail"}, "tag": ["y", "z"]}),
        rule("d", {"action": "allow", "set": {"publish": False, "max_repairs": 0}}),
    )
    assert decide(some, CASE).set == Grants(
        priority=1, model="large", deliver=("mail",), publish=False, max_repairs=0, tags=("x", "y", "z")
    )


@pytest.mark.parametrize("then", [{"action": "allow"}, {"action": "deny"}, {"tag": "x"}])
def test_a_rule_that_fails_holds(then):
    """Whatever it would have done, and whatever stands below it."""
    found = decide((BROKEN, *rules(rule("all", then))), CASE)
    assert (found.action, found.rule) == ("hold", "broken")
    assert found.reason == "this rule failed: ZeroDivisionError: by zero"


def test_a_rule_below_the_decision_is_not_asked():
    """The first one ends it."""
    assert decide((*rules(rule("all", {"action": "allow"})), BROKEN), CASE).action == "allow"


def test_an_expression_that_fails_holds():
    """A mail on which CEL gives an error is let in by nobody."""
    some = rules(rule("half", {"action": "allow"}, when="100 / (mail.size - 77) < 1000"))
    ends = [(decide(some, case).action, decide(some, case).rule) for case in (CASE, Case(size=77))]
    assert ends == [("allow", "half"), ("hold", "half")]


def test_explanation():
    """One line for each rule, until one has decided."""
    some = rules(
        rule("off", {"action": "deny"}, enabled=False),
        rule("hurry", {"set": {"priority": 1}}),
        rule("others", {"action": "allow"}, **{"if": {"from": "x.example"}}),
        rule("big", {"action": "allow"}, when="mail.size > 3"),
        rule("staff", {"action": "hold"}, **{"if": {"channel": "mail"}}),
        rule("never", {"action": "deny"}),
    )
    assert explain(some, CASE) == (
        "no  x off: it is switched off (enabled: false)",
        "yes x hurry: it has no condition -> goes on",
        "no  x others: from ana@acme.example is not x.example",
        "no  x big: `mail.size > 3` is false",
        "yes x staff: all its conditions hold -> hold",
    )
    assert explain((BROKEN, *some), CASE) == ("ERR rules broken: ZeroDivisionError: by zero -> hold",)


def test_explanation_and_decision_agree():
    """The last line names the rule that decides."""
    some = rules(
        rule("a", {"tag": "x"}, **{"if": {"spam": {"gte": 1}}}),
        rule("b", {"action": "hold"}, **{"if": {"not": {"size": {"lt": 3}}}}),
        rule("c", {"action": "deny"}, **{"if": {"any": [{"lang": "pl"}, {"size": {"lt": 1}}]}}),
    )
    for case in (CASE, Case(size=3), Case(size=2), Case(lang="pl", size=2, spam=2)):
        last, found = explain(some, case)[-1], decide(some, case)
        assert found.rule == "default" or f" {found.rule}: " in last
        assert last.endswith(f"-> {found.action}") is (found.rule != "default")
