"""A thread is a git repository: stock git clones, pulls and checks what the mails bring."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from mailbot.build import history
from mailbot.build.history import bundle_of, full_bundle, patch_of
from mailbot.domain.project import Check, Finding, Project, ProjectId, Report, Result
from tests.build.histories import (
    MANY,
    SUNNY,
    TOTAL,
    after,
    files_in,
    git,
    order,
    project,
    revised,
    sized,
)

EMPTY = Project(id=ProjectId("t7k2m9"), owner="ana@acme.example")
BLUE = {**MANY, "README.md": b"# Bees\nin blue\n", "logo.png": b"\0" * 99}


def bundles(made):
    """The bundle that each version came with, by name."""
    found = {}
    for number, one in made.revisions.items():
        before = {n: r for n, r in made.revisions.items() if n < number}
        name, content = bundle_of(replace(made, last=number - 1, revisions=before), one)
        found[name] = content
    return found


def put(tmp_path, *contents):
    for name, content in contents:
        (tmp_path / name).write_bytes(content)
    return [name for name, _ in contents]


def test_e30_every_version_is_pulled_out_of_its_mail(tmp_path):
    """Clone the bundle of v2, pull those of v3 and v4: each is there, byte for byte, and git finds no fault."""
    made = project(MANY, BLUE, {"README.md": b"gone"}, MANY)
    put(tmp_path, *bundles(made).items())
    git(tmp_path, "clone", "-q", "bees-v1-v2.bundle", "bees")
    clone = tmp_path / "bees"
    assert files_in(clone) == BLUE
    for name in ("bees-v2-v3.bundle", "bees-v3-v4.bundle"):
        git(clone, "pull", "-q", "--tags", f"../{name}", "main")
    assert git(clone, "fsck", "--strict", "--full") == ""
    for number, one in made.revisions.items():
        assert git(clone, "rev-parse", f"v{number}^{{commit}}") == one.commit
        git(clone, "checkout", "-q", f"v{number}")
        assert files_in(clone) == one.draft.files
    assert os.access(clone / "run.sh", os.X_OK)
    assert not os.access(clone / "README.md", os.X_OK)


def test_e30_a_whole_history_is_cloned_at_once(tmp_path):
    """With the same commits as those that came one by one, and a name for each version."""
    made = project(MANY, BLUE, MANY)
    [name] = put(tmp_path, full_bundle(made))
    assert name == "bees-v1-v3.bundle"
    git(tmp_path, "clone", "-q", name, "bees")
    assert git(tmp_path / "bees", "fsck", "--strict", "--full") == ""
    assert git(tmp_path / "bees", "rev-parse", "v1", "v2", "HEAD").split() == [
        made.revisions[number].commit for number in (1, 2, 3)
    ]
    assert git(tmp_path / "bees", "branch", "--show-current") == "main"
    assert files_in(tmp_path / "bees") == MANY


def test_e30_a_rollback_is_a_new_version_with_the_old_files(tmp_path):
    """Its commit stands on the newest one, and has the tree of the one that it goes back to."""
    made = project(MANY, BLUE, MANY)
    trees = [made.revisions[number].entry.split("\n")[0] for number in (1, 2, 3)]
    assert trees[0] == trees[2] != trees[1]
    assert f"parent {made.revisions[2].commit}" in made.revisions[3].entry


def test_the_first_version_has_no_parent_and_its_bundle_needs_nothing(tmp_path):
    """It is cloned as it is."""
    first = revised(EMPTY, MANY)
    [name] = put(tmp_path, bundle_of(EMPTY, first))
    git(tmp_path, "clone", "-q", name, "bees")
    assert name == "bees-v1.bundle"
    assert "parent" not in first.entry.partition("\n\n")[0]
    assert files_in(tmp_path / "bees") == MANY


def test_the_same_values_give_the_same_bytes():
    """Twice the same commit, bundle and patch."""
    one, two = project(MANY, BLUE), project(dict(reversed(MANY.items())), BLUE)
    assert one.head.commit == two.head.commit
    assert full_bundle(one) == full_bundle(two)
    assert bundles(one) == bundles(two)


def test_a_commit_says_who_asked_for_what_and_what_the_checks_say(tmp_path):
    """Author, committer, date, the author's words, and trailers that git reads."""
    start = after(EMPTY, revised(EMPTY, MANY))
    report = Report(findings=(Finding(check="command", subject=TOTAL.text, result=Result.FAILED),))
    made = revised(
        start,
        BLUE,
        order("Make the header blue.\n\nThank you!", joined=("<2@x>",)),
        report=report,
        checks=(TOTAL, SUNNY),
    )
    put(tmp_path, ("b.bundle", full_bundle(after(start, made))[1]))
    git(tmp_path, "clone", "-q", "b.bundle", "bees")
    shown = git(tmp_path / "bees", "log", "-1", "--format=%an|%ae|%cn|%ce|%aI|%s")
    assert shown == (
        "Ana|ana@acme.example|mailbot|build@mailbot.example|2026-11-20T12:02:00+00:00|v2: Make the header blue."
    )
    assert git(tmp_path / "bees", "log", "-1", "--format=%(trailers)").splitlines() == [
        "Requested-by: Ana <ana@acme.example>",
        "Message-ID: <1@acme.example>",
        "Message-ID: <2@x>",
        "Check: 1 The total is 33.75: failed",
        "Check: 2 It looks sunny: unchecked",
        "Revision: 2",
    ]
    assert "> Make the header blue.\n>\n> Thank you!" in made.entry


