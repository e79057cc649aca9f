"""kill -9 of the real `mailbot serve` at random instants under load.

Every mail that was answered 250 has exactly one reply (distinct Message-IDs are counted) and every mail that was not
has none or one; the ledger's conservation law holds afterwards.

    python -m tests.campaigns.kill --kills 50 --mails 200
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import email
import random
import smtplib
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller

from mailbot.settings import load
from mailbot.store import open_ledger
from tests.process import served
from tests.servers import free_port

SETTINGS = """\
data = "{data}"
[[receive]]
kind = "smtp"
listen = "127.0.0.1:{port}"
[[models]]
kind = "scaffold"
[checks]
kind = "static"
[[deliver]]
kind = "smtp"
host = "127.0.0.1"
port = {sink}
security = "none"
settle_seconds = {settle}
"""


class Sink:
    """The receivers' mail server: remembers each reply by the mail it answers."""

    def __init__(self):
        self.replies = defaultdict(set)  #: our mail's Message-ID -> the Message-IDs of its replies
        self.taken = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's hook)
        reply = email.message_from_bytes(envelope.content)
        self.taken += 1
        self.replies[reply["In-Reply-To"]].add(reply["Message-ID"])
        return "250 taken"


@dataclass
class Campaign:
    """One server that is killed again and again, and one sender that mails meanwhile."""

    folder: Path
    kills: int
    mails: int
    seed: int
    port: int = field(default_factory=free_port)
    accepted: set = field(default_factory=set)  #: what the sender heard a 250 for
    offered: set = field(default_factory=set)  #: what reached the server at least in part
    lives: int = 0

    def run(self):
        """Kill, start again, and let it come to rest; return what went wrong."""
        self.chance = random.Random(self.seed)
        self.sink = Sink()
        controller = Controller(self.sink, hostname="127.0.0.1", port=0)
        controller.port = free_port()
        controller.start()
        self._write_settings(controller.port)
        sender = threading.Thread(target=self._send_all)
        sender.start()
        try:
            for _ in range(self.kills):
                self._live(self.chance.uniform(0.02, 0.8))
            self.process = self._start()
            sender.join(300)
            self._rest()
            self.process.terminate()
            assert self.process.wait(40) == 0, "serve did not stop in good order"
        finally:
            controller.stop()
            self.process.kill()
            self.process.wait()
        return self._wrong()

    def _write_settings(self, sink):
        text = SETTINGS.format(data=self.folder / "data", port=self.port, sink=sink, settle=1)
        (self.folder / "mailbot.toml").write_text(text)

    def _start(self):
        """Start the server and wait until it takes mail."""
        self.lives += 1
        return served(self.folder / "mailbot.toml", self.folder / "serve.log")

    def _live(self, seconds):
        self.process = self._start()
        time.sleep(seconds)
        self.process.kill()
        self.process.wait()
        count = asyncio.run(self._count())
        assert count.holds, f"after kill {self.lives}: {count}"

    def _send_all(self):
        """Mail on while the server comes and goes; half of what broke off is never offered again."""
        for number in range(self.mails):
            name = f"<{number}.{self.seed}@people.example>"
            while not self._offer(name):
                if name in self.offered and number % 2:
                    break
                time.sleep(0.02)

    def _offer(self, name):
        """One try to send; whether the server said 250."""
        letter = (
            f"From: person@people.example\r\nTo: build@mailbot.localhost\r\n"
            f"Subject: Page {name[1:-1]}\r\nMessage-ID: {name}\r\n"
            f"Date: Fri, 20 Nov 2026 12:00:00 +0000\r\n\r\nA page about our bees. Sections: Honey, Contact.\r\n"
        )
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
                self.offered.add(name)
                client.sendmail("person@people.example", ["build@mailbot.localhost"], letter)
        except (OSError, smtplib.SMTPException):
            return False
        self.accepted.add(name)
        return True

    def _rest(self, patience=420):
        """Wait until every accepted mail has its reply. What was killed three times waits minutes by itself."""
        end = time.monotonic() + patience
        while time.monotonic() < end and not self.accepted <= set(self.sink.replies):
            time.sleep(0.2)
        time.sleep(2.5)  # a second reply, were there one, would come now

    def _wrong(self):
        replies = self.sink.replies
        missing = sorted(self.accepted - set(replies))
        wrong = [f"no reply to {name}, which was accepted: {asyncio.run(self._life(name))}" for name in missing]
        wrong += [f"{len(ids)} replies to {name}" for name, ids in replies.items() if len(ids) != 1]
        wrong += [f"a reply to {name}, which was never offered" for name in sorted(set(replies) - self.offered)]
        count = asyncio.run(self._count())
        return [*wrong, *([] if count.holds and not count.in_flight else [f"the ledger's count is wrong: {count}"])]

    async def _count(self):
        async with self._ledger() as ledger:
            return await ledger.count()

    async def _life(self, name):
        async with self._ledger() as ledger:
            return await ledger.life(name)

    @contextlib.asynccontextmanager
    async def _ledger(self):
        settings = load(self.folder / "mailbot.toml")
        ledger = await open_ledger(settings.database_url, str(settings.folder), time_now)
        try:
            yield ledger
        finally:
            await ledger.close()


def time_now():
    """The time, for a ledger that is only read."""
    return datetime.now(UTC)  # noqa: TID251  (a test's clock)


def main():
    """Run it and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailbot-kill-") as folder:
        campaign = Campaign(folder=Path(folder), kills=given.kills, mails=given.mails, seed=given.seed)
        wrong = campaign.run()
        print(
            f"seed {given.seed}: {campaign.lives} lives, {given.kills} kills, "
            f"{len(campaign.accepted)} of {given.mails} mails accepted, "
            f"{len(campaign.sink.replies)} answered, {campaign.sink.taken} deliveries taken"
        )
        for line in wrong:
            print("WRONG:", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
