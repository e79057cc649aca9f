"""Addresses: strict for From, lenient for To and Cc."""

from __future__ import annotations

import pytest

from mailbot.domain.errors import Unreadable
from mailbot.understand.addresses import address, addresses, mailbox


@pytest.mark.parametrize(
    ("value", "name", "found"),
    [
        ("ana@acme.example", "", "ana@acme.example"),
        (" ana@acme.example\t", "", "ana@acme.example"),
        ("<ana@acme.example>", "", "ana@acme.example"),
        ("Ana <Ana+x@ACME.Example>", "Ana", "Ana+x@acme.example"),
        (
            '"Smith, Ana \\"A\\" <eve@evil.example>" <ana@acme.example>',
            'Smith, Ana "A" <eve@evil.example>',
            "ana@acme.example",
        ),
        ("Zoë <z@xn--bcher-kva.example>", "Zoë", "z@xn--bcher-kva.example"),
        ("ana@localhost", "", "ana@localhost"),
        ("ana@mailbot.localhost", "", "ana@mailbot.localhost"),
        ("o'neill!#$%&*+/?=^_`{|}~-@acme.example", "", "o'neill!#$%&*+/?=^_`{|}~-@acme.example"),
    ],
)
def test_one_mailbox(value, name, found):
    """A bare address, or a name with one address in angle brackets."""
    assert mailbox(value) == (name, found)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Ana",
        "ana@acme",
        "ana@acme.example, eve@evil.example",
        "Ana <ana@acme.example>, Eve <eve@evil.example>",
        "<ana@acme.example> <eve@evil.example>",
        "Ana <eve@evil.example> <ana@acme.example>",
        "eve@evil.example <ana@acme.example>",
        "Ana (eve@evil.example) <ana@acme.example>",
        "ana@acme.example (Ana)",
        "Ana <@relay.example:ana@acme.example>",
        "Friends: ana@acme.example;",
        '"ana smith"@acme.example',
        '"Ana <ana@acme.example>',
        "Ana <ana@acme.example> x",
        "=?utf-8?q?ana=40evil.example?=@acme.example",
        "ana@@acme.example",
        "ana..b@acme.example",
        ".ana@acme.example",
        "ana@-acme.example",
        "ana@acme-.example",
        "ana@acme..example",
        "ana@acme.example.",
        "ana@[192.0.2.1]",
        "ana@192.0.2.1",
        "ana@acme_x.example",
        "änä@acme.example",
        "ana@bücher.example",
        "ana@ban\N{KELVIN SIGN}.example",
        "a" * 65 + "@acme.example",
        "ana@" + "a" * 64 + ".example",
        "ana@" + "a." * 130 + "example",
        "Ana\x00 <ana@acme.example>",
        "a" * 1_001 + " <ana@acme.example>",
    ],
)
def test_anything_else_is_refused(value):
    """Comments, groups, routes, quotes, literals, two of them: programs read them differently."""
    with pytest.raises(Unreadable):
        mailbox(value)


def test_lists_of_addresses():
    """To and Cc give what can be read of them, each address once; a name that looks like an address is none."""
    value = '"eve@evil.example" <ana@acme.example>, B <b@localhost>, ana@acme.example, group: c@y.example;, nobody@'
    assert addresses(value) == ("ana@acme.example", "b@localhost", "c@y.example")


def test_lists_have_an_end():
    """No more are taken than asked for."""
    assert len(addresses(", ".join(f"a{n}@acme.example" for n in range(500)))) == 100


@pytest.mark.parametrize("piece", ['"', '"\\', "a@", "<", "a.", "@a", "(", ",:;"])
def test_hostile_lists_end(piece):
    """A megabyte of anything ends."""
    addresses(piece * (1_000_000 // len(piece)))
    assert address(piece * 100) is None
