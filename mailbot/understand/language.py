# ruff: noqa: RUF001  (letters of many languages look like letters of others)
"""Which language a person writes, and in which one they are answered.

Known by the script, by common words and by letters that only some languages have. It would rather say nothing than
something wrong: whoever writes Czech must not be answered in Polish, and English is the answer to a doubt.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from mailbot.understand.language_scripts import BEYOND, OTHERS, SCRIPTS, WRITTEN
from mailbot.understand.language_words import LATIN

SHIPPED: Final = ("en", "pl", "fr", "de")  #: the languages that our replies are written in
FEWEST: Final = 20  #: letters; a shorter text says nothing of its language
MOST: Final = 4_000  #: characters that are looked at
_SURE: Final = 1.0  #: what the words of the best language must come to
_SHARE: Final = 0.08  #: and that by the number of all words
_AHEAD: Final = 1.3  #: how much better than the next one it must be
_FOLDED: Final = 0.5  #: what a word counts that is written without its accents
_LETTER: Final = 0.5  #: what a word counts for its letters
_SHAPE: Final = 0.7  #: what a word counts at most for its groups of letters, where it is in no list
_SHAPED: Final = 4  #: letters of the shortest word that is looked at so
_SMOOTH: Final = 300  #: groups of letters that every language is taken to have besides: a short list tells less
_HEARD: Final = 0.1  #: what a word must say for a language to be a witness
_ALONE: Final = 0.25  #: what a word of one letter counts, however often it stands there
_OFTEN: Final = 3  #: a word that is repeated counts this often, and no more
_WITNESSES: Final = 2  #: different words that must speak for a language
_SIGN: Final = 3  #: letters that a Chinese, Japanese or Korean sign is worth

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD: Final = re.compile(r"[^\W\d_]+")
_CODE: Final = re.compile(r"([a-z]{2})(?![a-z])")
_SAME: Final = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "bs": "hr", "sh": "hr"}

_WORDS: Final = {**LATIN, **OTHERS}
_LETTERS: Final = {script: re.compile(f"[{letters}]") for script, letters in SCRIPTS.items()}
_ALONE_IN: Final = SCRIPTS.keys() - {"latin"} - WRITTEN.keys()  #: scripts that are as good as a language
_TELLING: Final = frozenset("".join(BEYOND.values()))


def language_of(text: str, declared: str = "") -> str:
    """The language of *text* (ISO 639-1); empty: nobody can tell.

    *declared* is its Content-Language. It is believed, except that a program set up in English says English of
    whatever is written with it.
    """
    said = _declared(declared)
    return said if said not in {"", "en"} else _detected(text) or said


def reply_language(text: str, declared: str = "", *, earlier: str = "", model: str = "") -> str:
    """The language to answer in; empty: not known, which is answered in English.

    What the thread was answered in *earlier* comes first, then what a *model* says of the request.
    """
    known = next((code for code in (_code(earlier), _code(model)) if code), "") or language_of(text, declared)
    return known if known in SHIPPED or not known else "en"


def _declared(value: str) -> str:
    """The first language that a Content-Language names, if we know it."""
    code = _code(value.partition(",")[0])
    return code if code in _WORDS or code in SCRIPTS else ""


def _code(value: str) -> str:
    found = _CODE.match(value.strip().lower())
    return _SAME.get(found[1], found[1]) if found else ""


def _detected(text: str) -> str:
    words = list(_words(text[:MOST]))
    plain = "".join(words)
    if len(plain) < FEWEST:
        return ""
    script = _script(plain)
    return script if script in _ALONE_IN else _best(words, _codes(script))


def _best(words: list[str], codes: frozenset[str]) -> str:
    """The language of these that the words are of, if they leave no doubt."""
    scores, known = _scores(words, codes)
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    best, following = ranked[0] if ranked else "", max((scores[code] for code in ranked[1:2]), default=0.0)
    if known[best] < _WITNESSES or scores[best] < max(_SURE, _SHARE * len(words)):
        return ""
    return best if scores[best] >= _AHEAD * following else ""


def _words(text: str) -> Iterator[str]:
    """The words in small letters, without what is no language: addresses and places."""
    for one in unicodedata.normalize("NFC", text).lower().split():
        if "@" not in one and "://" not in one and not one.startswith("www."):
            yield from _WORD.findall(one)


def _script(plain: str) -> str:
    """The script of most letters; Japanese is known by its syllables, however many signs it shares with Chinese."""
    counts = Counter({script: len(letters.findall(plain)) for script, letters in _LETTERS.items()})
    for signs in ("zh", "ja", "ko"):
        counts[signs] *= _SIGN
    script = counts.most_common(1)[0][0]
    return "ja" if script == "zh" and counts["ja"] * 10 > counts["zh"] else script


@cache
def _codes(script: str) -> frozenset[str]:
    """The languages that are written so."""
    return frozenset(WRITTEN.get(script) or LATIN)


def _scores(words: list[str], codes: frozenset[str]) -> tuple[dict[str, float], Counter[str]]:
    """How well the words go with each of these languages, and how many different ones speak for it."""
    scores: dict[str, float] = defaultdict(float)
    witnesses: Counter[str] = Counter()
    for word, times in Counter(words).items():
        weight = min(times, _OFTEN) if len(word) > 1 else _ALONE
        said = _said(word, codes)
        for code, points in said.items():
            scores[code] += weight * points
        witnesses.update(code for code, points in said.items() if points * weight > _HEARD)
    return scores, witnesses


def _said(word: str, codes: frozenset[str]) -> dict[str, float]:
    """What one word says for each of these languages, or against it."""
    exact, folded = _index()
    known, points = exact.get(word, frozenset()) & codes, 1.0
    if not known:
        known, points = folded.get(word, frozenset()) & codes, _FOLDED
    said = dict.fromkeys(known, points / len(known)) if known else _shape(word, codes)
    if having := _having(frozenset(word) & _TELLING, codes):
        for code in codes:
            said[code] = said.get(code, 0.0) + (_LETTER / len(having) if code in having else -_LETTER)
    return said


def _shape(word: str, codes: frozenset[str]) -> dict[str, float]:
    """What a word that is in no list says by its groups of three letters."""
    said: dict[str, float] = defaultdict(float)
    groups = _groups(word) if len(word) >= _SHAPED else []
    for group in groups:
        having = {code: often for code, often in _common().get(group, {}).items() if code in codes}
        total = sum(having.values()) * len(groups)
        for code, often in having.items():
            said[code] += _SHAPE * often / total
    return said


def _groups(word: str) -> list[str]:
    """Each three letters that follow one another, the beginning and the end being letters, too."""
    return [f" {word} "[at : at + 3] for at in range(len(word))]


@lru_cache(maxsize=1024)
def _having(letters: frozenset[str], codes: frozenset[str]) -> frozenset[str]:
    """The languages that have all of these letters; of plain letters nothing is said."""
    return frozenset(code for code in codes if letters <= _alphabet(code)) if letters else frozenset()


@cache
def _alphabet(code: str) -> frozenset[str]:
    return frozenset(BEYOND.get(code, ""))


@cache
def _common() -> Mapping[str, Mapping[str, float]]:
    """How common each group of three letters is in the words of each language."""
    common: dict[str, dict[str, float]] = defaultdict(dict)
    for code, words in _WORDS.items():
        groups = Counter(group for word in set(_WORD.findall(words)) for group in _groups(word))
        for group, times in groups.items():
            common[group][code] = times / (groups.total() + _SMOOTH)
    return common


@cache
def _index() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Which languages a word is of: as it is written, and as it is written without accents."""
    exact: dict[str, set[str]] = defaultdict(set)
    folded: dict[str, set[str]] = defaultdict(set)
    for code, words in _WORDS.items():
        for word in _WORD.findall(words):
            exact[word].add(code)
            folded[_fold(word)].add(code)
            folded[word.translate(_UMLAUTS)].add(code)
    return {w: frozenset(c) for w, c in exact.items()}, {w: frozenset(c) for w, c in folded.items()}


def _fold(word: str) -> str:
    """*word* without its accents, as many people write."""
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    return bare.replace("ł", "l").replace("ı", "i").replace("đ", "d").replace("ø", "o")
