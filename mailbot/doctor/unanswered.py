"""Why a mail has no answer is told by whoever decided; here stands what would change it."""

from __future__ import annotations

import re
from typing import Final

from mailbot.domain.request import State
from mailbot.store.reports import Mail

#: By the rule that closed it, or holds it.
_RULES: Final = {
    "unproven": "nobody vouches for its sender; sign your mails (DKIM), or use a mailbox that does",
    "automatic": "a machine wrote it, and machines get no answers; write it as a person",
    "unreadable": "send it again as a plain mail with one From address",
    "duplicate": "the first of the two was answered; change a word to ask again",
    "malformed": "send it again as a plain mail with one From address",
    "ours": "mailbot wrote it, and never answers itself; write a mail of your own",
    "late": "its author has written since, and that mail is answered; nothing is missed",
    "replayed": "a signed mail counts once; its author can write a new one",
    "crowded": "this thread or its author had too many answers for a day; write again tomorrow",
    "repeating": "the last mails of its thread say the same; write something new",
    "hops": "it goes round in a circle; look where it is forwarded to",
    "withdrawn": "its author said stop; write again to have it built",
    "merged": "an earlier mail of its project was at work: its answer is the answer to this one, too",
    "set-aside": "`mailbot why` shows what failed; `mailbot held release` has it judged again",
    "expired": "nobody decided about it in time; write again, and ask whoever runs this mailbox",
    "admin": "whoever runs this mailbox refused it",
    "spam-for-sure": "`mailbot ham ID` teaches the filter that it is none; its author can write again",
    "spam-likely": "`mailbot held release ID`, and `mailbot ham ID` teaches the filter that it is none",
    "erased": "its author asked to be forgotten, and is",
    "rebuilt": "it was answered before the database was lost; its thread goes on",
    "clock": "the clock made it; nobody waits for an answer",
}
_BY_RULE: Final = "a rule decided so; change it in your folder of rules"
_HELD: Final = "`mailbot held release ID` lets it in, `mailbot held refuse ID` does not; or change that rule"
#: Of one that goes on by itself: by a word of what it waits for.
_WAITS: Final = (
    (re.compile(r"\bDNS\b"), "it goes on when the DNS answers: `mailbot doctor --only dns`"),
    (re.compile(r"spam filter|rspamd|spamd|clamd|virus", re.IGNORECASE), "start that filter; it is asked again"),
    (re.compile(r"sandbox|bubblewrap", re.IGNORECASE), "`mailbot doctor --only machine`"),
    (re.compile(r"Ollama|\bmodel\b|tokens|asked again|answers? at", re.IGNORECASE), "`mailbot doctor --only model`"),
    (re.compile(r"quota|room again", re.IGNORECASE), "it waits for its turn; the rules say how many are let in"),
    (re.compile(r"disk|database", re.IGNORECASE), "`mailbot doctor --only data`"),
)
_EARLIER: Final = "it goes on by itself when that one is answered; `mailbot why` tells of it"
_UNSENT: Final = "`mailbot doctor --only relay`, and `mailbot deliveries list`"


def mend_of(mail: Mail) -> str:
    """What would change it; empty where nothing is missing."""
    rule = rule_of(mail)
    match mail.state:
        case State.CLOSED:
            return _RULES.get(rule, _BY_RULE)
        case State.HELD:
            return _RULES.get(rule, _HELD).replace("ID", mail.id)
        case State.RECEIVED | State.ADMITTED if mail.next.startswith("waits for an earlier"):
            return _EARLIER
        case State.RECEIVED | State.ADMITTED if not rule:
            return next((mend for sign, mend in _WAITS if sign.search(mail.reason)), "")
        case State.ANSWERED if any(sign in mail.next for sign in ("not known", "not delivered", "given back")):
            return _UNSENT
        case _:
            return ""


def rule_of(mail: Mail) -> str:
    """The rule that decided last; empty: none did."""
    if mail.reason.startswith("rule "):
        return mail.reason.removeprefix("rule ").partition(":")[0].partition(";")[0].strip()
    if mail.state is State.CLOSED:
        return "merged" if mail.reason.startswith("into ") else "withdrawn"
    return ""
