"""Names that may be packed, and names that may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.build.paths import MAX_BYTES, Taken, refusal

HOSTILE = [
    "", ".", "..", "../x", "a/../x", "/etc/passwd", "//srv/x", "C:\\x", "C:x", "\\\\srv\\x", "a\\b", "~/x",
    "~root/x", "a/", "/",
    "a//b", "./a", "a/.", "a/..", "CON", "con.txt", "aux.py", "NUL", "nul.tar.gz", "COM1", "com¹.txt", "LPT9.log",
    "PRN ",
    "clock$", "CONIN$", "a.", "a ", " a", "a. /b", "a/ b", "a<b", "a>b", "a:b", "a:$DATA", "x.py:evil",
    'a"b', "a|b", "a?b",
    "a*b", "a\nb", "a\rb", "a\0b", "a\tb", "a\x1bb", "a\x7fb", "a\x85b", "\u202etxt.exe", "a\u200bb", "a\ufeffb",
    "a\u2066b",
    "e\u0301.py", "\ud800x", ".git/config", ".git/hooks/post-checkout", ".GIT/config", ".git\u200c/x", "git~1/config",
    "GIT~1/hooks/x", "sub/.git/hooks/pre-commit", ".gitmodules", ".ssh/authorized_keys", ".bashrc", ".envrc",
    ".npmrc",
    ".vscode/tasks.json", ".idea/x", "autorun.inf", "desktop.ini", ".gnupg/x", "a" * 101, "/".join("a" * 13),
    "x" * 90 + "/" + "y" * 95, ".\uff47\uff49\uff54/config", "\uff23\uff2f\uff2e", "a\u2028b", ".. /x", "PROGRA~1/x",
]  # fmt: skip
GOOD = [
    "README.md", "src/app.py", "public/index.html", ".gitignore", ".github/workflows/ci.yml", "tests/test_a.py",
    "Dockerfile",
    "a-b_c.1.js", "ünï/código.py", "日本語.txt", "package.json", ".env.example", "lib/con_utils.py",
    "docs/aux-notes.md",
    "a b.txt", ".dockerignore", "__init__.py", "src/console.py",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
def test_a_name_that_does_harm_is_refused_with_a_reason(path):
    """Whatever leaves the folder, deceives the eye or makes a program act by its name alone."""
    assert refusal(path)


@pytest.mark.parametrize("path", GOOD)
def test_a_usual_name_may_be_packed(path):
    """Names of every language and of every tool that people use."""
    assert refusal(path) == ""


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("A.txt", "a.txt"), ("dir/x", "DIR/y"), ("a", "a/b"), ("a/b", "a"), ("ß.txt", "ss.txt"), ("\ufb01le",
        "file"),
        ("\u212a.txt", "k.txt"), ("x", "x"), ("a/B/c", "a/b/d"),
    ],
)  # fmt: skip
def test_two_names_that_some_file_system_confuses_do_not_both_fit(one, two):
    """The second one is refused, and told which one it collides with."""
    taken = Taken()
    assert taken.add(one) == ""
    assert one.split("/")[0] in taken.add(two)


def test_files_of_one_folder_fit_beside_each_other():
    """A folder may hold many files."""
    taken = Taken()
    assert [taken.add(path) for path in ("a/b.py", "a/c.py", "a/d/e.py", "f.py")] == [""] * 4


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_judgement(path):
    """Every text gets an answer, and what is allowed stays short, relative and visible."""
    if refusal(path) == "":
        assert len(path.encode()) <= MAX_BYTES
        assert not path.startswith("/")
        assert path.isprintable()
