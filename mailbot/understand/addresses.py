"""Addresses, read by hand-written linear scanners: strict for whom we believe, lenient for whom we only show."""

from __future__ import annotations

import re
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Address

MAX_FROM: Final = 1_000  #: characters of a From field
MAX_LOCAL: Final = 64
MAX_DOMAIN: Final = 253
MAX_LABEL: Final = 63
_LOCAL_CHARS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+/=?^_`{|}~-")
_DOMAIN_CHARS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
#: A quote that is never closed takes the rest, and no piece is looked at twice: hostile input costs its length.
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)', re.DOTALL)
_LIKELY: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def address(text: str) -> Address | None:
    """*text* as an address that every mail program reads alike; None when it is not one."""
    local, at, domain = text.partition("@")
    # Only ASCII is made small: the Kelvin sign would become a plain k, and another domain's name.
    domain = domain.lower() if domain.isascii() else ""
    if at and _local(local) and _domain(domain):
        return Address(f"{local}@{domain}")
    return None


def is_domain(text: str) -> bool:
    """Whether *text*, in lower case, is a domain name of letters, digits and hyphens, as it may stand in an address."""
    return _domain(text)


def mailbox(value: str) -> tuple[str, Address]:
    """The display name and the address of a From field: exactly ``address`` or ``name <address>``.

    Comments, groups, routes, quoted local parts and second addresses are refused: programs read them differently, and
    where two programs see two senders, one of them can be deceived.
    """
    value = value.strip(" \t")
    if len(value) > MAX_FROM:
        raise Unreadable(f"its From field has {len(value)} characters; {MAX_FROM} is the most")
    if _CONTROL.search(value):
        raise Unreadable("its From field holds a control character")
    name, inside = _split(value) if value.endswith(">") else ("", value)
    found = address(inside)
    if found is None:
        raise Unreadable("its From field is not exactly one plain address, with or without a name before it in <>")
    return name, found


def addresses(value: str, most: int = 100) -> tuple[Address, ...]:
    """The addresses of To or Cc, as many as can be read; only ever shown and compared, never believed."""
    found = (address(one[0]) for one in _LIKELY.finditer(_QUOTED.sub(" ", value)))
    return tuple(dict.fromkeys(one for one in found if one))[:most]


def _split(value: str) -> tuple[str, str]:
    """The display name and what stands between the only pair of angle brackets."""
    name: list[str] = []
    quoted = False
    at = 0
    while at < len(value):
        char = value[at]
        if quoted and char == "\\":
            at += 1
            name.append(value[at : at + 1])
        elif char == '"':
            quoted = not quoted
        elif quoted:
            name.append(char)
        elif char == "<":
            return "".join(name).strip(), value[at + 1 : -1]
        elif char in ">@,;:\\()[]":
            break
        else:
            name.append(char)
        at += 1
    raise Unreadable("its From field is not exactly one name with one address in <>")


def _local(text: str) -> bool:
    if not 0 < len(text) <= MAX_LOCAL or "=?" in text:
        return False
    return all(atom and _LOCAL_CHARS.issuperset(atom) for atom in text.split("."))


def _domain(text: str) -> bool:
    labels = text.split(".")
    if len(text) > MAX_DOMAIN or (len(labels) == 1 and text != "localhost"):
        return False
    return labels[-1][:1].isalpha() and all(map(_label, labels))


def _label(text: str) -> bool:
    fits = 0 < len(text) <= MAX_LABEL and _DOMAIN_CHARS.issuperset(text)
    return fits and not text.startswith("-") and not text.endswith("-")
