"""What stands in a winmail.dat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.tnef import MAX_FILES, winmail
from tests.understand import wrapped

RTF = rb"{\rtf1\ansi\ansicpg1252 Blue \'fcber all\par please}"
HTML = b"<p>Blue <b>header</b></p>"
WHOLE = wrapped.winmail(
    wrapped.record(0x2800C, b"Blue header\r\n\0"),
    wrapped.record(0x69003, wrapped.properties((0x0E07, 3, 1), (0x8001, 0x1F, "x".encode("utf-16-le")))),
    wrapped.a_file(
        b"SALES~1.CSV", b"a,b\n", (0x3707, 0x1F, "Umsätze 2026.csv\0".encode("utf-16-le")),
        (0x370E, 0x1E, b"text/csv\0"),
    ),
    wrapped.a_file(b"b.txt", b"two"),
)  # fmt: skip


def test_words_and_files():
    """The long name counts before the short one; a file says its type or says none."""
    found = winmail(WHOLE)
    assert found.text.strip() == "Blue header"
    assert [(one.name, one.kind, one.content) for one in found.files] == [
        ("Umsätze 2026.csv", "text/csv", b"a,b\n"),
        ("b.txt", "", b"two"),
    ]


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ((0x1000, 0x1F, "größer\0".encode("utf-16-le")), "größer"),
        ((0x1000, 0x1E, "größer\0".encode("cp1252")), "größer"),
        ((0x1013, 0x102, HTML), "Blue header"),
        ((0x1009, 0x102, wrapped.packed(RTF)), "Blue über all\nplease"),
        ((0x1009, 0x102, wrapped.packed(rb"{\rtf1\fromhtml1 {\*\htmltag64 <p>}Blue\htmlrtf \par\htmlrtf0}")), "Blue"),
    ],
)
def test_words_stand_in_one_of_four_places(known, text):
    """Plain, HTML, RTF, or HTML within RTF."""
    assert winmail(wrapped.winmail(wrapped.record(0x69003, wrapped.properties(known)))).text.strip() == text


@pytest.mark.parametrize(
    ("page", "codec", "text"),
    [
        (1251, "cp1251", "шапка"),
        (20866, "koi8-r", "шапка"),
        (28592, "iso-8859-2", "główna"),
        (65001, "utf-8", "größer"),
    ],
)
def test_another_code_page(page, codec, text):
    """The words are in the code page that the mail names, by its number."""
    raw = wrapped.SIGNATURE + wrapped.record(0x69007, page.to_bytes(4, "little") + bytes(4))
    assert winmail(raw + wrapped.record(0x2800C, text.encode(codec))).text == text


def test_properties_with_names_are_stepped_over():
    """They stand between the known ones."""
    known = wrapped.properties((0x8001, 0x1F, b"x\0\0\0"), (0x8002, 3, 7), (0x1000, 0x1E, b"Blue\0"))
    assert winmail(wrapped.winmail(wrapped.record(0x69003, known))).text == "Blue"


def test_an_embedded_object_is_kept():
    """What is an object begins with what it is."""
    raw = wrapped.winmail(wrapped.a_file(b"x", b"", (0x3701, 0x0D, bytes(16) + b"inner")))
    assert winmail(raw).files[0].content == b"inner"


def test_what_is_no_winmail():
    """A file of that name may be anything."""
    assert winmail(b"PK\3\4") is None
    assert winmail(b"") is None


def test_many_files():
    """A hundred are taken."""
    assert len(winmail(wrapped.winmail(*[wrapped.a_file(b"x", b"y")] * 5_000)).files) == MAX_FILES


@given(st.integers(0, len(WHOLE)), st.integers(0, 255), st.integers(0, len(WHOLE)))
def test_torn_ones_end(at, code, length):
    """Whatever is wrong in it, it is read as far as it goes."""
    torn = (WHOLE[:at] + bytes((code,)) + WHOLE[at + 1 :])[: max(4, length)]
    found = winmail(b"\x78\x9f\x3e\x22" + torn[4:])
    assert len(found.text) < 1_000
