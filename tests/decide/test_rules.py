"""Rules out of files: what they say, and every mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mailbot.decide.facts import Facts
from mailbot.decide.match import Case, Limits, Range, When
from mailbot.decide.rules import RulesError, explain, rules_from
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Message, Proof
from tests.fakes import envelope

SHIPPED = Path(__file__).parents[2] / "rules" / "10-default.yaml"


def yaml(text):
    return YAML(typ="rt").load(text)


def load(rules, name="x.yaml", head="version: 1\n"):
    return rules_from([(name, yaml(f"{head}rules:\n{rules}"))])


def mistakes(*files):
    with pytest.raises(RulesError) as caught:
        rules_from([(f"{number}.yaml", yaml(text)) for number, text in enumerate(files, 1)])
    return str(caught.value).split("\n")


def case(proof=Proof.DKIM, author="ana@acme.example"):
    message = Message(id="", author=author, text="bees")
    return Case(message=message, envelope=envelope(proof=proof), known_thread=False, facts=Facts())


def test_a_rule_with_everything():
    """Every key has its place in the value."""
    [rule] = load("""
  - id: staff
    about: Our own people.
    if:
      channel: [smtp, imap]
      from: acme.example
      to: build@acme.example
      proof: dkim
      proof_below: account
      known_thread: false
      spam: {gte: -1.5, lt: 6}
      size: {lte: 1000}
      usage: {sender_hour: {lt: 3}, sender_day: {lt: 30}, total_day: {lt: 300}}
    then: {action: allow, reason: signed, set: {max_repairs: 4, priority: 2}}
