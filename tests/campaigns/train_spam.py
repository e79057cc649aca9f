"""Train the statistical part of the spam filter on real mails, and judge it on mails that it has not learned.

    python -m tests.campaigns.train_spam judge          the score, in folds
    python -m tests.campaigns.train_spam write          train on all of them, write mailbot/understand/spam_words.bin

Mails that resemble each other (one campaign, one thread, one newsletter) are kept in one fold: a mail whose twin was
learned is no test. The weights are found by logistic regression; what the signs give is added before, so that the
words learn only what the signs do not know. Nothing of a mail is in the file: numbers of words, cut to 18 bits.
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
from pathlib import Path

from mailbot.understand.spam import spam_of
from mailbot.understand.spam_letter import letter_of
from mailbot.understand.spam_signs import signs_of
from mailbot.understand.spam_tokens import Tokens, tokens_of
from mailbot.understand.spam_words import Words, packed, share
from tests.campaigns.composed_mails import letters

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "corpus" / "cases"
TARGET = ROOT / "mailbot" / "understand" / "spam_words.bin"
BITS = 18
FOLDS = 10
ROUNDS = 10
RATE = 1.2
KEEP = 3e-5  #: how fast weights that nothing asks for fade
SMOOTH = 1.0  #: mails that every word is taken to have stood in, of either kind
NEWSLETTER = 2.0  #: what one counts: they are few, and the nearest to spam
ENOUGH = 0.03  #: an error that is let be
SEED = 20_261_121


@dataclass(frozen=True, kw_only=True)
class Example:
    """One mail, as far as training needs it."""

    name: str
    spam: bool
    hard: bool
    points: float  #: of the signs
    tokens: Tokens
    marks: tuple[int, ...]  #: minima of hashed runs of words: mails that share many of them resemble each other
    raw: bytes


def examples(raws):
    """An example for each of (name, spam, hard, raw)."""
    made = []
    for name, spam, hard, raw in raws:
        letter = letter_of(raw)
        points = sum(sign.points for sign in signs_of(letter))
        marks = _marks(letter)
        made.append(
            Example(name=name, spam=spam, hard=hard, points=points, tokens=tokens_of(letter), marks=marks, raw=raw)
        )
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


def folds(found, count=FOLDS):
    """The fold of each mail: a family stays together, and the folds are of like size and kind."""
    members = defaultdict(list)
    for number, family in enumerate(families(found)):
        members[family].append(number)
    groups = list(members.values())
    random.Random(SEED).shuffle(groups)
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


def train(found, *, rounds=ROUNDS):
    """The words that *found* teach."""
    mask = (1 << BITS) - 1
    stood = Counter(token & mask for mail in found for token in {one for group in mail.tokens.groups for one in group})
    wanted = {token for token, count in stood.items() if count > 1}
    place = {token: number for number, token in enumerate(sorted(wanted))}
    rows = []
    for mail in found:
        parts = []
        for tokens in mail.tokens.groups:
            value = share(len(tokens))
            inside = [place[token & mask] for token in tokens if token & mask in place]
            parts.append((inside, value))
        rows.append((parts, 1.0 if mail.spam else 0.0, mail.points, NEWSLETTER if mail.hard else 1.0))
    ratios = _ratios(found, place, mask)
    weights, bias = _regress(rows, ratios, rounds)
    step = max((abs(one) for one in weights), default=1.0) / 127
    table, common = bytearray(1 << BITS), bytearray(1 << BITS)
    for token, number in place.items():
        table[token] = round(weights[number] / step) & 0xFF
        common[token] = min(255, round(16 * math.log1p(stood[token])))
    return Words(bits=BITS, bias=bias, step=step, mails=len(found), weights=bytes(table), common=bytes(common))


def _ratios(found, place, mask):
    """For each word how much oftener it stands in spam, as a logarithm."""
    spam, ham = [SMOOTH] * len(place), [SMOOTH] * len(place)
    for mail in found:
        side = spam if mail.spam else ham
        for token in {token & mask for group in mail.tokens.groups for token in group}:
            if token in place:
                side[place[token]] += 1
    of_spam = sum(mail.spam for mail in found) + 2 * SMOOTH
    of_ham = len(found) - of_spam + 4 * SMOOTH
    return [math.log(a / of_spam) - math.log(b / of_ham) for a, b in zip(spam, ham, strict=True)]


def _regress(rows, ratios, rounds):
    """Logistic regression by steps that shrink for each weight on its own (AdaGrad).

    A weight is its word's ratio times what is found for the word: seldom words then have a say as well.
    """
    weights, found, steps = [0.0] * len(ratios), [0.0] * len(ratios), [0.1] * len(ratios)
    bias, bias_steps, order, shuffle = 0.0, 1.0, list(range(len(rows))), random.Random(SEED)
    for _ in range(rounds):
        shuffle.shuffle(order)
        for number in order:
            parts, wanted, points, weight = rows[number]
            said = bias + points + sum(value * sum(map(weights.__getitem__, inside)) for inside, value in parts)
            error = weight * (1 / (1 + math.exp(-max(-30.0, min(30.0, said)))) - wanted)
            if abs(error) < ENOUGH:
                continue
            bias_steps += error * error
            bias -= RATE * error / math.sqrt(bias_steps)
            for inside, value in parts:
                push = error * value
                for one in inside:
                    slope = push * ratios[one]
                    steps[one] += slope * slope
                    found[one] -= RATE * slope / math.sqrt(steps[one]) + KEEP * found[one]
                    weights[one] = found[one] * ratios[one]
    return weights, bias


# Judging.


def judged(found, fold, beside=()):
    """(mail, score) for each mail, by words that were learned from *beside* and all folds but its own."""
    with ProcessPoolExecutor(2) as pool:
        jobs = [(found, fold, at, beside) for at in sorted(set(fold))]
        return [one for part in pool.map(_judge, jobs) for one in part]


def _judge(job):
    found, fold, at, beside = job
    words = train([*beside, *(mail for mail, its in zip(found, fold, strict=True) if its != at)])
    return [
        (mail.name, spam_of(mail.raw, words=words).score) for mail, its in zip(found, fold, strict=True) if its == at
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
    fold = folds(found)
    print(f"{len(found)} mails, {len(set(families(found)))} families, folds of {sorted(Counter(fold).values())}")
    print(table(found, dict(judged(found, fold, examples(requests())))))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "judge")
