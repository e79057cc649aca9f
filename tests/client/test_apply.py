"""A revision into a folder that holds an earlier one."""

from __future__ import annotations

import pytest

from mailbot.client.apply import apply
from mailbot.client.command import main
from mailbot.client.mail import parse
from mailbot.client.trouble import Trouble
from tests.client.letters import FILES, bundle, commit, git, letter, names, repository

CHANGED = {**FILES, "app.js": b"console.log(2)\n", "new.txt": b"1\n"}


def applied(raw, folder):
    """Apply a mail."""
    mail = parse(raw)
    return apply(mail.parts, mail, folder)


@pytest.fixture
def two(tmp_path):
    """A thread of two revisions: the maker's repository, the commit of v1, a receiver's clone of v1."""
    first = repository(tmp_path / "maker")
    whole = letter(("bees.bundle", bundle(tmp_path / "maker")))
    applied(whole, tmp_path / "mine")
    commit(tmp_path / "maker", CHANGED, "v2")
    return tmp_path / "maker", first, tmp_path / "mine"


def files(folder):
    """What git would check out."""
    return {name: (folder / name).read_bytes() for name in git(folder, "ls-files").decode().split()}


def test_a_whole_bundle_becomes_a_folder_with_its_history(two):
    """Clean, on main, and git finds nothing wrong."""
    _, first, mine = two
    assert files(mine) == FILES
    assert git(mine, "rev-parse", "main").decode().strip() == first
    assert git(mine, "status", "--porcelain") == b""
    git(mine, "fsck", "--strict")


def test_a_bundle_of_a_revision_continues_it(two):
    """Only what is new travels; a second time there is nothing to do."""
    maker, first, mine = two
    mail = letter(("v1-v2.bundle", bundle(maker, f"{first}..main")))
    assert "went from" in applied(mail, mine)
    assert files(mine) == CHANGED
    assert "nothing to do" in applied(mail, mine)


def test_work_of_ones_own_is_never_lost(two):
    """Neither what is not committed, nor what is."""
    maker, first, mine = two
    mail = letter(("v1-v2.bundle", bundle(maker, f"{first}..main")))
    (mine / "app.js").write_bytes(b"mine")
    with pytest.raises(Trouble, match="not committed"):
        applied(mail, mine)
    own = commit(mine, {}, "mine")
    with pytest.raises(Trouble, match="git merge"):
        applied(mail, mine)
    assert git(mine, "rev-parse", "HEAD").decode().strip() == own


def test_a_revision_without_the_one_before_is_said(two, tmp_path):
    """Into an empty folder, and into another project."""
    maker, first, _ = two
    mail = letter(("v1-v2.bundle", bundle(maker, f"{first}..main")))
    with pytest.raises(Trouble, match="continues an earlier"):
        applied(mail, tmp_path / "empty")
    repository(tmp_path / "other", {"x": b"1"})
    with pytest.raises(Trouble, match="Apply the mails before"):
        applied(mail, tmp_path / "other")


def test_a_link_in_a_revision_is_not_taken(two):
    """The folder is as it was, and nothing of it stays fetched by name."""
    maker, first, mine = two
    (maker / "link").symlink_to("/etc")
    commit(maker, {}, "v3")
    with pytest.raises(Trouble, match="link"):
        applied(letter(("v3.bundle", bundle(maker, f"{first}..main"))), mine)
    assert files(mine) == FILES
    assert git(mine, "for-each-ref", "refs/mailbot") == b""


def test_hooks_of_the_mail_do_not_run(two):
    """Even where a folder's settings say that its hooks are files of the project."""
    maker, first, mine = two
    git(mine, "config", "core.hooksPath", ".hooks")
    hook = f"#!/bin/sh\ntouch {mine}/ran\n".encode()
    commit(maker, {".hooks/post-merge": hook, ".hooks/post-checkout": hook}, "v3")
    for name in ("post-merge", "post-checkout"):
        (maker / ".hooks" / name).chmod(0o755)
    commit(maker, {}, "v4")
    applied(letter(("v4.bundle", bundle(maker, f"{first}..main"))), mine)
    assert (mine / ".hooks" / "post-merge").exists()
    assert not (mine / "ran").exists()


