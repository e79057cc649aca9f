"""Names of files."""

from __future__ import annotations

import pytest

from mailbot.understand.filename import made_name, safe_name, unique


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("sales.csv", "sales.csv"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\My Files\\a b.txt", "a b.txt"),
        ("..", ""),
        ("...", ""),
        ("", ""),
        ("a\x00b\u202etxt.exe", "abtxt.exe"),
        ("=?utf-8?q?=2E=2E=2Fx=0D=0Ay?=", "x y"),
        ('a<b>:"|?*', "a_b______"),
        ("Grüße.txt", "Grüße.txt"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
        ("x" * 300 + ".notanending", "x" * 120),
    ],
)
def test_names_are_safe_to_show(raw, name):
    """No folders, no control or hidden characters, no endless names."""
    assert safe_name(raw) == name


def test_names_that_we_give():
    """Each by its type, and none twice, whatever the case."""
    assert (made_name(2, "text/csv"), made_name(3, "x/y")) == ("attachment-2.csv", "attachment-3.bin")
    assert unique("A.x", {"a.x", "a (2).x"}) == "A (3).x"
    assert unique(".env", {".env"}) == ".env (2)"
