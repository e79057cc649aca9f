"""kill -9 of the real `mailbot serve` around the final dot of a reply, again and again.

The relay of this campaign takes each reply, or does not, and has the server killed: before the dot, at the dot, or
just after its 250. With the copy route it also mails a copy to the server itself, as a relay does that looks up who
takes mail for our domain. Then every mail has exactly one reply that arrived once. Without it a reply may arrive twice,
under the same Message-ID, and none is lost.

    python -m tests.campaigns.dot --kills 200
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import smtplib
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.settings import load
from mailbot.store import open_ledger
from tests.campaigns.kill import SETTINGS, time_now
from tests.deliver.sink import Fault, Sink
from tests.process import served
from tests.servers import free_port

COPY = 'copy_to = "{return_path}"'
#: What the relay does with a reply before the server dies; "lives" is a reply of an ordinary life.
ENDS = ("before the dot", "taken", "not taken", "answered", "lives")
REPLY = re.compile(rb"(?m)^Message-ID: (<[^>]+>)\r$")
ANSWERS = re.compile(rb"(?m)^In-Reply-To: (<[^>]+>)\r$")


@dataclass
class Campaign:
    """One server, killed at one reply after the other."""

    folder: Path
    kills: int
    seed: int
    copied: bool = True
    settle: float = 120.0  #: longer than any start takes: the copy must come before it is over
    port: int = field(default_factory=free_port)
    arrived: Counter = field(default_factory=Counter)  #: the Message-ID of a reply -> how often it was taken
    answered: set = field(default_factory=set)  #: the mails that a reply arrived for
    copies: list = field(default_factory=list)
    lives: int = 0

    def run(self):
        """Kill, start again, and let it come to rest; return what went wrong."""
        chance = random.Random(self.seed)
        with Sink(taken=self._taken) as self.sink:
            copy = COPY if self.copied else ""
            text = SETTINGS.format(data=self.folder / "data", port=self.port, sink=self.sink.port, settle=self.settle)
            (self.folder / "mailbot.toml").write_text(f"{text}{copy}\n")
            self._start()
            try:
                for number in range(self.kills):
                    self._one(number, chance.choice(ENDS))
                self._rest({_name(number, self.seed) for number in range(self.kills)})
                self.process.terminate()
                assert self.process.wait(40) == 0, "serve did not stop in good order"
            finally:
                self.process.kill()
                self.process.wait()
        return self._wrong()

    def _one(self, number, end):
        """One mail, and what happens at its reply; then the next life, to which the copy comes."""
        died = threading.Event()
        self.sink.fault = {
            "taken": Fault("dot", "taken"),
            "not taken": Fault("dot", "close"),
            "before the dot": Fault("DATA", "hang"),
        }.get(end)
        self.on_mail = died.set
        before = self.sink.sessions
        self._offer(number)
        until = time.monotonic() + 30
        if end in {"taken", "answered", "lives"}:
            assert died.wait(30), f"no reply to {number}: {end}"
        else:
            while self.sink.sessions == before and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(0.03)
        if end == "lives":
            self.sink.fault = None
            return self._hand_in()
        self.process.kill()
        self.process.wait()
        self.sink.fault = None
        self._start()
        if self.copied:
            return self._hand_in()
        return self._rest({_name(number, self.seed)})  # or the next kill would hit its second copy, too

    def _taken(self, mail):
        found, answers = REPLY.search(mail.wire), ANSWERS.search(mail.wire)
        self.arrived[found[1]] += 1
        self.answered.add(answers[1].decode())
        self.copies += [(mail, to) for to in mail.recipients if to.startswith("b+")]
        self.on_mail()

    def _hand_in(self):
        """The copies come to our own server, as they would by the MX record of our domain."""
        while self.copies:
            mail, to = self.copies[0]
            with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", self.port) as client:
                client.sendmail(mail.sender, [to], mail.wire)
                del self.copies[0]

    def _offer(self, number):
        name = _name(number, self.seed)
        letter = (
            f"From: person{number}@people.example\r\nTo: build@mailbot.localhost\r\n"
            f"Subject: Page {number}\r\nMessage-ID: {name}\r\n"
            f"Date: Fri, 20 Nov 2026 12:00:00 +0000\r\n\r\nA page about our bees. Sections: Honey, Contact.\r\n"
        )
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(f"person{number}@people.example", ["build@mailbot.localhost"], letter)

    def _start(self):
        self.lives += 1
        self.process = served(self.folder / "mailbot.toml", self.folder / "serve.log")

    def _rest(self, names, patience=420):
        """Until nothing more is due; the copies of the last replies come, too."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            self._hand_in()
            if names <= self.answered and asyncio.run(self._due()) is None:
                return
            time.sleep(0.3)

    async def _due(self):
        settings = load(self.folder / "mailbot.toml")
        ledger = await open_ledger(settings.database_url, str(settings.folder), time_now)
        try:
            return await ledger.next_due()
        finally:
            await ledger.close()

    def _wrong(self):
        lost = [f"no reply to {n}" for n in range(self.kills) if _name(n, self.seed) not in self.answered]
        most = 1 if self.copied else 2
        return [*lost, *(f"{count} times: {id}" for id, count in self.arrived.items() if count > most)]


def _name(number, seed):
    return f"<{number}.{seed}@people.example>"


def main():
    """Run it and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    failed = False
    for copied in (True, False):
        settle = 120.0 if copied else 1.0
        with tempfile.TemporaryDirectory(prefix="mailbot-dot-") as folder:
            campaign = Campaign(folder=Path(folder), kills=given.kills, seed=given.seed, copied=copied, settle=settle)
            wrong = campaign.run()
        doubled = sum(count > 1 for count in campaign.arrived.values())
        print(
            f"seed {given.seed}, {'with' if copied else 'without'} the copy route: {given.kills} mails, "
            f"{campaign.lives - 1} kills, {len(campaign.answered)} answered, {doubled} arrived twice"
        )
        for line in wrong:
            print("WRONG:", line)
        failed = failed or bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
