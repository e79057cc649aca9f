"""The format of rules/*.yaml, version 1: every key of a rule, the shape of its value, and what it means.

Reading, the JSON Schema and the tables of docs/rules.md all come from here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, get_args

from mailbot.decide.case import ROLES
from mailbot.decide.conditions import asked
from mailbot.decide.expression import MAX_EXPRESSION, compiled
from mailbot.decide.facts import COUNTS
from mailbot.decide.match import Action
from mailbot.decide.shapes import Choice, Flag, Items, Key, Keys, Made, Score, Whole, Within, Words, many
from mailbot.decide.values import (
    ATTACHED,
    CHANNELS,
    GLOBS,
    ID,
    MAX_BOUND,
    MAX_DAYS,
    MAX_MEMORIES,
    MAX_PRIORITY,
    MAX_REPAIRS,
    MAX_SPAM,
    NAMED,
    PATTERNS,
    TIME,
    WORDING,
    bounds,
    counted,
    full,
    rule_id,
    span,
)  # fmt: skip
from mailbot.domain.grants import Every, Grants, Over, Per, Quota
from mailbot.domain.intent import Kind
from mailbot.domain.message import Proof

IF: Final[Keys] = Keys(
    table={
        "channel": Key(many(Choice(choices=CHANNELS), 8), "how it came; mail stands for smtp, lmtp and imap"),
        "from": Key(PATTERNS, "the author: an address, a domain, a pattern with *, or @list"),
        "domain": Key(GLOBS, "the author's domain; * stands for anything"),
        "to": Key(PATTERNS, "whom it was sent to, with or without its +tag"),
        "tag": Key(GLOBS, "what stands behind the + of our address"),
        "proof": Key(Choice(choices=tuple(map(str, Proof)), make=Proof), "the author is proven at least as well"),
        "proof_below": Key(Choice(choices=tuple(map(str, Proof)), make=Proof), "the author is proven less well"),
        "known_thread": Key(Flag(), "it stands in a thread of ours"),
        "role": Key(many(Choice(choices=ROLES), 4), "what the author is in the project of that thread"),
        "subject": Key(WORDING, "words that it holds, or contains, glob, matches"),
        "body": Key(WORDING, "the author's own words: what they hold, or contains, glob, matches"),
        "attachments": Key(ATTACHED, "the files that came along"),
        "size": Key(counted("bytes"), "bytes of text and files together"),
        "spam": Key(bounds(Score(most=MAX_SPAM), "the score"), "the spam filter: 6 looks like it, 12 hardly is else"),
        "lang": Key(GLOBS, "the language it is written in: en, pl, de ..."),
        "intent": Key(many(Choice(choices=tuple(map(str, Kind))), 20), "what the author asks for"),
        "app_type": Key(GLOBS, "the kind of program that they name, such as web_application or cli"),
        "stack": Key(GLOBS, "a language, framework or database that they name"),
        "usage": Key(
            Keys(table={name: Key(counted("requests")) for name in COUNTS}, empty="a count is needed"),
            "what was let in before it, of the author, their domain or everybody",
        ),
        "time": Key(TIME, "when it came"),
        "urgent": Key(Flag(), "its subject says urgent, asap, pilne, dringend ..."),
        "auto_submitted": Key(Flag(), "a machine wrote it; the house answers none of these, whatever a rule says"),
        "list_mail": Key(Flag(), "it came through a mailing list or a group"),
        "any": Key(Items(of=Within(name="if", of=lambda: IF), most=100, least=1), "one of these holds"),
        "not": Key(Within(name="if", of=lambda: IF), "this does not hold"),
    },
    make=asked,
)
WHEN: Final = Made(make=compiled, needed="a condition in CEL", most=MAX_EXPRESSION)
_QUOTA: Final = Keys(
    table={
        "per": Key(Choice(choices=get_args(Per)), "counted together: of one sender, one domain, or all", needed=True),
        "max": Key(Whole(most=1_000_000), "so many", needed=True),
        "every": Key(Choice(choices=get_args(Every)), "within this time, counted back from now", needed=True),
        "over": Key(Choice(choices=get_args(Over)), "one more is refused, held, or waits; of all it waits, else deny"),
    },
    make=lambda found: Quota(**found),
)
SET: Final = Keys(
    table={
        "provider": Key(NAMED, "the kind of model: ollama, openai, anthropic, scaffold"),
        "model": Key(NAMED, "the model's name"),
        "prompt": Key(NAMED, "the prompt's name"),
        "local_only": Key(Flag(), "only models of this machine may see it"),
        "max_repairs": Key(Whole(most=MAX_REPAIRS), "how often a failing draft may be repaired"),
        "timeout": Key(Made(make=span, needed="a time such as 90s, 15m or 2h", pattern=r"^[0-9]{1,6}[smh]$"),
                       "how long the building may take"),
        "priority": Key(Whole(most=MAX_PRIORITY), "0 is the most urgent, 9 the least, 5 the usual"),
        "checks": Key(many(NAMED, 50), "checks that must pass"),
        "sandbox": Key(NAMED, "where the checks run"),
        "attachments": Key(Choice(choices=("accept", "ignore", "reject")), "what becomes of files that came along"),
        "index": Key(Choice(choices=("none", "pinned", "open")), "whether the build may ask a package index"),
        "environments": Key(many(NAMED, 20), "where it may be put into service"),
        "deliver": Key(many(Choice(choices=("mail", "github", "telegram", "webhook")), 4), "the ways out"),
        "forms": Key(many(NAMED, 20), "the shapes that it may be sent in, the first that fits"),
        "publish": Key(Flag(), "it may be shown to the world"),
        "max_reply_bytes": Key(Whole(least=1, most=MAX_BOUND), "the largest reply"),
        "cc": Key(Flag(), "whoever stands in Cc may get the reply, too"),
        "moderate": Key(Flag(), "a person looks at the reply before it leaves"),
        "memory": Key(Choice(choices=("sender", "domain", "none")), "whose wishes are kept in mind for the model"),
        "memories": Key(Whole(most=MAX_MEMORIES), "how many of them there may be, 20 the usual"),
        "sharing": Key(Flag(), "false: the owner of the project cannot let others take part"),
        "copy": Key(Flag(), "who has a mail of a project may begin with a copy of it; unset: within a domain"),
        "reply": Key(NAMED, "the wording of the reply"),
        "lang": Key(Made(make=lambda text: full(r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?$", text),
                         needed="a language such as en or pl", pattern=r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?$", most=12),
                    "the language of the reply"),
        "retention_days": Key(Whole(most=MAX_DAYS), "how long mail and files are kept"),
        "quotas": Key(Items(of=_QUOTA, most=20, least=1), "how much may be asked for"),
    },
    make=lambda found: Grants(**found),
    empty="something to set is needed here",
)  # fmt: skip
TAG: Final = many(Made(make=lambda text: full(ID, text), needed="small letters, digits and hyphens", pattern=ID), 20)


def _then(found: dict[str, Any]) -> dict[str, Any]:
    if not {"action", "set", "tag"} & set(found):
        raise ValueError("`then` needs an `action` (allow, hold, deny or discard), something to `set`, or a `tag`")
    if "reply" in found and found.get("action") not in {"deny", "hold"}:
        raise ValueError(
            "`reply` words an answer to deny or hold; discard never answers, and allow has set: {reply: ...}"
        )
    return _tagged(found)


def _tagged(found: dict[str, Any]) -> dict[str, Any]:
    """What is set, with the tags in it."""
    given: Grants = found.get("set", Grants())
    return found | {"set": replace(given, tags=found.get("tag", ()))}


THEN: Final = Keys(
    table={
        "action": Key(Choice(choices=get_args(Action)), "ends the judging: allow, hold, deny, discard"),
        "reason": Key(Words(), "why, in words for the author (allow, deny) or the admin (hold, discard)"),
        "reply": Key(NAMED, "the wording of the answer to a deny or hold"),
        "set": Key(SET, "what is set; what later rules set wins"),
        "tag": Key(TAG, "what this mail is called; tags of all matching rules add up"),
    },
    make=_then,
)
RULE: Final = Keys(
    table={
        "id": Key(
            Made(make=rule_id, needed="an `id` of small letters, digits and hyphens", pattern=ID),
            "its name, which stands beside every verdict", needed=True,
        ),
        "about": Key(Words(), "what it is for"),
        "enabled": Key(Flag(), "false: it is passed over"),
        "if": Key(Within(name="if", of=lambda: IF), "what must hold, all of it"),
        "when": Key(WHEN, "what must hold besides, in CEL: mail, usage, rank, now"),
        "then": Key(THEN, "what follows", needed=True),
    },
)  # fmt: skip
