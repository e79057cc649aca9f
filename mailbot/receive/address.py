"""The arguments of MAIL and RCPT: one address in angle brackets, and what is asked for it.

Every pattern here reads in one pass, whatever it is given. No route and no comment is taken: nobody needs them, and
two programs may read them differently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_ADDRESS: Final = 320  #: bytes; return paths of mailing services go beyond the 254 of RFC 5321
_WORD: Final = r'[^\x00-\x20"(),:;<>@\[\\\]\x7f-\x9f\ud800-\udfff]'  # a letter beyond ASCII is a letter (SMTPUTF8)
_QUOTED: Final = r'"(?:[^"\\\x00-\x1f\x7f-\x9f\ud800-\udfff]|\\[ -~])*"'
_HOST: Final = rf"(?:{_WORD}+|\[[0-9A-Za-z.:]+\])"
_PATH: Final = re.compile(rf" *<((?:(?:{_WORD}+|{_QUOTED})@{_HOST})?)>(?: +(.*))?", re.DOTALL)
_PARAMETER: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?")


@dataclass(frozen=True, kw_only=True)
class Path:
    """What stood in the angle brackets, and behind them."""

    address: str  #: empty: nobody (``<>``)
    parameters: Mapping[str, str]  #: by upper-case name


def path(argument: str, keyword: str) -> Path | None:
    """Read ``FROM:<address> NAME=value ...``; None when it is not of that form."""
    if argument[: len(keyword)].upper() != keyword:
        return None
    found = _PATH.fullmatch(argument, len(keyword))
    if found is None or len(found[1].encode()) > MAX_ADDRESS:
        return None
    parameters = _parameters(found[2]) if found[2] else {}
    return None if parameters is None else Path(address=found[1], parameters=parameters)


def _parameters(text: str) -> Mapping[str, str] | None:
    """Each once."""
    known: dict[str, str] = {}
    for word in text.split():
        found = _PARAMETER.fullmatch(word)
        if found is None or found[1].upper() in known:
            return None
        known[found[1].upper()] = found[2] or ""
    return known
