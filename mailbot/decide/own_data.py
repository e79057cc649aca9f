"""Whoever asks for what is kept of them, or to be forgotten: everybody may, and nobody in somebody else's name."""

from __future__ import annotations

from mailbot.domain.intent import Intent
from mailbot.domain.message import Envelope, Proof
from mailbot.domain.request import Refused

RULE = "own-data"  #: under which such a mail is let in, whatever the rules say of its author
REASON = "everybody may ask for what is kept of them"


def not_proven(envelope: Envelope, intent: Intent) -> Refused | None:
    """A mail that somebody else could have written neither gets a person's data nor deletes it."""
    if not intent.kind.own_data or envelope.proof.rank >= Proof.DKIM.rank:
        return None
    return Refused(
        rule="proof",
        reason="for this I need a mail that your provider has signed (DKIM) together with its subject, or one that is"
        " handed in with a login; send it by your usual provider",
    )
