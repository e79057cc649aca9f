"""Whether a rule matches a mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.decide.facts import Facts
from mailbot.decide.match import Case, Range, When, address_matches, matches, size_of
from mailbot.domain.message import Attachment, Message, Proof
from tests.fakes import envelope

FILE = Attachment(name="a", media_type="a/b", content=b"x" * 96)


def case(thread=False, facts=None, **transport):
    message = Message(id="<1@acme.example>", author="ana@acme.example", text="bees", attachments=(FILE,))
    return Case(message=message, envelope=envelope(**transport), known_thread=thread, facts=facts or Facts())


@pytest.mark.parametrize(
    ("pattern", "address", "known"),
    [
        ("ana@acme.example", "ana@acme.example", True),
        ("ANA@acme.example", "Ana@Acme.Example", True),
        ("ana@acme.example", "eva@acme.example", False),
        ("ana@acme.example", "ana@acme.example.evil.example", False),
        ("acme.example", "ana@acme.example", True),
        ("@acme.example", "ana@acme.example", True),
        ("*@acme.example", "ana@acme.example", True),
        ("acme.example", "ana@sub.acme.example", False),
        ("acme.example", "ana@evilacme.example", False),
        ("*.acme.example", "ana@sub.acme.example", True),
        ("*.acme.example", "ana@acme.example", False),
        ("*.acme.example", "ana@evil-acme.example", False),
        ("*@*.acme.example", "ana@sub.acme.example", True),
        ("build-*@acme.example", "build-x@acme.example", True),
        ("build-*@acme.example", "rebuild-x@acme.example", False),
        ("a*b*c@acme.example", "a-b-c@acme.example", True),
        ("a*b*c@acme.example", "abc@acme.example", True),
        ("a*b*b@acme.example", "ab@acme.example", False),
        ("*b*a*@acme.example", "ab@acme.example", False),
        ("aa*aa@acme.example", "aaa@acme.example", False),
        ("*", "ana@acme.example", True),
        ("*@*", "ana@acme.example", True),
    ],
)
def test_patterns_of_addresses(pattern, address, known):
    """An address, a domain, or either with stars; never more than was written."""
    assert address_matches(pattern, address) is known


@given(st.text(alphabet="ab*", max_size=8), st.text(alphabet="ab", max_size=8))
def test_a_star_stands_for_any_characters(pattern, text):
    """As the shell has it."""
    rest = {0}
    for sign in pattern:
        if sign == "*":
            rest = {n for at in rest for n in range(at, len(text) + 1)}
        else:
            rest = {at + 1 for at in rest if text[at : at + 1] == sign}
    assert address_matches(f"{pattern}@x.example", f"{text}@x.example") is (len(text) in rest or pattern == "")


@pytest.mark.parametrize(
    ("when", "known", "words"),
    [
        (When(), True, "no condition"),
        (When(channel=("smtp", "imap")), True, "all its conditions"),
        (When(channel=("http",)), False, "channel is smtp, not http"),
        (When(from_=("bob@x.example", "acme.example")), True, "all"),
        (When(from_=("x.example",)), False, "from ana@acme.example is not x.example"),
        (When(to=("build@mailbot.localhost",)), True, "all"),
        (When(to=("ask@*",)), False, "to build@mailbot.localhost is not ask@*"),
        (When(proof=Proof.ACCOUNT), True, "all"),
        (When(proof=Proof.SPF), True, "all"),
        (When(proof_below=Proof.ACCOUNT), False, "proof is account, which is not below account"),
        (When(known_thread=False), True, "all"),
        (When(known_thread=True), False, "in no thread"),
        (When(spam=Range(gte=6.5, lt=12)), True, "all"),
        (When(spam=Range(gt=6.5)), False, "spam score is 6.5, not > 6.5"),
        (When(spam=Range(lt=6)), False, "spam score is 6.5, not < 6"),
        (When(size=Range(gte=100, lte=100)), True, "all"),
        (When(size=Range(gt=100)), False, "size is 100, not > 100"),
        (When(size=Range(lt=100)), False, "not < 100"),
        (When(usage=(("sender_day", Range(lte=3)), ("total_day", Range(gte=7)))), True, "all"),
        (When(usage=(("sender_day", Range(gte=4)),)), False, "sender_day is 3, not >= 4"),
        (When(channel=("smtp",), from_=("x.example",), proof=Proof.SPF), False, "from"),
    ],
)
def test_conditions(when, known, words):
    """All must hold, and the first that does not is the reason."""
    found, reason = matches(when, case(facts=Facts(sender_day=3, total_day=7, spam=6.5)))
    assert found is known
    assert words in reason


def test_proof_is_a_rising_order():
    """`proof` is that level or a higher one, `proof_below` the rest."""
    for at_least in Proof:
        for proof in Proof:
            assert matches(When(proof=at_least), case(proof=proof))[0] is (proof.rank >= at_least.rank)
            assert matches(When(proof_below=at_least), case(proof=proof))[0] is (proof.rank < at_least.rank)


def test_a_thread_address_is_its_plain_address_too():
    """`to: build@...` means the mailbox, with or without a tag."""
    tagged = case(recipients=("build+t7k2m9.abc@acme.example",))
    assert matches(When(to=("build@acme.example",)), tagged)[0]
    assert matches(When(to=("build+*@acme.example",)), tagged)[0]


def test_size_is_text_and_files():
    """In bytes."""
    message = Message(id="", author="a@b.example", text="ü", attachments=(FILE, FILE))
    assert size_of(message) == 194
