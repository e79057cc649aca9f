"""The statistical part: what many mails taught, and what this mailbox was taught by its admin.

The shipped part is a table of weights, found by logistic regression. What the admin taught comes as counts of
mails, read against how common each word is anyway: one lesson about a rare word says much, about "the" nothing.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.domain.errors import Permanent
from mailbot.understand.spam_tokens import Tokens

LESSONS: Final = 0  #: stands for the number of mails that were taught, among the counts of words
_MAGIC: Final = b"mailbot spam words 1\n"
_HEAD: Final = struct.Struct("<BffI")  #: bits, bias, the worth of one step, mails it was made from
_MAX_TABLE: Final = 8_000_000
_COMMON: Final = 20.0  #: lessons that what is known of a word beforehand is worth
_TAUGHT: Final = 9.0  #: points that lessons can move a mail by
_TELLING: Final = 40  #: words that lessons are judged by

Learned = Mapping[int, tuple[int, int]]  #: word -> (spam, ham) mails it was taught in


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is known of words."""

    bits: int = 0
    bias: float = 0.0
    step: float = 0.0
    mails: int = 0
    weights: bytes = b""  #: one signed byte for each place of the table
    common: bytes = b""  #: in how many of the mails it stood: the logarithm, in one byte
    learned: Learned = field(default_factory=dict)

    def logit(self, tokens: Tokens) -> float:
        """The shipped part: how much more likely spam it is, as a logarithm."""
        if not self.weights:
            return 0.0
        return self.bias + sum(map(self._sum, tokens.groups))

    def _sum(self, tokens: Sequence[int]) -> float:
        mask, weights = len(self.weights) - 1, self.weights
        total = sum(_signed(weights[token & mask]) for token in tokens)
        return total * self.step * share(len(tokens))

    def taught(self, tokens: Tokens) -> float:
        """The admin's part: points, and which way."""
        spam, ham = self.learned.get(LESSONS, (0, 0))
        if not spam + ham:
            return 0.0
        found = [self._lesson(token, spam, ham) for token in tokens.taught if token in self.learned]
        telling = sorted(found, key=abs)[-_TELLING:]
        points = sum(telling) / math.sqrt(_TELLING)
        return max(-_TAUGHT, min(_TAUGHT, points))

    def _lesson(self, token: int, spam: int, ham: int) -> float:
        in_spam, in_ham = self.learned[token]
        before = _COMMON * self._commonness(token)
        return math.log((in_spam + before) / (spam + _COMMON)) - math.log((in_ham + before) / (ham + _COMMON))

    def _commonness(self, token: int) -> float:
        """The share of mails that it stands in, as far as the shipped table knows."""
        if not self.common or not self.mails:
            return 0.01
        return max(0.5, math.expm1(self.common[token & (len(self.common) - 1)] / 16)) / self.mails


NO_WORDS: Final = Words()


def share(count: int) -> float:
    """What one of *count* words is worth: a long mail shall not be loud only because it is long."""
    return 1 / math.sqrt(count) if count else 0.0


def packed(words: Words) -> bytes:
    """*words* as a file, without what the admin taught."""
    head = _HEAD.pack(words.bits, words.bias, words.step, words.mails)
    return _MAGIC + head + zlib.compress(words.weights + words.common, 9)


def unpacked(data: bytes) -> Words:
    """The words in a file; raises Permanent when it is none of ours."""
    try:
        bits, bias, step, mails = _HEAD.unpack_from(data, len(_MAGIC))
        table = zlib.decompressobj().decompress(data[len(_MAGIC) + _HEAD.size :], _MAX_TABLE)
    except (struct.error, zlib.error):
        bits, bias, step, mails, table = 0, 0.0, 0.0, 0, b""
    size = 1 << min(bits, 32)
    if not data.startswith(_MAGIC) or len(table) != 2 * size:
        raise Permanent("this is no file of spam words; install mailbot again")
    return Words(bits=bits, bias=bias, step=step, mails=mails, weights=table[:size], common=table[size:])


def _signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte  # noqa: PLR2004  (two's complement)
