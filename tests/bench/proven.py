"""How many mails a second are accepted whose author is proven before the 250."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from mailbot.reply.dkim import DkimKey, new_key, sign
from tests.bench.sender import packed
from tests.bench.served import ROOT, Served, environment
from tests.bench.stage import DISCARD_ADDRESS, Scale, stage
from tests.bench.table import Figure, Limit, Row, middle, ratio_of
from tests.servers_dns import dns_server
from tests.servers_postfix import unavailable

SESSIONS: Final = 50
SENDER: Final = "ana@people.example"
OURS: Final = "build@bench.example"
WORDS: Final = "A page about our bees, with the dates of the markets and a form to write to us.\r\n" * 58

TITLE: Final = "Mails accepted per second, each proven before its 250"
HOW: Final = (
    "Signed mails of 5 KB, each another one, over {sessions} sessions: SPF, DKIM and DMARC are checked, the DNS has "
    "answered before. Postfix checks nothing, and throws its mails away (`discard`). The same program sends to both."
)


async def measure(scale: Scale) -> Figure:
    """The figure."""
    if reason := unavailable():
        return Figure(title=TITLE, how=HOW.format(sessions=SESSIONS), missing=reason)
    pem, record = new_key()
    zone = {
        "people.example": [("TXT", "v=spf1 ip4:127.0.0.1 -all")],
        "_dmarc.people.example": [("TXT", "v=DMARC1; p=reject")],
        "s1._domainkey.people.example": [("TXT", record)],
    }
    key = DkimKey(domain="people.example", selector="s1", pem=pem)
    ours, theirs = list[float](), list[float]()
    async with stage() as around, dns_server(zone) as dns:
        for number in range(scale.rounds):
            mails = await asyncio.to_thread(letters, key, max(SESSIONS, scale.ingest // 2), number)
            ours.append(await _accepted(dns.address, mails))
            theirs.append(await _rate(around.postfix.port, DISCARD_ADDRESS, mails))
            await asyncio.to_thread(around.postfix.empty)
    row = Row(
        what=f"{SESSIONS} sessions", ours=middle(ours), unit="/s", reference="Postfix to discard",
        theirs=middle(theirs), ratio=ratio_of(ours, theirs), floor=Limit(value=0.5, of="ratio", at_most=False),
        aim=Limit(value=1, of="ratio", at_most=False),
    )  # fmt: skip
    return Figure(title=TITLE, how=HOW.format(sessions=SESSIONS), rows=(row,))


def letters(key: DkimKey, count: int, lot: int) -> list[bytes]:
    """So many mails, each signed."""
    now = datetime.now(UTC)  # noqa: TID251  (a signature is of these days)
    head = f"From: Ana <{SENDER}>\r\nTo: {OURS}\r\nDate: {format_datetime(now)}\r\nSubject: Bees\r\n"
    names = (f"Message-ID: <{lot}.{number}@people.example>\r\n\r\n" for number in range(count))
    return [sign(f"{head}{name}{WORDS}".encode(), key, now) for name in names]


async def _accepted(dns: str, mails: Sequence[bytes]) -> float:
    """Of a mailbot with a domain: loopback proves nothing to it."""
    head, tail = 'domain = "bench.example"\n', f'[dns]\nnameservers = ["{dns}"]\n'
    async with Served(options=("--accept-only",), head=head, tail=tail) as served:
        rate = await _rate(served.port, OURS, mails)
        with contextlib.closing(sqlite3.connect(f"file:{served.folder}/data/mailbot.db?mode=ro", uri=True)) as database:
            proven = 'SELECT count(*) FROM requests WHERE envelope LIKE \'%"proof":"dkim"%\''
            (found,) = database.execute(proven).fetchone()
    if found != len(mails):
        raise AssertionError(f"{len(mails)} mails were accepted and {found} are proven")
    return rate


async def _rate(port: int, to: str, mails: Sequence[bytes]) -> float:
    """Mails per second, as the sender saw it."""
    with tempfile.NamedTemporaryFile(prefix="mailbot-bench-") as file:
        await asyncio.to_thread(Path(file.name).write_bytes, packed(mails))
        command = [sys.executable, "-m", "tests.bench.sender", str(port), str(SESSIONS), SENDER, to, file.name]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, cwd=ROOT, env=environment())
        said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the sender ended with {process.returncode}")
    return len(mails) / float(said)
