# ruff: noqa: RUF001  (words of many languages look like words of others)
"""The subject of a mail as a title: without what mail programs put before it."""

from __future__ import annotations

import re
from typing import Final

MAX_TITLE: Final = 200

#: What mail programs put before a subject, in the languages of their users.
_PREFIX: Final = re.compile(
    r"(?:re|r|aw|antw|antwort|wg|sv|vs|ang|vl|vb|bls|trs|tr|rv|res|enc|i|fs|fw|fwd|doorst|odp|pd|odg|pr|prosl|ynt|ilt"
    r"|回复|回覆|答复|轉寄|转发|返信|転送|답장|전달|отв|ответ|пер|пересл|απ|πρθ|σχετ|תגובה|הועבר|השב|رد|إعادة توجيه)"
    r"(?: ?[\[(^*]?\d{1,4}[\])]?)? ?[:：]\s*",
    re.IGNORECASE,
)


def title_of(subject: str) -> str:
    """The subject without what mail programs put before it."""
    start = len(subject) - len(subject.lstrip())
    while found := _PREFIX.match(subject, start):
        start = found.end()
    return subject[start:].strip()[:MAX_TITLE].rstrip()
