"""Bundles of git: the files of a whole one, and what is left inside."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mailbot.understand.inputs import input_of
from tests.servers import missing
from tests.understand.attachments import BUNDLE, attached, bundle, named, pack, packed


def read(content):
    return input_of(attached("a.bundle", content))


def of(objects, kind, content, name=b"refs/heads/main"):
    """A bundle of *objects*, whose one branch is the object of that *kind* and *content*."""
    return b"# v2 git bundle\n" + named(kind, content).hex().encode() + b" " + name + b"\n\n" + pack(objects)


def test_the_files_of_a_bundle():
    """Their names and contents; names that lead out and folders of git stay inside."""
    found = read(bundle({"app.py": b"print(1)", "..": b"x", ".git": b"x", "a\\..\\..\\b": b"x"}))
    assert [(file.name, file.content) for file in found.files] == [("app.py", b"print(1)")]
    assert (
        found.note
        == "git bundle of main; 1 file: app.py; left out: 2 for a name that leads out of it, 1 for lying in .git"
    )


@pytest.mark.parametrize("mode", [b"120000", b"160000"])
def test_links_and_other_repositories(mode):
    """They stand for what is not in the bundle."""
    assert "left out: 1 for being a link" in read(bundle({"a": b"/etc/passwd"}, mode=mode)).note


def test_a_bundle_on_top_of_what_we_have():
    """It is named with what it needs; its files are known only together with those."""
    found = read(bundle({"a": b"x"}, needs=b"-" + b"1" * 40 + b" One\n"))
    assert (found.used, found.files) == (True, ())
    assert found.note == "git bundle of main, on top of 1 commit"


@pytest.mark.parametrize(
    "content",
    [
        BUNDLE[:20],
        BUNDLE[:90],
        BUNDLE[:-40],
        b"# v2 git bundle\n\nPACK",
        b"# v2 git bundle\nrubbish\n\nPACK",
        b"# v2 git bundle\n" + b"1" * 400 + b" main\n\nPACK",
        b"# v2 git bundle\n" + (b"1" * 40 + b" a\n") * 2_000 + b"\nPACK",
        of([packed(3, b"x")], b"blob", b"x"),
        of([packed(3, b"x")], b"blob", b"y"),
        of([packed(1, b"tree " + b"1" * 40 + b"\n\n")], b"commit", b"tree " + b"1" * 40 + b"\n\n"),
        of([b"\x7f\xff\xff" + b"x" * 30], b"blob", b"x"),
    ],
    ids=range(11),
)
def test_broken_bundles(content):
    """Cut short, without branches, of a file, of nothing: words, and what helps."""
    assert read(content).note == "it is broken; make it again with git bundle create"


def test_bundles_that_hold_too_much():
    """Objects, bytes and folders that hold one another are counted."""
    count = bytearray(BUNDLE)
    count[BUNDLE.index(b"PACK") + 8 : BUNDLE.index(b"PACK") + 12] = (10**6).to_bytes(4, "big")
    assert "more than 20,000 objects" in read(bytes(count)).note
    assert "unpacks to more than 50 MB" in read(bundle({"a": bytes(60_000_000)})).note
    folders = [b"100644 a\0" + named(b"blob", b"x")]
    for _ in range(25):
        id = named(b"tree", folders[-1])
        folders.append(b"".join(b"40000 %d\0" % number + id for number in range(10)))
    commit = b"tree %s\n\n" % named(b"tree", folders[-1]).hex().encode()
    objects = [packed(3, b"x"), *(packed(2, folder) for folder in folders), packed(1, commit)]
    assert "more than 5,000 files" in read(of(objects, b"commit", commit)).note


def test_what_git_makes(tmp_path):
    """With folders, a history, packed differences and a tag, as git itself bundles it."""
    if not shutil.which("git"):
        missing("git")

    def git(*args):
        who = ("-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *who, *args], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("print(1)\n")
    lines = "".join(f"line {number}\n" for number in range(500))
    for text in (lines, lines + "more\n"):
        (tmp_path / "long.txt").write_text(text)
        git("add", "-A")
        git("commit", "-m", "Change")
    git("tag", "-a", "v1", "-m", "One")
    for name in ("--all", "v1"):
        git("bundle", "create", "a.bundle", name)
        found = read((tmp_path / "a.bundle").read_bytes())
        files = {file.name: file.content.decode() for file in found.files}
        assert files == {"long.txt": lines + "more\n", "src/app.py": "print(1)\n"}
