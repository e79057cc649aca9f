"""What becomes of a message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.decide.facts import Facts
from mailbot.decide.match import Condition, Rule
from mailbot.decide.policy import Policy
from mailbot.decide.rules import rules_from
from mailbot.domain.grants import Grants
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Message, Proof
from mailbot.domain.project import Project, ProjectId
from mailbot.domain.request import Admitted, Held, Ignored, Refused
from tests.fakes import envelope

BEES = Project(id=ProjectId("t7k2m9"), owner="ana@acme.example", last=1)
MESSAGE = Message(id="<1@acme.example>", author="ana@acme.example", text="bees")
ALLOW = Rule(id="all", action="allow", reason="open house")


def when(rule=ALLOW, **wanted):
    """*rule* with conditions, as a file has them."""
    known = {name.rstrip("_"): value for name, value in wanted.items()}
    [read] = rules_from([("x", {"version": 1, "rules": [{"id": "x", "if": known, "then": {"tag": "x"}}]})])
    return replace(rule, conditions=read.conditions, asks=read.asks)


def judge(*rules, message=MESSAGE, kind=Kind.CREATE, project=None, facts=None, **transport):
    intent = Intent(kind=kind, project=project.id if project else None, text="bees")
    return Policy(rules=rules).judge(message, envelope(**transport), intent, project, facts or Facts())


def test_admitted_carries_all_that_later_steps_need():
    """A later change of the rules does not reach it."""
    assert judge(ALLOW, proof=Proof.DKIM) == Admitted(
        rule="all",
        reason="open house",
        intent=Intent(kind=Kind.CREATE, text="bees"),
        author="ana@acme.example",
        proof=Proof.DKIM,
        message_id="<1@acme.example>",
    )


@pytest.mark.parametrize(
    ("action", "verdict"), [("allow", Admitted), ("hold", Held), ("deny", Refused), ("discard", Ignored)]
)
def test_each_action_has_its_verdict(action, verdict):
    """Each with the rule and its reason."""
    found = judge(replace(ALLOW, action=action))
    assert type(found) is verdict
    assert (found.rule, found.reason) == ("all", "open house")


def test_the_first_rule_with_an_action_decides():
    """What does not match is passed over."""
    other = when(Rule(id="other", action="deny"), from_="x.example")
    assert judge(other, replace(ALLOW, id="one"), replace(ALLOW, id="two", action="deny")).rule == "one"


def test_no_rule_is_no():
    """In words that help, to an author who may be answered."""
    verdict = judge()
    assert (type(verdict), verdict.rule) == (Refused, "default")
    assert "admin" in verdict.reason


def test_what_rules_set_adds_up():
    """Later wins; a rule that does not match, or stands below the decision, sets nothing."""
    verdict = judge(
        Rule(id="a", set=Grants(max_repairs=7, priority=1, model="big")),
        Rule(id="b", set=Grants(priority=8)),
        when(Rule(id="c", set=Grants(max_repairs=1)), from_="x.example"),
        replace(ALLOW, set=Grants(max_repairs=0)),
        Rule(id="d", set=Grants(priority=3)),
    )
    assert (verdict.repairs, verdict.priority) == (0, 8)
    assert verdict.set == Grants(max_repairs=0, priority=8, model="big")


def test_held_says_what_a_release_would_admit():
    """The admin's yes needs no second judging."""
    verdict = judge(replace(ALLOW, action="hold", set=Grants(priority=3)))
    assert (verdict.admitted.author, verdict.admitted.priority) == ("ana@acme.example", 3)


def test_a_rule_that_fails_holds():
    """A mistake in a rule lets nobody in, and loses nobody's mail."""
    broken = Rule(id="broken", conditions=(Condition(lambda case: case.no_such_thing, str),))
    verdict = judge(broken, ALLOW)
    assert (type(verdict), verdict.rule) == (Held, "broken")
    assert "AttributeError" in verdict.reason
    assert verdict.admitted.author == "ana@acme.example"


@pytest.mark.parametrize("proof", [Proof.MALFORMED, Proof.NONE])
def test_the_unproven_get_no_answer_whatever_the_rules_say(proof):
    """A deny, too, would go to somebody who may never have written."""
    for rules in ((), (ALLOW,), (replace(ALLOW, action="deny"),), (replace(ALLOW, action="hold"),)):
        assert type(judge(*rules, proof=proof)) is Ignored
    assert type(judge(ALLOW, proof=proof, message=replace(MESSAGE, trouble="too large"))) is Ignored


@pytest.mark.parametrize("changes", [{"automatic": "x"}, {"ours": True}, {"hops": 99}])
def test_no_rule_switches_a_guard_off(changes):
    """Guards come first."""
    assert type(judge(ALLOW, message=replace(MESSAGE, **changes))) is Ignored
    assert judge(ALLOW, facts=Facts(duplicate_of="abc")).rule == "duplicate"


def test_trouble_is_told():
    """The author reads what was too much, and what to do."""
    verdict = judge(ALLOW, message=replace(MESSAGE, trouble="the content is 31 MB; 25 MB is the most I can take"))
    assert (type(verdict), verdict.rule) == (Refused, "trouble")
    assert verdict.reason.startswith("the content is 31 MB; 25 MB is the most I can take; nothing was built")


