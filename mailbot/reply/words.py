"""Words from outside, made fit for a mail: one line or many, no hidden characters, no live links, wrapped."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable
from typing import Final

from mailbot.reply.tongue import ENGLISH, Tongue
from mailbot.understand.titles import REPLIES

WIDTH: Final = 76  #: columns of our text
MAX_BLOCK: Final = 20_000  #: characters of the longest text that is quoted into a reply
_JOINERS: Final = "\u200c\u200d"  #: Persian words and composed emoji need them
_LINK: Final = re.compile(r"\b(?:([a-z][a-z0-9+.-]{1,15})://|(?=www\.))([^\s/?#<>\"']{0,255})", re.IGNORECASE)
_BLANKS: Final = re.compile(r"\n{3,}")
_REPLY: Final = re.compile(
    rf"(?:{REPLIES})"
    r"(?: ?\[\d{1,4}\]| ?\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})? ?[:：] ?",  # noqa: RUF001  (the colon of Chinese and Japanese)
    re.IGNORECASE,
)


def line(text: str, limit: int = 200) -> str:
    """*text* as one line that a person can see all of, at most *limit* characters."""
    seen = text if text.isascii() and text.isprintable() else _seen(text[: limit * 8])
    return _cut(" ".join(seen.split()), limit)


def block(text: str, limit: int = MAX_BLOCK) -> str:
    """*text* with its lines and their indents, at most *limit* characters."""
    lines = text[: limit * 2].expandtabs(4).splitlines()
    kept = "\n".join(_seen(one).rstrip() for one in lines).strip("\n")
    return _cut(_BLANKS.sub("\n\n", kept), limit)


def unlinked(text: str, hosts: Iterable[str]) -> str:
    """*text* in which a link to any other than *hosts* cannot be clicked.

    What a model wrote must lead nobody to a place that its author, or we, did not name.
    """
    if not _may_link(text):
        return text
    known = {host.lower() for host in hosts}

    def dead(found: re.Match[str]) -> str:
        if found[2].lower() in known:
            return found[0]
        return f"{found[1]}[:]//{found[2]}" if found[1] else f"www[.]{found[2][4:]}"

    return _LINK.sub(dead, text)


def hosts_of(text: str) -> frozenset[str]:
    """The hosts that *text* links to."""
    if not _may_link(text):
        return frozenset()
    return frozenset(found[2].lower() for found in _LINK.finditer(text))


def _may_link(text: str) -> bool:
    """Whether a search for links is worth its time."""
    return "://" in text or "www." in text.lower()


def sentence(text: str) -> str:
    """*text* with an end. Added, not formatted: what a template holds as safe HTML stays that."""
    return text if not text or text.endswith((".", "!", "?", "…", ":")) else text + "."


def listed(names: Iterable[str], most: int = 6, tongue: Tongue = ENGLISH) -> str:
    """The names, of which *most* are named."""
    all_names = list(names)
    shown, rest = ", ".join(all_names[:most]), len(all_names) - most
    return tongue.say("%(names)s and %(num)s more", names=shown, num=tongue.number(rest)) if rest > 0 else shown


def wrapped(text: str) -> str:
    """The lines of *text* within WIDTH; code (indented by four) is left as it is."""
    lines = (_wrapped(one) for one in text.splitlines())
    return _BLANKS.sub("\n\n", "\n".join(lines).strip("\n")) + "\n"


def reply_subject(subject: str) -> str:
    """The subject of the thread with exactly one ``Re:``."""
    rest = line(subject)
    while found := _REPLY.match(rest):
        rest = rest[found.end() :]
    return f"Re: {rest}".strip()


def _wrapped(one: str) -> str:
    if len(one) <= WIDTH or one.startswith("    "):
        return one.rstrip()
    indent = one[: len(one) - len(one.lstrip())]
    hang = indent + ("  " if one.lstrip().startswith(("- ", "> ", "✘ ", "? ")) else "")
    return textwrap.fill(
        one.strip(),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _seen(text: str) -> str:
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    """Control characters part words, hidden ones (bidi, zero width, tags) go, half characters are shown as such."""
    match unicodedata.category(char):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf":
            return char if char in _JOINERS else ""
        case "Cs":
            return "\N{REPLACEMENT CHARACTER}"
        case _:
            return char


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
