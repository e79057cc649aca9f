"""What `mailbot init` is told, as plain values; what cannot be is said with the flag that gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from mailbot.domain.errors import Permanent

Kind = Literal["loopback", "own", "imap", "gmail", "microsoft365"]
KINDS: Final[tuple[Kind, ...]] = ("loopback", "own", "imap", "gmail", "microsoft365")
Provider = Literal["", "ollama", "openai", "anthropic", "scaffold"]
_ADDRESS: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)")
_HOST: Final = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?")
_ALLOWED: Final = re.compile(r"\*|(?:[^\s@,\"<>]{1,64}@)?@?[A-Za-z0-9.-]{1,253}")
_MODEL: Final = re.compile(r"(ollama|openai|anthropic):([!-~]{1,200})")
MAX_ALLOWED: Final = 1_000
MAX_PORT: Final = 65_535


@dataclass(frozen=True, kw_only=True)
class Account:
    """A login at a server."""

    host: str
    port: int
    security: str  #: implicit or tls: from the first byte on; starttls; none
    user: str = ""
    password_file: str = ""
    oauth: str = ""  #: the provider whose consent takes the place of a password
    client_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """All of them."""

    kind: Kind = "loopback"
    address: str = ""  #: what people write to; empty: build@ of the embedded domain
    listen: str = ""  #: of our own SMTP server
    tls_cert: str = ""
    mailbox: Account | None = None
    relay: Account | None = None
    provider: Provider = ""  #: empty: a local Ollama if one answers, else the templates
    model: str = ""
    model_url: str = ""
    key_file: str = ""
    admins: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = ()
    ca_file: str = ""
    data: str = ""

    @property
    def domain(self) -> str:
        """Of the address; empty: none, everything stays on this machine."""
        return self.address.rpartition("@")[2].lower()

    @property
    def local(self) -> str:
        """What stands before it."""
        return self.address.partition("@")[0].lower()


def address_of(text: str, flag: str) -> str:
    """A plain address."""
    if not _ADDRESS.fullmatch(text.strip()):
        raise Permanent(f"{flag} {text[:60]!r} is no plain address such as build@example.org")
    return text.strip()


def host_of(text: str, usual: int, flag: str) -> tuple[str, int]:
    """A host, perhaps with a port."""
    found = _HOST.fullmatch(text.strip())
    port = int(found[2] or usual) if found else 0
    if found is None or not 0 < port <= MAX_PORT:
        raise Permanent(f"{flag} {text[:60]!r} is no host with or without a port, such as smtp.example.org:587")
    return found[1], port


def allowed_of(texts: tuple[str, ...], flag: str) -> tuple[str, ...]:
    """Addresses, domains, or * for everybody."""
    words = tuple(dict.fromkeys(word.lower() for text in texts for word in re.split(r"[\s,;]+", text) if word))
    if len(words) > MAX_ALLOWED:
        raise Permanent(f"{flag}: {len(words)} are too many for a list; write a rule instead (docs/rules.md)")
    for word in words:
        if not _ALLOWED.fullmatch(word):
            raise Permanent(f"{flag} {word[:60]!r} is neither an address nor a domain, nor * for everybody")
    return words


def model_of(text: str, flag: str) -> tuple[Provider, str]:
    """auto, scaffold, or a provider with the name of its model."""
    word = text.strip()
    if word in {"", "auto"}:
        return "", ""
    if word == "scaffold":
        return "scaffold", ""
    if found := _MODEL.fullmatch(word):
        provider: Provider = "ollama" if found[1] == "ollama" else "openai" if found[1] == "openai" else "anthropic"
        return provider, found[2]
    raise Permanent(
        f"{flag} {word[:60]!r}: it is auto, scaffold, or like ollama:qwen2.5-coder:7b, openai:NAME, anthropic:NAME"
    )
