"""What we ask of an IMAP server, on one connection: where a folder stands, which mails it has, their bytes.

Whatever goes wrong is one of these, and nothing else comes out:

    Lost      the connection is of no use any more: it broke, went silent, or spoke nonsense
    Refused   the server said NO or BAD to one command; the next one may go well
    Denied    the server knows us and will not let us in: a person must look
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from imapclient.exceptions import ProtocolError
from imapclient.imap_utf7 import encode as utf7
from imapclient.response_parser import parse_fetch_response

from mailbot.domain.errors import Temporary
from mailbot.imap import MAX_LINE, SMALL, Plug, Wire
from mailbot.receive.imap_envelope import time_of

SLOW: Final = 20_000  #: octets a second: what a line must carry at least
GOODBYE: Final = 2.0  #: seconds for LOGOUT, which changes nothing any more
MAX_WORDS: Final = 300
EACH: Final = 512  #: octets of an answer for each mail, beside its bytes
KEYWORD: Final = "$MailbotDone"
_ARRIVED: Final = b"INTERNALDATE"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER: Final = re.compile(rb"\[(UIDNEXT|UIDVALIDITY) (\d{1,10})\]", re.IGNORECASE)
_PASSING: Final = re.compile(r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|OVERQUOTA)\]", re.IGNORECASE)


class Lost(Temporary):
    """The connection is of no use any more."""


class Refused(Temporary):
    """The server said no to one command."""


class Denied(Temporary):
    """The server will not let us in until a person has done something."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where to connect, and how."""

    host: str
    port: int
    context: ssl.SSLContext | None  #: none: no TLS
    implicit: bool  #: TLS from the first byte on
    timeout: float

    @property
    def place(self) -> str:
        """In words."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class View:
    """A folder as the server shows it."""

    validity: int
    next: int  #: the uid that the next mail gets; 0: it does not say


class Session:
    """One connection."""

    def __init__(self, server: Server, plug: Plug) -> None:
        self.news = False  #: the server told of a mail since it was last asked what there is
        self._server = server
        with _mapped(server.place, "connecting"):
            context = server.context if server.implicit else None
            self._wire = Wire(server.host, server.port, context, server.timeout, plug)
        try:
            self._secure()
        except BaseException:
            self.end()
            raise

    def login(self, user: str, secret: str | bytes) -> None:
        """Log in by a password, or by what XOAUTH2 is answered with."""
        with self._asking("the login"):
            try:
                if isinstance(secret, bytes):
                    self._wire.log_in_by_token(secret)
                else:
                    self._wire.log_in(user, secret)
            except self._wire.abort:
                raise
            except self._wire.error as error:
                words = _printable(str(error))
                kind = Lost if _PASSING.search(words) or "BAD" in words.split()[:6] else Denied
                raise kind(f"{self._server.place} refuses the login of {user}: {words}") from error

    @property
    def idles(self) -> bool:
        """Whether the server tells of new mail by itself."""
        return self._wire.offers("IDLE")

    def select(self, folder: str, *, readonly: bool) -> View:
        """Go into *folder*; what there is must be asked afterwards."""
        with self._asking(f"opening the folder {folder}"):
            # Where a folder that is to be marked turns out to be read-only, the marks are refused one by one.
            with contextlib.suppress(self._wire.readonly):
                self._ok(*self._wire.select(_named(folder), readonly))
            self._wire.is_readonly = True
            found = dict(_numbers(self._wire.untagged_responses))
        if not found.get("UIDVALIDITY"):
            raise Lost(f"{self._server.place} gives the folder {folder} no UIDVALIDITY: mail cannot be followed there")
        return View(validity=found["UIDVALIDITY"], next=found.get("UIDNEXT", 0))

    def above(self, uid: int) -> list[int]:
        """The uids above *uid*."""
        self.news = False
        # n:* always has the last mail too, whatever its uid.
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def since(self, day: date) -> list[int]:
        """The uids of what came on *day* or later."""
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def there(self, uid: int) -> bool:
        """Whether the server still has it."""
        return uid in self._search(f"UID {uid}")

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How large they are, as far as the server knows."""
        found = self._fetch(uids, "(RFC822.SIZE)", 0)
        return {uid: size for uid, items in found.items() if isinstance(size := items.get(b"RFC822.SIZE"), int)}

    def dates(self, uids: Sequence[int]) -> dict[int, datetime]:
        """When they came to the server."""
        found = self._fetch(uids, "(INTERNALDATE)", 0)
        return {uid: at for uid, items in found.items() if (at := time_of(items.get(_ARRIVED)))}

    def mails(self, uids: Sequence[int], octets: int) -> dict[int, tuple[bytes, datetime | None]]:
        """Their bytes, about *octets* in all, and when they came to the server."""
        found = self._fetch(uids, "(INTERNALDATE BODY.PEEK[])", octets * 2)
        bodies = {uid: items.get(b"BODY[]") for uid, items in found.items()}
        times = {uid: time_of(items.get(_ARRIVED)) for uid, items in found.items()}
        return {uid: (raw, times[uid]) for uid, raw in bodies.items() if isinstance(raw, bytes)}

    def piece(self, uid: int, start: int, octets: int) -> bytes | None:
        """So much of one mail; None: the server has no such mail, or gives nothing of it."""
        found = self._fetch([uid], f"(BODY.PEEK[]<{start}.{octets}>)", octets)
        raw = found.get(uid, {}).get(f"BODY[]<{start}>".encode())
        return raw if isinstance(raw, bytes) else None

    def watch(self, seconds: float) -> bool:
        """Wait for news, but not longer than *seconds*; tell whether there are any."""
        if not self.news:
            with self._asking("waiting for mail"):
                self._wire.watch(seconds)
        return self.news

    def flag(self, uids: Sequence[int], flag: str = KEYWORD) -> None:
        """Put *flag* on them."""
        self._uid("STORE", _set(uids), "+FLAGS.SILENT", f"({flag})")

    def move(self, uids: Sequence[int], folder: str) -> bool:
        """Move them; tell whether they have left this folder."""
        try:
            self._move(uids, folder)
        except Refused as error:
            if "TRYCREATE" not in str(error):
                raise
            with self._asking(f"making the folder {folder}"):
                self._ok(*self._wire.create(_named(folder)))
            self._move(uids, folder)
        return self._wire.offers("MOVE") or self.delete(uids)

    def delete(self, uids: Sequence[int]) -> bool:
        """Delete them and nobody else's; False: they are only marked, because the server cannot expunge by uid."""
        self.flag(uids, r"\Deleted")
        if self._wire.offers("UIDPLUS"):
            self._uid("EXPUNGE", _set(uids))
            return True
        return False

    def end(self) -> None:
        """Say goodbye, if anybody listens."""
        with contextlib.suppress(Exception):
            self._wire.begin(GOODBYE)
            self._wire.logout()
        self._wire.shutdown()

    def _secure(self) -> None:
        with self._asking("STARTTLS"):
            if self._server.context and not self._server.implicit:
                self._wire.secure(self._server.context)
            if self._wire.state != "NONAUTH":
                raise self._wire.abort("the server calls us logged in before we have said who we are")

    def _move(self, uids: Sequence[int], folder: str) -> None:
        self._uid("MOVE" if self._wire.offers("MOVE") else "COPY", _set(uids), _named(folder))

    def _search(self, what: str) -> list[int]:
        lines = self._uid("SEARCH", what, octets=MAX_LINE, seconds=2 * self._server.timeout)
        with _mapped(self._server.place, "reading what was found"):
            return sorted({int(number) for line in lines if isinstance(line, bytes) for number in line.split()})

    def _fetch(self, uids: Sequence[int], items: str, octets: int) -> Mapping[int, Mapping[bytes, Any]]:
        """Fetch; unasked news of other mails are left out."""
        if not uids:
            return {}
        octets += SMALL + EACH * len(uids)
        lines = self._uid("FETCH", _set(uids), items, octets=octets, seconds=self._server.timeout + octets / SLOW)
        with _mapped(self._server.place, "reading what was fetched"):
            found = parse_fetch_response([line for line in lines if line is not None], normalise_times=False)
            return {uid: found[uid] for uid in uids if uid in found}

    def _uid(self, command: str, *args: str, octets: int = SMALL, seconds: float | None = None) -> list[Any]:
        with self._asking(f"UID {command}", seconds, octets):
            kind, said = self._wire.uid(command, *args)
            self._ok(kind, said)
            return list(said)

    def _ok(self, kind: str, said: Sequence[Any]) -> None:
        if kind != "OK":
            words = said[-1] if said and isinstance(said[-1], bytes) else b""
            raise self._wire.error(words.decode("utf-8", "replace"))

    @contextlib.contextmanager
    def _asking(self, what: str, seconds: float | None = None, octets: int = SMALL) -> Iterator[None]:
        """One command: what came unasked before it is old, and what comes unasked with it is noted."""
        known = self._wire.untagged_responses
        with _mapped(self._server.place, what):
            if "BYE" in known:
                raise self._wire.abort("the server said goodbye")
            known.clear()
            self._wire.begin(seconds, octets)
            try:
                yield
            finally:
                self.news = self.news or "EXISTS" in self._wire.untagged_responses


