"""Rules out of files: what they say, and every mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mailbot.decide.case import Case
from mailbot.decide.match import decide, explain
from mailbot.decide.rules import RulesError, book_from, rules_from
from mailbot.domain.errors import Permanent
from mailbot.domain.grants import Grants
from mailbot.domain.message import Proof

SHIPPED = Path(__file__).parents[2] / "rules" / "10-default.yaml"


def yaml(text):
    return YAML(typ="rt").load(text)


def load(rules, name="x.yaml", head="version: 1\n"):
    return rules_from([(name, yaml(f"{head}rules:\n{rules}"))])


def mistakes(*files):
    with pytest.raises(RulesError) as caught:
        rules_from([(f"{number}.yaml", yaml(text)) for number, text in enumerate(files, 1)])
    return str(caught.value).split("\n")


def case(proof=Proof.DKIM, author="ana@acme.example", **more):
    return Case(author=author, proof=proof, to=("build@mailbot.localhost",), body="bees", **more)


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
    keys = {"channel", "from", "to", "proof", "proof_below", "known_thread", "spam", "size", "usage"}
    assert rule.asks == keys | {"usage.sender_hour", "usage.sender_day", "usage.total_day"}
    assert (rule.id, rule.about, rule.action, rule.reason) == ("staff", "Our own people.", "allow", "signed")
    assert (rule.set, rule.where) == (Grants(max_repairs=4, priority=2), "x.yaml:4:5")


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
    rules = rules_from([("1", yaml(one)), ("2", yaml(two))])
    let_in = ("ana@acme.example", "ana@x.ACME.example", "x@y.example")
    assert [decide(rules, case(author=one)).action for one in let_in] == ["allow"] * 3
    assert decide(rules, case(author="ana@y.example")).action == "deny"


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
        ("{id: a, if: {channel: [smtp, post]}, then: {action: allow}}", "rules.0.if.channel.1", "'post' is none of"),
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
        ("{id: a, if: {from: x.example}}", "rules.0", "the key 'then' is missing"),
        ("{then: {action: allow}}", "rules.0", "the key 'id' is missing"),
        ("{id: A b, then: {action: allow}}", "rules.0.id", "small letters"),
        ("{id: unproven, then: {action: allow}}", "rules.0.id", "mailbot's own"),
        ("{id: a, about: [x], then: {action: allow}}", "rules.0.about", "words are needed"),
        ("{id: a, then: {action: deny, reason: 3}}", "rules.0.then.reason", "words are needed"),
        ("{id: a, then: {action: discard, reply: x}}", "rules.0.then", "discard never answers"),
        ("{id: a, then: {action: allow, reply: x}}", "rules.0.then", "`reply` words an answer to deny or hold"),
        ("{id: a, then: {set: {}}}", "rules.0.then.set", "something to set"),
        ("{id: a, then: {tag: A b}}", "rules.0.then.tag", "small letters"),
        ("{id: a, then: {set: {timeout: 15}}}", "set.timeout", "a time such as 90s, 15m or 2h is needed, not 15"),
        ("{id: a, then: {set: {timeout: 25h}}}", "set.timeout", "from 1s to 24h"),
        ("{id: a, then: {set: {attachments: acept}}}", "set.attachments", "did you mean 'accept'?"),
        ("{id: a, then: {set: {publish: yes}}}", "set.publish", "true or false is needed, not 'yes'"),
        ("{id: a, then: {set: {quotas: [{per: sender, every: day}]}}}", "quotas.0", "the key 'max' is missing"),
        ("{id: a, then: {set: {quotas: [{per: sender, mx: 1, every: day}]}}}", "quotas.0.mx", "did you mean 'max'?"),
        ("{id: a, then: {set: {quotas: {per: sender}}}}", "set.quotas", "a list"),
        ("{id: a, if: {subject: {matches: '(a'}}, then: {tag: x}}", "subject.matches", "unclosed group"),
        ("{id: a, if: {subject: {matches: '(?=a)'}}, then: {tag: x}}", "subject.matches", "look-around"),
        ("{id: a, if: {body: {matches: '((a{99}){99}){99}'}}, then: {tag: x}}", "body.matches", "exceeds size limit"),
        ("{id: a, if: {body: {}}, then: {tag: x}}", "if.body", "contains, glob or matches"),
        ("{id: a, if: {body: 3}, then: {tag: x}}", "if.body", "words are needed"),
        ("{id: a, if: {time: {after: 8am}}, then: {tag: x}}", "time.after", "08:30"),
        ("{id: a, if: {time: {zone: Europe/Warszawa}}, then: {tag: x}}", "time.zone", "no time zone"),
        ("{id: a, if: {time: {zone: ../../etc/passwd}}, then: {tag: x}}", "time.zone", "no time zone"),
        ("{id: a, if: {time: {days: monday}}, then: {tag: x}}", "time.days", "did you mean 'mon'?"),
        ("{id: a, if: {size: {gt: 5, lt: 5}}, then: {tag: x}}", "if.size", "nothing could match"),
        ("{id: a, if: {any: []}, then: {tag: x}}", "if.any", "the list is empty"),
        ("{id: a, if: {any: [{form: x.example}]}, then: {tag: x}}", "any.0.form", "did you mean 'from'?"),
        ("{id: a, if: {not: {lang: 3}}, then: {tag: x}}", "if.not.lang", "words are needed"),
        ("{id: a, if: {intent: craete}, then: {tag: x}}", "if.intent", "did you mean 'create'?"),
        ("{id: a, if: {role: boss}, then: {tag: x}}", "if.role", "none, reader, collaborator, owner"),
        ("{id: a, when: mail.form == 'x', then: {tag: x}}", "rules.0.when", "did you mean 'from'?"),
        ("{id: a, when: 3, then: {tag: x}}", "rules.0.when", "a condition in CEL is needed, not 3"),
        ("{id: a, enabled: no, then: {tag: x}}", "rules.0.enabled", "true or false"),
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


def test_any_and_not_are_limited_in_depth():
    """Eight levels are enough for a person."""
    deep = {"lang": "en"}
    for _ in range(9):
        deep = {"not": deep}
    with pytest.raises(RulesError, match="more than 8 deep"):
        rules_from([("x", {"version": 1, "rules": [{"id": "a", "if": deep, "then": {"tag": "x"}}]})])
    assert rules_from([("x", {"version": 1, "rules": [{"id": "a", "if": deep["not"]["not"], "then": {"tag": "x"}}]})])


@pytest.mark.parametrize("count", [1_001, 10_000])
def test_too_many_rules(count):
    """A thousand are enough, and ten thousand are one clear mistake."""
    rules = [{"id": f"r{n}", "then": {"action": "deny"}} for n in range(count)]
    assert mistakes_of(rules) == [f"x: rules: there are {count:,} rules; 1,000 is the most"]
    halves = [("x", {"version": 1, "rules": rules[:501]}), ("y", {"version": 1, "rules": rules[501:1_001]})]
    with pytest.raises(RulesError, match=r"1,001 rules; 1,000 is the most"):
        rules_from(halves)
    assert len(rules_from([("x", {"version": 1, "rules": rules[:1_000]})])) == 1_000


def mistakes_of(rules):
    with pytest.raises(RulesError) as caught:
        rules_from([("x", {"version": 1, "rules": rules})])
    return str(caught.value).split("\n")


def test_not_more_mistakes_are_told_than_anybody_reads():
    """The fifty first, and how many there are besides."""
    found = mistakes_of([{"id": f"r{n}"} for n in range(60)])
    assert (len(found), found[-1]) == (51, "and 10 more")


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        ("{Staff: a.example}", "small letters"),
        ("{admins: a.example}", "`admins` in mailbot.toml"),
        ("{staff: []}", "the list is empty"),
        ("{one: a.example, two: '@one'}", "there is no list '@one'"),
    ],
)
def test_lists_have_mistakes_too(lists, words):
    """Their names, what is in them, and that nobody writes over whoever runs the mailbox."""
    [line] = mistakes(f"version: 1\nlists: {lists}\n")
    assert line.startswith("1.yaml:2:")
    assert words in line


def test_a_list_is_written_once():
    """Else the later file would change what the earlier one means."""
    one = "version: 1\nlists: {staff: a.example}\n"
    assert mistakes(one, one) == [
        "2.yaml:2:9: lists.staff: the list 'staff' is written before, at 1.yaml:2:9; take another name"
    ]


def test_the_admins_are_a_list():
    """Whoever mailbot.toml names; nobody, when it names nobody."""
    files = [("x", {"version": 1, "rules": [{"id": "a", "if": {"from": "@admins"}, "then": {"action": "allow"}}]})]
    assert decide(book_from(files, admins=["ola@x.example"]).rules, case(author="Ola@X.example")).action == "allow"
    assert decide(book_from(files, admins=["ola@x.example"]).rules, case(author="eva@x.example")).action == "deny"
    assert decide(book_from(files).rules, case()).action == "deny"


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["allow", "@x", "dkim", "a@b.c"]),
    lambda deeper: (
        st.lists(deeper, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "if",
                    "then",
                    "from",
                    "size",
                    "set",
                    "action",
                    "usage",
                    "gt",
                    "any",
                    "not",
                    "when",
                    "time",
                    "mail",
                ]
            ),
            deeper,
            max_size=4,
        )
    ),
)


@given(NODES, NODES, NODES)
def test_any_file_is_rules_or_an_error(rules, lists, tests):
    """Whatever YAML can hold: rules, or RulesError with words."""
    try:
        rules_from([("x", {"version": 1, "rules": rules, "lists": lists, "tests": tests}), ("y", rules)])
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
    assert [rule.id for rule in rules_from([("x", yaml(body))])] == ["staff", "ola", "enough", "strangers"]
