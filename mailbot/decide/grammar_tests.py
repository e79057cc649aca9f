"""The format of the ``tests:`` in a rules file: a mail, and what must become of it."""

from __future__ import annotations

from typing import Final, get_args

from mailbot.decide.case import ROLES, Attached
from mailbot.decide.facts import COUNTS
from mailbot.decide.grammar import SET, TAG
from mailbot.decide.match import DEFAULT, Action
from mailbot.decide.shapes import Choice, Flag, Items, Key, Keys, Made, Score, Whole, Words, many
from mailbot.decide.values import CHANNELS, MAX_BOUND, MAX_SPAM, NAMED, full, moment
from mailbot.domain.intent import Kind
from mailbot.domain.message import Proof

MAIL: Final = Keys(
    table={
        "channel": Key(Choice(choices=CHANNELS[1:])),
        "from": Key(Made(make=lambda text: full(r"^[^\s@]{1,64}@[^\s@]{1,253}$", text), needed="an address")),
        "to": Key(many(Words(most=320), 100)),
        "tag": Key(Words(most=64)),
        "proof": Key(Choice(choices=tuple(map(str, Proof)), make=Proof)),
        "subject": Key(Words(most=1_000, free=True)),
        "body": Key(Words(most=100_000, free=True)),
        "attachments": Key(
            Items(
                of=Keys(
                    table={
                        "name": Key(Words(most=255, free=True)),
                        "type": Key(Words(most=255, free=True)),
                        "size": Key(Whole(most=MAX_BOUND)),
                    },
                    make=lambda found: Attached(**found),
                ),
                most=1_000,
            )
        ),
        "size": Key(Whole(most=MAX_BOUND)),
        "spam": Key(Score(most=MAX_SPAM)),
        "lang": Key(Words(most=20)),
        "intent": Key(Choice(choices=tuple(map(str, Kind)))),
        "app_type": Key(Words(most=100)),
        "stack": Key(many(Words(most=100), 100)),
        "known_thread": Key(Flag()),
        "role": Key(Choice(choices=ROLES)),
        "usage": Key(Keys(table={name: Key(Whole(most=MAX_BOUND)) for name in COUNTS})),
        "time": Key(Made(make=moment, needed='a time such as "2026-11-20T08:30:00+01:00", in quotes')),
        "auto_submitted": Key(Flag()),
        "list_mail": Key(Flag()),
    },
)
EXPECT: Final = Keys(
    table={
        "action": Key(Choice(choices=get_args(Action)), needed=True),
        "rule": Key(Words(most=64), f"the rule that decides; {DEFAULT}: none"),
        "set": Key(SET, "what is set, these keys at least"),
        "tag": Key(TAG, "tags that it has, these at least"),
        "reply": Key(NAMED, "the wording of the answer"),
    },
)
TEST: Final = Keys(
    table={
        "name": Key(Words(), "what it shows", needed=True),
        "scope": Key(Choice(choices=("file", "all")), "against the rules of this file, or of all files (the default)"),
        "mail": Key(MAIL, "the mail; what is not named is the weakest it could be", needed=True),
        "expect": Key(EXPECT, "what must become of it", needed=True),
    },
)
