"""Patches: what they change, counted by their hunks."""

from __future__ import annotations

import pytest

from mailbot.understand.inputs import input_of
from mailbot.understand.inputs_code import MAX_PATCH
from tests.understand.attachments import PATCH, attached

HUNK = "--- a/x.py\t2026\n+++ b/x.py\t2026\n@@ -1,2 +1,2 @@\n-a\n+b\n c\n"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (HUNK, "patch of 1 file, +1 -1 lines: x.py"),
        (HUNK + "- a list\n+ of words\n", "patch of 1 file, +1 -1 lines: x.py"),
        (HUNK.replace(" c\n", "\n"), "patch of 1 file, +1 -1 lines: x.py"),
        (HUNK + "\\ No newline at end of file\n", "patch of 1 file, +1 -1 lines: x.py"),
        (HUNK.replace("x.py", "y.py") + HUNK, "patch of 2 files, +2 -2 lines: y.py, x.py"),
        ("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "patch of 1 file, +0 -1 lines: a file that goes"),
        ("diff --git a/x.png b/x.png\nBinary files differ\n", "patch of 1 file, +0 -0 lines: x.png"),
        (PATCH.decode() * 2, "patch of 1 file in 2 commits, +4 -2 lines: style.css"),
        (HUNK.replace("\n", "\r\n"), "patch of 1 file, +1 -1 lines: x.py"),
    ],
)
def test_what_a_patch_changes(text, note):
    """Files, commits and lines; what stands around the hunks does not count."""
    assert input_of(attached("a.diff", text.encode())).note == note


def test_a_patch_that_is_too_large():
    """With what helps."""
    found = input_of(attached("a.patch", HUNK.encode() + b"\n" * MAX_PATCH))
    assert found.note == "a patch has 5 MB at most; send the files in a ZIP"