@pytest.mark.parametrize("kind", [Kind.REVISE, Kind.ROLLBACK, Kind.STATUS, Kind.STOP])
def test_a_project_is_its_owners(kind):
    """Whoever else writes into the thread is refused, and is not told whose it is."""
    assert type(judge(ALLOW, kind=kind, project=BEES)) is Admitted
    for author in ("bob@acme.example", "Ana@acme.example", "ana@acme.example.evil.example"):
        verdict = judge(ALLOW, kind=kind, project=BEES, message=replace(MESSAGE, author=author))
        assert (type(verdict), verdict.rule) == (Refused, "owner")
        assert "@" not in verdict.reason


@pytest.mark.parametrize("kind", [Kind.CREATE, Kind.QUESTION, Kind.HELP])
def test_what_concerns_no_project_is_nobodys(kind):
    """A new request or a question is judged by the rules."""
    assert type(judge(ALLOW, kind=kind, message=replace(MESSAGE, author="bob@acme.example"))) is Admitted
    assert type(judge(ALLOW, kind=kind, project=BEES, proof=Proof.SPF)) is Admitted


@pytest.mark.parametrize("kind", [Kind.REVISE, Kind.ROLLBACK, Kind.STOP])
def test_a_change_needs_the_better_proof(kind):
    """SPF, or a signature that leaves the subject out, lets nobody change a project."""
    for proof in (Proof.SPF, Proof.DKIM_WEAK):
        verdict = judge(ALLOW, kind=kind, project=BEES, proof=proof)
        assert (type(verdict), verdict.rule) == (Refused, "proof")
    for proof in (Proof.DKIM, Proof.ACCOUNT):
        assert type(judge(ALLOW, kind=kind, project=BEES, proof=proof)) is Admitted


def test_how_it_stands_may_be_asked_with_less():
    """The answer goes to the owner anyway."""
    assert type(judge(ALLOW, kind=Kind.STATUS, project=BEES, proof=Proof.SPF)) is Admitted


def test_rules_know_the_thread():
    """Whether a mail is in a thread of ours is a condition."""
    inside = when(ALLOW, known_thread=True)
    assert type(judge(inside, kind=Kind.REVISE, project=BEES)) is Admitted
    assert type(judge(inside)) is Refused


def test_a_rule_without_a_reason_still_gives_one():
    """Nobody reads an empty line."""
    assert judge(replace(ALLOW, action="deny", reason="")).reason == "the rule 'all' of this mailbox says deny"


@pytest.mark.parametrize(("action", "told"), [("hold", True), ("discard", True), ("deny", False)])
def test_what_the_spam_filter_found_is_for_the_admin(action, told):
    """A held or dropped mail says score and reasons; a refusal, which its author reads, does not."""
    rule = when(Rule(id="spam", action=action, reason="it looks like spam"), spam={"gte": 6})
    verdict = judge(rule, facts=Facts(spam=7.25, spam_why="it hides words (+2.0)"))
    assert (verdict.reason == "it looks like spam; spam score 7.2: it hides words (+2.0)") is told
    assert verdict.reason.startswith("it looks like spam")


@pytest.mark.parametrize("proof", [Proof.MALFORMED, Proof.NONE])
@pytest.mark.parametrize("rules", [(), (replace(ALLOW, action="deny"),)])
def test_a_deny_of_the_unproven_is_silence_even_without_the_guards(rules, proof, monkeypatch):
    """Two locks on the door to backscatter."""
    monkeypatch.setattr("mailbot.decide.policy.guarded", lambda *_: None)
    assert type(judge(*rules, proof=proof)) is Ignored
    assert type(judge(*rules, proof=Proof.SPF)) is Refused


def test_each_verdict_says_which_rules_said_so():
    """Guards', owners' and rules' verdicts alike; what a release would admit, too."""
    policies = {action: Policy(rules=(replace(ALLOW, action=action),), version="abc") for action in ("allow", "hold")}
    intent = Intent(kind=Kind.CREATE, text="bees")
    for policy in (*policies.values(), Policy(rules=(), version="abc")):
        assert policy.judge(MESSAGE, envelope(), intent, None, Facts()).rules == "abc"
        assert policy.judge(MESSAGE, envelope(proof=Proof.NONE), intent, None, Facts()).rules == "abc"
    assert policies["hold"].judge(MESSAGE, envelope(), intent, None, Facts()).admitted.rules == "abc"
    assert judge(ALLOW).rules == ""


def test_a_deny_carries_its_wording():
    """For whoever writes the answer."""
    assert judge(replace(ALLOW, action="deny", reply="come-back-later")).wording == "come-back-later"


def test_rules_ask_what_the_author_wants():
    """The intent is a condition, and so is the author's place in the project."""
    owner = when(ALLOW, intent="revise", role="owner")
    assert type(judge(owner, kind=Kind.REVISE, project=BEES)) is Admitted
    assert type(judge(owner)) is Refused
