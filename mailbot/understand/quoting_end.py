# ruff: noqa: RUF001  (dashes and full stops of many scripts)
"""Where somebody's words end: below them stand signatures, small print and what telephones and list servers add.

Each rule takes lines off the end of one run of lines. A rule that is not sure takes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mailbot.understand.phrases import MAIL
from mailbot.understand.phrases_end import (
    ADVERTS,
    BANNERS,
    CLOSINGS,
    LIST_FOOTERS,
    SENT_FROM,
    SENT_FROM_ENDS,
    SMALL_PRINT,
    WARNINGS,
)
from mailbot.understand.quoting_lines import Lines, anyone, lower

#: Mark -> lines that a signature below it has at most. The first is the one of the standard, with its blank.
SIGNATURE: Final = {"-- ": 60, "--": 14, "—": 6, "–": 6, "__": 6}
PHONE: Final = 90  #: characters of "Sent from my telephone"
MAX_ADVERT: Final = 4  #: lines of small print that is known by its first words
MAX_OPENING: Final = 80  #: characters in which these stand
MAX_PRINT: Final = 40  #: lines of small print
MAX_FOOTER: Final = 8  #: lines of what a list server adds
BELOW_PHONE: Final = 3  #: lines of a telephone: its own, a link, a name
MAX_AFTER: Final = 2_000  #: lines below the line of a telephone, which does not mark what it answers
MAX_CONTACT: Final = 10  #: lines with names, telephones and addresses
MAX_BESIDE: Final = 4  #: words beside an address of the web; with more of them it is a sentence
MAX_SHORT: Final = 100  #: characters of one of them
ROUNDS: Final = 3  #: small print, a signature and a telephone may stand above each other
ENOUGH: Final = 3  #: groups of words that make a paragraph small print
_RULE: Final = re.compile(r"[\s_=*~-]{3,}")
_LONG_RULE: Final = re.compile(r"\s*[_-]{20,}\s*")
_PRINT: Final = tuple(re.compile(anyone(group)) for group in SMALL_PRINT)
_ADVERT: Final = re.compile(anyone(ADVERTS))
_LIST: Final = re.compile(anyone(LIST_FOOTERS))
_WARNS: Final = re.compile(rf"\W{{0,9}}(?:{anyone(WARNINGS)})")
_MAIL: Final = re.compile(anyone(MAIL))
_BANNER: Final = re.compile(anyone(BANNERS))
_CONTACT: Final = re.compile(
    r"\+?\d[\d ()/.-]{6,20}\d|@[\w-]{1,60}\.|https?://|\bwww\.|\b(?:tel|fax|mobil\w{0,3}|phone)\b"
)
_SENTENCE: Final = re.compile(r"[?!。？！]$|[^\W\d_]{4,}\.$")
_AFTERWORD: Final = re.compile(r"(?:p\.? ?s|ps|nb|n\.b|p\.d)\b")


def without_end(lines: Lines, start: int, end: int) -> int:
    """Where the words in the lines from *start* up to *end* end."""
    for _ in range(ROUNDS):
        before = end
        for rule in (_before_mark, _before_footer, _before_print, _before_phone, _before_contact):
            end = rule(lines, start, end)
        while end > start and _rule_above_rest(lines, end - 1):
            end -= 1
        if end == before:
            break
    return end


def without_start(lines: Lines) -> int:
    """Where the words begin: behind what a mail server, or a telephone, wrote above them."""
    banner = _banner(lines)
    first = banner < len(lines) and lines.gap_at(banner + 1) and is_phone(lines.texts[banner])
    return banner + first


def _banner(lines: Lines) -> int:
    stop = next((at for at in range(1, min(len(lines), 6)) if lines.gaps[at] or _RULE.fullmatch(lines.texts[at])), 0)
    text = lower(" ".join(lines.texts[:stop])[:1_000])
    if not stop or not _WARNS.match(text) or not _BANNER.search(text):
        return 0
    return stop + 1 if _RULE.fullmatch(lines.texts[stop]) else stop


def _rule_above_rest(lines: Lines, at: int) -> bool:
    """A rule that something follows which is not the author's."""
    return at + 1 < len(lines) and _RULE.fullmatch(lines.texts[at]) is not None


