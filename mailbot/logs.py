"""Log lines: JSON for a machine, words for a person at a terminal; never an address, a secret or the words of a mail.

LOG_LEVEL and LOG_FORMAT (json, console) say what is written. An address becomes its domain and a mark: the same person
has the same mark for a month, so that lines can be told to belong together, and nobody can be looked up by it.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import structlog

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS: Final = ("json", "console")
LONGEST: Final = 2_000  #: characters of one value; a traceback has five times as many
HIDDEN: Final = "(hidden)"
_SPARE: Final = 400  #: the longest address, and more
_ADDRESS: Final = re.compile(
    r"(?:\"[^\"\n]{1,64}\"|[^\s<>\"'(),:;\[\]@/=]{1,64})@((?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63})"
)
_SECRET: Final = re.compile(r"(?i)(?:^|_)(?:password|passwd|secret|token|authorization|api_?key|cookie)$")
_WORDS: Final = frozenset({"body", "text", "html", "subject", "prompt", "content", "raw", "wire"})
_LETTERS: Final = 10
_NAMED: Final = frozenset({"token"})  #: of which the log has the name and never the secret

Event = MutableMapping[str, Any]


@dataclass
class Marks:
    """How people are called in the log."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))  #: until the house has one, of this process

    def mark(self, address: str, month: str) -> str:
        """The mark of *address* in that month."""
        key = hmac.digest(self.key, f"log {month}".encode(), hashlib.sha256)
        return hmac.new(key, address.lower().encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_LETTERS]

    def plain(self, text: str, month: str) -> str:
        """*text* without addresses: each is a mark, and the domain that it is of."""
        if "@" not in text:
            return text
        return _ADDRESS.sub(lambda found: f"{self.mark(found[0], month)}@{found[1].lower()}", text)


MARKS: Final = Marks()  #: of this process: the one thing that every line needs


def keyed(key: bytes) -> None:
    """From now on people are marked by *key*, so that a restart changes no mark."""
    MARKS.key = hmac.digest(key, b"mailbot log", hashlib.sha256)


def harmless(_logger: object, _method: str, event: Event) -> Event:
    """Take out of a line what must not be in a log."""
    month = datetime.now(UTC).strftime("%Y-%m")  # noqa: TID251  (the line itself is stamped by the real time, too)
    for name, value in event.items():
        if name in _WORDS or (_SECRET.search(name) and name not in _NAMED):
            event[name] = HIDDEN
        elif name not in {"timestamp", "level"}:
            event[name] = _plain(value, month, LONGEST * (5 if name == "exception" else 1))
    return event


def _plain(value: object, month: str, most: int) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key)[:100]: _plain(item, month, most) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, month, most) for item in value]
    text = str(value)
    plain = MARKS.plain(text[: most + _SPARE], month)  # whole addresses first: half of one would not be known as one
    return plain if len(text) <= most else f"{plain[:most]}… ({len(text):,} characters)"


def configure(environment: Mapping[str, str | None], *, person: bool, out: TextIO = sys.stderr) -> None:
    """Write the log as *environment* says; *person*: one reads along. A wrong word is told, and passed over."""
    level, kind = (environment.get("LOG_LEVEL") or "INFO").upper(), (environment.get("LOG_FORMAT") or "").lower()
    known = {"text": "console", "plain": "console"}.get(kind, kind) or ("console" if person else "json")
    last: Any = (
        structlog.dev.ConsoleRenderer(colors=person) if known == "console" else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            harmless,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level if level in LEVELS else "INFO"),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    logging.getLogger().setLevel(logging.WARNING)
    if level not in LEVELS or known not in FORMATS:
        said = {"LOG_LEVEL": level[:40], "LOG_FORMAT": kind[:40]}
        structlog.get_logger().warning("log.unknown_setting", **said, levels=list(LEVELS), formats=list(FORMATS))
