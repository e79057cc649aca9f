"""Files that are handed in, out of archives and one by one, without what programs, and we, put around them."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest

from mailbot.build.edit_files import as_before, changed, likeness, loose, unpacked
from mailbot.build.edit_pasted import put
from mailbot.domain.message import Attachment, Input

BASE = {"app.py": b"a = 1\nb = 2\n", "docs/guide.md": b"# Guide\n"}
ABOUT = {
    "package_version": 3,
    "files": [{"path": "README.md", "sha256": hashlib.sha256(b"hello\n").hexdigest(), "added_by": "mailbot"}],
}


def archive(files, note="2 files", kind="zip"):
    attached = tuple(Attachment(name=name, media_type="", content=content) for name, content in files.items())
    return Input(name="a.zip", kind=kind, used=True, note=note, files=attached)


def file(name, content, kind="source"):
    return Input(name=name, kind=kind, used=True, files=(Attachment(name=name, media_type="", content=content),))


def about(**more):
    return json.dumps(ABOUT | more).encode()


def test_our_own_package_is_taken_out_of_its_folder():
    """With the version that it says; what we had put around the project's files is taken off."""
    files = {"bees-v3/metadata.json": about(), "bees-v3/README.md": b"hello\n", "bees-v3/SHA256SUMS": b"x"}
    made = unpacked([archive(files | {f"bees-v3/{name}": content for name, content in BASE.items()})])
    assert (made.base, made.whole, made.files) == (3, True, BASE)
    assert changed(made, BASE, "Bees") == BASE


def test_a_readme_of_ours_that_was_edited_is_the_authors():
    """It is their work now."""
    made = unpacked([archive({"metadata.json": about(), "README.md": b"my own\n", **BASE})])
    assert changed(made, BASE, "Bees")["README.md"] == b"my own\n"


def test_what_is_missing_in_a_whole_package_was_taken_out():
    """In any other archive it was only not sent; so it is where files of it were left out."""
    files = {"metadata.json": about(), "app.py": b"a = 2\n"}
    assert sorted(changed(unpacked([archive(files)]), BASE, "Bees")) == ["app.py"]
    assert sorted(changed(unpacked([archive({"app.py": b"a = 2\n"})]), BASE, "Bees")) == sorted(BASE)
    left = archive(files, note="2 files; left out: 1 for being a program")
    assert sorted(changed(unpacked([left]), BASE, "Bees")) == sorted(BASE)


def test_names_that_were_changed_to_pass_are_given_back():
    """As RENAME.json of the package says; a name of it that another file has is left."""
    names = {"RENAME.json": json.dumps({"files": {"app.py.txt": "app.py", "x.txt": "docs/guide.md"}}).encode()}
    files = {"app.py.txt": b"a = 2\n", "x.txt": b"x\n", "docs/guide.md": b"# Guide\n", **names}
    made = unpacked([archive(files)])
    assert made.files == {"app.py": b"a = 2\n", "x.txt": b"x\n", "docs/guide.md": b"# Guide\n"}


@pytest.mark.parametrize(
    "broken", [b"{", b"[]", b'{"package_version": "3"}', b'{"package_version": -1, "files": 7}', b"[" * 9_000]
)
def test_metadata_that_is_none_says_nothing(broken):
    """Neither a version nor an error."""
    assert unpacked([archive({"metadata.json": broken, "app.py": b"a\n"})]).base is None


def test_without_an_archive_there_is_none():
    """Nor out of one that could not be read."""
    assert unpacked([file("app.py", b"a\n")]) is None
    assert unpacked([dataclasses.replace(archive(BASE), used=False)]) is None


@pytest.mark.parametrize(
    ("content", "before", "after"),
    [
        (b"a\r\nb\r\n", b"a\nc\n", b"a\nb\n"),
        (b"a\nb\n", b"a\r\nc\r\n", b"a\r\nb\r\n"),
        (b"\xef\xbb\xbfa\n", b"a\n", b"a\n"),
        (b"a\r\nb\n", b"a\nc\n", b"a\r\nb\n"),
        (b"\0\r\n", b"a\n", b"\0\r\n"),
        (b"a\r\n", None, b"a\r\n"),
        (b"a\r\n", b"a", b"a\r\n"),
    ],
    ids=["to LF", "to CRLF", "mark", "mixed", "no text", "new", "no line end"],
)
def test_what_only_an_editor_did_is_undone(content, before, after):
    """Line ends, and the mark of an encoding."""
    assert as_before(content, before) == after


def test_loose_files_find_their_place():
    """By their name, wherever the file of that name lies; a new one at the top."""
    found = loose([file("GUIDE.md", b"x\n", "markdown"), file("new.py", b"y\n"), archive(BASE)], BASE)
    assert found == {"docs/guide.md": b"x\n", "new.py": b"y\n"}


def test_the_likest_version_is_the_one_with_most_of_the_lines():
    """Whole files count most, then lines."""
    edited = {**BASE, "app.py": b"a = 1\nb = 3\n"}
    assert likeness(edited, BASE) > likeness(edited, {"app.py": b"c\n", "docs/guide.md": b"# Guide\n"})
    assert likeness(BASE, BASE) > likeness(BASE, {**BASE, "more.py": b"x\n"})


@pytest.mark.parametrize(
    ("piece", "after"),
    [
        (b"two\nnew\nthree\n", b"one\ntwo\nnew\nthree\nfour\n"),
        (b"one\nII\nthree\nfour\n", b"one\nII\nthree\nfour\n"),
        (b"one\ntwo\nthree\n4\n", b"one\ntwo\nthree\n4\n"),
        (b"nothing\nof it\n", None),
        (b"two\n", None),
    ],
    ids=["a piece", "from end to end", "the whole", "no place", "one line"],
)
def test_where_a_pasted_piece_belongs(piece, after):
    """Between its first and its last line, each of which stands in the file once; else it is the whole, or unknown."""
    assert put(piece, b"one\ntwo\nthree\nfour\n") == after


def test_a_pasted_file_that_is_new():
    """It is the piece itself."""
    assert put(b"x\n", None) == b"x\n"
