"""One mail through one connection to a relay: what each answer, and each silence, means for it."""

from __future__ import annotations

import contextlib
import re
import smtplib
from collections.abc import Iterator, Sequence
from typing import Final

from mailbot.deliver.client import Client, Relay, printable
from mailbot.domain.errors import Ambiguous, Permanent, Temporary
from mailbot.domain.reply import Delivery

CLOSING: Final = 421  #: the relay ends the session, whatever was asked
#: How servers say that too much comes at a time: Gmail, Outlook, Yahoo, Postfix.
_TOO_FAST: Final = re.compile(
    r"\b4\.7\.(?:28|650|651|652)\b|\[TSS?\d\d\]|rate.?limit|too (?:many|much) (?:e?-?mails?|messages?|connections)"
    r"|throttl|unusual rate|deferred due to (?:user complaints|unexpected volume)",
    re.IGNORECASE,
)
_DOT: Final = re.compile(rb"(?m)^\.")
_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class RelayFault(Temporary):
    """The relay failed before it took the mail: another relay may be asked at once."""


class Denied(RelayFault):
    """The relay does not let us in as we logged in."""


class Unfit(Permanent):
    """The relay cannot take this mail at all; another one may."""


def too_fast(words: str) -> bool:
    """Whether a server says in *words* that so much mail in so short a time is too much."""
    return bool(_TOO_FAST.search(words))


