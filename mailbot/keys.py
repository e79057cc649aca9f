"""The private keys in the data folder: made, rotated, read again while mail is taken.

    keys/signing-0001.key   signs packages (OpenSSH, Ed25519); the highest number signs, the private half of an older
                            one is gone
    keys/signing-0001.pub   its public half, since when it counts, and until when
    keys/dkim.json          which DKIM keys wait, sign, or have done so lately; their private halves are beside it

Every file is written beside its place, flushed, and put there in one step, readable by nobody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from mailbot.build.sshsig import NAMESPACE, Signer, fingerprint, new_signer, public_of
from mailbot.domain.errors import MailbotError, Permanent, Temporary
from mailbot.ports import Resolver
from mailbot.reply.dkim import DkimKey, new_key
from mailbot.reply.dkim_rotation import Managed, fresh_keys, is_there, of_kind, read_keys, switched, written_keys
from mailbot.reply.keyring import Keyring

log = structlog.get_logger()

LOOK: Final = 5.0  #: seconds after which a changed key is in use, also where mail is being taken
MAX_FILE: Final = 100_000  #: bytes of a file of keys
_DAY: Final = timedelta(days=1)
_WORD: Final = re.compile(r"(since|until)=(\d{8}T\d{6}Z)")
_STOLEN: Final = "stolen"
_DKIM: Final = "dkim.json"


@dataclass(frozen=True, kw_only=True)
class Public:
    """The public half of a key that signs packages, or did."""

    number: int
    key: str  #: as OpenSSH writes it
    since: datetime | None = None
    until: datetime | None = None  #: none: it signs now
    stolen: bool = False  #: it proves nothing any more

    @property
    def fingerprint(self) -> str:
        """Its short name."""
        return fingerprint(self.key)

    def line(self, people: Sequence[str]) -> str:
        """What allowed_signers says of it; days are rounded outwards, so that no time zone makes a good one bad.

        A key that was the first and is the only one has no dates: an ssh-keygen before 8.8 knows none.
        """
        dates = ""
        if self.since and self.number > 1:
            dates += f',valid-after="{self.since - _DAY:%Y%m%d}"'
        if self.until:
            dates += f',valid-before="{self.until + 2 * _DAY:%Y%m%d}"'
        return f'{",".join(people)} namespaces="{NAMESPACE}"{dates} {self.key}'

    def record(self) -> str:
        """What the DNS says of it."""
        kind, blob = self.key.split(" ")
        return f"v=mailbot1; k={kind}; p={blob}; id={self.fingerprint}"

    def written(self) -> str:
        """Its file."""
        words = [self.key, NAMESPACE]
        words += [f"since={self.since:%Y%m%dT%H%M%SZ}"] if self.since else []
        words += [f"until={self.until:%Y%m%dT%H%M%SZ}"] if self.until else []
        words += [_STOLEN] if self.stolen else []
        return " ".join(words) + "\n"


def made_first(folder: Path, now: datetime) -> None:
    """Make the first key of packages, where there is none; of two that try, one wins."""
    if not any(folder.glob("signing-*.key")):
        _new_signing(folder, 1, now)


def rotate_signing(folder: Path, now: datetime, *, stolen: bool = False) -> Public:
    """A new key; the old one proves only what is older, or, where it was *stolen*, nothing any more."""
    known = published(folder)
    number = max((one.number for one in known), default=0) + 1
    made = _new_signing(folder, number, now)
    for one in known:
        ended = Public(
            number=one.number, key=one.key, since=one.since, until=one.until or now, stolen=stolen or one.stolen
        )
        _write(folder / f"{_name(one.number)}.pub", ended.written().encode("ascii"), mode=0o644)
        (folder / f"{_name(one.number)}.key").unlink(missing_ok=True)
    return made


def published(folder: Path) -> tuple[Public, ...]:
    """Every key of packages there ever was, oldest first."""
    numbers = {int(path.stem[-4:]): path for path in folder.glob("signing-[0-9][0-9][0-9][0-9].key")}
    found = {number: Public(number=number, key=Signer(_read(path)).public) for number, path in numbers.items()}
    for path in folder.glob("signing-[0-9][0-9][0-9][0-9].pub"):
        number, line = int(path.stem[-4:]), _read(path).decode("ascii", "replace").strip()
        words = line.split(" ")
        if not (key := public_of(" ".join(words[:2]))):
            raise Permanent(f"{path} holds no public key of OpenSSH")
        dates = {name: _moment(value) for name, value in _WORD.findall(line)}
        found[number] = Public(number=number, key=key, stolen=_STOLEN in words, **dates)
    return tuple(one for _, one in sorted(found.items()))


def signer_of(folder: Path) -> Signer | None:
    """The key that signs packages; none where none was made."""
    newest = max(folder.glob("signing-[0-9][0-9][0-9][0-9].key"), default=None)
    return Signer(_read(newest)) if newest else None


def allowed_signers(folder: Path, people: Sequence[str]) -> str:
    """The file by which receivers know our keys: one line for each that counts."""
    return "".join(one.line(people) + "\n" for one in published(folder) if not one.stolen)


def keyring_of(folder: Path, people: Sequence[str], named: Sequence[DkimKey] = ()) -> Keyring:
    """What is in use now; DKIM keys of ours go before those that the settings have *named*."""
    own = tuple(of_kind([one for one in managed(folder) if one.signs], _Pems(folder)))
    return Keyring(dkim=own or tuple(named), signer=signer_of(folder), allowed=allowed_signers(folder, people))


def managed(folder: Path) -> tuple[Managed, ...]:
    """The DKIM keys that we have made."""
    path = folder / _DKIM
    return read_keys(_read(path).decode("utf-8", "replace")) if path.exists() else ()


def waiting_dkim(folder: Path, domain: str, now: datetime) -> tuple[DkimKey, ...]:
    """The DKIM keys that wait for their records; made now, where none does."""
    keys = managed(folder)
    if not any(one.waits for one in keys):
        fresh = fresh_keys(keys, domain, now)
        for one in fresh:
            _write(folder / one.file, new_key(one.kind)[0])
        keys = (*keys, *fresh)
        _write(folder / _DKIM, written_keys(keys).encode("ascii"))
    return tuple(of_kind([one for one in keys if one.waits], _Pems(folder)))


async def missing_records(keys: Sequence[DkimKey], resolver: Resolver) -> list[str]:
    """What of the records of *keys* the DNS does not say, in words; none: all of them are there."""
    said = []
    for key in keys:
        try:
            records = await resolver.look(key.name, "TXT")
        except Temporary as error:
            said.append(f"{key.name} cannot be looked up now: {error}")
            continue
        if not records.values:
            said.append(f"{key.name} has no TXT record yet")
        elif not is_there(key, records.values):
            said.append(f"{key.name} says something else, or more than this one record")
    return said


def switch_dkim(folder: Path, now: datetime) -> tuple[Managed, ...]:
    """Let the waiting keys sign; what has left a week ago is gone."""
    before = managed(folder)
    after = switched(before, now)
    _write(folder / _DKIM, written_keys(after).encode("ascii"))
    for one in {key.file for key in before} - {key.file for key in after}:
        (folder / one).unlink(missing_ok=True)
    return after


@dataclass(eq=False)
class Held:
    """The keys in use; a change on disk is in use a few seconds later, and a broken one never."""

    load: Callable[[], Keyring]
    folder: Path
    current: Keyring = field(init=False)
    _seen: object = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Read the first ones; where these are wrong, nothing starts."""
        self._seen = _stands(self.folder)
        self.current = self.load()

    def look(self) -> bool:
        """Read them again if anything has changed; whether the ones on disk are in use."""
        if (seen := _stands(self.folder)) == self._seen:
            return True
        try:
            self.current = self.load()
        except (MailbotError, OSError, ValueError) as error:
            log.error("keys.kept", why=str(error))  # noqa: TRY400  (it is foreseen)
            return False
        self._seen = seen
        log.info("keys.read", signs=[one.selector for one in self.current.dkim])
        return True

    async def watch(self) -> None:
        """Look now and then, for ever."""
        while True:
            await asyncio.sleep(LOOK)
            await asyncio.to_thread(self.look)


