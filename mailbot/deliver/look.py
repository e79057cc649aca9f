"""A visit to a relay, as far as a mail would get before its first byte: nothing is sent."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

from mailbot.deliver.client import Client, Relay
from mailbot.deliver.session import RelayFault, Session


class SenderRefused(RelayFault):
    """The relay takes no mail from our address."""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What a relay can do, and what it says."""

    extensions: tuple[str, ...]
    tls: str = ""  #: the version; empty: none
    ends: datetime | None = None  #: of its certificate


class Visit(Session):
    """One connection: greeting, TLS, login, sender and recipient, and goodbye."""

    def __init__(self, relay: Relay, secret: str | bytes) -> None:
        super().__init__(relay, secret)
        self._visited = relay

    def visit(self, sender: str, recipient: str) -> Offered:
        """Go there. RelayFault says where it ended, Temporary and Permanent what the recipient was answered."""
        with self._working(RelayFault):
            client = self._client = Client(self._visited)
            self._hello(client)
            offered = _offered(client)
            self._at(f"MAIL FROM {sender}")
            code, said = client.mail(sender)
            if code // 100 == 5:  # noqa: PLR2004  (for good)
                raise SenderRefused(self._words(code, said))
            self._fault(code, said)
            self._at(f"RCPT TO {recipient}")
            self._refused(*client.rcpt(recipient), good=2)
            client.docmd("RSET")
            client.goodbye()
            client.close()
            return offered


def _offered(client: Client) -> Offered:
    sock = client.sock
    extensions = tuple(sorted(client.esmtp_features))
    if not isinstance(sock, ssl.SSLSocket):
        return Offered(extensions=extensions)
    shown = sock.getpeercert() or {}
    end = str(shown.get("notAfter", ""))
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if end else None
    return Offered(extensions=extensions, tls=sock.version() or "", ends=ends)
