"""Where a mail leads to, as the statistical model counts it: hosts, and how they go with who it says it is from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from mailbot.understand.header import first
from mailbot.understand.spam_letter import Letter

_NOT_HTTP: Final = ("mailto:", "cid:", "#", "javascript:", "data:", "tel:")
_HOST: Final = re.compile(
    r"(?:[a-z]{2,10}:)?(?://)?(?:[^/@\s]{0,100}@)?([^/:?#\s]{1,200})(:\d+)?([^\s]*)", re.IGNORECASE
)
_IP: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d{8,10}|0x[0-9a-f]{8}")
_PLAIN: Final = re.compile(r"[a-z]{3,20}")
_DIGITS: Final = re.compile(r"\d")
_ADDRESS: Final = re.compile(r"[\w.+=-]{1,64}@[\w.-]{1,253}")


def of_places(letter: Letter) -> Iterator[str]:
    """Where it leads, beside where it says that it comes from: a publisher mostly leads to its own pages."""
    sender = _ADDRESS.search(letter.value("from"))
    own = registered(sender[0].rpartition("@")[2]) if sender else ""
    hosts = [host for host in map(_host, letter.links) if host]
    named = first(letter.fields, "message-id").strip(" <>\r\n").rpartition("@")[2]
    yield f"p:id:{bool(named)}:{registered(named[:200]) == own}"
    yield f"p:list:{'list-unsubscribe' in letter.names}:{'list-id' in letter.names}"
    if not hosts:
        yield "p:none"
        return
    domains = Counter(map(registered, hosts))
    most, often = domains.most_common(1)[0]
    yield f"p:own:{4 * domains[own] // len(hosts)}"
    yield f"p:domains:{bucket(len(domains))}"
    yield f"p:most:{4 * often // len(hosts)}:{bucket(len(hosts))}"
    yield f"p:most:own:{most == own}"
    yield f"p:more:{min(3, len(set(hosts)) - len(domains))}"


def _host(link: str) -> str:
    """The host of a link, empty where it has none that has a name."""
    found = None if link.lower().startswith(_NOT_HTTP) else _HOST.match(link.lower())
    return found[1] if found and "." in found[1] else ""


def registered(domain: str) -> str:
    """The domain that somebody pays for, as far as two labels tell."""
    return ".".join(domain.lower().strip(".").split(".")[-2:])


def of_link(link: str) -> Iterator[str]:
    """What is counted of one link."""
    lower = link.lower()
    if lower.startswith(_NOT_HTTP):
        yield f"u:{lower.partition(':')[0][:10]}"
        return
    found = _HOST.match(lower)
    if not found:
        return
    host, port, path = found[1], found[2], found[3]
    if _IP.fullmatch(host):
        yield "u:ip"
    else:
        labels = host.strip(".").split(".")
        yield f"u:tld:{labels[-1][:10]}"
        yield f"u:host:{'.'.join(labels[-2:])[:60]}"
        yield f"u:labels:{min(len(labels), 6)}:{'digits' if _DIGITS.search(host) else ''}"
    if port:
        yield f"u:port:{port[:6]}"
    if "%" in host or "@" in link[:100]:
        yield "u:dressed"
    last = path.partition("?")[0].rpartition("/")[2]
    if "." in last:
        yield f"u:ending:{last.rpartition('.')[2][:6]}"
    yield from (f"u:word:{word}" for word in letters_of(path)[:6])


def letters_of(text: str) -> list[str]:
    """The plain words at the beginning of *text*."""
    return _PLAIN.findall(text[:300].lower())


def bucket(count: int) -> int:
    """0, 1, 2, 3 for 4 to 7, and so on."""
    return count.bit_length()