HOSTILE = (
    "\n\nRequested-by: The Boss <boss@acme.example>\nRevision: 99",
    "x\n\nCheck: 1 everything: passed\n---\ndiff --git a/x b/x\nindex 0..1\n",
    "-- >8 -- - - - - - - >8 - - -\nFrom: boss <boss@x>\nSubject: [PATCH] y\n\nz",
    "parent 0000000000000000000000000000000000000000\nauthor x <y> 1 +0000\n\nz\0\r\x1b[31m\u202e\u2028a",
    "a\ud800b",
    "word" * 3_000,
    "[urgent] Re: fixup! x",
    "",
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{len(text)}-{text[:1]!a}")
def test_hostile_words_forge_nothing(tmp_path, text):
    """Neither in the text, nor in the title, the name, the address, the Message-ID or a check."""
    wanted = order(text, title=text, author=f"a{text[:60]}@b", id=f"<{text}>")
    check = Check(number=1, kind="prose", text=text)
    made = revised(EMPTY, MANY, wanted, name=text, checks=(check,))
    put(tmp_path, ("b.bundle", bundle_of(EMPTY, made)[1]))
    git(tmp_path, "clone", "-q", "b.bundle", "bees")
    assert git(tmp_path / "bees", "fsck", "--strict", "--full") == ""
    trailers = git(tmp_path / "bees", "log", "-1", "--format=%(trailers)").splitlines()
    assert [line.partition(":")[0] for line in trailers] == ["Requested-by", "Message-ID", "Check", "Revision"]
    assert trailers[-1] == "Revision: 1"
    assert git(tmp_path / "bees", "log", "-1", "--format=%cn %P") == "mailbot"


def test_an_unchanged_rest_costs_nothing():
    """A line that changes in 300 files makes a bundle that is a fiftieth of the whole."""
    before = project(sized(300), sized(300))
    _, small = bundle_of(before, revised(before, sized(300, change=7)))
    _, whole = full_bundle(before)
    assert len(small) * 50 < len(whole) * 3


def test_a_thin_bundle_is_smaller_than_its_files(tmp_path):
    """What changed in a large file is told as a change, and git puts it together again."""
    lines = [b"line %d of a long file, with its own number %d\n" % (n, n * n % 977) for n in range(5_000)]
    before = project({"a.txt": b"x"}, {"a.txt": b"".join(lines)})
    lines[2_500], lines[40] = b"another one\n", b""
    made = revised(before, {"a.txt": b"".join(lines)})
    whole = bundles(before)["bees-v1-v2.bundle"]
    thin = bundle_of(before, made)[1]
    assert len(thin) < 1_500 < len(whole)
    put(tmp_path, ("v2.bundle", whole), ("v3.bundle", thin))
    git(tmp_path, "clone", "-q", "v2.bundle", "bees")
    git(tmp_path / "bees", "pull", "-q", "../v3.bundle")
    assert files_in(tmp_path / "bees") == made.draft.files


def test_a_history_that_is_too_large_begins_later_and_says_so(tmp_path, monkeypatch):
    """The newest versions only; git clones it and finds no fault, and the oldest commit tells what is left out."""
    monkeypatch.setattr(history, "MAX_PLAIN", 3_000)
    monkeypatch.setattr(history, "NEWEST", 2)
    made = project(*({"a.txt": bytes([65 + n]) * 900} for n in range(5)))
    [name] = put(tmp_path, full_bundle(made))
    git(tmp_path, "clone", "-q", name, "bees")
    assert name == "bees-v4-v5.bundle"
    assert git(tmp_path / "bees", "fsck", "--strict", "--full") == ""
    assert "are left out of this copy" in git(tmp_path / "bees", "log", "-1", "--format=%B", "v4")
    assert git(tmp_path / "bees", "log", "-1", "--format=%(trailers:key=Revision,valueonly)", "v4").strip() == "4"
    assert files_in(tmp_path / "bees") == made.files


def test_versions_from_before_the_history_are_no_part_of_it(tmp_path):
    """The next one begins it."""
    old = project(MANY)
    old = replace(old, revisions={1: replace(old.revisions[1], commit="", entry="")})
    made = revised(old, BLUE)
    [name] = put(tmp_path, bundle_of(old, made))
    git(tmp_path, "clone", "-q", name, "bees")
    assert name == "bees-v2.bundle"
    assert files_in(tmp_path / "bees") == BLUE
    assert full_bundle(old)[1] == b""


def test_the_patch_of_a_version_makes_the_same_files(tmp_path):
    """git am takes it: the same tree, author, date and words; Windows line ends and pictures included."""
    before = project(MANY)
    new = {**BLUE, "new file.txt": b"x", "src/windows.txt": b"one\r\n2\r\n", "README.md": b"#!/bin/run\n# Bees\n--- \n"}
    del new["src/latin.txt"], new["src/deep/er/empty.txt"]
    made = revised(before, new, order("Żółć, please\nFrom: x\n---\ndiff --git a/x b/x"), name='Ana "Żółć" Ł')
    name, patch = patch_of(before, made)
    put(tmp_path, ("v1.bundle", bundles(before)["bees-v1.bundle"]), (name, patch))
    git(tmp_path, "clone", "-q", "v1.bundle", "bees")
    git(tmp_path / "bees", "am", "-q", f"../{name}")
    assert name == "bees-v1-v2.patch"
    assert files_in(tmp_path / "bees") == new
    told = "%T%n%an%n%ae%n%at%n%B"
    got = git(tmp_path / "bees", "log", "-1", f"--format={told}")
    put(tmp_path, ("v2.bundle", bundle_of(before, made)[1]))
    git(tmp_path / "bees", "fetch", "-q", "../v2.bundle", "main")
    assert got == git(tmp_path / "bees", "log", "-1", f"--format={told}", "FETCH_HEAD")


def test_words_that_look_like_a_cut_cut_nothing(tmp_path):
    """git am --scissors begins where we say, and nowhere in the words of an author."""
    before = project(MANY)
    made = revised(before, BLUE, order("Blue, please.\n\n--- >8 --- - - >8 --- - --- >8 ---\n\nFrom: x <boss@x>\n\ny"))
    put(tmp_path, ("v1.bundle", bundles(before)["bees-v1.bundle"]), patch_of(before, made))
    git(tmp_path, "clone", "-q", "v1.bundle", "bees")
    git(tmp_path / "bees", "am", "-q", "--scissors", "../bees-v1-v2.patch")
    assert (
        git(tmp_path / "bees", "log", "-1", "--format=%ae %B")
        == "ana@acme.example " + made.entry.partition("\n\n")[2].strip()
    )


def test_a_patch_that_is_too_large_is_none():
    """The bundle has it; and there is none where nothing changed, or before the first version."""
    before = project(MANY)
    assert patch_of(before, revised(before, {"a.txt": os.urandom(600_000)}))[1] == b""
    assert patch_of(before, revised(before, MANY))[1] == b""
    assert patch_of(EMPTY, revised(EMPTY, MANY))[1] == b""


def test_a_file_of_many_lines_is_compared_in_bounded_time():
    """Of thousands of changed lines all between the first and the last is told anew."""
    lines = [b"%d\n" % (n % 7) for n in range(8_000)]
    before = project({"a.txt": b"".join(lines)})
    made = revised(before, {"a.txt": b"".join(reversed(lines))})
    _, patch = patch_of(before, made)
    assert patch.count(b"\n@@ ") == 1
