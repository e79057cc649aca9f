"""Git bundles, by the git of the receiver. A bundle is looked at apart before anything of it is used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mailbot.client.paths import Taken, refusal
from mailbot.client.trouble import MAX_FILES, MAX_PLAIN, Trouble, shown

BUNDLES = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_GIT_SECONDS = 120
_MEMORY = 2_000_000_000
_ONE_FILE = 1_000_000_000
#: git runs no hook, and streams what is large instead of holding it. Not every git checks the objects of a bundle:
#: which names and kinds of files are in it is looked at here.
_STRICT = (
    "-c", "transfer.fsckObjects=true", "-c", "fetch.fsckObjects=true", "-c", "fetch.unpackLimit=1",
    "-c", "core.bigFileThreshold=1m", "-c", f"core.hooksPath={os.devnull}", "-c", "core.symlinks=false",
    "-c", "protocol.allow=never", "-c", "protocol.file.allow=always", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
    "-c", "submodule.recurse=false", "-c", "core.fsmonitor=false",
)  # fmt: skip
_FILE = frozenset({b"100644", b"100755"})


class NeedsEarlier(Trouble):
    """The bundle only holds what came after an earlier version."""


def has_git() -> bool:
    """Whether there is a git at all."""
    return shutil.which("git") is not None


def git(args: list[str], *, folder: Path, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in *folder*, whatever the surroundings say about another repository."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # noqa: TID251  (git needs PATH and HOME)
    above = str(folder.resolve().parent)  # a repository further up is not the one that is meant
    around = {**keep, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_CEILING_DIRECTORIES": above}
    command = ["git", *_STRICT, *args]
    try:
        return subprocess.run(  # noqa: S603  (a list, no shell)
            command, cwd=folder, input=data, capture_output=True, check=False, timeout=_GIT_SECONDS, env=around,
            preexec_fn=_limit if os.name == "posix" else None,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Trouble(f"git took longer than {_GIT_SECONDS} seconds and was stopped.") from None
    except OSError as error:
        raise Trouble(f"git cannot be run: {error.strerror}. Install git, or ask for another form.") from None


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_FSIZE, _ONE_FILE)):
            top = resource.getrlimit(what)[1]
            resource.setrlimit(what, (most if top < 0 else min(most, top), top))


def needs(content: bytes) -> list[str]:
    """The commits that must be there before this bundle is of use."""
    head = content[: content.find(b"\n\n") + 1] if b"\n\n" in content[:1_000_000] else b""
    return [line[1:41].decode("ascii", "replace") for line in head.split(b"\n") if line.startswith(b"-")]


def files_of_bundle(content: bytes) -> dict[str, bytes]:
    """The files of the newest version in a bundle."""
    if not has_git():
        raise Trouble('git is not installed here, and a bundle needs it. Install git, or reply "resend as zip".')
    if needs(content):
        raise NeedsEarlier("this bundle continues an earlier version: use apply on the folder that holds that one.")
    with tempfile.TemporaryDirectory(prefix="mailbot-") as place:
        folder = Path(place)
        (folder / "in.bundle").write_bytes(content)
        _done(git(["init", "-q", "--bare", "repo"], folder=folder))
        fetch(folder / "in.bundle", folder / "repo", "refs/bundle")
        return _contents(folder / "repo", newest(folder / "repo", "refs/bundle"))


def fetch(bundle: Path, repository: Path, under: str) -> None:
    """Take everything in a bundle into *repository*, below the references *under*."""
    done = git(["fetch", "-q", "--no-tags", str(bundle), f"+refs/heads/*:{under}/*"], folder=repository)
    if done.returncode:
        raise Trouble(f'the bundle is damaged or is none: git says {_said(done)}. Reply "resend as zip".')


def newest(repository: Path, under: str) -> str:
    """The commit of the branch main, or of the only one."""
    done = _done(git(["for-each-ref", "--format=%(refname) %(objectname)", under], folder=repository))
    found = dict(
        line.split(" ") for line in done.stdout.decode("utf-8", "replace").splitlines() if line.count(" ") == 1
    )
    for name in ("main", "master"):
        if f"{under}/{name}" in found:
            return found[f"{under}/{name}"]
    if not found:
        raise Trouble('the bundle holds no branch. Reply "resend as zip".')
    return next(iter(found.values()))


def look(repository: Path, commit: str) -> dict[str, str]:
    """Every file of *commit* -> its object; a link, a submodule, an unsafe name or too much of it is Trouble."""
    done = _done(git(["ls-tree", "-r", "-l", "-z", "--full-tree", commit], folder=repository))
    found, total, taken = {}, 0, Taken()
    for line in done.stdout.split(b"\0")[:-1]:
        about, _, raw = line.partition(b"\t")
        mode, _, object_id, size = about.split()
        name = raw.decode("utf-8", "surrogateescape")
        why = "" if mode in _FILE else "it is a link or another repository, not a file"
        if why := why or refusal(name) or taken.add(name):
            raise Trouble(f"the bundle holds {shown(name)!r}: {why}. Nothing is unpacked.")
        total += int(size)
        found[name] = object_id.decode("ascii")
        if len(found) > MAX_FILES or total > MAX_PLAIN:
            raise Trouble(
                f"the bundle holds more than {MAX_FILES} files or {MAX_PLAIN // 1_000_000} MB. Nothing is unpacked."
            )
    return found


def _contents(repository: Path, commit: str) -> dict[str, bytes]:
    wanted = look(repository, commit)
    done = _done(git(["cat-file", "--batch"], folder=repository, data="\n".join(wanted.values()).encode() + b"\n"))
    found, at = {}, 0
    for name in wanted:
        end = done.stdout.index(b"\n", at)
        size = int(done.stdout[at:end].split()[2])
        found[name] = done.stdout[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def _done(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[bytes]:
    if done.returncode:
        raise Trouble(f"git could not do it: {_said(done)}")
    return done


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return shown(" ".join(done.stderr.decode("utf-8", "replace").split()) or "nothing")
