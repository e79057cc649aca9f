"""Conditions in CEL: looked over at load, fail closed when they run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mailbot.decide.case import Attached, Case
from mailbot.decide.expression import FUNCTIONS, MAX_FILES, Expression, Wrong, compiled
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Proof

CASE = Case(
    author="Ana@acme.example",
    proof=Proof.DKIM,
    subject="A game",
    attachments=(Attached(name="a.sql", size=20),),
    usage={"total_day": 401},
)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("usage.total_day > 400", True),
        ("usage.sender_day > 0", False),
        ("mail.proof_rank >= rank.dkim && !mail.from.endsWith('.ru') && mail.attachments.size() == 0", False),
        ("mail.attachments.exists(a, a.name.endsWith('.sql') && a.size > 10)", True),
        ("mail.from == 'ana@acme.example' && mail.domain == 'acme.example'", True),
        (r"mail.subject.matches('(?i)\\bGAME\\b')", True),
        (r"mail.subject.matches(r'(?i)\bGAME\b')", True),
        ("mail.subject.contains('mail.form')", False),
        ("now.getFullYear() == 2026 && now.getDayOfWeek() == 4", True),
        ("mail.spam > 1 || mail.size in [0, 1]", True),
        ("'python' in mail.stack || size(mail.to) == 0", True),
        ("true", True),
    ],
)
def test_what_can_be_said(text, known):
    """Mail, usage, rank and now, with all of CEL."""
    assert compiled(text).holds(CASE) is known


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mail.from ==", "Syntax error"),
        ("", "Syntax error"),
        ("mail.form == 'x'", "mail has no 'form'; did you mean 'from'?"),
        ("true || mail.form == 'x'", "did you mean 'from'?"),
        ("usage.sender_days > 1", "did you mean 'sender_day'?"),
        ("mail.proof_rank >= rank.dkimm", "did you mean 'dkim'?"),
        ("mial.size > 1", "mial"),
        ("mail.size > '3'", "overload"),
        ("mail.from + 1 == 2", "string + int"),
        ("mail.size", "must give true or false, and gives int"),
        ("mail.subject", "gives str"),
        ("true || mail.subject.startWith('x')", "no function 'startWith'; did you mean 'startsWith'?"),
        ("mail.subject.matches('(a')", "'(a' is no pattern"),
        ("false && mail.subject.matches('((a{99}){99}){99}')", "size limit"),
        ("1 / 0 == 1", "division by zero"),
        ("mail.attachments.exists(a, a.nmae == 'x')", "no 'nmae'"),
        ("mail.attachments[3].name == 'x'", "index"),
        ("x" * 2_001, "2,001 characters"),
        ("(" * 900 + "true" + ")" * 900, "recursion"),
        ("[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))", "4 loops"),
    ],
)
def test_what_cannot_is_told_at_load(text, words):
    """Also behind an || that would hide it, and in a line that a person can read."""
    with pytest.raises(Wrong) as caught:
        compiled(text)
    assert words.lower() in str(caught.value).lower()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_every_function_that_is_known_exists():
    """A list that is longer than the library's would let typos through."""
    words = {"has": "has(mail.from)", "all": "[1].all(x, x > 0)", "exists": "[1].exists(x, x > 0)"}
    words |= {"exists_one": "[1].exists_one(x, x > 0)", "existsOne": "[1].existsOne(x, x > 0)"}
    words |= {"map": "[1].map(x, x) == [1]", "filter": "[1].filter(x, x > 0) == [1]", "size": "size(mail.to) >= 0"}
    words |= {name: f"mail.from.{name}('a') || true" for name in ("contains", "startsWith", "endsWith", "matches")}
    words |= {name: f"{name}(1) == {name}(1)" for name in ("int", "uint", "double", "string", "type", "dyn")}
    words |= {"bytes": "bytes('a') == b'a'", "duration": "duration('1h') > duration('1m')"}
    words |= {"timestamp": "now > timestamp('2000-01-01T00:00:00Z')"}
    words |= {name: f"now.{name}() >= 0" for name in FUNCTIONS if name.startswith("get")}
    assert set(words) == set(FUNCTIONS)
    assert [name for name, text in words.items() if not compiled(text).holds(CASE)] == []


def test_it_knows_what_it_asks_for():
    """Not what stands in a string."""
    names = compiled("mail.spam > 1.0 && usage.sender_day > 1 && mail.subject != 'mail.size'").names
    assert names == {"mail.spam", "usage.sender_day", "mail.subject"}


class Odd:
    """A program that gives what no condition should."""

    def execute(self, _context, /):
        return 1


def test_what_is_neither_true_nor_false_is_an_error():
    """1 is not true: the rule fails, and holds the mail."""
    with pytest.raises(Permanent, match="gives int"):
        Expression("odd", Odd()).holds(CASE)


def test_more_attachments_than_anybody_sends_are_an_error():
    """A stranger chooses how many there are."""
    many = Case(attachments=(Attached(),) * (MAX_FILES + 1))
    with pytest.raises(Permanent, match="more than 100 attachments or recipients"):
        compiled("mail.attachments.all(a, a.size == 0)").holds(many)


class PanicException(BaseException):
    """What a library written in Rust raises when it fails: no Exception."""


class Panicking:
    """A program that fails so."""

    def execute(self, _context, /):
        raise PanicException("index out of bounds")


def test_a_library_that_panics_holds_one_mail_and_no_more():
    """It would end the process otherwise."""
    with pytest.raises(Permanent, match="index out of bounds"):
        Expression("panic", Panicking()).holds(CASE)


def test_the_library_waits_until_a_rule_wants_it():
    """It takes 200 ms and 12 MB, which rules without `when` do not pay."""
    code = "import sys; from mailbot.decide.rules import rules_from; assert 'cel' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
