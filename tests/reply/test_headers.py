"""Our header fields, read back by the standard library."""

from __future__ import annotations

import random
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.message import MessageId
from mailbot.reply.headers import address, fits, parameter, references, structured, unstructured
from mailbot.reply.words import line

HOSTILE = [
    "\r\nBcc: x@example.org", "\n\n", "=?utf-8?B?eA==?=", "=?utf-8?Q?=0D=0ABcc:_x?=", "=?", "?=", "=", "%0d%0a",
    "\x00", "\x0b", "\x1c", "\x85", "\u2028", "\u202e", "\u200d", "\ufeff", "\ud83d", "\udcff", "\U000e0001",
    "😀", "é", "e\u0301", "ß", "日本語", "a" * 80, " " * 80, "\t", ",", ";", ":", "<x@y>", '"', "\\", "(", "Re: ", "x",
]  # fmt: skip


def back(field: bytes) -> str:
    """The value, as a receiver reads it."""
    read = message_from_bytes(field + b"To: a@example.org\r\n\r\nx")
    assert read.keys() == ["Subject", "To"]
    return str(make_header(decode_header(str(read["Subject"]))))


def check(value: str) -> None:
    """One field, folded as it should be, equal when read back."""
    field = unstructured("Subject", value)
    assert all(len(one) <= 78 for one in field.split(b"\r\n"))
    assert all(len(word) <= 75 for word in field.split() if word.startswith(b"=?"))
    assert field.isascii()
    assert back(field) == line(value, 900)


def test_five_thousand_hostile_subjects_come_back_equal() -> None:
    """Seeded; the campaign of 50,000 differs in the number only."""
    chance = random.Random(7)
    for _ in range(5_000):
        check("".join(chance.choice(HOSTILE) for _ in range(chance.randint(1, 9))))


@given(st.text(max_size=300))
def test_any_text_comes_back_equal(value: str) -> None:
    """And is one field."""
    check(value)


@pytest.mark.parametrize("value", ["Re: Sales page", "Re: " + "word " * 60, "Re: für Größe", "=?utf-8?B?eA==?=", ""])
def test_the_modern_parser_finds_no_defect(value: str) -> None:
    """In what is plain, long, encoded, or looks encoded."""
    read = message_from_bytes(unstructured("Subject", value) + b"\r\n", policy=policy.default)
    assert read["Subject"].defects == ()
    assert read["Subject"] == line(value, 900)


def test_plain_words_stay_readable() -> None:
    """No encoding without need."""
    assert unstructured("Subject", "Re: Sales page") == b"Subject: Re: Sales page\r\n"


@pytest.mark.parametrize("word", ["a\r\nb", "a\nb", "é", "\x00"])
def test_a_structured_field_takes_no_line_end(word: str) -> None:
    """It is made by us; anything else is a bug, not a mail."""
    with pytest.raises(AssertionError, match="not fit"):
        structured("X-Test", word)


@pytest.mark.parametrize("name", ["Bad Name", "Bad:", "", "é", "x" * 51])
def test_a_field_has_a_proper_name(name: str) -> None:
    """Nothing else can begin a line."""
    with pytest.raises(AssertionError, match="name"):
        structured(name, "x")


@pytest.mark.parametrize(
    "value", ["a@b.c, d@e.f", "a b@c.d", "<a@b.c>", "a@b.c\r\nBcc: d@e.f", "a", "a@", "\u202ea@b.c", 'a"@b.c']
)
def test_an_address_is_one_address(value: str) -> None:
    """Two of them, or half of one, never reach a header."""
    assert not fits(value)
    with pytest.raises(AssertionError, match="not an address"):
        address("To", value)


def test_an_address_may_have_letters_beyond_ascii() -> None:
    """As RFC 6532 writes them."""
    assert address("To", "jürgen@example.org") == "To: jürgen@example.org\r\n".encode()


def ids(*numbers: int) -> tuple[MessageId, ...]:
    return tuple(MessageId(f"<{number}@example.org>") for number in numbers)


def test_references_end_with_the_parent() -> None:
    """Once, even when its own references name it."""
    assert references(ids(1, 2, 3), ids(3)[0]) == ids(1, 2, 3)
    assert references((), ids(3)[0]) == ids(3)
    assert references(ids(1), MessageId("")) == ids(1)
    assert references((), MessageId("")) == ()


def test_long_threads_keep_the_first_and_the_newest() -> None:
    """At most twenty, so that every relay takes the field."""
    kept = references(ids(*range(100)), ids(100)[0])
    assert kept == ids(0, *range(82, 101))


def test_long_names_leave_room_for_fewer() -> None:
    """At most 900 characters with the spaces; the parent is always there."""
    long = tuple(MessageId(f"<{number}{'x' * 200}@example.org>") for number in range(9))
    kept = references(long[:-1], long[-1])
    assert kept == (long[0], *long[-3:])
    assert len(" ".join(kept)) <= 900
    giant = tuple(MessageId(f"<{letter * 500}>") for letter in "ab")
    assert references(giant[:1], giant[1]) == giant[1:]


def test_names_that_are_no_message_ids_are_left_out() -> None:
    """Half ones and hostile ones alike."""
    bad = tuple(MessageId(text) for text in ("x@y", "<a b>", "<a\r\nBcc: x>", "<é@x>", "<" + "x" * 600 + ">"))
    assert references((*bad, *ids(1)), ids(2)[0]) == ids(1, 2)


@pytest.mark.parametrize(
    "name",
    [
        "page-v1.zip",
        'a "b" \\c.zip',
        "größe.zip",
        "日本語のとても長い名前" * 5 + ".zip",
        "x" * 200,
        "; x=y.zip",
        "%41.zip",
    ],
)
def test_file_names_come_back_equal(name: str) -> None:
    """Plain, quoted, or by RFC 2231 on as many lines as they need."""
    field = structured("Content-Disposition", "attachment;", *parameter("filename", name))
    read = message_from_bytes(field + b"\r\n")
    assert read.get_filename() == line(name, 100)
    assert all(len(one) <= 78 for one in field.split(b"\r\n"))
    assert message_from_bytes(field + b"\r\n", policy=policy.default)["Content-Disposition"].defects == ()