""")
    assert rule.when == When(
        channel=("smtp", "imap"),
        from_=("acme.example",),
        to=("build@acme.example",),
        proof=Proof.DKIM,
        proof_below=Proof.ACCOUNT,
        known_thread=False,
        spam=Range(gte=-1.5, lt=6.0),
        size=Range(lte=1000),
        usage=(("sender_hour", Range(lt=3)), ("sender_day", Range(lt=30)), ("total_day", Range(lt=300))),
    )
    assert (rule.id, rule.about, rule.action, rule.reason) == ("staff", "Our own people.", "allow", "signed")
    assert (rule.set, rule.where) == (Limits(max_repairs=4, priority=2), "x.yaml:4:5")


def test_plain_dicts_are_taken_too():
    """Where lines are not known, the path says where."""
    [rule] = rules_from([("x", {"version": 1, "rules": [{"id": "a", "then": {"action": "hold"}}]})])
    assert (rule.id, rule.action, rule.where) == ("a", "hold", "x")
    with pytest.raises(RulesError, match=r"^x: rules\.0\.then\.action: 'hld' is none of .* did you mean 'hold'\?$"):
        rules_from([("x", {"version": 1, "rules": [{"id": "a", "then": {"action": "hld"}}]})])


def test_lists_serve_in_every_file():
    """A group is written once, in whichever file."""
    one = "version: 1\nrules:\n  - {id: a, if: {from: ['@staff', x@y.example]}, then: {action: allow}}\n"
    two = "version: 1\nlists: {staff: [acme.example, '*.ACME.example']}\n"
    [rule] = rules_from([("1", yaml(one)), ("2", yaml(two))])
    assert rule.when.from_ == ("acme.example", "*.acme.example", "x@y.example")


def test_files_and_rules_keep_their_order():
    """The first match decides, so the order is the meaning."""
    text = "version: 1\nrules:\n  - {{id: {0}1, then: {{action: deny}}}}\n  - {{id: {0}2, then: {{action: deny}}}}\n"
    rules = rules_from([("b", yaml(text.format("b"))), ("a", yaml(text.format("a")))])
    assert [rule.id for rule in rules] == ["b1", "b2", "a1", "a2"]


@pytest.mark.parametrize(
    ("rule", "place", "words"),
    [
        (
            "{id: a, if: {form: x.example}, then: {action: allow}}",
            "1.yaml:3:18: rules.0.if.form",
            "did you mean 'from'?",
        ),
        ("{id: a, than: {action: allow}}", "1.yaml:3:13: rules.0.than", "did you mean 'then'?"),
        ("{id: a, then: {actoin: allow}}", "1.yaml:3:20: rules.0.then.actoin", "did you mean 'action'?"),
        ("{id: a, then: {action: alow}}", "1.yaml:3:20: rules.0.then.action", "did you mean 'allow'?"),
        ("{id: a, if: {proof: dkin}, then: {action: allow}}", "rules.0.if.proof", "did you mean 'dkim'?"),
        ("{id: a, if: {proof_below: 3}, then: {action: allow}}", "rules.0.if.proof_below", "3 is none of malformed"),
        ("{id: a, if: {channel: [smtp, mail]}, then: {action: allow}}", "rules.0.if.channel.1", "'mail' is none of"),
        ("{id: a, if: {channel: []}, then: {action: allow}}", "rules.0.if.channel", "the list is empty"),
        ("{id: a, if: {from: []}, then: {action: allow}}", "rules.0.if.from", "the list is empty"),
        ("{id: a, if: {from: '@stuff'}, then: {action: allow}}", "rules.0.if.from", "did you mean '@staff'?"),
        ("{id: a, if: {from: 'a b'}, then: {action: allow}}", "rules.0.if.from", "'a b'"),
        ("{id: a, if: {from: 'a@b@c.example'}, then: {action: allow}}", "rules.0.if.from", "a pattern with *"),
        ("{id: a, if: {from: 3}, then: {action: allow}}", "rules.0.if.from", "not 3"),
        ("{id: a, if: {from: }, then: {action: allow}}", "rules.0.if.from", "not nothing"),
        ("{id: a, if: , then: {action: allow}}", "rules.0.if", "keys with values are needed here, not nothing"),
        ("{id: a, if: {known_thread: 'yes'}, then: {action: allow}}", "rules.0.if.known_thread", "true or false"),
        ("{id: a, if: {size: 3}, then: {action: allow}}", "rules.0.if.size", "keys with values"),
        ("{id: a, if: {size: {}}, then: {action: allow}}", "rules.0.if.size", "{gte: 30}"),
        ("{id: a, if: {size: {gt: -1}}, then: {action: allow}}", "rules.0.if.size.gt", "whole number"),
        ("{id: a, if: {size: {gt: true}}, then: {action: allow}}", "rules.0.if.size.gt", "whole number"),
        (
            "{id: a, if: {usage: {sender_days: {gt: 1}}}, then: {action: deny}}",
            "sender_days",
            "did you mean 'sender_day'?",
        ),
        ("{id: a, if: {spam: 6}, then: {action: hold}}", "rules.0.if.spam", "keys with values"),
        ("{id: a, if: {spam: {gte: '6'}}, then: {action: hold}}", "rules.0.if.spam.gte", "from -100 to 100"),
        ("{id: a, if: {spam: {gte: true}}, then: {action: hold}}", "rules.0.if.spam.gte", "not True"),
        ("{id: a, if: {spam: {gte: .nan}}, then: {action: hold}}", "rules.0.if.spam.gte", "from -100 to 100"),
        ("{id: a, if: {spam: {gte: 101}}, then: {action: hold}}", "rules.0.if.spam.gte", "not 101"),
        ("{id: a, if: {usage: {spam: {gt: 1}}}, then: {action: deny}}", "rules.0.if.usage.spam", "no key"),
        ("{id: a, if: {usage: {duplicate_of: {gt: 1}}}, then: {action: deny}}", "duplicate_of", "no key"),
        ("{id: a, then: {action: allow, set: {priority: 10}}}", "rules.0.then.set.priority", "from 0 to 9"),
        ("{id: a, then: {action: allow, set: {max_repairs: 11}}}", "set.max_repairs", "from 0 to 10"),
        ("{id: a, then: {action: allow, set: {repairs: 1}}}", "set.repairs", "did you mean 'max_repairs'?"),
        ("{id: a, then: {reason: x}}", "rules.0", "needs an `action`"),
        ("{id: a, if: {from: x.example}}", "rules.0", "needs an `action`"),
        ("{then: {action: allow}}", "rules.0", "needs an `id`"),
        ("{id: A b, then: {action: allow}}", "rules.0.id", "small letters"),
        ("{id: unproven, then: {action: allow}}", "rules.0.id", "mailbot's own"),
        ("{id: a, about: [x], then: {action: allow}}", "rules.0.about", "words are needed"),
        ("{id: a, then: {action: deny, reason: 3}}", "rules.0.then.reason", "words are needed"),
        ("just words", "rules.0", "not 'just words'"),
    ],
)
def test_every_mistake_has_its_place_and_its_words(rule, place, words):
    """File, line, column and path, and what was perhaps meant."""
    [line] = mistakes(f"version: 1\nrules:\n  - {rule}\nlists: {{staff: acme.example}}\n")
    assert line.startswith("1.yaml:3:")
    assert place in line
    assert words in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "keys with values"),
        ("- a", "keys with values"),
        ("rules: []", "version: 1"),
        ("version: 2", "version: 1"),
        ("version: 1\nabuot: x", "did you mean 'about'?"),
        ("version: 1\nrules: {}", "a list"),
        ("version: 1\nlists: [a]", "keys with values"),
        ("version: 1\nlists: {a: [x y]}", "1.yaml:2:13: lists.a.0"),
    ],
)
def test_a_file_of_the_wrong_shape(text, words):
    """The file's own keys are checked, too."""
    assert words in "\n".join(mistakes(text))


