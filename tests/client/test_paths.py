"""Which names may be written on the receiver's machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.build import paths as ours
from mailbot.client.paths import Taken, refusal

HOSTILE = [
    "../x", "a/../../x", "/etc/passwd", "//srv/x", "C:\\x", "C:x", "c:/x", "\\\\srv\\x", "a\\b", "~/x", "", ".", "..",
    "a/", "a//b", "./a", "a/.", "CON", "con.txt", "aux.py", "nul.tar.gz", "COM1", "com\u00b9.txt", "PRN ", "CONIN$",
    "a.", "a ", " a", "a. /b", "a<b", "a:b", "x.py:evil", 'a"b', "a|b", "a?b", "a\nb", "a\0b", "a\x1bb", "a\x85b",
    "\u202etxt.exe", "a\u200bb", "a\ufeffb", "e\u0301.py", "\ud800x", ".git/config", ".GIT/config", "sub/.git/hooks/x",
    ".git\u200c/x", "git~1/config", ".gitmodules", ".ssh/authorized_keys", ".bashrc", ".envrc", ".vscode/tasks.json",
    "autorun.inf", "a" * 101, "/".join("a" * 11), "\uff0e\uff47\uff49\uff54/config", "PROGRA~1/x",
]  # fmt: skip
GOOD = [
    "README.md",
    "src/app.py",
    ".gitignore",
    ".github/workflows/ci.yml",
    "a b.txt",
    "con_utils.py",
    "日本語.txt",
]
PAIRS = [("A.txt", "a.txt"), ("a", "a/b"), ("a/b", "a"), ("dir/x", "DIR/y"), ("stra\u00dfe", "strasse"), ("x", "x")]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused(name):
    """Traversal, absolute, of Windows, of programs that act on names, unseen letters."""
    assert refusal(name)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_name_is_taken(name):
    """What projects really hold."""
    assert refusal(name) == ""


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_names_that_a_file_system_confuses_do_not_both_fit(first, second):
    """Case, folder and file, letters that fold."""
    taken = Taken()
    assert taken.add(first) == ""
    assert "collides" in taken.add(second)


@given(st.text(max_size=60))
def test_no_name_is_let_through_that_the_house_refuses(name):
    """But for length and depth, where a package's folder comes on top, both sides say the same."""
    assert bool(refusal(name)) == bool(ours.refusal(name)) or name.count("/") >= ours.MAX_DEPTH


PIECES = st.sampled_from(["a", "..", ".", "", "~", ".git", "con", "b.txt", "\\", "\u202e"])


@given(st.lists(PIECES, min_size=1, max_size=6))
def test_what_is_taken_stays_in_the_folder(parts):
    """No path that is let through leaves its folder, whatever it is made of."""
    name = "/".join(parts)
    assert refusal(name) or (parts[0] != "~" and set(parts) <= {"a", "b.txt", "~"})
