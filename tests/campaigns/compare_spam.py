"""What rspamd and SpamAssassin say of the same mails, with the rules that come with them and no network.

    python -m tests.campaigns.compare_spam [EVERY]      only every so many mails; 1: all

On our scale: held is what rspamd would mark and what SpamAssassin calls spam.
"""

from __future__ import annotations

import asyncio
import sys
import time

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Proof
from mailbot.receive.rspamd import RspamdClient
from mailbot.receive.spamd import SpamdClient
from tests.campaigns.train_spam import Example, mails, table
from tests.fakes import envelope
from tests.servers_spam import rspamd, spamd

NOBODY = {"proof": Proof.NONE, "peer": "", "helo": "", "sender": "", "recipients": ()}


async def scores(client, cases):
    """The score of each; what cannot be had is told, and counts as none."""
    found, missed = {}, 0
    for case in cases:
        raw = case.raw.partition(b"\n")[2] if case.raw.startswith(b"From ") else case.raw
        try:
            found[case.name] = (await client.ask(raw, envelope(**NOBODY))).score
        except Temporary as error:
            missed += 1
            found[case.name] = 0.0
            print(f"{case.name}: {error}", file=sys.stderr)
    return found, missed


def compare(every):
    """Print both tables."""
    cases = [
        Example(name=name, spam=spam, hard=hard, signs=(), tokens=None, marks=(), raw=raw)
        for name, spam, hard, raw in list(mails())[::every]
    ]
    for server, client in ((rspamd, _rspamd), (spamd, _spamd)):
        with server() as place:
            begun = time.monotonic()
            found, missed = asyncio.run(scores(client(place), cases))
            took = (time.monotonic() - begun) / len(cases)
        print(f"{client(place).name}: {len(cases)} mails, {missed} without an answer, {took * 1_000:.0f} ms a mail")
        print(table(cases, found), flush=True)


def _rspamd(url):
    return RspamdClient(url=url, timeout=60)


def _spamd(port):
    return SpamdClient(host="127.0.0.1", port=port, timeout=60)


if __name__ == "__main__":
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
