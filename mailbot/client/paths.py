"""Which names a file may have before it is written on the receiver's machine, whatever system that is."""

from __future__ import annotations

import re
import unicodedata
from typing import Iterator

MOST_BYTES = 240  #: of a whole path; Windows takes 260
MOST_OF_PART = 100  #: bytes of one name in it
MOST_DEEP = 10
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"}
    | {port + digit for port in ("com", "lpt") for digit in "0123456789"}
)
#: Names that programs act on when they only see them: shells, version control, editors, package managers.
_SPECIAL = frozenset(
    {
        ".hg", ".svn", ".ssh", ".gnupg", ".aws", ".config", ".netrc", ".pypirc", ".npmrc", ".yarnrc", ".bashrc",
        ".profile", ".bash_profile", ".zshrc", ".envrc", ".vscode", ".idea", ".direnv", ".mailbot",
        "autorun.inf", "desktop.ini",
    }
)  # fmt: skip
_OF_GIT = frozenset({".gitignore", ".gitattributes", ".gitkeep", ".github"})
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')
_SHORT = re.compile(r"[^.]{0,6}~\d.*", re.DOTALL)  #: what Windows may call another file


def refusal(path: str) -> str:
    """Why no file of that name is written; empty when it may be."""
    return next(_reasons(path), "")


def _reasons(path: str) -> Iterator[str]:
    if not path.isprintable():
        yield "it holds a character that cannot be seen"
        return  # such a path may not even be encoded
    parts = path.split("/")
    if unicodedata.normalize("NFC", path) != path:
        yield "its letters are not composed (NFC)"
    if len(path.encode("utf-8")) > MOST_BYTES:
        yield f"it is longer than {MOST_BYTES} bytes"
    if path.startswith(("/", "~")):
        yield "it does not stay in the folder"
    if _FORBIDDEN.search(path):
        yield "it holds a character that Windows forbids"
    if len(parts) > MOST_DEEP:
        yield f"it is more than {MOST_DEEP} folders deep"
    for part in parts:
        yield from _reasons_of_part(part)


def _reasons_of_part(part: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", part).casefold()
    if part in {"", ".", ".."}:
        yield "it does not stay in the folder"
    if part != part.strip() or part.endswith("."):
        yield "a name in it begins or ends with a space or a full stop"
    if len(part.encode("utf-8")) > MOST_OF_PART:
        yield f"a name in it is longer than {MOST_OF_PART} bytes"
    if folded.split(".")[0].rstrip() in _DEVICES:
        yield "Windows takes it for a device"
    if _SHORT.fullmatch(folded):
        yield "Windows may take it for another file's short name"
    if folded in _SPECIAL or (folded.startswith(".git") and folded not in _OF_GIT):
        yield "programs act on a file of that name by themselves"


class Taken:
    """The names of one package. Two that some file system cannot tell apart do not both fit in."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, bool]] = {}  #: folded -> as written, and whether it is a file

    def add(self, path: str) -> str:
        """Take *path*; return why it does not fit beside the others, empty when it does."""
        parts = path.split("/")
        wholes = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        wanted = {_folded(whole): (whole, whole == path) for whole in wholes}
        for folded, (whole, is_file) in wanted.items():
            other = self._names.get(folded)
            if other and (is_file or other != (whole, False)):
                return f"it collides with {other[0]}"
        self._names.update(wanted)
        return ""


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())
