"""An IMAP server that breaks before, inside and after every answer, in every way: each mail is stored exactly once.

    python -m tests.campaigns.imap [--mails 1000] [--seed 1]

Each fault waits until it bites; then the next is set. The mails come in small numbers all the while. Afterwards the
inbox must hold each mail once, the cursor must stand behind the last, and nothing may have been passed over.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import structlog

from tests.deliver.certificate import Certificate
from tests.receive.imap_script import KINDS, STAGES, WHEN, Fault, Script
from tests.receive.imap_world import account, letter, site
from tests.receive.inbox import Inbox

CONNECTING = ("greeting", "CAPABILITY", "STARTTLS", "LOGIN", "SELECT")
PATIENCE = 20  #: seconds for one fault to bite, and for one mail to come


def cases(share, chance):
    """Every place and kind of a fault, in a new order; or a share of them, with each place and each kind in it."""
    every = list(itertools.product(STAGES, WHEN, KINDS))
    chance.shuffle(every)
    if share >= 1:
        return every
    chosen, places, kinds = [], set(), set()
    for at, when, kind in every:
        if (at, when) not in places or kind not in kinds or len(chosen) < share * len(every):
            chosen.append((at, when, kind))
        places.add((at, when))
        kinds.add(kind)
    return chosen


async def run(mails, share, seed, folder):
    """Live through the faults; return what was seen."""
    chance, inbox, faults = random.Random(seed), Inbox(), []
    waiting = [letter(number) for number in range(1, mails + 1)]
    chosen = cases(share, chance)
    each = max(1, mails // (len(chosen) + 1))
    server = Script(certificate=Certificate.made(Path(folder)))
    done = {"done": "flag", "timeout": 0.4, "tls": "starttls", "ca_file": server.certificate.file}
    async with server, account(server.port, inbox, site(folder), **done):
        for at, when, kind in chosen:
            fault = server.fault = Fault(at, when, kind)
            await server.deliver(*waiting[:each])
            del waiting[:each]
            if at == "PIECE":
                await server.deliver(letter(f"large{len(faults)}", "x" * 70 * 3_000))
            if at in CONNECTING:
                server.drop()
            await bitten(server, fault, (at, when, kind))
            await inbox.until(lambda: not inbox.trouble, PATIENCE)
            faults.append(fault)
        server.fault = None
        await server.deliver(*waiting)
        await everything(server, inbox)
    return server, inbox, faults


async def bitten(server, fault, case):
    """Wait until the fault was met; one that needs a mail gets one."""
    end = time.monotonic() + PATIENCE
    while not fault.hits:
        if time.monotonic() > end:
            raise AssertionError(f"the fault {case} was never met; the last commands: {server.commands[-8:]}")
        await asyncio.sleep(0.005)
        if not fault.hits and time.monotonic() > end - PATIENCE + 1:
            await server.deliver(letter(f"more{server.next}"))
            await asyncio.sleep(0.2)


async def everything(server, inbox):
    wanted = max(server.mails)
    await inbox.until(lambda: any(cursor.uid == wanted for cursor in inbox.cursors.values()), PATIENCE)


def judged(server, inbox):
    """What is wrong with it, in words; empty: nothing."""
    wanted = Counter(mail.raw for mail in server.mails.values())
    kept = Counter(raw for raw, _ in inbox.mails.values())
    over = [words for part, words in inbox.reports if "passed over" in part]
    wrong = {"lost": wanted - kept, "more than once, or damaged": kept - wanted}
    return [f"{len(some)} {what}" for what, some in wrong.items() if some] + over


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.imap", description=__doc__)
    parser.add_argument("--mails", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        server, inbox, faults = asyncio.run(run(given.mails, 1, given.seed, folder))
    wrong = judged(server, inbox)
    print(
        f"seed {given.seed}: {len(faults)} faults met, {len(server.mails)} mails, {len(inbox.mails)} stored, "
        f"{sum(inbox.offered.values())} offered, {server.connections} connections, {time.monotonic() - begun:.0f} s"
    )
    print("\n".join(wrong) or "each exactly once")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