def secrets_of(folder: Path) -> Iterator[str]:
    """Every line of a private key, so that it is recognised wherever it stands."""
    for path in (*folder.glob("signing-*.key"), *folder.glob("dkim-*.pem")):
        with contextlib.suppress(Permanent):
            yield from (line for line in _read(path).decode("ascii", "replace").splitlines() if "-----" not in line)


class _Pems(dict[str, bytes]):
    """The private halves by selector, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __missing__(self, selector: str) -> bytes:
        return _read(self.folder / f"dkim-{selector}.pem")


def _new_signing(folder: Path, number: int, now: datetime) -> Public:
    signer = new_signer()
    made = Public(number=number, key=signer.public, since=now)
    if not _write(folder / f"{_name(number)}.key", signer.pem, once=True):
        return published(folder)[-1]
    _write(folder / f"{_name(number)}.pub", made.written().encode("ascii"), mode=0o644)
    return made


def _name(number: int) -> str:
    return f"signing-{number:04}"


def _write(path: Path, content: bytes, *, mode: int = 0o600, once: bool = False) -> bool:
    """Put a file there in one step; *once*: only where there is none. Whether it was put."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        if once:
            path.hardlink_to(fresh)
        else:
            fresh.replace(path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink(missing_ok=True)
        _settle(path.parent)
    return True


def _settle(folder: Path) -> None:
    """Have the names of *folder* on disk, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE)
    except OSError as error:
        raise Permanent(f"the key {path} cannot be read: {error.strerror or error}") from error


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _stands(folder: Path) -> tuple[object, ...]:
    """The files of *folder*, as far as can be told without reading them."""
    try:
        known = [(path.name, path.stat()) for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    except OSError:
        return ()
    return tuple((name, at.st_ino, at.st_mtime_ns, at.st_size) for name, at in known)
