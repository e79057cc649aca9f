"""Who may begin a project as a copy of somebody else's: a rule says so, or they are of one house, or take part in it.

Holding one of its mails is not enough: mails are passed on. Whoever has an address at a provider that is open to
everybody is of no house.
"""

from __future__ import annotations

from typing import Final

from mailbot.decide.match import Decision
from mailbot.decide.quota import domain_of
from mailbot.domain.intent import Intent
from mailbot.domain.message import Envelope, Message, Proof
from mailbot.domain.project import Project
from mailbot.domain.request import Refused

#: Providers whose customers have nothing in common, by the first part of their domains.
_OPEN: Final = frozenset({
    "gmail", "googlemail", "outlook", "hotmail", "live", "msn", "yahoo", "ymail", "rocketmail", "icloud", "me", "mac",
    "aol", "gmx", "web", "t-online", "freenet", "mail", "wp", "o2", "onet", "op", "interia", "gazeta", "vp", "poczta",
    "tlen", "buziaczek", "orange", "free", "laposte", "wanadoo", "sfr", "bbox", "neuf", "proton", "protonmail", "pm",
    "tutanota", "tuta", "fastmail", "hey", "zoho", "yandex", "ya", "inbox", "list", "bk", "qq", "163", "126", "sina",
    "naver", "daum", "hanmail", "seznam", "centrum", "libero", "virgilio", "alice", "tin", "telenet", "skynet",
    "bluewin", "comcast", "verizon", "att", "sbcglobal", "cox", "btinternet", "sky", "virginmedia", "hushmail",
    "mailbox", "posteo", "disroot", "riseup", "duck",
})  # fmt: skip


def not_copied(
    decision: Decision, message: Message, envelope: Envelope, intent: Intent, project: Project | None
) -> Refused | None:
    """Why the copy that is asked for is not made; none where it may be, or where nobody asks for one."""
    if intent.origin is None:
        return None
    if envelope.proof.rank < Proof.DKIM.rank:
        reason = "a copy of a project needs a mail that your provider has signed (DKIM); send it by your usual provider"
        return Refused(rule="proof", reason=reason)
    allowed = decision.set.copy
    if allowed or (allowed is None and project and _near(message, project)):
        return None
    who = "nobody" if allowed is False else "only people of its owner's domain, and those who take part in it,"
    reason = (
        f"the mail that you passed on is of a project of somebody else, and the rules of this mailbox (rule "
        f"{decision.rule}) let {who} begin with a copy of it; ask its owner, or write a new mail with your own wish"
    )
    return Refused(rule=decision.rule, reason=reason)


def _near(message: Message, project: Project) -> bool:
    """Whether the author takes part in *project*, or is of its owner's house."""
    mine, theirs = domain_of(message.author), domain_of(project.owner)
    return bool(project.role(message.author)) or (mine == theirs and mine.split(".")[0] not in _OPEN)
