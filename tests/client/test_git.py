"""Hostile bundles, and honest ones."""

from __future__ import annotations

import pytest

from mailbot.client import git as module
from mailbot.client.git import NeedsEarlier, files_of_bundle, needs
from mailbot.client.trouble import Trouble
from tests.client.letters import FILES, bundle, commit, git, names, repository


def test_a_bundle_with_a_link_is_refused(tmp_path):
    """A link could lead what is written next anywhere."""
    repository(tmp_path / "r")
    (tmp_path / "r" / "link").symlink_to("/etc")
    commit(tmp_path / "r", {}, "link")
    with pytest.raises(Trouble, match="link or another repository"):
        files_of_bundle(bundle(tmp_path / "r"))


def test_a_bundle_with_another_repository_in_it_is_refused(tmp_path):
    """A submodule."""
    first = repository(tmp_path / "r")
    git(tmp_path / "r", "update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    git(tmp_path / "r", "commit", "-q", "-m", "sub")
    with pytest.raises(Trouble, match="link or another repository"):
        files_of_bundle(bundle(tmp_path / "r"))


@pytest.mark.parametrize("name", ["con.txt", "a:b", ".envrc", "a\x1b[2J"])
def test_a_bundle_with_an_unsafe_name_is_refused(tmp_path, name):
    """The same names as in every other form."""
    repository(tmp_path / "r", {name: b"x"})
    with pytest.raises(Trouble, match="Nothing is unpacked"):
        files_of_bundle(bundle(tmp_path / "r"))


@pytest.mark.parametrize("path", ["../x", ".git/config"])
def test_a_bundle_whose_tree_leads_out_is_refused(tmp_path, path):
    """Written past git's own care: an odd tree is no reason for git to refuse a bundle."""
    repository(tmp_path / "r")
    folder, _, name = path.partition("/")
    blob = git(tmp_path / "r", "hash-object", "-w", "--stdin", input=b"x").strip()
    inner = git(tmp_path / "r", "mktree", input=b"100644 blob " + blob + b"\t" + name.encode() + b"\n").strip().decode()
    raw = b"40000 " + folder.encode() + b"\0" + bytes.fromhex(inner)
    outer = git(tmp_path / "r", "hash-object", "-w", "-t", "tree", "--literally", "--stdin", input=raw).strip().decode()
    made = git(tmp_path / "r", "commit-tree", "-m", "out", outer).strip().decode()
    git(tmp_path / "r", "update-ref", "refs/heads/main", made)
    with pytest.raises(Trouble, match=r"Nothing is unpacked|damaged or is none"):
        files_of_bundle(bundle(tmp_path / "r"))


def test_names_that_collide_are_refused(tmp_path):
    """On a disk that does not tell A from a, one would overwrite the other."""
    repository(tmp_path / "r", {"A": b"1", "a": b"2"})
    with pytest.raises(Trouble, match="collides"):
        files_of_bundle(bundle(tmp_path / "r"))


def test_too_large_a_bundle_is_refused_before_it_is_read(tmp_path, monkeypatch):
    """A pack makes much out of little."""
    monkeypatch.setattr(module, "MAX_PLAIN", 1_000_000)
    repository(tmp_path / "r", {"zeros": b"\0" * 1_000_001})
    content = bundle(tmp_path / "r")
    assert len(content) < 10_000
    with pytest.raises(Trouble, match="MB"):
        files_of_bundle(content)


@pytest.mark.parametrize("tail", [b"", b"\n", b"junk", b"0" * 40 + b" refs/heads/main\n\nPACK", b"-" + b"x" * 100])
def test_a_bundle_that_is_none_is_said(tail):
    """The mark alone makes none."""
    with pytest.raises(Trouble):
        files_of_bundle(b"# v2 git bundle\n" + tail)


def test_a_bundle_that_is_cut_off_or_flipped_is_said(tmp_path):
    """git's own sums find it; nothing comes out of it."""
    repository(tmp_path / "r")
    content = bundle(tmp_path / "r")
    pack = content.index(b"PACK")
    for at in (pack + 20, (pack + len(content)) // 2, len(content) - 1):
        for broken in (content[:at], content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]):
            with pytest.raises(Trouble):
                files_of_bundle(broken)


def test_a_bundle_that_continues_another_says_so(tmp_path):
    """And which version it needs."""
    first = repository(tmp_path / "r")
    commit(tmp_path / "r", {"new": b"1"}, "v2")
    content = bundle(tmp_path / "r", f"{first}..main")
    assert needs(content) == [first]
    with pytest.raises(NeedsEarlier, match="apply"):
        files_of_bundle(content)


def test_another_repository_around_is_not_touched(tmp_path, monkeypatch):
    """Neither one that the surroundings name, nor one further up."""
    repository(tmp_path / "mine")
    content = bundle(tmp_path / "mine")
    before = names(tmp_path / "mine" / ".git")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "mine" / ".git"))
    assert files_of_bundle(content) == FILES
    assert names(tmp_path / "mine" / ".git") == before


def test_without_git_it_says_what_to_do(monkeypatch):
    """Another form needs none."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Trouble, match="resend as zip"):
        files_of_bundle(b"# v2 git bundle\n")