def _before_mark(lines: Lines, start: int, end: int) -> int:
    """Above the highest mark of a signature that is no longer than one."""
    cut = end
    for at in range(end - 1, max(start, end - max(SIGNATURE.values()) - 2) - 1, -1):
        line = lines.texts[at]
        most = SIGNATURE.get(line) or SIGNATURE.get(line.strip(), 0)
        first = at == start and not line.endswith(" ") and end - at > BELOW_PHONE  # a text may begin with a rule
        if most and end - at - 1 <= most and not first:
            cut = at
    return cut


def _before_footer(lines: Lines, start: int, end: int) -> int:
    """Above what a list server adds below a long rule."""
    for at in range(end - 1, max(start, end - MAX_FOOTER) - 1, -1):
        if _LONG_RULE.fullmatch(lines.texts[at]):
            below = lower(" ".join(line[:MAX_SHORT] for line in lines.texts[at + 1 : end]))
            return at if _LIST.search(below) and _CONTACT.search(below) else end
    return end


def _before_print(lines: Lines, start: int, end: int) -> int:
    """Above the last paragraph, when it is small print and words stand above it."""
    at = end - 1
    while at > start and not lines.gaps[at] and end - at < MAX_PRINT:
        at -= 1
    if at <= start:
        return end
    text = lower(" ".join(lines.texts[at:end])[:6_000])
    if _ADVERT.search(text[:MAX_OPENING]) and end - at <= MAX_ADVERT:
        return at
    of_itself = len(text) > MAX_SHORT and _MAIL.search(text)  # small print speaks of the mail that it stands in
    return at if of_itself and sum(group.search(text) is not None for group in _PRINT) >= ENOUGH else end


def _before_phone(lines: Lines, start: int, end: int) -> int:
    """Above the line of a telephone; what stands between it and the end may be a link, a name, or what it answered."""
    for at in range(max(start, end - MAX_AFTER), end):
        alone = end - at == 1 if at == start else lines.gap_at(at)  # a line among others is somebody's words
        ends = end - at <= BELOW_PHONE or lines.gap_at(at + 1)
        if alone and ends and is_phone(lines.texts[at]):
            return at
    return end


def is_phone(line: str) -> bool:
    """Whether a telephone or an app wrote this line."""
    if len(line) > 2 * PHONE:
        return False
    bare = lower(line.strip(" \t\u00a0*_-<[("))
    if len(bare) > PHONE or ("," in bare and ", an " not in bare):
        return False  # a sentence that happens to begin so
    return bare.startswith(SENT_FROM) or bare.rstrip(" .").endswith(SENT_FROM_ENDS)


def _before_contact(lines: Lines, start: int, end: int) -> int:
    """Below the name after "Regards,": what stands there is where that person works, and how to reach them."""
    for at in range(end - 2, max(start, end - MAX_CONTACT - 2) - 1, -1):
        line = lines.texts[at]
        if len(line) <= MAX_SHORT // 2 and lower(line).strip(" ,.!;-*_") in CLOSINGS:
            return at + 2 if _only_contacts(lines.texts[at + 1 : end]) else end
    return end


def _only_contacts(below: Sequence[str]) -> bool:
    """Whether these lines, the first of which is a name, say how to reach somebody and nothing else."""
    name, *rest = below
    if len(rest) < 2 or len(name) > MAX_SHORT // 2 or name.rstrip().endswith(":"):  # noqa: PLR2004  (one may be a wish)
        return False
    return not any(map(_says_something, below)) and any(_CONTACT.search(lower(line)) for line in rest)


def _says_something(line: str) -> bool:
    bare = line.strip()
    if len(bare) > MAX_SHORT or _SENTENCE.search(bare[-40:]) or _AFTERWORD.match(lower(bare)):
        return True
    return "://" in bare and len(bare.split()) > MAX_BESIDE
