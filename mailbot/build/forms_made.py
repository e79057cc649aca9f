"""The shapes in which a package passes: names that nobody refuses, one text, letters instead of bytes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Final

from mailbot.build.lint import ending_of
from mailbot.build.paths import Taken, refusal
from mailbot.build.providers import Provider
from mailbot.domain.project import Path, Tree

RENAMED_LIST: Final = Path("RENAME.json")
MAX_TEXT: Final = 250_000  #: bytes of a project that is sent as a text
#: What gives the files their own names back: a line of Python, run in their folder.
RESTORE: Final = "import json,os;[os.rename(a,b) for a,b in json.load(open('RENAME.json'))['files'].items()]"
_POWERSHELL: Final = "(gc RENAME.json -Raw|ConvertFrom-Json).files.PSObject.Properties|%{mv $_.Name $_.Value}"
_LEAST: Final = 16  #: letters of the last line of base64
_MARK: Final = re.compile(rb"^-- [^\n]{1,300} --[ \t]*\r?$", re.MULTILINE)


def renamed(files: Tree, provider: Provider) -> tuple[Tree, Mapping[str, str]]:
    """*files* with .txt behind each refused name, and new name -> own name."""
    taken = Taken()
    kept = {path: content for path, content in files.items() if ending_of(path) not in provider.endings}
    for path in kept:
        taken.add(path)
    names: dict[str, str] = {}
    found = dict(kept)
    for number, path in enumerate(sorted(set(files) - set(kept)), 1):
        new = _free(path, number, taken)
        names[new] = str(path)
        found[Path(new)] = files[path]
    return found, names


def as_text(files: Tree) -> bytes:
    """*files* as a txtar; empty where it would not give back every byte."""
    if sum(map(len, files.values())) > MAX_TEXT or not all(_plain(content) for content in files.values()):
        return b""
    return b"".join(b"-- " + path.encode() + b" --\n" + content for path, content in sorted(files.items()))


def as_base64(content: bytes) -> bytes:
    """*content* as lines of letters; base64 -d or certutil -decode give it back."""
    letters = base64.b64encode(content)
    # A last line of a few letters could be taken for a word below them.
    wide = next((one for one in (76, 72, 68, 64) if not 0 < len(letters) % one < _LEAST), 60)
    return b"".join(letters[at : at + wide] + b"\n" for at in range(0, len(letters), wide))


def names_listed(names: Mapping[str, str]) -> bytes:
    """RENAME.json: why, how to undo it, and the names; letters of ASCII only, so that every shell reads it alike."""
    about = {
        "why": "Mail servers refuse some files by their names, so these have .txt behind them.",
        "undo": "Run one of these lines in this folder, or open the mail with: mailbot open",
        "macOS, Linux": f'python3 -c "{RESTORE}"',
        "Windows": f"powershell -c '{_POWERSHELL}'",
        "files": dict(sorted(names.items())),
    }
    return (json.dumps(about, indent=2) + "\n").encode("ascii")


def _free(path: str, number: int, taken: Taken) -> str:
    """A name for *path* that no list refuses and no other file has."""
    folder = path.rpartition("/")[0]
    short = f"{folder}/file-{number}.txt" if folder else f"file-{number}.txt"
    for name in (f"{path}.txt", f"{path}.{number}.txt", short):
        if not refusal(name) and not taken.add(name):
            return name
    raise AssertionError(f"no name is free for {path!r}")


def _plain(content: bytes) -> bool:
    """Whether a text keeps it: UTF-8 with ended lines, nothing that looks like the mark between two files."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    whole = not content or content.endswith(b"\n")
    return whole and b"\r" not in content and b"\0" not in content and not _MARK.search(content)
