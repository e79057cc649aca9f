# ruff: noqa: RUF001  (dashes and apostrophes that people's mail programs write)
"""Polish, French and German wishes in the words of the grammar, which is English.

Only the words that the grammar knows are turned; names, texts and whatever stands in quotation marks stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from mailbot.build.scaffold_glossary import RULES
from mailbot.build.scaffold_signs import COLOURS, KINDS, SIGNS

_QUOTED: Final = re.compile(r"\"[^\"\n]{0,400}\"|“[^”\n]{0,400}”|„[^“”\n]{0,400}[“”]|«[^»\n]{0,400}»")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){0,4}")
_LABEL: Final = re.compile(r"[^\W\d_][\w '’&/-]{0,40}:")
_ENOUGH: Final = 2  #: words of a language that tell it, or one that is in no other
_SHORT: Final = 4  #: words of a request in which one is enough
_LETTERS: Final[Mapping[str, str]] = {"pl": "ąęłńśźżć", "fr": "èêàçœâîûë", "de": "äöüß"}
_HEARD: Final = 400  #: words that are listened to
MAX_SENTENCE: Final = 2_000


def spoken(text: str) -> str:
    """The language of a request, among those that the templates speak; English in doubt."""
    said = "\n".join(line.partition(":")[0] for line in text[:8_000].split("\n"))
    heard = [word.lower().replace("’", "'") for word in _WORD.findall(said)[:_HEARD]]
    counts = {language: sum(word in signs for word in heard) for language, signs in SIGNS.items()}
    for language, letters in _LETTERS.items():
        counts[language] += sum(any(char in letters for char in word) for word in heard)
    language, best = max(counts.items(), key=lambda one: one[1])
    runner = max(count for other, count in counts.items() if other != language)
    return language if best > runner and best >= (_ENOUGH if len(heard) > _SHORT else 1) else "en"


def english(wish: str, language: str) -> str:
    """*wish* in the words of the grammar."""
    if language not in RULES or len(wish) > MAX_SENTENCE:
        return wish
    head = _LABEL.match(wish)
    if head and _translated(head[0], language) == head[0]:
        return wish  # a heading with its own text
    pieces, end = [], 0
    for found in _QUOTED.finditer(wish):
        pieces += [_translated(wish[end : found.start()], language), found[0]]
        end = found.end()
    pieces.append(_translated(wish[end:], language))
    return " ".join("".join(pieces).split()) if "\n" not in wish else "".join(pieces)


def _translated(text: str, language: str) -> str:
    if not text.strip():
        return text
    for pattern, words in _rules(language):
        text = pattern.sub(words, text)
    return text


@cache
def _rules(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The glossary of a language: what is longer goes first, kinds of fields only where a kind can stand."""
    made = [
        (re.compile(rf"(?<!\w)(?:{pattern})(?:(?!\w)|(?<=\s))", re.IGNORECASE), words)
        for pattern, words in RULES[language]
    ]
    for kind, names in KINDS[language].items():
        made.append((re.compile(rf"([:=(\[]\s*)(?:{names})(?=\s*(?:[,;.)\]]|$|\band\b))", re.IGNORECASE), rf"\1{kind}"))
    return tuple(made)


def colour_words(language: str) -> Mapping[str, str]:
    """The words of a wish about colours, in English."""
    return COLOURS.get(language, {})


def recoloured(wish: str, language: str) -> str:
    """*wish* word by word, as far as it is about colours; for a wish about nothing else."""
    words = colour_words(language)
    return _WORD.sub(lambda found: words.get(found[0].lower().replace("’", "'"), found[0]), wish) if words else wish
