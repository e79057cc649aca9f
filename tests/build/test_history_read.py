"""Bundles that come in: honest ones of git, hostile ones, broken ones."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
import zlib

import pytest

from mailbot.build import history_read, history_unpack
from mailbot.build.history import bundle_of, full_bundle
from mailbot.build.history_objects import COMMIT, FILE, FOLDER, Object, object_id
from mailbot.build.history_pack import changed
from mailbot.build.history_read import needed, opened
from mailbot.build.history_unpack import changed_by, unpacked
from mailbot.domain.errors import Unreadable
from tests.build.histories import MANY, git, project, revised, sized

ENTRY = b"tree %s\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n"


def entry(kind, content, size=None, base=b""):
    """One object of a pack."""
    size = len(content) if size is None else size
    out, rest = bytearray([kind << 4 | size & 15]), size >> 4
    while rest:
        out[-1] |= 128
        out.append(rest & 127)
        rest >>= 7
    return bytes(out) + base + zlib.compress(content)


def pack(*objects, count=None):
    body = b"PACK" + (2).to_bytes(4, "big") + (len(objects) if count is None else count).to_bytes(4, "big")
    body += b"".join(objects)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def bundle(*objects, head="0" * 40, before=b"", **more):
    return b"# v2 git bundle\n" + before + f"{head} refs/heads/main\n\n".encode() + pack(*objects, **more)


def folder(*inside):
    return b"".join(mode + b" " + name + b"\0" + bytes.fromhex(id) for mode, name, id in inside)


def of_tree(*inside, others=()):
    """A bundle of one commit whose folder holds this."""
    tree = folder(*inside)
    commit = ENTRY % object_id(FOLDER, tree).encode()
    parts = [entry(COMMIT, commit), entry(FOLDER, tree), *(entry(kind, content) for kind, content in others)]
    return bundle(*parts, head=object_id(COMMIT, commit))


def test_what_we_pack_is_read_again():
    """Every version that has a name, with its commit."""
    made = project(MANY, sized(30), {**sized(30, change=3), **MANY})
    found = opened(full_bundle(made)[1], {})
    assert [one.entry.decode() for one in found.commits] == [made.revisions[n].entry for n in (1, 2, 3)]
    assert [found.tree(made.revisions[n].commit) for n in (1, 2, 3)] == [
        made.revisions[n].draft.files for n in (1, 2, 3)
    ]
    assert (found.head, found.files) == (made.head.commit, made.files)
    assert (found.commits[2].name, found.commits[2].address) == ("Ana", "ana@acme.example")


def test_a_thin_one_is_read_on_top_of_what_it_builds_on():
    """Given the files of that version; without them it is told what helps."""
    before = project(MANY, sized(30))
    made = revised(before, sized(30, change=3))
    thin = bundle_of(before, made)[1]
    assert needed(thin) == (before.head.commit,)
    assert opened(thin, {before.head.commit: before.files}).files == made.draft.files
    with pytest.raises(Unreadable, match=r"send the whole project|not of this project"):
        opened(thin, {})


@pytest.mark.parametrize("version", ["2", "3"])
def test_what_git_packs_is_read(tmp_path, version):
    """Commits of a person in a clone, with tags, on top of a version of ours or whole."""
    made = project(MANY, sized(40))
    (tmp_path / "v2.bundle").write_bytes(full_bundle(made)[1])
    git(tmp_path, "clone", "-q", "v2.bundle", "bees")
    clone = tmp_path / "bees"
    for number in range(3):
        (clone / "src/part1/file1.py").write_bytes(b"mine = %d\n" % number)
        git(clone, "commit", "-q", "-a", "-m", f"mine {number}")
    git(clone, "tag", "-a", "-m", "words", "tagged")
    git(clone, "bundle", "create", "-q", f"--version={version}", "../thin.bundle", "v2..main", "tagged")
    git(clone, "bundle", "create", "-q", f"--version={version}", "../whole.bundle", "main", "--tags")
    new = {**made.files, "src/part1/file1.py": b"mine = 2\n"}
    thin = opened((tmp_path / "thin.bundle").read_bytes(), {made.head.commit: made.files})
    whole = opened((tmp_path / "whole.bundle").read_bytes(), {})
    assert thin.files == whole.files == new
    assert [one.message for one in thin.commits] == ["mine 0\n", "mine 1\n", "mine 2\n"]
    assert thin.refs["refs/tags/tagged"] == thin.head
    assert len(whole.commits) == 5


BLOB = object_id(FILE, b"x")
UNSAFE = (
    (b"100644", b"..", "stay in the project"),
    (b"100644", b".git", "by themselves"),
    (b"100644", b".GIT", "by themselves"),
    (b"100644", b"con.txt", "device"),
    (b"100644", b"a\x1b[2J", "cannot be seen"),
    (b"100644", b"a/b/../../../c", "stay in the project"),
    (b"100644", b"/etc/passwd", "stay in the project"),
    (b"120000", b"link", "a link"),
    (b"160000", b"sub", "another repository"),
    (b"100644", b"\xff\xfe", "broken"),
    (b"40000", b"folder", "broken"),
)


@pytest.mark.parametrize(("mode", "name", "why"), UNSAFE, ids=[f"{mode.decode()}-{name!r}" for mode, name, _ in UNSAFE])
def test_an_unsafe_name_is_refused(mode, name, why):
    """With the reason."""
    with pytest.raises(Unreadable, match=why):
        opened(of_tree((mode, name, BLOB), others=[(FILE, b"x")]), {})


def test_two_names_that_some_disks_cannot_tell_apart_are_refused():
    """One of the files would be lost."""
    with pytest.raises(Unreadable, match="collides"):
        opened(of_tree((b"100644", b"A", BLOB), (b"100644", b"a", BLOB), others=[(FILE, b"x")]), {})


def nested(depth, wide=2):
    """Folders in folders, each of which holds the next one twice: 2 ** depth files in a few bytes."""
    made, id, mode = [(FILE, b"x")], BLOB, b"100644"
    for _ in range(depth):
        inside = folder(*((mode, b"%d" % n, id) for n in range(wide)))
        made.append((FOLDER, inside))
        id, mode = object_id(FOLDER, inside), b"40000"
    return of_tree((mode, b"top", id), others=made)


def swelling(before, times):
    """A change that copies all of the old content so many times."""
    order = b"\xb0" + before.to_bytes(2, "little")
    return packed_size(before) + packed_size(before * times) + order * 1_000


def packed_size(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def on(base, change):
    """An object, and one that is told as a change of it."""
    return bundle(entry(FILE, base), entry(7, change, base=bytes.fromhex(object_id(FILE, base))))


BOMBS = {
    "many-files": (lambda: nested(7, wide=20), "more than 500 files"),
    "deep-folders": (lambda: nested(40), "deep"),
    "many-objects": (lambda: bundle(count=20_001), "objects"),
    "says-it-is-large": (lambda: bundle(entry(FILE, b"", size=21_000_000)), "unpacks to more"),
    "is-larger-than-it-says": (lambda: bundle(entry(FILE, b"\0" * 5_000_000, size=9)), "broken"),
    "large-together": (lambda: bundle(*(entry(FILE, bytes([n]) * 19_000_000) for n in range(6))), "unpacks to more"),
    "change-swells": (lambda: on(b"x" * 60_000, swelling(60_000, 2)), "broken"),
    "change-says-it-is-large": (lambda: on(b"x" * 900, swelling(900, 1_000_000)), "unpacks to more"),
    "change-of-another-size": (lambda: on(b"x" * 9, changed(b"x" * 8, b"y")), "broken"),
    "change-copies-beyond": (lambda: on(b"x" * 9, b"\x09\x20\x91\x05\x20"), "broken"),
    "change-of-nothing": (lambda: bundle(entry(7, b"\1\1\1x", base=b"\7" * 20)), "not known here"),
    "change-of-itself": (lambda: bundle(entry(6, b"\1\1\1x", base=b"\0")), "not known here"),
    "change-of-what-is-before-it": (lambda: bundle(entry(6, b"\1\1\1x", base=b"\x7f")), "not known here"),
    "strange-kind": (lambda: bundle(entry(5, b"x")), "broken"),
    "many-needs": (lambda: bundle(before=b"".join(b"-%040d x\n" % n for n in range(400))), "broken"),
    "a-filter": (lambda: bundle(before=b"@filter=blob:none\n"), "broken"),
    "no-branch": (lambda: b"# v2 git bundle\n\n" + pack(), "no branch"),
    "no-bundle": (lambda: b"x" * 100, "no git bundle"),
    "too-long": (lambda: b"# v2 git bundle\n" + b"\0" * 27_000_000, "larger than"),
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_what_could_swell_is_refused(name):
    """By what it says of itself, before it is unpacked."""
    made, why = BOMBS[name]
    with pytest.raises(Unreadable, match=why):
        opened(made(), {})


@pytest.mark.parametrize("name", ["is-larger-than-it-says", "change-swells"])
def test_it_does_not_even_begin_to_swell(name):
    """No more memory is taken than it said that it needs."""
    made = BOMBS[name][0]()
    tracemalloc.start()
    with pytest.raises(Unreadable):
        opened(made, {})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_500_000


def test_changes_upon_changes_have_an_end(monkeypatch):
    """A chain that is longer than git makes them."""
    content, base, parts = b"x" * 99, None, []
    for _ in range(history_unpack.MAX_CHAIN + 2):
        new = content + b"y"
        if base:
            parts.append(entry(7, changed(content, new), base=bytes.fromhex(base)))
            content = new
        else:
            parts.append(entry(FILE, content))
        base = object_id(FILE, content)
    with pytest.raises(Unreadable, match="deep"):
        unpacked(pack(*parts), {})
    monkeypatch.setattr(history_unpack, "MAX_CHAIN", 1_000)
    assert base in unpacked(pack(*reversed(parts)), {})


def test_a_commit_that_leads_nowhere_is_refused():
    """Its parent is neither in the bundle nor known."""
    commit = (ENTRY % object_id(FOLDER, b"").encode()).replace(b"\nauthor", b"\nparent " + b"1" * 40 + b"\nauthor")
    made = bundle(entry(COMMIT, commit), entry(FOLDER, b""), head=object_id(COMMIT, commit))
    with pytest.raises(Unreadable, match="not of this project"):
        opened(made, {})


def test_too_many_commits_are_refused(monkeypatch):
    """Before any is followed."""
    monkeypatch.setattr(history_read, "MAX_COMMITS", 2)
    with pytest.raises(Unreadable, match="more than 2 commits"):
        opened(full_bundle(project(MANY, sized(2), MANY))[1], {})


def test_only_our_errors_come_out_of_any_bytes():
    """Thousands of bundles with a byte changed, cut short, or with their sum made right again."""
    random.seed(8)
    before = project(MANY, sized(12))
    good = [full_bundle(before)[1], bundle_of(before, revised(before, sized(12, change=5)))[1], nested(3)]
    have = {before.head.commit: before.files}
    outcomes = {"read": 0, "refused": 0}
    for number in range(3_000):
        content = bytearray(random.choice(good))
        for _ in range(random.randint(1, 4)):
            content[random.randrange(len(content))] = random.randrange(256)
        if number % 3 == 0:
            del content[random.randrange(len(content)) :]
        elif (start := content.find(b"PACK")) > 0:
            content[-20:] = hashlib.sha1(content[start:-20], usedforsecurity=False).digest()
        try:
            opened(bytes(content), have)
            outcomes["read"] += 1
        except Unreadable:
            outcomes["refused"] += 1
    assert outcomes["refused"] > 1_500


def test_a_change_of_any_two_contents_gives_the_second():
    """Whatever they are: what is written is read again."""
    random.seed(8)
    words = [b"one\n", b"two two two two\n", b"\n", b"x" * 300, b"\0\xff\n", b"long line " * 30 + b"\n"]
    for _ in range(400):
        old, new = (b"".join(random.choices(words, k=random.randint(0, 40))) for _ in range(2))
        assert changed_by(changed(old, new), old) == new


def test_a_large_copy_is_told_in_pieces():
    """One order copies at most 16 MB."""
    old = b"x" * 17_000_000
    assert changed_by(changed(old, old + b"\ny"), old) == old + b"\ny"


def test_an_object_has_the_name_that_git_gives_it(tmp_path):
    """Files, folders and commits."""
    git(tmp_path, "init", "-q")
    for kind, word in ((FILE, "blob"), (FOLDER, "tree"), (COMMIT, "commit")):
        content = {FILE: b"x", FOLDER: b"", COMMIT: ENTRY % object_id(FOLDER, b"").encode()}[kind]
        assert (
            git(tmp_path, "hash-object", "-w", "-t", word, "--stdin", data=content)
            == Object(kind=kind, content=content).id
        )
