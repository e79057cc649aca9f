"""Find the weights of words: several logistic regressions, each of which sees half of the words, and their mean.

Whoever learns from a thousand mails with a hundred thousand words leans on a few that happen to part them. With every
second word hidden from it, each regression must make do with others; what they say together holds for mails that none
has seen. The mean of linear models is one linear model, so that what is shipped is one table as before.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from operator import itemgetter

ROUNDS = 3
PAIRS = 3  #: of regressions: one sees the half of the words that the other does not
RATE = 1.2
KEEP = 3e-5  #: how fast weights that nothing asks for fade
ENOUGH = 0.03  #: an error that is let be
SEED = 20_261_121


@dataclass(frozen=True, kw_only=True)
class Row:
    """One mail: the places of its words, by groups, with what one of the group is worth."""

    groups: tuple[tuple[tuple[int, ...], float], ...]
    spam: bool
    points: float  #: what is known without words
    weight: float  #: how many mails it counts as


def regression(rows, ratios):
    """(weights, bias) that tell the *rows* apart; *ratios*: how much oftener each word stands in spam."""
    chance = random.Random(SEED)
    sums, bias = [0.0] * len(ratios), 0.0
    for _ in range(PAIRS):
        half = [chance.random() < 0.5 for _ in ratios]
        for seen in (half, [not one for one in half]):
            weights, its = _one(
                rows, [2 * ratio if yes else 0.0 for ratio, yes in zip(ratios, seen, strict=True)], chance
            )
            sums = [a + b for a, b in zip(sums, weights, strict=True)]
            bias += its
    return [one / (2 * PAIRS) for one in sums], bias / (2 * PAIRS)


def _one(rows, ratios, chance):
    """Steps that shrink for each weight on its own (AdaGrad).

    A weight is its word's ratio times what is found for the word: seldom words then have a say as well.
    """
    weights, found, steps = [0.0] * len(ratios), [0.0] * len(ratios), [0.1] * len(ratios)
    bias, bias_steps = 0.0, 1.0
    left = [_halved(row, ratios) for row in rows]
    for _ in range(ROUNDS):
        chance.shuffle(left)
        for groups, row in left:
            said = bias + row.points + sum(value * sum(seen(weights)) for seen, _, value in groups)
            error = row.weight * (1 / (1 + math.exp(-max(-30.0, min(30.0, said)))) - row.spam)
            if abs(error) < ENOUGH:
                continue
            bias_steps += error * error
            bias -= RATE * error / math.sqrt(bias_steps)
            for _, inside, value in groups:
                _step(error * value, inside, (ratios, weights, found, steps))
    return weights, bias


def _step(push, inside, tables):
    """Move the weights of the words *inside* against the error."""
    ratios, weights, found, steps = tables
    root, fade = math.sqrt, 1 - KEEP
    for one in inside:
        ratio = ratios[one]
        slope = push * ratio
        steps[one] = step = steps[one] + slope * slope
        found[one] = its = found[one] * fade - RATE * slope / root(step)
        weights[one] = its * ratio


def _halved(row, ratios):
    """The words of *row* that this regression sees."""
    groups = [([one for one in inside if ratios[one]], value) for inside, value in row.groups]
    # A getter of many is three times as fast as many gets; of one it gives no list, so such a group is left out.
    return [(itemgetter(*inside), inside, value) for inside, value in groups if len(inside) > 1], row
