"""Patches as people send them: from git, from diff, broken by mail programs, hostile."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mailbot.build.edit_apply import applied, blob_id, fits
from mailbot.build.edit_patch import changes_in
from tests.servers import missing

BEFORE = {
    "app.py": b"import os\n\n\ndef main():\n    print('hello')\n    return 0\n\n\nmain()\n",
    "old.txt": b"one\ntwo\n",
    "docs/guide.md": b"# Guide\r\n\r\nText.\r\n",
    "logo.bin": bytes(range(256)) * 4,
    "name with blank.txt": b"x\n",
}
AFTER = {
    "app.py": b"import sys\n\n\ndef main():\n    print('hello, world')\n    return 0\n\n\nsys.exit(main())",
    "docs/handbook.md": b"# Guide\r\n\r\nText and more.\r\n",
    "logo.bin": bytes(range(256)) * 3 + b"\0other end",
    "name with blank.txt": b"y\n",
    "pl/zażółć.txt": "gęś\n".encode(),
    "empty.txt": b"",
}
HUNK = (
    "--- a/app.py\n+++ b/app.py\n@@ -4,3 +4,3 @@\n def main():\n-    print('hello')\n+    print('bye')\n     return 0\n"
)


def git(folder, *words):
    told = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "core.autocrlf=false", *words]
    return subprocess.run(told, cwd=folder, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Two commits of stock git: the files before, and after."""
    if shutil.which("git") is None:
        missing("git is not installed")
    folder = tmp_path_factory.mktemp("patches")
    git(folder, "init", "-q", "-b", "main")
    for number, files in enumerate((BEFORE, AFTER)):
        for name in BEFORE if number else ():
            (folder / name).unlink()
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"version {number}")
    return folder


def told(text, files=BEFORE):
    return applied(changes_in(text), files)


@pytest.mark.parametrize(
    "words",
    [
        ["diff", "--binary", "HEAD~1", "HEAD"],
        ["diff", "--binary", "-M", "-U1", "HEAD~1", "HEAD"],
        ["diff", "--binary", "--no-prefix", "HEAD~1", "HEAD"],
        ["diff", "--binary", "--src-prefix=x/y/", "--dst-prefix=x/y/", "HEAD~1", "HEAD"],
        ["format-patch", "--stdout", "--binary", "-1"],
        ["format-patch", "--stdout", "--binary", "-M", "--full-index", "-1"],
    ],
    ids=["diff", "renames", "no prefix", "two folders", "format-patch", "full index"],
)
def test_what_stock_git_writes_gives_the_same_files(repository, words):
    """Changed, renamed, new, removed and binary files, CRLF, odd names, no line end at the end."""
    text = git(repository, *words).decode("utf-8", "surrogateescape")
    made = told(text)
    assert (made.troubles, made.files, made.exact) == ((), AFTER, True)
    assert fits(changes_in(text), BEFORE)
    assert not fits(changes_in(text), BEFORE | {"app.py": b"else\n"})


def test_what_stock_diff_writes_gives_the_same_files(repository, tmp_path):
    """diff -ru of two folders, with dates behind the names."""
    for name, files in (("old", BEFORE), ("new", AFTER)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.py").write_bytes(files["app.py"])
    text = subprocess.run(["diff", "-ru", "old", "new"], cwd=tmp_path, capture_output=True, check=False).stdout.decode()
    assert told(text).files["app.py"] == AFTER["app.py"]


@pytest.mark.parametrize(
    "spoilt",
    [
        HUNK.replace("\n", "\r\n"),
        HUNK.replace("a/", "").replace("b/", ""),
        HUNK.replace("a/", "x/y/").replace("b/", "x/y/"),
        HUNK.replace("\n def", "\ndef").replace("\n     return", "\n    return"),
        HUNK.replace("@@ -4,3 +4,3 @@", "@@ -40,3 +40,3 @@"),
        HUNK.replace("    ", "\t"),
        HUNK.replace(" def main():", " def start():"),
        f"Look:\n\n{HUNK}-- \n2.43.0\n\nThanks!\n- Ana\n+ Bo\n",
        f"Index: app.py\n{'=' * 67}\n{HUNK.replace('a/', '').replace('b/', '')}",
    ],
    ids=["crlf", "p0", "p2", "blanks lost", "elsewhere", "tabs", "fuzz", "words around", "svn"],
)
def test_what_mail_programs_and_people_do_to_a_patch(spoilt):
    """It is applied all the same: only the lines with a sign count, the rest stays as the file has it."""
    made = told(spoilt)
    new = b"\tprint('bye')" if "\t" in spoilt else b"    print('bye')"
    assert (made.troubles, made.files) == (
        (),
        BEFORE | {"app.py": BEFORE["app.py"].replace(b"    print('hello')", new)},
    )


def test_several_patches_of_one_file_follow_one_another():
    """As git format-patch writes a series: the second changes what the first has made."""
    second = HUNK.replace("hello", "bye").replace("print('bye')\n+    print('bye')", "print('bye')\n+    print('ciao')")
    assert b"ciao" in told(HUNK + second).files["app.py"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HUNK.replace("print('hello')", "print('gone')"), "passage 1 of app.py, line 4"),
        (HUNK.replace("app.py", "nowhere.py"), "nowhere.py is changed by it, and there is no such file"),
        ("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc/passwd\n", "a link"),
        (
            "diff --git a/logo.bin b/logo.bin\nindex 12345..54321\nBinary files a/logo.bin and b/logo.bin differ\n",
            "no text",
        ),
        ("diff --git a/logo.bin b/logo.bin\nGIT binary patch\nliteral 9999999\nzcmV\n\n", "is broken"),
        ("diff --git a/logo.bin b/logo.bin\nGIT binary patch\ndelta 9\nzcmVabc\n\n", "is broken"),
    ],
    ids=["other lines", "no file", "link", "binary left out", "too large", "broken"],
)
def test_why_a_patch_does_not_fit_is_told(text, why):
    """By file and passage, in words."""
    (trouble, *_) = told(text).troubles
    assert why in trouble


def test_blob_ids_are_those_of_git(repository):
    """By which a patch says what it was made from."""
    assert git(repository, "hash-object", "pl/zażółć.txt").decode().strip() == blob_id(AFTER["pl/zażółć.txt"])


@pytest.mark.parametrize(
    "text",
    [
        "--- a\n+++ b\n" + "@@ -1,999999999 +1,999999999 @@\n" * 20_000,
        HUNK + "".join(f"@@ -{n},1 +{n},1 @@\n-x\n+y\n" for n in range(5_000)),
        "diff --git a/x b/x\n" * 100_000,
        "--- " + "a" * 1_000_000 + "\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
        "GIT binary patch\nliteral 5\n" + "z" * 100_000,
        "@@ -1 +1 @@\n\\ No newline\n" * 1_000,
        '--- "\\\n+++ "\\777\\\n@@ -1 +1 @@\n-\n+\n',
    ],
    ids=["counts", "hunks", "heads", "long name", "letters", "no head", "quotes"],
)
def test_hostile_patches_come_to_an_end(text):
    """With files or with troubles; nothing else comes out."""
    made = told(text)
    assert made.troubles or made.files


def test_five_megabytes_are_read_to_their_limit():
    """What stands behind it counts no more."""
    text = HUNK + " " * 5_000_000 + "\n" + HUNK.replace("app.py", "nowhere.py")
    assert told(text).troubles == ()
