"""The words of text/enriched and text/richtext (RFC 1896, RFC 1341): the markup goes, the lines come out as meant."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"<(?:(<)|(/?[A-Za-z0-9-]{1,60})>)")
_BREAKS: Final = re.compile(r"\n+")
_RICH: Final = {"nl": "\n", "lt": "<", "np": "\n", "/paragraph": "\n", "paragraph": "\n"}


def enriched_text(text: str) -> str:
    """What a person reads of *text*: one line end is a blank, more are one fewer; parameters are not shown."""
    out: list[str] = []
    end = hidden = still = 0
    for tag in _TAG.finditer(text):
        out.append(_shown(text[end : tag.start()], hidden=hidden, still=still))
        end = tag.end()
        name = (tag[2] or "").lower()
        if tag[1]:
            out.append("" if hidden else "<")
        elif name.lstrip("/") in {"param", "comment"}:
            hidden = max(0, hidden + (-1 if name.startswith("/") else 1))
        elif name.lstrip("/") in {"nofill", "verbatim"}:
            still = max(0, still + (-1 if name.startswith("/") else 1))
        elif not hidden:
            out.append(_RICH.get(name, ""))
    out.append(_shown(text[end:], hidden=hidden, still=still))
    return "".join(out)


def _shown(text: str, *, hidden: int, still: int) -> str:
    if hidden:
        return ""
    return text if still else _BREAKS.sub(lambda found: "\n" * (len(found[0]) - 1) or " ", text)
