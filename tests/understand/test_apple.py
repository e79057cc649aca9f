"""A Macintosh's files."""

from __future__ import annotations

import pytest

from mailbot.understand.apple import forks
from tests.understand.wrapped import apple_single

WHOLE = apple_single(b"sales.csv", b"a,b\n")


def test_a_file_and_its_name():
    """Both stand in it."""
    assert forks(WHOLE) == (b"a,b\n", b"sales.csv")


@pytest.mark.parametrize("raw", [b"", b"a,b\n", WHOLE[:25], b"\x00\x05\x16\x07" + bytes(20) + b"\xff\xff", WHOLE[:40]])
def test_what_is_none(raw):
    """Anything else has no file in it."""
    assert forks(raw)[0] is None