class Session:
    """One mail through one connection: upload(), then finish()."""

    def __init__(self, relay: Relay, secret: str | bytes) -> None:
        self._relay = relay
        self._secret = secret  #: a password, or the one message of XOAUTH2
        self._client: Client | None = None
        self._busy = self._dropped = False
        self._stage = "connecting"
        self._others: Sequence[str] = ()  #: who gets it in a transaction of their own
        self._left_out: list[str] = []
        self._mail: Delivery | None = None
        self._options: Sequence[str] = ()

    def upload(self, delivery: Delivery) -> None:
        """Everything up to the final dot. When this raises, the relay has not taken the mail."""
        if _BARE.search(delivery.wire):
            raise Permanent("the mail holds a bare CR or LF, which some servers take for its end; it is not sent")
        self._mail = delivery
        with self._working(RelayFault):
            client = self._client = Client(self._relay)
            self._hello(client)
            self._envelope(client, delivery)
            self._body(client, delivery)

    def finish(self) -> str:
        """The final dot and the answer to it."""
        self._at("waiting for the answer to the mail")
        client, delivery = self._client, self._mail
        if client is None or delivery is None:
            raise AssertionError("finish() before upload()")
        with self._working(Ambiguous):
            client.patience = self._relay.final_timeout
            client.send_all(b".\r\n")
            code, said = client.getreply()
            if code // 100 != 2:  # noqa: PLR2004  (2xx: taken)
                self._refused(code, said)
            self._to_others(client, delivery)
            client.goodbye()
        return "; ".join([f"{code} {printable(said)}", *self._left_out])

    def drop(self) -> None:
        """End it. A thread that still waits for the relay is woken and closes the connection itself."""
        self._dropped = True
        if self._client:
            self._client.interrupt()
            if not self._busy:
                self._client.close()

    def _hello(self, client: Client) -> None:
        relay = self._relay
        self._fault(*client.connect(relay.host, relay.port))
        self._at("LHLO" if relay.lmtp else "EHLO")
        self._fault(*client.ehlo())
        if relay.context and not relay.implicit:
            self._at("STARTTLS")
            client.secure()
            self._at("EHLO after STARTTLS")
            self._fault(*client.ehlo())
        if relay.user:
            self._at("the login")
            code, said = client.log_in(relay.user, self._secret)
            if code // 100 == 5:  # noqa: PLR2004
                raise Denied(self._words(code, said))
            self._fault(code, said)

    def _envelope(self, client: Client, delivery: Delivery) -> None:
        """The first recipient is the one whom it is for. Whoever else is refused does not keep it from that one."""
        self._at("MAIL FROM")
        most = client.esmtp_features.get("size", "").strip()
        if most.isdecimal() and 0 < int(most[:18]) < len(delivery.wire):
            raise Unfit(f"the relay takes at most {int(most[:18]):,} bytes; the mail has {len(delivery.wire):,}")
        foreign = not all(recipient.isascii() for recipient in delivery.recipients)
        if foreign and not client.has_extn("smtputf8"):
            raise Unfit("the relay cannot take an address with letters beyond ASCII (it offers no SMTPUTF8)")
        self._options = ("SMTPUTF8",) if foreign else ()
        self._fault(*client.mail(delivery.sender, self._options))
        first, *others = map(str, delivery.recipients)
        self._at(f"RCPT TO {first}")
        self._refused(*client.rcpt(first), good=2)
        others += [self._relay.copy_to.replace("{return_path}", delivery.sender)] if self._relay.copy_to else []
        if self._relay.lmtp:
            self._others = others  # an answer for each: what one of them takes, the next try must not send again
        else:
            self._invite(client, others)
        self._at("DATA")
        self._refused(*client.docmd("DATA"), good=3)

    def _invite(self, client: Client, others: Sequence[str]) -> list[str]:
        """Name the others; give those who were accepted, and note who was not."""
        taken = []
        for other in others:
            self._at(f"RCPT TO {other}")
            code, said = client.rcpt(other)
            if code == CLOSING:
                raise RelayFault(self._words(code, said))
            if code // 100 == 2:  # noqa: PLR2004
                taken.append(other)
            else:
                self._left_out.append(f"not to {other}: {code} {printable(said)}")
        return taken

    def _body(self, client: Client, delivery: Delivery) -> None:
        self._at("sending the mail")
        body = _DOT.sub(b"..", delivery.wire)
        client.send_all(body if body.endswith(b"\r\n") else body + b"\r\n")
        if early := client.early():
            self._refused(*early)

    def _to_others(self, client: Client, delivery: Delivery) -> None:
        """LMTP: the mail is delivered to whom it is for; whatever happens to the others changes nothing about that."""
        if not self._others:
            return
        client.patience = self._relay.timeout
        try:
            self._fault(*client.mail(delivery.sender, self._options))
            taken = self._invite(client, self._others)
            if not taken:
                client.docmd("RSET")
                return
            self._refused(*client.docmd("DATA"), good=3)
            self._body(client, delivery)
            client.send_all(b".\r\n")
            for other in taken:
                code, said = client.getreply()
                if code // 100 != 2:  # noqa: PLR2004
                    self._left_out.append(f"not to {other}: {code} {printable(said)}")
        except (OSError, smtplib.SMTPException, ValueError, Temporary, Permanent) as error:
            self._left_out.append(f"perhaps not to {', '.join(self._others)}: {printable(str(error).encode())}")

    def _at(self, stage: str) -> None:
        self._stage = stage
        if self._dropped:
            raise Temporary(f"stopped before {stage}")

    def _fault(self, code: int, said: bytes) -> None:
        """Before the recipient is named any refusal, 5xx too, is about the relay and us, not about this mail."""
        if code // 100 != 2:  # noqa: PLR2004
            raise RelayFault(self._words(code, said))

    def _refused(self, code: int, said: bytes, good: int = 0) -> None:
        """From here on a 5xx is about this mail; 421 is not, unless it says that too much comes at a time."""
        words = self._words(code, said)
        match code // 100:
            case 5:
                raise Permanent(words)
            case 4 if code == CLOSING and good and not too_fast(words):
                raise RelayFault(words)
            case 4:
                raise Temporary(words)
            case first if first != good:
                raise smtplib.SMTPResponseException(code, said)

    def _words(self, code: int, said: bytes) -> str:
        return f"{self._relay.place}, {self._stage}: {code} {printable(said)}"

    @contextlib.contextmanager
    def _working(self, lost: type[Temporary]) -> Iterator[None]:
        """Every error of the libraries becomes one of ours; *lost* is what a broken connection means here."""
        self._busy, done = True, False
        try:
            yield
            done = True
        except smtplib.SMTPResponseException as error:
            raise lost(self._words(error.smtp_code, _bytes(error.smtp_error))) from error
        except UnicodeError as error:  # its own words would quote the password
            raise lost(
                f"{self._relay.place}, {self._stage}: a letter beyond ASCII, which SMTP cannot take here"
            ) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            words = str(error) or type(error).__name__
            where = f"{self._relay.place}, {self._stage}"
            raise lost(f"{where}: {printable(words.encode('utf-8', 'replace'))}") from error
        finally:
            self._busy = False
            if self._client and (self._dropped or not done):
                self._client.close()


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")
