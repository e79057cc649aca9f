"""What both sides of a comparison share: the receivers' server, one Postfix, and what a genuine reply is."""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import tempfile
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from tests.bench.letters import page
from tests.bench.served import ROOT
from tests.bench.sink import Sink
from tests.servers_postfix import Postfix, Script

SCRIPT_ADDRESS: Final = "build@script.example"  #: Postfix gives its mail to the script
DISCARD_ADDRESS: Final = "build@discard.example"  #: Postfix takes its mail and throws it away
OUR_ADDRESS: Final = "build@mailbot.localhost"
ROUTES: Final = {"script.example": "script:", "discard.example": "discard:"}


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much is measured."""

    mails: int = 200  #: one after the other
    rounds: int = 5  #: of pairs
    burst: int = 150  #: mails of one round
    waiting: int = 200_000  #: requests in the ledger
    claims: int = 60  #: of each kind of queue
    settle: float = 3.0  #: seconds until what a start leaves behind is done
    idle: float = 20.0  #: seconds of doing nothing
    ingest: int = 1_500  #: mails of one round at 50 sessions
    every: int = 1  #: of the kinds of run, one in so many


QUICK: Final = Scale(mails=25, rounds=3, burst=40, waiting=20_000, claims=20, idle=3.0, ingest=300)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The servers."""

    sink: Sink
    postfix: Postfix


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Postfix relays to the sink; the script stands behind its pipe(8)."""
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as folder:
        served = Path(folder) / "index.html"
        served.write_text(page(), "utf-8")
        program = ROOT / "tests" / "bench" / "pipe_script.py"
        script = Script(program=program, arguments=("{port}", "{folder}/index.html"), files=(served,))
        async with Sink() as sink:
            with Postfix(relay=sink.port, routes=ROUTES, script=script) as postfix:
                yield Stage(sink=sink, postfix=postfix)


def genuine(sink: Sink) -> None:
    """Every reply that was taken carries the page in a zip, and nobody was answered twice."""
    for name, arrivals in sink.arrivals.items():
        if len(arrivals) != 1:
            raise AssertionError(f"{name} was answered {len(arrivals)} times")
        mail = email.message_from_bytes(arrivals[0].wire, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        if mail["In-Reply-To"] and page().encode() not in _packed(mail):
            raise AssertionError(f"the reply to {name} does not carry the page: {arrivals[0].wire[:2000]!r}")


def _packed(mail: EmailMessage) -> list[bytes]:
    """The contents of every file in every zip of the mail."""
    zips = [part.get_content() for part in mail.iter_attachments() if str(part.get_filename()).endswith(".zip")]
    archives = [zipfile.ZipFile(io.BytesIO(packed)) for packed in zips]
    return [archive.read(name) for archive in archives for name in archive.namelist()]
