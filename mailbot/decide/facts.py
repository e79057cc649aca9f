"""What the ledger knows that guards and rules ask about."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from mailbot.decide.quota import Used


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was counted before this message, and without it."""

    duplicate_of: str = ""  #: the request that the same Message-ID of the same author already made
    late: str = ""  #: of a mail of the clock: why nobody waits for it any more
    replay_of: str = ""  #: the request whose author the same signature proved before
    sender_hour: int = 0  #: of this and the next five: what was let in and counts for a quota (Kind.counts)
    sender_day: int = 0
    sender_open: int = 0  #: the author's requests that are not answered yet
    domain_hour: int = 0
    domain_day: int = 0
    total_hour: int = 0
    total_day: int = 0
    sender_answers: int = 0  #: the author's mails of the last day that got an answer or will, refusals too
    sender_refused: int = 0  #: those of them that were refused
    thread: str = ""  #: the project in whose thread it stands
    thread_day: int = 0  #: the author's mails in this thread, of the last day
    role: str = ""  #: of the author in that project: owner, collaborator, reader; empty: nobody gave them one
    spam: float = 0.0  #: what the spam filter says: 6 looks like it, 12 hardly is anything else
    spam_why: str = ""  #: its reasons, for people
    used: tuple[Used, ...] = ()  #: the quotas that were asked about
    said: tuple[str, ...] = ()  #: what they asked for in it, the newest first, back to the last command, a few at most


#: The counts that a rule may ask about, by their names under ``usage``.
COUNTS: Final = tuple(field.name for field in fields(Facts) if field.type == "int")
#: Those that the ledger counts. The others are always 0, and `mailbot rules check` says so of a rule that asks for one.
COUNTED: Final = frozenset(COUNTS)
