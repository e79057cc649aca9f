"""Who else gets a reply: nobody can use us to write to others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.domain.grants import Grants
from mailbot.domain.message import Proof
from mailbot.domain.request import Built, Told
from mailbot.reply.copied import copied
from tests.reply.people import ANA, DRAFT, LETTERHEAD, MESSAGE, answer, request

BOB, EVE = "bob@acme.example", "eve@evil.example"
MANY = tuple(f"p{number}@acme.example" for number in range(9))


def of(*people: str, proof: Proof = Proof.DKIM, cc: bool | None = None, group: str = "") -> tuple[str, ...]:
    """Who gets the reply to a mail of Ana's with these *people* in Cc."""
    made = request()
    order = replace(made.order, proof=proof, set=Grants(cc=cc))
    message = replace(MESSAGE, cc=people, group=group)
    return copied(replace(made, admitted=order), message, LETTERHEAD)


@pytest.mark.parametrize(
    ("people", "got"),
    [
        ((BOB, EVE), (BOB,)), (("bob@eu.acme.example",), ("bob@eu.acme.example",)), (("bob@notacme.example",), ()),
        (("boss@example",), ()), (("BOB@ACME.example", BOB), ("BOB@ACME.example",)),
        ((str(ANA), "ANA@acme.example"), ()), (("no-reply@acme.example",), ()),
        (("build@mail.example.org", "build+t7k2mx.qrelv3qrcp@mail.example.org"), ()), (MANY, MANY[:5]),
        (("a b@acme.example", "x@acme.example\r\nBcc: y@z.example", "jürgen@acme.example", ""), ()),
    ],
)  # fmt: skip
def test_people_of_the_authors_own_domain_alone(people: tuple[str, ...], got: tuple[str, ...]) -> None:
    """At most five, each once; no machine, no address of ours, nothing that could break a header."""
    assert of(*people) == got


def test_a_rule_may_let_others_have_it_or_nobody() -> None:
    """``cc`` granted: whoever stands there; refused: nobody, whatever their domain."""
    assert of(BOB, EVE, cc=True) == (BOB, EVE)
    assert of(BOB, cc=False) == ()


@pytest.mark.parametrize("proof", [Proof.SPF, Proof.DKIM_WEAK, Proof.NONE])
def test_an_author_who_is_proven_less_well_writes_to_nobody(proof: Proof) -> None:
    """Only a signature over the whole mail, or a login."""
    assert of(BOB, proof=proof, cc=True) == ()
    assert of(BOB, proof=Proof.ACCOUNT) == (BOB,)


def test_a_list_and_a_mail_that_was_never_let_in_copy_nobody() -> None:
    """Everybody on a list has it already."""
    assert of(BOB, group="list@acme.example") == ()
    assert copied(request(None), replace(MESSAGE, cc=(BOB,)), LETTERHEAD) == ()


def test_a_version_goes_to_the_people_and_help_does_not() -> None:
    """An answer to one person's question is theirs."""
    message = replace(MESSAGE, cc=(BOB,), to=("build@mail.example.org",))
    assert answer(Built(draft=DRAFT, number=1), message=message).cc == (BOB,)
    assert answer(Told(topic="help"), message=message).cc == ()
