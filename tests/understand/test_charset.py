"""Text out of bytes: a best effort, never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.charset import text_of


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "", "Grüße"),
        ("Grüße".encode(), "x-unknown", "Grüße"),
        ("“quoted” €".encode("cp1252"), "iso-8859-1", "“quoted” €"),
        ("привет".encode("koi8-r"), "koi8-r", "привет"),
        ("привет".encode("cp1251"), "'WINDOWS-1251'", "привет"),
        ("日本語".encode("iso-2022-jp"), "ISO-2022-JP", "日本語"),
        ("日本語①".encode("cp932"), "shift_jis", "日本語①"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("łąka".encode("iso-8859-2"), "iso-8859-2*pl", "łąka"),
        (b"hello", "utf-16-nonsense\0", "hello"),
        (b"a\xff\xfeb", "utf-8", "aÿþb"),
        (b"Gr\xc3\xbc\xff", "utf-8", "Grü\ufffd"),
        ("Grüße".encode(), "iso-2022-jp", "Grüße"),
    ],
)
def test_what_is_meant_is_read(data, charset, text):
    """A right charset is obeyed; a wrong, missing or unknown one is seen through."""
    assert text_of(data, charset) == text


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "unicode_escape", "raw-unicode-escape", "rot13", "zlib", "hex"]
)
def test_codecs_that_are_no_charset_are_not_used(charset):
    """Some codecs take quadratic time or run escapes."""
    assert text_of(b"\\x41-abc" * 3, charset) == "\\x41-abc" * 3


@given(st.binary(max_size=200), st.text(max_size=20) | st.sampled_from(["utf-7", "utf-16", "hz", "iso2022_kr", "big5"]))
def test_nothing_raises(data, charset):
    """Any bytes under any name are text."""
    assert isinstance(text_of(data, charset), str)
