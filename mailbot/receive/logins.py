"""Who may hand us mail with a password, and from which addresses.

One small file, <data>/logins.json. A password is kept as a scrypt hash with its own salt, and costs 16 MB of memory
and a fifth of a second to try, the same for a name that nobody has; two are tried at once, so that guessing takes at
most two processors from the mails. Counting failures is the session's affair: it knows who is connected.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mailbot.consent.private import alone, read, write
from mailbot.domain.errors import Permanent, Temporary
from mailbot.ports import Clock
from mailbot.understand.addresses import address

AT_ONCE: Final = 2  #: passwords that are tried at the same time
MAX_WAITING: Final = 50  #: logins that wait for that; who comes later is told to come again
MAX_LOGINS: Final = 1_000
MAX_ADDRESSES: Final = 100  #: of one login
MIN_PASSWORD: Final = 10  #: characters
MAX_PASSWORD: Final = 1_000  #: bytes
COST: Final = (2**14, 8, 5)  #: n, r, p of scrypt; stored with each hash, so that they may grow
_MAX_MEMORY: Final = 64 << 20  #: bytes that a stored cost may ask for
_MAX_PASSES: Final = 16
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._+@-]{0,127}")
_WHAT: Final = "the file of logins"


@dataclass(frozen=True, kw_only=True)
class Login:
    """One entry."""

    name: str
    addresses: tuple[str, ...]  #: it may write from
    since: str  #: the day it was made
    salt: bytes = field(repr=False)
    hash: bytes = field(repr=False)
    cost: tuple[int, int, int] = COST


_NOBODY: Final = Login(name="", addresses=(), since="", salt=bytes(16), hash=bytes(32))


class Logins:
    """The logins of one file; a change of the file counts at once."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._threads = ThreadPoolExecutor(AT_ONCE, "login")
        self._waiting = 0

    async def check(self, name: str, password: str) -> tuple[str, ...]:
        """The addresses that *name* may write from; none when name or password are wrong.

        Raises Temporary when too many wait already, or the disk fails; Permanent when the file is damaged.
        """
        if self._waiting >= MAX_WAITING:
            raise Temporary("too many logins are being tried; try again later")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._checked, name, password)
        finally:
            self._waiting -= 1

    def add(self, name: str, password: str, addresses: Sequence[str]) -> Login:
        """Make a login, or give an old one a new password and new addresses."""
        login = self._made(_named(name), password, _addresses(addresses))

        def change(known: dict[str, Login]) -> None:
            known[login.name] = login
            if len(known) > MAX_LOGINS:
                raise Permanent(f"there are {MAX_LOGINS:,} logins already; remove one: mailbot user remove NAME")

        self._change(change)
        return login

    def remove(self, name: str) -> None:
        """End a login; connections that are open stay until they end."""
        name = name.lower()

        def change(known: dict[str, Login]) -> None:
            if known.pop(name, None) is None:
                raise Permanent(f"there is no login {name!r}; `mailbot user list` shows them")

        self._change(change)

    def close(self) -> None:
        """Try no more; what is being tried ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def list(self) -> tuple[Login, ...]:
        """All of them, by name."""
        return tuple(login for _, login in sorted(self._read().items()))

    def _checked(self, name: str, password: str) -> tuple[str, ...]:
        secret = _secret(password)
        if len(secret) > MAX_PASSWORD:
            return ()
        login = self._read().get(name.lower(), _NOBODY)
        right = hmac.compare_digest(_hash(secret, login.salt, login.cost), login.hash)
        return login.addresses if right else ()

    def _made(self, name: str, password: str, addresses: tuple[str, ...]) -> Login:
        secret = _secret(password)
        if len(password) < MIN_PASSWORD or len(secret) > MAX_PASSWORD:
            raise Permanent(f"a password has at least {MIN_PASSWORD} characters and at most {MAX_PASSWORD:,} bytes")
        salt = secrets.token_bytes(16)
        since = self._clock().date().isoformat()
        return Login(name=name, addresses=addresses, since=since, salt=salt, hash=_hash(secret, salt, COST))

    def _change(self, change: Callable[[dict[str, Login]], None]) -> None:
        with alone(self._path, _WHAT):
            known = self._read()
            change(known)
            entries = [_entry(login) for _, login in sorted(known.items())]
            write(self._path, json.dumps({"logins": entries}, indent=1).encode("utf-8"), _WHAT)

    def _read(self) -> dict[str, Login]:
        content = read(self._path, _WHAT)
        if content is None:
            return {}
        try:
            logins = [_login(entry) for entry in json.loads(content)["logins"]]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            words = f"{_WHAT} {self._path} is damaged; put it back from a backup, or remove it and add the logins again"
            raise Permanent(words) from error
        return {login.name: login for login in logins}


def _named(name: str) -> str:
    if not _NAME.fullmatch(name.lower()):
        raise Permanent(f"{name[:40]!r} is no name for a login: letters, digits and . _ + @ -, at most 128")
    return name.lower()


def _addresses(given: Sequence[str]) -> tuple[str, ...]:
    if not 0 < len(given) <= MAX_ADDRESSES:
        raise Permanent(f"a login has 1 to {MAX_ADDRESSES} addresses that it may write from; give them by --address")
    for one in given:
        if address(one) is None:
            raise Permanent(f"{one[:80]!r} is no address; one looks like ana@example.org")
    return tuple(dict.fromkeys(str(address(one)) for one in given))


def _secret(password: str) -> bytes:
    """The same letters typed on another keyboard are the same password (RFC 8265)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _hash(secret: bytes, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=2 * _MAX_MEMORY, dklen=32)


def _entry(login: Login) -> dict[str, Any]:
    return {
        "name": login.name,
        "addresses": list(login.addresses),
        "since": login.since,
        "scrypt": list(login.cost),
        "salt": base64.b64encode(login.salt).decode("ascii"),
        "hash": base64.b64encode(login.hash).decode("ascii"),
    }


def _login(entry: dict[str, Any]) -> Login:
    n, r, p = (int(number) for number in entry["scrypt"])
    if not (n > 1 and n & (n - 1) == 0 and 0 < 128 * n * r <= _MAX_MEMORY and 0 < p <= _MAX_PASSES):
        raise ValueError("a cost that nobody would choose")
    if not _NAME.fullmatch(entry["name"]) or any(address(one) is None for one in entry["addresses"]):
        raise ValueError("a name or address that nobody could add")
    return Login(
        name=entry["name"],
        addresses=tuple(entry["addresses"]),
        since=str(entry["since"])[:10],
        salt=_bytes(entry["salt"], 16),
        hash=_bytes(entry["hash"], 32),
        cost=(n, r, p),
    )


def _bytes(text: str, length: int) -> bytes:
    found = base64.b64decode(text, validate=True)
    if len(found) != length:
        raise binascii.Error("of another length")
    return found
