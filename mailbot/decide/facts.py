"""What the ledger knows that guards and rules ask about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was counted before this message, and without it."""

    duplicate_of: str = ""  #: the request that the same Message-ID of the same author already made
    sender_hour: int = 0
    sender_day: int = 0
    total_day: int = 0
