"""kill -9 of the real `mailbot serve` while orders come over HTTP.

Whoever orders repeats each call, with its Idempotency-Key, until it is answered 202. Afterwards every order has one
request, one reply and one final status; the program that ordered heard one end by webhook, signed, before it heard of
the mail; the ledger's conservation law holds.

    python -m tests.campaigns.orders --orders 100 --kills 12
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import email
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

from mailbot.settings import load
from mailbot.store import open_ledger
from tests.servers import free_port

TOKEN = "the-token-of-the-campaign"
SETTINGS = """\
data = "{data}"
api_token = "{token}"
webhook_secret = "{secret}"
[web]
listen = ["127.0.0.1:{web}"]
per_minute = 1000000
per_hour = 1000000
[webhook]
allow = ["localhost"]
[fetch]
inside = ["localhost:{hooks}"]
[[receive]]
kind = "smtp"
listen = "127.0.0.1:{smtp}"
[[models]]
kind = "scaffold"
[checks]
kind = "static"
"""
SECRET = "whsec_" + base64.b64encode(b"the secret of the campaign").decode()
EVENTS = ["queued", "processing", "completed", "failed", "email_sent"]
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


def now():
    """The time."""
    return datetime.now(UTC)  # noqa: TID251  (a test of the real process)


class Heard:
    """The program that orders, as it listens: every third call is answered 500, so that it comes again."""

    def __init__(self):
        self.calls, self.lies = [], []  # (number of the order, status), in the order in which they were taken
        self.times, self.lock = Counter(), threading.Lock()
        heard = self

        class Listening(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(heard.take(body, dict(self.headers)))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, body, headers):
        """Note a call; the status that it is answered with."""
        with self.lock:
            told = json.loads(body)
            try:
                Webhook(SECRET).verify(body, headers)
            except WebhookVerificationError as error:
                self.lies.append(f"{told}: {error}")
            self.times[headers["webhook-id"]] += 1
            if sum(self.times.values()) % 3 == 0:
                return 500
            self.calls.append((told["request_id"], told["status"], headers["webhook-id"]))
            return 200

    def wait(self, names):
        """Until every order has heard of its mail."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if len({one for one, status, _ in self.calls if status == "email_sent"}) >= len(names):
                return
            time.sleep(0.05)

    def wrong(self, names):
        """What no program should hear."""
        yield from self.lies
        for name in names.values():
            order = [(status, id) for one, status, id in self.calls if one == name]
            ends = {id for status, id in order if status in {"completed", "failed"}}
            if len(ends) != 1:
                yield f"order {name} heard {len(ends)} ends"
            known = list(dict.fromkeys(status for status, _ in order))
            if known != sorted(known, key=EVENTS.index):
                yield f"order {name} heard {known}"

    def close(self):
        """Listen no more."""
        self.server.shutdown()
        self.server.server_close()


class Campaign:
    """A mailbot that is killed again and again, and somebody who orders all the while."""

    def __init__(self, folder, orders, kills, seed):
        self.folder, self.orders, self.kills = Path(folder), orders, kills
        self.random = random.Random(seed)
        self.port = free_port()
        self.config = self.folder / "mailbot.toml"
        self.heard = Heard()
        places = {"web": self.port, "smtp": free_port(), "hooks": self.heard.port}
        self.config.write_text(SETTINGS.format(data=self.folder / "data", token=TOKEN, secret=SECRET, **places))
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
                self.heard.wait(self.names)
        finally:
            self.over.set()
            self.heard.close()
        return [*self._wrong(found), *self.heard.wrong(self.names), *asyncio.run(self._counted())]

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
            body |= {"webhook_url": f"http://localhost:{self.heard.port}/", "webhook_events": EVENTS}
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
