"""Ask a public list of packages about one name: whether there is such a package, and since when.

Nobody is asked unless an admin names the list. Only the name goes out. What was said is kept, in memory and in the data
folder: a package for a month, a name without one for an hour, because somebody may register it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

import structlog

from mailbot.domain.errors import Temporary
from mailbot.ports import Clock

log = structlog.get_logger()

MAX_ANSWER: Final = 20_000_000  #: bytes: what is said of a package with thousands of versions
MAX_KEPT: Final = 20_000  #: names
TIMEOUT: Final = 15.0  #: seconds for one answer
KEPT: Final = timedelta(days=30)
KEPT_MISSING: Final = timedelta(hours=1)
_SIMPLE: Final = "application/vnd.pypi.simple.v1+json"
_OK: Final = 200
_MISSING: Final = frozenset({404, 410})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a list says of a name."""

    exists: bool
    since: str = ""  #: when its first version came, ISO 8601; empty: the list does not say
    bad: str = ""  #: why nobody should install it, as the list says


class Index(Protocol):
    """A list of packages."""

    async def look(self, index: str, name: str) -> Entry:
        """What it says of *name*; raise Temporary when it says nothing."""


@dataclass(frozen=True, kw_only=True)
class Remote:
    """The lists that an admin named, by their kind (python, node)."""

    urls: Mapping[str, str]
    clock: Clock
    kept: Kept

    async def look(self, index: str, name: str) -> Entry:
        now = self.clock()
        if known := self.kept.get(index, name, now):
            return known
        if index not in self.urls:
            raise Temporary(f"no list of {index} packages is set")
        entry = await _asked(index, self.urls[index].rstrip("/"), name)
        await asyncio.to_thread(self.kept.put, index, name, entry, now)
        return entry


@dataclass
class Kept:
    """What was said, in memory and in a file; a file that is lost or broken costs only questions."""

    file: Path
    _said: dict[str, dict[str, Any]] = field(default_factory=dict)
    _loaded: bool = False

    def get(self, index: str, name: str, now: datetime) -> Entry | None:
        """What was said of *name* not too long ago."""
        self._load()
        try:
            said = self._said[f"{index} {name}"]
            age = now - datetime.fromisoformat(said["at"])
            entry = Entry(exists=bool(said["exists"]), since=str(said["since"]), bad=str(said["bad"]))
        except (KeyError, TypeError, ValueError):
            return None
        return entry if timedelta() <= age < (KEPT if entry.exists else KEPT_MISSING) else None

    def put(self, index: str, name: str, entry: Entry, now: datetime) -> None:
        """Keep it; the oldest go when there are too many."""
        self._said.pop(f"{index} {name}", None)
        self._said[f"{index} {name}"] = {**asdict(entry), "at": now.isoformat()}
        while len(self._said) > MAX_KEPT:
            del self._said[next(iter(self._said))]
        fresh = self.file.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(self._said), "utf-8")
            fresh.replace(self.file)
        except OSError as error:
            log.warning("packages.not_kept", file=str(self.file), error=str(error))

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        with contextlib.suppress(OSError, ValueError, RecursionError):
            found = json.loads(self.file.read_text("utf-8"))
            self._said = found if isinstance(found, dict) else {}


async def _asked(index: str, url: str, name: str) -> Entry:
    if index == "node":
        return _npm(await _answer(f"{url}/{quote(name, safe='@')}", "application/json"))
    return _python(await _answer(f"{url}/simple/{quote(name, safe='')}/", _SIMPLE))


async def _answer(url: str, kind: str) -> dict[str, Any] | None:
    """The answer in JSON; None where there is no such package."""
    try:
        body = await _body(url, kind)
        found = await asyncio.to_thread(json.loads, body) if body is not None else None
    except (ValueError, RecursionError) as error:
        raise Temporary("the list of packages answers nonsense") from error
    if body is not None and not isinstance(found, dict):
        raise Temporary("the list of packages answers nonsense")
    return found


async def _body(url: str, kind: str) -> bytes | None:
    """One question. Nothing is followed elsewhere, and an answer has its limits of time and size."""
    import httpx  # noqa: PLC0415  (memory that only a question needs)

    verify: ssl.SSLContext | bool = ssl.create_default_context() if url.startswith("https:") else False
    try:
        async with (
            asyncio.timeout(TIMEOUT),
            httpx.AsyncClient(verify=verify, timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client,
            client.stream("GET", url, headers={"Accept": kind}) as response,
        ):
            if response.status_code in _MISSING:
                return None
            if response.status_code != _OK:
                raise Temporary(f"the list of packages answers {response.status_code}")
            body = bytearray()
            async for piece in response.aiter_bytes(65_536):
                body += piece
                if len(body) > MAX_ANSWER:
                    raise Temporary("the list of packages answers with too much")
            return bytes(body)
    except TimeoutError:
        raise Temporary(f"the list of packages does not answer within {TIMEOUT:g} seconds") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        raise Temporary(f"the list of packages cannot be asked ({type(error).__name__})") from error


def _python(found: Mapping[str, Any] | None) -> Entry:
    """Of an index that speaks JSON as the simple API of PyPI does (PEP 691, with the times of PEP 700)."""
    files = found.get("files") if found else None
    if not isinstance(files, list):
        if found is None:
            return Entry(exists=False)
        raise Temporary("the list of packages answers nonsense")
    times = [str(one["upload-time"]) for one in files if isinstance(one, dict) and one.get("upload-time")]
    status = (found or {}).get("project-status")
    said = str(status.get("status", "")) if isinstance(status, dict) else ""
    bad = "it is in quarantine there" if said == "quarantined" else "" if files else "there is nothing to install"
    return Entry(exists=True, since=min(times, default=""), bad=bad)


def _npm(found: Mapping[str, Any] | None) -> Entry:
    """Of a registry that answers as the one of npm does."""
    if found is None:
        return Entry(exists=False)
    times = found.get("time")
    since = str(times.get("created", "")) if isinstance(times, dict) else ""
    gone = not found.get("versions") or (isinstance(times, dict) and "unpublished" in times)
    return Entry(exists=True, since=since, bad="there is nothing to install" if gone else "")


def kept_in(data: str) -> Kept:
    """What is kept in the data folder."""
    return Kept(file=Path(data) / "packages.json")
