"""What a text holds that loses its place or its shape when quotes are taken out: inline answers, and patches.

Both are read from the whole text of a mail, beside the author's own words: a line counts only when it is among them,
so that what a mail program quoted back without marks is no answer and no patch.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

MAX_PAIRS: Final = 50  #: quoted passages with an answer below them
MAX_PASSAGE: Final = 2_000  #: characters of a quoted passage, or of an answer
MAX_PATCH: Final = 1_000_000  #: characters of a patch in the text

_MARKS: Final = re.compile(r"[ \t]{0,8}(?:>[ \t]?){1,40}")
_FILE_HEAD: Final = re.compile(r"diff --git |Index: |--- (?:a/|[^\s-])")
_NEW_FILE: Final = re.compile(r"\+\+\+ \S")
_EXTENDED: Final = re.compile(
    r"index [0-9a-f]|(?:new|deleted) file mode |(?:old|new) mode |(?:dis)?similarity index |rename (?:from|to) |"
    r"copy (?:from|to) |={20,}|Index: |diff --git |--- |\+\+\+ |GIT binary patch|Binary files |literal \d|delta \d"
)
_HUNK: Final = re.compile(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")


def between(text: str, own: str) -> tuple[tuple[str, str], ...]:
    """Each quoted passage with what the author wrote right below it; *own* are the author's own words."""
    mine = Counter(line.strip() for line in own.split("\n") if line.strip())
    pairs: list[tuple[str, str]] = []
    passage: list[str] = []
    answer: list[str] = []
    for line in [*text.split("\n"), ">"]:
        if marks := _MARKS.match(line):
            if answer:
                pairs.append(_pair(passage, answer))
                passage, answer = [], []
            passage.append(line[marks.end() :].rstrip())
        elif passage and (mine[line.strip()] or (answer and not line.strip())):
            answer.append(line.rstrip())
        if len(pairs) == MAX_PAIRS:
            break
    return tuple(pairs)


def _pair(passage: Sequence[str], answer: Sequence[str]) -> tuple[str, str]:
    return "\n".join(passage).strip()[-MAX_PASSAGE:], "\n".join(answer).strip()[:MAX_PASSAGE]


def patch_in(text: str, own: str) -> str:
    """The patch that stands in *text*, line by line as it was written; empty without one, or when it is another's."""
    if "@@ -" not in text[:MAX_PATCH]:
        return ""
    lines = text[:MAX_PATCH].split("\n")
    start = next((at for at in range(len(lines)) if _begins(lines, at)), None)
    if start is None or not _is_mine(lines, start, own):
        return ""
    end = _end_of_patch(lines, start)
    return "\n".join(lines[start:end]) + "\n" if end > start else ""


def _begins(lines: Sequence[str], at: int) -> bool:
    """Whether the head of a patched file stands here: its old and its new name, with a hunk below."""
    if not _FILE_HEAD.match(lines[at]):
        return False
    head = range(at, min(at + 12, len(lines) - 1))
    return any(lines[one].startswith("--- ") and _NEW_FILE.match(lines[one + 1]) for one in head)


def _is_mine(lines: Sequence[str], start: int, own: str) -> bool:
    """Whether the names of the patched file are among the author's own words."""
    names = next(line for line in lines[start:] if _NEW_FILE.match(line))
    return names.strip() in {line.strip() for line in own.split("\n")}


def _end_of_patch(lines: Sequence[str], start: int) -> int:
    """The line behind the last hunk; hunks say themselves how long they are."""
    at = end = start
    while at < len(lines):
        if hunk := _HUNK.match(lines[at]):
            at = end = _end_of_hunk(lines, at + 1, int(hunk[1] or 1), int(hunk[2] or 1))
        elif _EXTENDED.match(lines[at]):
            at = end = at + 1
        elif not lines[at].strip():
            at += 1
        else:
            break
    return end


def _end_of_hunk(lines: Sequence[str], at: int, old: int, new: int) -> int:
    while at < len(lines) and (old > 0 or new > 0):
        sign = lines[at][:1]
        if sign not in {"+", "-", " ", "\\", ""}:
            break
        old -= sign in {"-", " ", ""}
        new -= sign in {"+", " ", ""}
        at += 1
    return at + (lines[at : at + 1] != [] and lines[at].startswith("\\ "))
