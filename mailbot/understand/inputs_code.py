"""Changes that programmers send: patches, as git and diff make them."""

from __future__ import annotations

import re
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.inputs_found import Found, counted, encoding_of, listed, shortened

MAX_PATCH: Final = 5_000_000  #: bytes
_FILE: Final = re.compile(r"\+\+\+ (?:b/)?([^\t\n]{1,300})")
_GIT: Final = re.compile(r"diff --git a/(?:.{1,300}) b/(.{1,300})")
_HUNK: Final = re.compile(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_COMMIT: Final = re.compile(r"From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001")


def read_patch(content: bytes) -> Found:
    """What a patch changes, by its hunks, and nothing that only looks like a change."""
    if len(content) > MAX_PATCH:
        raise Unreadable(f"a patch has {MAX_PATCH // 1_000_000} MB at most; send the files in a ZIP")
    text = content.decode(encoding_of(content), "replace")
    files: dict[str, None] = {}
    commits = added = removed = 0
    old = new = 0  #: lines that the open hunk still has
    for line in text.split("\n"):
        first = line[:1]
        if (old or new) and first in {" ", "", "+", "-", "\\"}:
            added += first == "+"
            removed += first == "-"
            old -= first in {" ", "", "-"} and old > 0
            new -= first in {" ", "", "+"} and new > 0
        elif found := _HUNK.match(line):
            old, new = int(found[1] or 1), int(found[2] or 1)
        elif found := _FILE.match(line) or _GIT.match(line):
            files.setdefault(found[1].strip() if found[1].strip() != "/dev/null" else "a file that goes")
        else:
            old = new = 0
            commits += bool(_COMMIT.match(line))
    return _patch(text, list(files), commits, f"+{added:,} -{removed:,} lines")


def _patch(text: str, files: list[str], commits: int, lines: str) -> Found:
    if not files:
        raise Unreadable("it changes no file; make it with git diff or git format-patch")
    of = f" in {counted(commits, 'commit')}" if commits else ""
    note = f"patch of {counted(len(files), 'file')}{of}, {lines}: {listed(files)}"
    return Found(kind="patch", note=note, text=shortened(text))
