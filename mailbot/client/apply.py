"""Take a revision into a folder that holds an earlier one: by bundle, or by patch. What is there is never lost."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from mailbot.client.git import BUNDLES, fetch, git, has_git, look, needs, newest
from mailbot.client.mail import Mail, Part
from mailbot.client.paths import refusal
from mailbot.client.textual import unixed
from mailbot.client.trouble import Trouble, shown

_UNDER = "refs/mailbot"
_NOBODY = ["-c", "user.name=mailbot open", "-c", "user.email=mailbot@localhost"]  #: commits where git knows nobody
_DIFF = re.compile(rb"^diff --git ", re.MULTILINE)
_ODD_MODE = re.compile(rb"^(?:new file mode|new mode|old mode|index [0-9a-f.]{1,90}) 1[26]0000", re.MULTILINE)
_MAIL_HEAD = re.compile(rb"\AFrom |^From: ", re.MULTILINE)


def applicable(parts: tuple[Part, ...]) -> bool:
    """Whether there is anything among *parts* that could be applied."""
    return any(one.content.startswith(BUNDLES) or _is_patch(one) for one in parts)


def apply(parts: tuple[Part, ...], mail: Mail | None, folder: Path) -> str:
    """Apply what *parts* bring to *folder*; what was done, in words."""
    if not has_git():
        raise Trouble("git is not installed here, and applying needs it. Install git, or use open to get the files.")
    bundle = next((one.content for one in parts if one.content.startswith(BUNDLES)), b"")
    patch = next((one for one in parts if _is_patch(one)), None)
    if bundle and not _occupied(folder):
        return _cloned(bundle, folder)
    if not folder.is_dir():
        raise Trouble(f"there is no folder {folder}. Use open to unpack what came.")
    repository = (folder / ".git").exists()
    if bundle and repository:
        return _pulled(bundle, folder)
    if patch:
        return _patched(patch, mail, folder, repository=repository)
    raise Trouble(f"the mail brings no patch, and no bundle that fits {folder}. Use open to get the files.")


def _is_patch(part: Part) -> bool:
    named = part.kind in {"text/x-patch", "text/x-diff", "text/plain"} or part.name.endswith((".patch", ".diff"))
    return named and bool(_DIFF.search(part.content))


def _occupied(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _cloned(bundle: bytes, folder: Path) -> str:
    if needs(bundle):
        raise Trouble(
            "this bundle continues an earlier version. Apply it to the folder that holds that one, or ask for all: "
            'reply "send the whole history".'
        )
    with tempfile.TemporaryDirectory(prefix="mailbot-") as place:
        file = Path(place) / "in.bundle"
        file.write_bytes(bundle)
        _must(git(["init", "-q", "--bare", "seen"], folder=Path(place)), folder)
        fetch(file, Path(place) / "seen", _UNDER)
        commit = newest(Path(place) / "seen", _UNDER)
        files = look(Path(place) / "seen", commit)
        folder.mkdir(parents=True, exist_ok=True)
        _must(git(["init", "-q", "."], folder=folder), folder)
        fetch(file, folder, _UNDER)
    _must(git(["symbolic-ref", "HEAD", "refs/heads/main"], folder=folder), folder)
    _must(git(["reset", "-q", "--hard", commit], folder=folder), folder)
    return f"{folder} holds {len(files)} files and their history, at {commit[:7]}."


def _pulled(bundle: bytes, folder: Path) -> str:
    _clean(folder)
    lacking = [one for one in needs(bundle) if git(["cat-file", "-e", one], folder=folder).returncode]
    if lacking:
        raise Trouble(
            f"{folder} does not hold the version that this continues, {lacking[0][:7]}. Apply the mails before it."
        )
    with tempfile.TemporaryDirectory(prefix="mailbot-") as place:
        file = Path(place) / "in.bundle"
        file.write_bytes(bundle)
        fetch(file, folder, _UNDER)
    commit = newest(folder, _UNDER)
    try:
        look(folder, commit)
    except Trouble:
        git(["update-ref", "-d", f"{_UNDER}/main"], folder=folder)
        raise
    before = _head(folder)
    if before == commit or not git(["merge-base", "--is-ancestor", commit, "HEAD"], folder=folder).returncode:
        return f"{folder} holds {commit[:7]} already; nothing to do."
    if git(["merge", "-q", "--ff-only", commit], folder=folder).returncode:
        raise Trouble(
            f"{folder} has commits of its own. The new version is fetched; to merge it: git merge {commit[:12]}"
        )
    return f"{folder} went from {before[:7]} to {commit[:7]}."


def _patched(patch: Part, mail: Mail | None, folder: Path, *, repository: bool) -> str:
    patched = unixed(patch.content)
    _look_at(patched, folder)
    if not repository:
        _must(git(["apply", "--whitespace=nowarn", "-"], folder=folder, data=patched), folder)
        return f"{folder} is patched."
    _clean(folder)
    content = patched if _MAIL_HEAD.search(patched) else _headed(patched, mail)
    named = [] if git(["config", "user.email"], folder=folder).stdout else _NOBODY
    done = git([*named, "am", "-q", "--scissors", "--keep-cr", "--no-gpg-sign"], folder=folder, data=content)
    if done.returncode:
        git(["am", "--abort"], folder=folder)
        said = shown(" ".join((done.stdout + done.stderr).decode("utf-8", "replace").split()))
        raise Trouble(f"the patch does not fit {folder}; it is as it was. git says: {said}")
    return f"{folder} is patched, as commit {_head(folder)[:7]}."


def _headed(patch: bytes, mail: Mail | None) -> bytes:
    """A patch that stands in a mail's own text, under the head of that mail."""
    fields = [(name, mail.field(name) if mail else "") for name in ("From", "Date", "Subject")]
    head = "".join(f"{name}: {value}\n" for name, value in fields if value)
    return (
        head.encode("utf-8") + b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + patch
    )


def _look_at(patch: bytes, folder: Path) -> None:
    """No link, no submodule, no unsafe name."""
    if _ODD_MODE.search(patch):
        raise Trouble("the patch makes a link or names another repository. Nothing is applied.")
    done = git(["apply", "--numstat", "-z", "-"], folder=folder, data=patch)
    _must(done, folder)
    for line in done.stdout.split(b"\0")[:-1]:
        name = line.split(b"\t")[-1].decode("utf-8", "surrogateescape")
        if why := refusal(name) if name else "":
            raise Trouble(f"the patch changes {shown(name)!r}: {why}. Nothing is applied.")


def _head(folder: Path) -> str:
    return git(["rev-parse", "HEAD"], folder=folder).stdout.decode("ascii", "replace").strip()


def _clean(folder: Path) -> None:
    if git(["status", "--porcelain"], folder=folder).stdout.strip():
        raise Trouble(
            f"{folder} holds changes that are not committed. Commit them (git commit -a) or stash them first."
        )


def _must(done: object, folder: Path) -> None:
    if getattr(done, "returncode", 1):
        said = shown(" ".join(getattr(done, "stderr", b"").decode("utf-8", "replace").split()))
        raise Trouble(f"git could not do it in {folder}: {said}")
