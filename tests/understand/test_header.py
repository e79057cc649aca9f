"""What stands in a header field."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.header import base64_bytes, decoded, message_id, message_ids, parameters, visible, words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain words", "plain words"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe_an_alle?=", "Grüße an alle"),
        ("=?UTF-8?b?R3LDvMOfZQ==?=", "Grüße"),
        ("a =?utf-8?q?b?= =?utf-8?q?c?= d", "a bc d"),
        ("=?utf-8?Q?=C3?=\t=?UTF-8?Q?=BC?=", "ü"),
        ("=?iso-8859-2*pl?Q?=B1?=", "ą"),
        ("=?utf-8?Q?with raw spaces?=", "with raw spaces"),
        ("=?x?z?c?= and =?utf-8?q", "=?x?z?c?= and =?utf-8?q"),
        ("raw Gr\udcc3\udcbc\udcc3\udc9fe", "raw Grüße"),
        ("raw Gr\udcfc", "raw Grü"),
    ],
)
def test_encoded_words(value, text):
    """RFC 2047 as it is written, raw 8-bit bytes as they are meant."""
    assert decoded(value) == text


def test_a_value_for_people_is_one_line():
    """Line breaks and hidden characters that came in encoded are taken out, the length is bounded."""
    assert words("=?utf-8?q?a=0D=0AFrom=3A_x=00=E2=80=AE?= b") == "a From: x b"
    assert len(words("x" * 5_000, 100)) == 100


def test_hidden_characters_are_taken_out():
    """Of all format characters only joiners and a few visible signs stay."""
    every = "".join(map(chr, range(0x110000)))
    left = {char for char in visible(every) if unicodedata.category(char) in {"Cf", "Cc", "Cs"}}
    shown = {"\u200c", "\u200d", "\n", "\t"}
    assert all(unicodedata.name(char).startswith(("ARABIC", "SYRIAC", "KAITHI")) for char in left - shown)


def test_what_is_seen_stays():
    """Joiners, spaces of all kinds, accents, emoji with their selectors, and the neighbours of what goes."""
    seen = (
        "a\u200cb\u200dc\u00a0\u00ae\u2010\u2029".replace("\u2029", "")
        + "e\u0301 \u270c\ufe0f \ufff8 \ufffc \u2070 \u180f \u061b"
    )
    assert visible(seen) == seen
    assert visible("a\r\nb\rc\x0cd\u2028e\x85f") == "a\nb\nc\nd\ne\nf"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<a@b.c>", "<a@b.c>"),
        (" <a@b.c> ", "<a@b.c>"),
        ("a@b.c", ""),
        ("<a b@c>", ""),
        ("<a@b.c> x", ""),
        ("<no-at>", ""),
        ("<>", ""),
        ("<" + "a" * 507 + "@b>", "<" + "a" * 507 + "@b>"),
        ("<" + "a" * 510 + "@b>", ""),
    ],
)
def test_a_message_id_is_well_formed_or_empty(value, found):
    """What could not be repeated in a header of ours is no id."""
    assert message_id(value) == found
    assert len(found) <= 512


def test_the_newest_references_are_kept():
    """The last ones, each once; junk between them is stepped over."""
    value = " ".join(f"<{n}@x> junk" for n in range(80)) + " <79@x>"
    assert message_ids(value, 50) == tuple(f"<{n}@x>" for n in range(30, 80))


@pytest.mark.parametrize(
    ("value", "head", "found"),
    [
        ("text/plain", "text/plain", {}),
        ("Text/HTML; Charset=UTF-8; format=flowed", "text/html", {"charset": "UTF-8", "format": "flowed"}),
        ('a/b; name="x;\\"y"; z', "a/b", {"name": 'x;"y'}),
        ("attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt", "attachment", {"filename": "Grüße.txt"}),
        ("attachment; filename*0*=utf-8''a%20; filename*1=b; filename*2*=%2e", "attachment", {"filename": "a b."}),
        ("attachment; filename*=utf-8'en'it's", "attachment", {"filename": "it's"}),
        ("attachment; filename=plain; filename*=utf-8''better", "attachment", {"filename": "better"}),
        ('attachment; filename="=?utf-8?B?w7w=?=.txt"', "attachment", {"filename": "ü.txt"}),
        ("a/b; name=foo (1).txt; boundary=x", "a/b", {"name": "foo", "boundary": "x"}),
        ('a/b; boundary="never closed', "a/b", {"boundary": "never closed"}),
        ("", "", {}),
    ],
)
def test_parameters(value, head, found):
    """RFC 2045 and 2231, and what programs write instead."""
    assert parameters(value) == (head, found)


@pytest.mark.parametrize(
    ("raw", "data"),
    [(b"aGk=", b"hi"), (b"aGk", b"hi"), (b"a\r\nG!k*=", b"hi"), (b"aGkx?y", b"hi1"), (b"a", b""), (b"", b"")],
)
def test_base64_gives_what_it_holds(raw, data):
    """Line ends, junk and a missing end cost nothing that is there."""
    assert base64_bytes(raw)[: len(data)] == data


@given(st.text(alphabet="=?uQqBb_'\"*;%0a \udcff<>@", max_size=120))
def test_nothing_raises(value):
    """Any value is read as something."""
    decoded(value)
    parameters(value)
    message_ids(value, 5)


@pytest.mark.parametrize("piece", ["=?a?q?", "=?a?q?x?=", "=?", "<", "<a@", '"', "a*0*=x;", ";", "\\"])
def test_hostile_values_end(piece):
    """A megabyte of anything ends."""
    value = piece * (1_000_000 // len(piece))
    decoded(value)
    parameters(value)
    message_ids(value, 50)


@pytest.mark.parametrize(
    ("value", "head", "found"),
    [
        ("text/html charset=utf-8", "text/html", {"charset": "utf-8"}),
        ('text/plain charset="a b"; name=x', "text/plain", {"charset": "a b", "name": "x"}),
        ("text/html, charset=utf-8", "text/html", {"charset": "utf-8"}),
        ("attachment filename=a.csv", "attachment", {"filename": "a.csv"}),
        ("text/plain (charset unknown)", "text/plain", {}),
    ],
)
def test_a_forgotten_semicolon(value, head, found):
    """What stands behind a blank is a parameter all the same."""
    assert parameters(value) == (head, found)


def test_raw_bytes_are_read_as_the_mail_is():
    """A header may hold raw bytes of the charset in which the words are; UTF-8 is known without being told."""
    raw = "Страница".encode("koi8-r").decode("utf-8", "surrogateescape")
    assert words(raw, charset="koi8-r") == "Страница"
    assert words("Größe", charset="koi8-r") == "Größe"
    polish = "żółć".encode("cp1250").decode("utf-8", "surrogateescape")
    assert words(f"{polish} =?utf-8?q?a?= {polish}", charset="cp1250") == "żółć a żółć"
    assert words("=?iso-8859-1?q?Gr=F6=DFe?= " + raw, charset="koi8-r") == "Größe Страница"
