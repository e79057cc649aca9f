"""kill -9 of the real `mailbot serve` while orders come over HTTP.

Whoever orders repeats each call, with its Idempotency-Key, until it is answered 202. Afterwards every order has one
request, one reply and one final status; the ledger's conservation law holds.

    python -m tests.campaigns.orders --orders 100 --kills 12
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import email
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx

from mailbot.settings import load
from mailbot.store import open_ledger
from tests.servers import free_port

TOKEN = "the-token-of-the-campaign"
SETTINGS = """\
data = "{data}"
api_token = "{token}"
[web]
listen = ["127.0.0.1:{web}"]
per_minute = 1000000
per_hour = 1000000
[[receive]]
kind = "smtp"
listen = "127.0.0.1:{smtp}"
[[models]]
kind = "scaffold"
[checks]
kind = "static"
"""
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def now():
    """The time."""
    return datetime.now(UTC)  # noqa: TID251  (a test of the real process)


class Campaign:
    """A mailbot that is killed again and again, and somebody who orders all the while."""

    def __init__(self, folder, orders, kills, seed):
        self.folder, self.orders, self.kills = Path(folder), orders, kills
        self.random = random.Random(seed)
        self.port = free_port()
        self.config = self.folder / "mailbot.toml"
        self.config.write_text(SETTINGS.format(data=self.folder / "data", token=TOKEN, web=self.port, smtp=free_port()))
        self.names, self.calls, self.lives = {}, 0, 0
        self.over = threading.Event()

    def run(self):
        """What is wrong afterwards; nothing, if all is well."""
        ordering = threading.Thread(target=self._order)
        ordering.start()
        try:
            for _ in range(self.kills):
                with self._life() as process:
                    at = self._next(len(self.names))
                    while len(self.names) < at and process.poll() is None:
                        time.sleep(0.02)
                    time.sleep(self.random.uniform(0, 0.3))
                    process.kill()
            with self._life():
                ordering.join(120)
                found = self._statuses()
        finally:
            self.over.set()
        return [*self._wrong(found), *asyncio.run(self._counted())]

    def _next(self, done):
        left = self.orders - done
        return done + max(1, min(left - 1, left // max(1, self.kills)))

    @contextlib.contextmanager
    def _life(self):
        command = [sys.executable, "-m", "mailbot", "serve", "--config", str(self.config)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            self.lives += 1
            assert "mailbot is up" in process.stdout.readline()
            try:
                yield process
            finally:
                process.terminate()
                process.communicate(timeout=60)

    def _order(self):
        for number in range(self.orders):
            body = {"app_type": "static_site", "description": f"A page about bee number {number}"}
            body["recipient_email"] = f"ana{number}@acme.example"
            while not self.over.is_set():
                self.calls += 1
                with contextlib.suppress(httpx.HTTPError):
                    answer = httpx.post(
                        f"http://127.0.0.1:{self.port}/generate",
                        json=body,
                        headers={**HEADERS, "Idempotency-Key": f"order-{number}"},
                        timeout=10,
                    )
                    if answer.status_code == 202:
                        self.names[number] = answer.json()["request_id"]
                        break
                time.sleep(0.02)

    def _statuses(self):
        """The last status of every order."""
        found, end = {}, time.monotonic() + 120
        while len(found) < len(self.names) and time.monotonic() < end:
            for number, name in self.names.items():
                if number not in found:
                    url = f"http://127.0.0.1:{self.port}/status/{name}"
                    told = httpx.get(url, headers=HEADERS, timeout=10).json()
                    if told["status"] == "failed" or (told["status"] == "completed" and told["email_sent"]):
                        found[number] = told["status"]
            time.sleep(0.05)
        return found

    def _wrong(self, found):
        replies = Counter()
        for path in (self.folder / "data" / "sent" / "new").iterdir():
            replies[email.message_from_bytes(path.read_bytes())["To"]] += 1
        for number in range(self.orders):
            if number not in self.names:
                yield f"order {number} was never answered 202"
            elif found.get(number) != "completed":
                yield f"order {number} is {found.get(number, 'without an end')}"
            if (count := replies[f"ana{number}@acme.example"]) != 1:
                yield f"order {number} has {count} replies"
        if len(set(self.names.values())) != self.orders:
            yield "two orders have one name"

    async def _counted(self):
        settings = load(self.config)
        ledger = await open_ledger(settings.database_url, str(settings.folder), now)
        count = await ledger.count()
        await ledger.close()
        return [] if count.holds and count.received == self.orders else [f"the count is {count}"]


def main():
    """The campaign as a command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=100)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=20_261_121)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(folder, given.orders, given.kills, given.seed)
        wrong = campaign.run()
        print(f"{given.orders} orders, {campaign.calls} calls, {given.kills} kills: {len(wrong)} wrong")
        print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
