"""What a revision changed."""

from __future__ import annotations

import pytest

from mailbot.domain.project import Path
from mailbot.reply.changes import changes


def tree(**files: bytes) -> dict[Path, bytes]:
    return {Path(name): content for name, content in files.items()}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (tree(a=b"1\n"), tree(a=b"1\n"), "No file is different."),
        (tree(a=b"1\n2\n"), tree(a=b"1\n3\n"), "Changed: a (+1 \N{MINUS SIGN}1). Nothing else."),
        (tree(a=b"1\n"), tree(a=b"1\n2\n2\n"), "Changed: a (+2 \N{MINUS SIGN}0). Nothing else."),
        (tree(a=b"1\n2\n"), tree(a=b"2\n1\n"), "Changed: a (lines moved). Nothing else."),
        (tree(a=b"\0"), tree(a=b"\0\0"), "Changed: a (replaced). Nothing else."),
        (tree(a=b"1"), tree(b=b"1"), "New: b. Removed: a. Nothing else."),
        (tree(), {Path(f"f{n}"): b"" for n in range(8)}, "New: f0, f1, f2, f3, f4, f5 and 2 more. Nothing else."),
    ],
)
def test_files_are_told_with_their_lines(before: dict[Path, bytes], after: dict[Path, bytes], said: str) -> None:
    """Changed, new, removed; a moved line is neither new nor gone."""
    assert changes(before, after).told() == said


def test_a_large_file_full_of_the_same_line_is_no_trouble() -> None:
    """A diff of these two would take hours."""
    old, new = b"a\nb\n" * 100_000, b"b\nb\na\n" * 100_000
    assert changes(tree(x=old), tree(x=new)).told() == "Changed: x (+100000 \N{MINUS SIGN}0). Nothing else."
