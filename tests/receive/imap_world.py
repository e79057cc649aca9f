"""An account on a scripted or a real server, opened and closed by the test."""

from __future__ import annotations

import contextlib

from mailbot.domain.names import Names
from mailbot.ports import Site
from mailbot.receive.imap import Imap
from tests.fakes import Time, mail
from tests.receive.imap_script import PASSWORD, USER


def site(folder, **changes):
    """The house, as far as this room asks for it."""
    known = {
        "domain": "example.org",
        "embedded": False,
        "addresses": {"build": "build", "ask": "ask"},
        "data": str(folder),
        "clock": Time(),
        "names": Names(domain="example.org", keys=(b"k",)),
        "resolver": None,
        "prover": None,
        "workers": None,
    }
    return Site(**(known | changes))


def settings(port, **changes):
    """An account of the scripted server; quick where a real one is patient."""
    known = {
        "host": "127.0.0.1",
        "port": port,
        "user": USER,
        "password": PASSWORD,
        "tls": "none",
        "since": "all",
        "poll": 0.1,
        "retry": 0.01,
        "retry_login": 0.05,
        "timeout": 5,
    }
    if {"password_file", "oauth"} & changes.keys():
        del known["password"]
    return Imap(**(known | changes))


@contextlib.asynccontextmanager
async def account(port, inbox, where, **changes):
    """It reads the mailbox behind *port*."""
    box = settings(port, **changes).open(where)
    await box.open(inbox)
    try:
        yield box
    finally:
        await box.close()


def letter(number, text="One page about bees.", **headers):
    """A mail that no other is."""
    return mail(text, subject=f"n{number}", to="build@example.org", number=number, **headers)


def subjects(*numbers):
    return [f"n{number}" for number in numbers]