@contextlib.contextmanager
def _mapped(place: str, what: str) -> Iterator[None]:
    """Every error of the libraries becomes one of ours."""
    try:
        yield
    except Temporary:
        raise
    except (imaplib.IMAP4.abort, ProtocolError) as error:
        raise Lost(f"{place}, {what}: {_printable(str(error))}") from error
    except imaplib.IMAP4.error as error:
        raise Refused(f"{place}, {what}: {_printable(str(error))}") from error
    except ssl.SSLCertVerificationError as error:
        words = f"its certificate is not trusted ({error.verify_message}); mend it, or name its authority in ca_file"
        raise Lost(f"{place}, {what}: {words}") from error
    except UnicodeError as error:  # its own words would quote the password
        raise Lost(f"{place}, {what}: a letter that cannot be sent or read there") from error
    except OSError as error:
        words = error.strerror or str(error) or type(error).__name__
        raise Lost(f"{place}, {what}: {_printable(words)}") from error
    except Exception as error:  # imaplib and imapclient raise anything over an answer that is none
        raise Lost(f"{place}, {what}: the answer makes no sense ({type(error).__name__})") from error


def _numbers(said: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, int]]:
    """The numbers in the answers to SELECT; imaplib has some of them by name, and all of them as they came."""
    for line in said.get("OK", ()):
        if isinstance(line, bytes) and (found := _NUMBER.match(line)):
            yield found[1].decode("ascii").upper(), int(found[2])


def _set(uids: Iterable[int]) -> str:
    """The uids as IMAP writes many: 4:7,9."""
    runs: list[list[int]] = []
    for uid in sorted(set(uids)):
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def _named(folder: str) -> str:
    name: bytes = utf7(folder)
    return '"' + name.decode("ascii").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _printable(said: str) -> str:
    """A stranger's words: one line, no control characters, not many."""
    return " ".join("".join(c if c.isprintable() else " " for c in said[: MAX_WORDS * 4]).split())[:MAX_WORDS]
