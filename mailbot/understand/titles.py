# ruff: noqa: RUF001  (words of many languages look like words of others)
"""The subject of a mail as a title: without what mail programs put before it."""

from __future__ import annotations

import re
from typing import Final

MAX_TITLE: Final = 200

#: What mail programs put before the subject of a reply, in the languages of their users.
REPLIES: Final = "re|aw|antw|antwort|sv|vs|res|odp|ynt|vá|回复|回覆|答复|返信|답장|отв|ответ|απ|תגובה|رد"
#: The same of what is passed on, and short words that may be either.
_OTHERS: Final = (
    "r|wg|ang|vl|vb|bls|trs|tr|rv|enc|i|fs|fw|fwd|doorst|pd|odg|pr|prosl|ilt"
    "|轉寄|转发|転送|전달|пер|пересл|πρθ|σχετ|הועבר|השב|إعادة توجيه"
)
_PREFIX: Final = re.compile(
    rf"(?:{REPLIES}|{_OTHERS})"
    r"(?: ?[\[(^*]?\d{1,4}[\])]?)? ?[:：]\s*",
    re.IGNORECASE,
)


def title_of(subject: str) -> str:
    """The subject without what mail programs put before it."""
    start = len(subject) - len(subject.lstrip())
    while found := _PREFIX.match(subject, start):
        start = found.end()
    return subject[start:].strip()[:MAX_TITLE].rstrip()
