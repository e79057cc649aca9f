"""Train the statistical part of the spam filter on real mails, and judge it on mails that it has not learned.

    python -m tests.campaigns.train_spam judge          the score, in folds
    python -m tests.campaigns.train_spam write          train on all of them, write mailbot/understand/spam_words.bin

Mails that resemble each other (one campaign, one thread, one newsletter) are kept in one fold: a mail whose twin was
learned is no test. The weights are found by logistic regression (spam_regression.py); what the signs give is added
before, so that the words learn only what the signs do not know. Nothing of a mail is in the file: numbers of words,
cut to 18 bits.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
import random
import re
import sys
import zlib
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path

from mailbot.understand.spam import Look, weighed
from mailbot.understand.spam_letter import letter_of
from mailbot.understand.spam_signs import Sign, signs_of
from mailbot.understand.spam_tokens import Tokens, tokens_of
from mailbot.understand.spam_words import Words, packed, share
from tests.campaigns.composed_mails import letters
from tests.campaigns.spam_regression import Row, regression

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "corpus" / "cases"
TARGET = ROOT / "mailbot" / "understand" / "spam_words.bin"
BITS = 18
MASK = (1 << BITS) - 1
FOLDS = 10
SMOOTH = 1.0  #: mails that every word is taken to have stood in, of either kind
NEWSLETTER = 4.0  #: what one counts: they are few, and the nearest to spam
SEED = 20_261_121
SEEDS = (SEED, 7, 8)  #: of the folds that `judge` tries: their spread is what chance does


@dataclass(frozen=True, kw_only=True)
class Example:
    """One mail, as far as training needs it."""

    name: str
    spam: bool
    hard: bool
    signs: tuple[Sign, ...]
    tokens: Tokens
    marks: tuple[int, ...]  #: minima of hashed runs of words: mails that share many of them resemble each other
    raw: bytes

    @cached_property
    def places(self) -> frozenset[int]:
        """Where its words stand in the table."""
        return frozenset(token & MASK for group in self.tokens.groups for token in group)

    @property
    def points(self) -> float:
        """What the signs give: the words learn only what they do not know."""
        return sum(sign.points for sign in self.signs)


def examples(raws):
    """An example for each of (name, spam, hard, raw)."""
    made = []
    for name, spam, hard, raw in raws:
        letter = letter_of(raw)
        known = {"signs": tuple(signs_of(letter)), "tokens": tokens_of(letter), "marks": _marks(letter)}
        made.append(Example(name=name, spam=spam, hard=hard, **known, raw=raw))
    return made


def mails(job="spam"):
    """The labelled mails of the corpus."""
    with gzip.open(CASES / f"{job}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            yield case["id"], case.get("label") == "spam", bool(case.get("hard")), base64.b64decode(case["raw"])


def people():
    """Mails of people out of the other jobs, where nothing but a mail's own words matters; each counts as ham."""
    for job in ("reply", "forward"):
        yield from mails(job)
    with gzip.open(CASES / "classify.jsonl.gz", "rt", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            if case["label"] == "human" and case["corpus"] != "sa":
                yield case["id"], False, False, base64.b64decode(case["raw"])


def requests():
    """Requests of today, composed: what this mailbox is for, as many mail programs send it."""
    return [(name, False, False, raw) for name, raw in letters()]


# Likeness.

PLACES, ROWS, ALIKE = 48, 3, 0.25


def _marks(letter):
    words = re.findall(r"[^\W\d_]{2,}", letter.text.lower())[:3_000]
    runs = {zlib.crc32(" ".join(words[at : at + 3]).encode()) for at in range(max(1, len(words) - 2))}
    factors = random.Random(1)
    pairs = [(factors.randrange(1, 2**31) | 1, factors.randrange(2**31)) for _ in range(PLACES)]
    return tuple(min(((run * a + b) & 0xFFFFFFFF) for run in runs) for a, b in pairs)


def families(found):
    """The number of its family for each mail: those alike in words, or under one subject."""
    parent = list(range(len(found)))

    def top(one):
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for (kind, _), members in _shelves(found).items():
        for other in members[1:]:
            same = sum(a == b for a, b in zip(found[members[0]].marks, found[other].marks, strict=True)) / PLACES
            if kind == "subject" or same >= ALIKE:
                parent[top(other)] = top(members[0])
    return [top(number) for number in range(len(found))]


def _shelves(found):
    """Mails that may be alike, together."""
    shelves = defaultdict(list)
    for number, mail in enumerate(found):
        subject = letter_of(mail.raw).subject.lower()
        subject = re.sub(r"^(\s*(re|fw|fwd)\s*:)+|\[[^\]]*\]|[\W\d_]+", " ", subject).strip()
        if len(subject) > 8:
            shelves["subject", " ".join(subject.split()[:6])].append(number)
        for place in range(0, PLACES, ROWS):
            shelves[place, mail.marks[place : place + ROWS]].append(number)
    return shelves


def folds(found, count=FOLDS, seed=SEED):
    """The fold of each mail: a family stays together, and the folds are of like size and kind."""
    members = defaultdict(list)
    for number, family in enumerate(families(found)):
        members[family].append(number)
    groups = list(members.values())
    random.Random(seed).shuffle(groups)
    groups.sort(key=len, reverse=True)
    load = [Counter() for _ in range(count)]
    fold = [0] * len(found)
    for group in groups:
        kinds = Counter((found[one].spam, found[one].hard) for one in group)
        best = min(range(count), key=lambda at: (sum(load[at][kind] for kind in kinds), load[at].total()))
        load[best] += kinds
        for one in group:
            fold[one] = best
    return fold


# Training.


def train(found):
    """The words that *found* teach."""
    stood, spam = Counter(), Counter()
    for mail in found:
        stood.update(mail.places)
        if mail.spam:
            spam.update(mail.places)
    place = {token: number for number, token in enumerate(sorted(token for token, count in stood.items() if count > 1))}
    rows = [_row(mail, place) for mail in found]
    weights, bias = regression(rows, _ratios(found, place, stood, spam))
    step = max((abs(one) for one in weights), default=1.0) / 127
    table, common = bytearray(1 << BITS), bytearray(1 << BITS)
    for token, number in place.items():
        table[token] = round(weights[number] / step) & 0xFF
        common[token] = min(255, round(16 * math.log1p(stood[token])))
    return Words(bits=BITS, bias=bias, step=step, mails=len(found), weights=bytes(table), common=bytes(common))


def _row(mail, place):
    groups = tuple(
        (tuple(place[token & MASK] for token in tokens if token & MASK in place), share(len(tokens)))
        for tokens in mail.tokens.groups
    )
    return Row(groups=groups, spam=mail.spam, points=mail.points, weight=NEWSLETTER if mail.hard else 1.0)


def _ratios(found, place, stood, spam):
    """For each word how much oftener it stands in spam, as a logarithm."""
    of_spam = sum(mail.spam for mail in found) + 2 * SMOOTH
    of_ham = len(found) - of_spam + 4 * SMOOTH
    return [
        math.log((spam[token] + SMOOTH) / of_spam) - math.log((stood[token] - spam[token] + SMOOTH) / of_ham)
        for token in place
    ]


# Judging.


def judged(found, fold, beside=()):
    """(mail, score) for each mail, by words that were learned from *beside* and all folds but its own."""
    jobs = sorted(set(fold))
    with ProcessPoolExecutor(
        2, mp_context=get_context("fork"), initializer=_GIVEN.extend, initargs=([found, fold, beside],)
    ) as pool:
        return [one for part in pool.map(_judge, jobs) for one in part]


_GIVEN: list = []  #: what a process judges; forked, not sent for each fold again


def _judge(at):
    found, fold, beside = _GIVEN
    words = train([*beside, *(mail for mail, its in zip(found, fold, strict=True) if its != at)])
    return [
        (mail.name, weighed(Look(signs=mail.signs, tokens=mail.tokens), None, words).score)
        for mail, its in zip(found, fold, strict=True)
        if its == at
    ]


def table(found, scores):
    """Shares held and dropped, by kind."""
    lines = []
    for kind in ("spam", "ham", "hard"):
        its = sorted(
            scores[one.name] for one in found if ("hard" if one.hard else "spam" if one.spam else "ham") == kind
        )
        held, dropped = sum(one >= 6 for one in its), sum(one >= 12 for one in its)
        places = " ".join(
            f"{its[int(q * (len(its) - 1))]:6.1f}" for q in (0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1)
        )
        lines.append(
            f"{kind:5} {len(its):5}  held {held / len(its):7.2%} ({held})  dropped {dropped / len(its):7.2%}  {places}"
        )
    return "\n".join(lines)


def main(job):
    found = examples(mails())
    if job == "write":
        TARGET.write_bytes(packed(train([*found, *examples(people()), *examples(requests())])))
        print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
        return
    print(f"{len(found)} mails, {len(set(families(found)))} families")
    for seed in SEEDS:
        fold = folds(found, seed=seed)
        print(f"folds of {sorted(Counter(fold).values())} by seed {seed}")
        print(table(found, dict(judged(found, fold, examples(requests())))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "judge")
