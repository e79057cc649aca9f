"""The tokens of accounts, kept in <data>/tokens/<account>.json and renewed before they end.

*At that instant* a new grant is ours: when its file is on disk. Only then is its access token used. Some providers take
the old refresh token away with each answer, so an answer is never dropped: whoever waits for it may be cancelled, the
work goes on; and where the disk fails, the grant is kept in memory and written before anything else is asked.

*At worst* the answer to a refresh is lost on its way, or the machine dies before it is written: then a provider that
rotates refresh tokens wants the consent again.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from mailbot.consent.grants import TOTAL, Grant, ask, client_form, granted
from mailbot.consent.oauth import OAuth
from mailbot.consent.private import Busy, alone, read, write
from mailbot.domain.errors import Permanent, Temporary
from mailbot.ports import Clock

log = structlog.get_logger()

TOKENS: Final = "tokens"  #: their folder in the data folder
EARLY: Final = timedelta(minutes=5)  #: a token is renewed this long before its end
PAUSE: Final = 0.1  #: seconds between two tries to get the lock
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9@._+-]{0,127}")
_WHAT: Final = "the file of tokens"


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """One file."""

    client_id: str
    grant: Grant


@dataclass(eq=False)
class Tokens:
    """The tokens of one folder."""

    folder: Path
    clock: Clock
    _unsaved: dict[str, _Kept] = field(default_factory=dict, init=False, repr=False)
    _asking: dict[tuple[str, str], asyncio.Task[str]] = field(default_factory=dict, init=False, repr=False)

    async def access(self, account: str, oauth: OAuth, *, refused: str = "") -> str:
        """A token that opens *account* now. *refused*: one that the mail server took no longer, whatever its end.

        Raises Permanent when a person must consent (again) or correct a setting, Temporary when it may work later.
        """
        key = account, refused
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._access(account, oauth, refused))
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Let what has been asked be answered and written."""
        if self._asking:
            await asyncio.wait(tuple(self._asking.values()))

    async def keep(self, account: str, oauth: OAuth, grant: Grant) -> Path:
        """Make a new consent durable; return where it is."""
        async with self._alone(account) as path:
            self._unsaved.pop(account, None)
            await asyncio.to_thread(_store, path, _Kept(client_id=oauth.client_id, grant=grant))
        return path

    def _over(self, key: tuple[str, str], task: asyncio.Task[str]) -> None:
        del self._asking[key]
        if not task.cancelled():
            task.exception()  # whoever waited for it may be gone

    async def _access(self, account: str, oauth: OAuth, refused: str) -> str:
        path = self._path(account)
        if account not in self._unsaved:
            grant = _of(await asyncio.to_thread(_load, path, account), oauth, account)
            if _serves(grant, self.clock(), refused):
                return grant.access
        async with self._alone(account):
            await self._save(account, path)
            # Another process may have renewed it, or a person consented, while we waited.
            grant = _of(await asyncio.to_thread(_load, path, account), oauth, account)
            if _serves(grant, self.clock(), refused):
                return grant.access
            return await self._renewed(account, oauth, grant, refused)

    async def _renewed(self, account: str, oauth: OAuth, old: Grant, refused: str) -> str:
        try:
            grant = await _refresh(oauth, old, self.clock)
        except Temporary as error:
            if old.access != refused and old.given_at <= self.clock() < old.ends_at:
                log.warning(
                    "oauth.not_renewed", account=account, error=str(error), left=str(old.ends_at - self.clock())
                )
                return old.access
            raise
        self._unsaved[account] = _Kept(client_id=oauth.client_id, grant=grant)
        await self._save(account, self._path(account))
        log.info("oauth.renewed", account=account, until=grant.ends_at.isoformat())
        return grant.access

    async def _save(self, account: str, path: Path) -> None:
        """What could not be written before is written first: its refresh token may be the only one that counts."""
        if unsaved := self._unsaved.get(account):
            await asyncio.to_thread(_store, path, unsaved)
            del self._unsaved[account]

    @asynccontextmanager
    async def _alone(self, account: str) -> AsyncIterator[Path]:
        """Hold the account's file against other processes; whoever asks the provider holds it a little while."""
        path = self._path(account)
        with ExitStack() as held:
            for _ in range(int(2 * TOTAL / PAUSE)):
                try:
                    held.enter_context(alone(path, _WHAT, wait=False))
                except Busy:
                    await asyncio.sleep(PAUSE)
                else:
                    break
            else:
                raise Temporary(f"{_WHAT} {path} is held by another process; it is tried again")
            yield path

    def _path(self, account: str) -> Path:
        if not _ACCOUNT.fullmatch(account):
            words = f"{account[:40]!r} cannot name a file of tokens; set a `name` of letters, digits and @ . _ + -"
            raise Permanent(words)
        return self.folder / f"{account}.json"


async def _refresh(oauth: OAuth, old: Grant, clock: Clock) -> Grant:
    endpoints = oauth.endpoints()
    now = clock()  # before the provider counts: the token ends no earlier than we believe
    form = {"grant_type": "refresh_token", "refresh_token": old.refresh, **await client_form(oauth)}
    return granted(await ask(endpoints.token, form, endpoints.name), now, endpoints.name, before=old)


def _serves(grant: Grant, now: datetime, refused: str) -> bool:
    """Whether its token can still be used; where the clock went back, nobody knows."""
    early = min(EARLY, (grant.ends_at - grant.given_at) / 2)
    return grant.access != refused and grant.given_at <= now < grant.ends_at - early


def _of(kept: _Kept, oauth: OAuth, account: str) -> Grant:
    if kept.client_id != oauth.client_id:
        raise Permanent(f"the consent for {account} was given to another client_id: {_login(account)} again")
    return kept.grant


def _load(path: Path, account: str) -> _Kept:
    content = read(path, _WHAT)
    if content is None:
        raise Permanent(f"{account} has given no consent yet: {_login(account)}")
    try:
        found = json.loads(content)
        texts = {name: _text(found[name]) for name in ("access", "refresh", "client_id")}
        given_at, ends_at = _time(found["given_at"]), _time(found["ends_at"])
    except (ValueError, LookupError, TypeError, RecursionError):
        # Not chained: the error may hold a piece of the file.
        raise Permanent(f"{_WHAT} {path} is damaged: {_login(account)} again") from None
    grant = Grant(access=texts["access"], refresh=texts["refresh"], given_at=given_at, ends_at=ends_at)
    return _Kept(client_id=texts["client_id"], grant=grant)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("no text")
    return value


def _time(value: object) -> datetime:
    found = datetime.fromisoformat(_text(value))
    if found.tzinfo is None:
        raise ValueError("a time without its zone")
    return found


def _store(path: Path, kept: _Kept) -> None:
    grant = kept.grant
    content = {
        "client_id": kept.client_id,
        "access": grant.access,
        "refresh": grant.refresh,
        "given_at": grant.given_at.isoformat(),
        "ends_at": grant.ends_at.isoformat(),
    }
    write(path, json.dumps(content, indent=1).encode("ascii"), _WHAT)


def _login(account: str) -> str:
    return f"run `mailbot oauth login --account {account}`"