@pytest.mark.parametrize("where", ["attached", "in the words"])
def test_a_patch_becomes_a_commit(two, where):
    """As `git format-patch` writes it, attached or as the mail itself."""
    maker, first, mine = two
    patch = git(maker, "format-patch", "--stdout", f"{first}..main")
    attached = [("v2.patch", patch, "text/x-patch")] if where == "attached" else []
    body = patch.decode().split("\n\n", 1)[1] if where == "in the words" else "See attached.\n"
    applied(letter(*attached, text=body, sender="Ana <ana@acme.example>", subject="[PATCH] v2"), mine)
    assert files(mine) == CHANGED
    assert git(mine, "log", "-1", "--format=%ae %s").decode().strip() == "ana@acme.example v2"


def test_a_plain_diff_is_applied_where_there_is_no_git(tmp_path, two):
    """To an unpacked folder, and not to a repository further up."""
    maker, first, _ = two
    (tmp_path / "plain").mkdir()
    for name, content in {"app.js": FILES["app.js"]}.items():
        (tmp_path / "plain" / name).write_bytes(content)
    git(tmp_path, "init", "-q")
    diff = git(maker, "diff", f"{first}..main", "--", "app.js")
    applied(letter(("v2.diff", diff, "text/x-diff")), tmp_path / "plain")
    assert (tmp_path / "plain" / "app.js").read_bytes() == CHANGED["app.js"]


def test_a_patch_that_does_not_fit_changes_nothing(two):
    """And leaves no half-done work behind."""
    maker, first, mine = two
    patch = git(maker, "format-patch", "--stdout", f"{first}..main").replace(b"-console.log(1)", b"-console.log(7)")
    before = git(mine, "rev-parse", "HEAD")
    with pytest.raises(Trouble, match="does not fit"):
        applied(letter(("v2.patch", patch, "text/x-patch")), mine)
    assert git(mine, "rev-parse", "HEAD") == before
    assert git(mine, "status", "--porcelain") == b""
    assert not (mine / ".git" / "rebase-apply").exists()


@pytest.mark.parametrize(
    ("name", "mode"), [("../x", "100644"), (".git/hooks/post-commit", "100755"), (".envrc", "100644"), ("a", "120000")]
)
def test_a_hostile_patch_is_refused(tmp_path, two, name, mode):
    """Out of the folder, into git's own, a file that programs act on, a link."""
    patch = (
        f"diff --git a/{name} b/{name}\nnew file mode {mode}\nindex 0000000..d00491f\n--- /dev/null\n+++ b/{name}\n"
        "@@ -0,0 +1 @@\n+1\n"
    ).encode()
    (tmp_path / "plain").mkdir()
    for folder in (two[2], tmp_path / "plain"):
        before = names(folder)
        with pytest.raises(Trouble):
            applied(letter(("x.patch", patch, "text/x-patch")), folder)
        assert names(folder) == before
    assert not (tmp_path / "x").exists()


def test_a_whole_thread_is_applied_from_its_mbox(two, tmp_path):
    """In the order of its mails; those that bring only words are passed over."""
    maker, first, _ = two
    mails = [
        letter(("v1.bundle", bundle(maker, "HEAD", "main"))), letter(text="Working on it.\n"),
        letter(("v2.bundle", bundle(maker, f"{first}..main"))),
    ]  # fmt: skip
    (tmp_path / "box").write_bytes(b"".join(b"From x Mon\n" + one.replace(b"\r\n", b"\n") + b"\n" for one in mails))
    assert main(["apply", str(tmp_path / "box"), "--to", str(tmp_path / "again")]) == 0
    assert files(tmp_path / "again") == CHANGED
    (tmp_path / "words").write_bytes(mails[1])
    assert main(["apply", str(tmp_path / "words"), "--to", str(tmp_path / "more")]) == 1


def test_a_mail_without_patch_or_bundle_is_said(tmp_path):
    """With the command that helps."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "kept").touch()
    for folder, words in ((tmp_path / "x", "Use open"), (tmp_path / "none", "no folder")):
        with pytest.raises(Trouble, match=words):
            applied(letter(("a.zip", b"x")), folder)
