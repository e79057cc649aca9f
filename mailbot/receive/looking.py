"""What the spam filter takes out of a mail, wherever it lies. Loaded by workers: it imports what is pure."""

from __future__ import annotations

from mailbot.domain.message import Raw
from mailbot.receive.mapped import octets
from mailbot.understand.spam import Look, look_at


def look_at_mail(raw: Raw) -> Look:
    """Look at *raw* where it lies; raise Temporary when its file cannot be read now."""
    with octets(raw) as mail:
        return look_at(mail)