def test_all_mistakes_are_told_at_once():
    """Nobody likes to mend a file one run at a time."""
    bad = "version: 1\nrules:\n  - {id: A, if: {form: x}, then: {action: alow}}\n"
    found = mistakes(bad, bad, "version: 1\nrules: [{id: b, then: {action: deny}}, {id: b, then: {action: deny}}]")
    assert [line.partition(":")[0] for line in found] == ["1.yaml"] * 3 + ["2.yaml"] * 3 + ["3.yaml"]
    assert found[-1] == "3.yaml:2:40: the id 'b' is used before, at 3.yaml:2:9"


def test_too_many_rules():
    """A thousand are enough."""
    rules = [{"id": f"r{n}", "then": {"action": "deny"}} for n in range(1_001)]
    with pytest.raises(RulesError, match=r"1,001 rules; 1,000 is the most"):
        rules_from([("x", {"version": 1, "rules": rules})])
    assert len(rules_from([("x", {"version": 1, "rules": rules[1:]})])) == 1_000


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["allow", "@x", "dkim", "a@b.c"]),
    lambda deeper: (
        st.lists(deeper, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "if", "then", "from", "size", "set", "action", "usage", "gt", "x"]),
            deeper,
            max_size=4,
        )
    ),
)


@given(NODES, NODES)
def test_any_file_is_rules_or_an_error(rules, lists):
    """Whatever YAML can hold: rules, or RulesError with words."""
    try:
        rules_from([("x", {"version": 1, "rules": rules, "lists": lists}), ("y", rules)])
    except Permanent as error:
        assert str(error).strip()  # noqa: PT017  (either end is right)


def test_explanation():
    """One line for each rule, until one has decided."""
    rules = load("""
  - {id: hurry, then: {set: {priority: 1}}}
  - {id: others, if: {from: x.example}, then: {action: allow}}
  - {id: staff, if: {proof: dkim}, then: {action: hold}}
  - {id: never, then: {action: deny}}
""")
    assert explain(rules, case()) == (
        "yes x.yaml:4:5 hurry: it has no condition -> goes on",
        "no  x.yaml:5:5 others: from ana@acme.example is not x.example",
        "yes x.yaml:6:5 staff: all its conditions hold -> hold",
    )


def test_explanation_of_no_decision():
    """Where no rule decides, every rule has its line."""
    rules = rules_from(
        [("x", {"version": 1, "rules": [{"id": "a", "if": {"to": "x@y.z"}, "then": {"action": "deny"}}]})]
    )
    assert explain(rules, case()) == ("no  x a: to build@mailbot.localhost is not x@y.z",)


def test_the_rules_that_ship():
    """The first try is let in, and nobody else."""
    rules = rules_from([(SHIPPED.name, yaml(SHIPPED.read_text("utf-8")))])
    ends = {proof: explain(rules, case(proof))[-1].split()[2:] for proof in (Proof.ACCOUNT, Proof.DKIM, Proof.SPF)}
    assert ends[Proof.ACCOUNT][0] == "first-try:"
    assert [ends[proof][-1] for proof in ends] == ["allow", "deny", "deny"]


def test_the_examples_in_the_rules_that_ship_work():
    """An admin who takes the marks away has rules that load."""
    text = SHIPPED.read_text("utf-8")
    examples = [line for line in text.splitlines() if line.startswith(("  # - id", "  #   if", "  #   then"))]
    groups = [
        line.removeprefix("# ")
        for line in text.splitlines()
        if line.startswith(("# lists", "#   staff", "#   partners"))
    ]
    body = "\n".join(["version: 1", *groups, "rules:", *(line.replace("# ", "", 1) for line in examples)])
    assert [rule.id for rule in rules_from([("x", yaml(body))])] == ["staff", "ola", "enough-for-today", "strangers"]


@pytest.mark.parametrize(
    ("spam", "known_thread", "proof", "id"),
    [
        (5.9, False, Proof.DKIM, "nobody-else"),
        (6.0, False, Proof.DKIM, "spam-likely"),
        (12.0, False, Proof.DKIM, "spam-for-sure"),
        (99.0, True, Proof.DKIM, "nobody-else"),
        (99.0, False, Proof.ACCOUNT, "first-try"),
    ],
)
def test_the_shipped_rules_on_spam(spam, known_thread, proof, id):
    """6 holds, 12 drops; neither in a thread of ours, nor for who is known to the channel."""
    rules = rules_from([(SHIPPED.name, yaml(SHIPPED.read_text("utf-8")))])
    message = Message(id="", author="ana@acme.example", text="bees")
    facts = Facts(spam=spam)
    told = explain(rules, Case(message=message, envelope=envelope(proof=proof), known_thread=known_thread, facts=facts))
    assert f" {id}: " in told[-1]
    assert "spam score is 5.9, not >= 12" in told[0] or spam != 5.9
