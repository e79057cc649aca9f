"""On what the author works, where they say so of themselves: "I am on Windows, no Docker, Python 3.9"."""

from __future__ import annotations

import re
from typing import Final

MAX_TEXT: Final = 8_000  #: characters that are looked at
MAX_ITEMS: Final = 6
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n|;")
#: How somebody begins who speaks of their own computer.
_SAYS: Final = re.compile(
    r"(?:\W|\b(?:hi|hello|note|by the way|btw|and|but|also)\b){0,8}(?:"
    r"(?:i|we)(?:['\u2019](?:m|re)| am| are)? (?:only |all |still )?(?:on|work on|work with|run|use|have(?: only)?)\b"
    r"|(?:my|our) (?:computers?|machines?|laptops?|pcs?|macs?) (?:is|are|runs?|has|have)\b"
    r"|(?:mam|mamy|używam|używamy|pracuję na|pracujemy na|(?:mój|nasz) komputer)\b"
    r"|(?:je suis|nous sommes) (?:sous|sur)\b|j['\u2019](?:ai|utilise)\b|nous (?:avons|utilisons)\b|mon ordinateur\b"
    r"|(?:ich|wir) (?:habe|haben|nutze|nutzen|benutze|benutzen|arbeiten? (?:mit|unter|auf))\b"
    r"|(?:mein|unser) (?:rechner|computer|pc|laptop)\b)",
    re.IGNORECASE,
)
_NO: Final = r"(?:no|not|without|bez|nie mam|pas de|sans|keine?n?|ohne)"
_ITEM: Final = re.compile(
    rf"(?P<without>(?i:{_NO})\s+(?:(?i:any|a)\s+)?)?(?P<what>"
    r"\bWindows(?: (?:XP|7|8|10|11|Server))?|\b[Mm]ac ?(?:OS|os|[Bb]ook)(?: \d{1,2})?|\bMac\b"
    r"|\b(?:Linux|Ubuntu|Debian|Fedora|Raspberry Pi|Chromebook)(?: \d{1,2}(?:\.\d{1,2})?)?"
    r"|\b[Dd]ocker[aem]{0,2}\b|\bPython ?\d(?:\.\d{1,2})?|\bNode(?:\.js)? ?\d{1,2}|\bJava ?\d{1,2}|\bPHP ?\d(?:\.\d)?"
    r"|\badmin(?:istrator)? rights\b|\bAdminrechte\b)"
)


def computer_of(text: str) -> str:
    """What *text* says of the author's computer, in a line; empty where it says nothing."""
    found: list[str] = []
    for sentence in _SENTENCE.split(text[:MAX_TEXT]):
        if _SAYS.match(sentence):
            found += [_item(one) for one in _ITEM.finditer(sentence)]
    return ", ".join(dict.fromkeys(found[:MAX_ITEMS]))


def _item(found: re.Match[str]) -> str:
    what = "Docker" if found["what"].lower().startswith("docker") else " ".join(found["what"].split())
    return f"no {what}" if found["without"] else what
