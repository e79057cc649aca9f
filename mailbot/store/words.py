"""Words of strangers in columns that people read."""

from __future__ import annotations

from typing import Final

SHOWN: Final = 2000  #: characters of any text that is kept only to be shown


def plain(text: str, limit: int | None = SHOWN) -> str:
    """*text* as both databases store it: no NUL, no lone surrogate, not too long. What is exact is kept as JSON."""
    text = text[:limit]
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
