"""What can go wrong, named by what the caller should do about it.

MailbotError
├── Temporary      try again later: nothing about the request is wrong
│   ├── Ambiguous  the other side may have done it: look before doing it again
│   ├── NotYet     nothing was tried: it is not its turn before a time that is known
│   └── Overtaken  somebody else has moved this row on: drop what you hold
└── Permanent      trying again would give the same answer
    ├── Unreadable   the bytes are not a message we can understand
    ├── Broken       looking at it killed, or ran over the limits of, the process that looked
    └── Impossible   a transition the life of a request does not have (a bug)
"""

from __future__ import annotations

from datetime import datetime


class MailbotError(Exception):
    """Base of every error mailbot raises on purpose."""


class Temporary(MailbotError):
    """Try again later; nothing about the request itself is wrong."""


class Ambiguous(Temporary):
    """The connection was lost after the final dot: the mail may have been taken."""


class NotYet(Temporary):
    """It is not its turn before *until*; nothing was tried, so nothing has failed."""

    def __init__(self, words: str, until: datetime) -> None:
        super().__init__(words)
        self.until = until


class Overtaken(Temporary):
    """A late comer: the row has moved on since it was read, so nothing was changed."""


class Permanent(MailbotError):
    """Trying again would give the same answer."""


class Unreadable(Permanent):
    """The bytes are not a message we can understand."""


class Broken(Permanent):
    """Looking at it killed the process that looked, or ran over its limits of time and memory."""


class Impossible(Permanent):
    """A transition that the life of a request does not have: a bug."""
