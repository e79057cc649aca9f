"""On which terms a listener takes mail: what all of its sessions share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.receive.certificate import Certificate
from mailbot.receive.counts import Counts, Failures
from mailbot.receive.intake import Intake
from mailbot.receive.logins import Logins
from mailbot.receive.networks import Network
from mailbot.receive.spool import Spool

MAX_SIZE: Final = 36_000_000  #: on the wire; 25 MB of content plus what base64 adds


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one client may do, and how long it may take."""

    max_size: int = MAX_SIZE  #: bytes of one mail
    max_recipients: int = 100  #: of one mail
    max_errors: int = 10  #: of one connection
    max_logins: int = 3  #: tries of one connection
    idle: float = 60  #: seconds of silence
    session: float = 1_800  #: seconds of a connection
    storing: float = 300  #: seconds that a client may wait for our answer to its mail
    grace: float = 60  #: seconds of a mail after which its rate counts
    min_rate: float = 500  #: bytes a second
    tarpit: float = 1  #: seconds by which the answer to an error is held back


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What all sessions of one listener share."""

    intake: Intake
    spool: Spool
    counts: Counts
    limits: Limits
    certificate: Certificate | None = None
    implicit: bool = False  #: TLS from the first byte on
    logins: Logins | None = None  #: only who logs in may send
    failures: Failures
    behind: bool = False  #: whoever connects is a mail server of ours (LMTP)
    relays: Sequence[Network] = ()  #: these are mail servers of ours
    mend: Sequence[Network] = ()  #: these may send bare LFs
    proxies: Sequence[Network] = ()  #: these tell by the PROXY protocol who is behind them


@dataclass
class Begun:
    """A mail that is announced, and has not come yet."""

    sender: str | None = None  #: none: MAIL was not said; empty: nobody (a bounce)
    recipients: list[str] = field(default_factory=list)
    refused: int = 0  #: recipients beyond the limit
    utf8: bool = False
