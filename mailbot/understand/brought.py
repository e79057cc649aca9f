"""What came with a mail, sorted by what it is good for: the author's edit, their code, or fresh data.

Names and first bytes only; what is inside an archive is known where it was read (domain/message.py, Input).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.domain.message import Attachment, Envelope, Input, Message
from mailbot.domain.orders import CHANNEL

PATCHES: Final = frozenset({"patch", "diff"})
BUNDLES: Final = frozenset({"bundle"})
ARCHIVES: Final = frozenset({"zip", "tar", "tgz", "gz", "xz", "7z"})
DATA: Final = frozenset(
    {"csv", "tsv", "xlsx", "xls", "ods", "json", "jsonl", "ndjson", "yaml", "yml", "xml", "parquet"}
)
CODE: Final = frozenset({
    "py", "pyw", "ipynb", "js", "mjs", "cjs", "ts", "tsx", "jsx", "vue", "svelte", "php", "rb", "go", "rs", "java",
    "kt", "kts", "scala", "swift", "c", "h", "cc", "cpp", "cxx", "hpp", "cs", "fs", "vb", "lua", "pl", "pm", "r",
    "jl", "sh", "bash", "zsh", "ps1", "bat", "cmd", "sql", "html", "htm", "css", "scss", "sass", "less", "dart",
    "ex", "exs", "erl", "hs", "clj", "ml", "groovy", "gradle", "tf", "dockerfile", "makefile",
})  # fmt: skip
_FIRST: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:From [0-9a-f]{40} |diff --git |Index: \S|--- \S[^\n]{0,300}\n\+\+\+ \S)"
)
_BUNDLE: Final = re.compile(rb"# v\d git bundle")
_FILE: Final = r"(?<![\w./@-])(?:[\w-][\w.-]{0,60}/){0,8}[\w-][\w.-]{0,60}\.[A-Za-z][A-Za-z0-9]{0,7}(?![\w@]|\.\w)"
FILE: Final = re.compile(_FILE)
_PRIVATE: Final = re.compile(r"(?<![\w#])#private(?!\w)", re.IGNORECASE)
_FENCE: Final = re.compile(r"[ \t]{0,3}(`{3,10}|~{3,10})[ \t]{0,8}([^`\n]{0,200})$")


@dataclass(frozen=True, kw_only=True)
class Brought:
    """The names of what came, by what it is."""

    patches: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    code: tuple[str, ...] = ()  #: source files, alone or in an archive that was read
    data: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def edit(self) -> bool:
        """Whether there is a form in which people hand in changed files."""
        return bool(self.patches or self.bundles or self.archives)

    @property
    def only_data(self) -> bool:
        """Whether there are data, and nothing else."""
        return bool(self.data) and not (self.edit or self.code or self.others)


def brought(message: Message, inputs: Sequence[Input] = ()) -> Brought:
    """Sort what came with *message*; *inputs* are what was read out of it, where that is known."""
    read = {one.name: one for one in inputs}
    kinds: dict[str, list[str]] = {}
    for file in message.attachments:
        kinds.setdefault(_kind(file), []).append(file.name)
        inside = read[file.name].files if file.name in read else ()
        kinds.setdefault("code", []).extend(one.name for one in inside if _ending(one.name) in CODE)
    if message.patch:
        kinds.setdefault("patches", []).append("")
    return Brought(**{kind: tuple(names) for kind, names in kinds.items()})


def to_read(message: Message, envelope: Envelope) -> tuple[Attachment, ...]:
    """What is worth reading: nothing that a machine or somebody unproven sent, for it will not be built from."""
    if envelope.channel == CHANNEL or message.automatic or message.ours:  # the part of an order is its words
        return ()
    return message.attachments if envelope.proof.answerable else ()


def is_bundle(file: Attachment) -> bool:
    """Whether it is a bundle of git."""
    return _kind(file) == "bundles"


def is_private(message: Message) -> bool:
    """Whether the author says that what comes along must not leave in a package."""
    return _PRIVATE.search(message.text) is not None or _PRIVATE.search(message.subject) is not None


def pasted(text: str) -> str:
    """The one file that *text* hands over in a block of code, and names; empty when it does anything else."""
    lines = text.split("\n")
    fences = [at for at, line in enumerate(lines) if _FENCE.match(line)]
    if len(fences) != 2:  # noqa: PLR2004  (one block: its beginning and its end)
        return ""
    first, last = fences
    around = [line for line in (*lines[:first], *lines[last + 1 :]) if line.strip()]
    info = _FENCE.match(lines[first])
    named = set(FILE.findall("\n".join([info[2] if info else "", *around])[:2_000]))
    return named.pop() if len(named) == 1 and len(around) <= 6 else ""  # noqa: PLR2004  (more is a letter)


def piece(text: str) -> str:
    """What stands in the one block of code of *text*, with its last line ended."""
    lines = text.split("\n")
    fences = [at for at, line in enumerate(lines) if _FENCE.match(line)]
    return "\n".join([*lines[fences[0] + 1 : fences[1]], ""]) if len(fences) == 2 else ""  # noqa: PLR2004  (as above)


def _kind(file: Attachment) -> str:
    ending, head = _ending(file.name), file.content[:400]
    if ending in PATCHES or file.media_type in {"text/x-patch", "text/x-diff"} or _FIRST.match(head):
        return "patches"
    if ending in BUNDLES or _BUNDLE.match(head):
        return "bundles"
    if ending in ARCHIVES or file.media_type == "application/zip":
        return "archives"
    if ending in CODE:
        return "code"
    return "data" if ending in DATA or file.media_type in {"text/csv", "application/json"} else "others"


def _ending(name: str) -> str:
    """The ending of a file's name, or the whole name of one that has none, in small letters."""
    return name.rpartition("/")[2].rpartition(".")[2].lower()
