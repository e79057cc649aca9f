"""Faults at the n-th system call of the real `mailbot serve`, n = 1, 2, 3 … until it no longer bites.

strace is attached to the running server and lets one call fail (EIO, ENOSPC, EDQUOT) or be the last (KILL), while one
mail comes in and is answered. Afterwards every mail that was answered 250 has exactly one reply (distinct Message-IDs
are counted), nobody was ever told a 5xx, nothing of a dead mail is left, and no secret stands in a log.

    python -m tests.campaigns.faults                     all of it, at least 500 faults that hit
    python -m tests.campaigns.faults --quick             a dozen of each
    python -m tests.campaigns.faults --only 'fsync KILL' --from 'unlink EIO large'
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import itertools
import random
import re
import shutil
import signal
import smtplib
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from mailbot.settings import load
from mailbot.store import open_ledger
from tests.campaigns.kill import Sink, time_now
from tests.servers import free_port, missing

CALLS = {
    "write": "write,writev",
    "pwrite64": "pwrite64",
    "fsync": "fsync",
    "fdatasync": "fdatasync",
    "unlink": "?unlink,?unlinkat",
    "rename": "?rename,?renameat,?renameat2",
    "ftruncate": "ftruncate",
    "openat": "openat",
    "send": "sendto,sendmsg",
}
WHATS = ("KILL", "EIO", "ENOSPC", "EDQUOT")
SIZES = ("small", "large")
CANARY = "canary-71c9e2"  #: of every mail's words; the password and our key are the other secrets
PASSWORD = "canary-password-5d0b"
SETTINGS = """\
data = "{data}"
[[receive]]
kind = "smtp"
listen = "127.0.0.1:{port}"
max_per_address = 1000
tarpit = 0
[[models]]
kind = "scaffold"
[checks]
kind = "static"
[[deliver]]
kind = "smtp"
host = "127.0.0.1"
port = {sink}
security = "none"
user = "mailbot"
password = "{password}"
settle_seconds = 1
"""


@dataclass(frozen=True)
class Fault:
    """The *n*-th *call* fails with *what*, or is the last thing that is done, while a mail of that *size* comes in."""

    call: str
    what: str
    size: str
    n: int

    def __str__(self):
        return f"{self.call} {self.what} {self.size} n={self.n}"

    @property
    def inject(self):
        end = "signal=KILL" if self.what == "KILL" else f"error={self.what}"
        return f"inject={CALLS[self.call]}:{end}:when={self.n}"


def check_strace():
    """Skip where no process may be traced."""
    if not shutil.which("strace"):
        missing("strace is not installed: apt install strace")
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        command = ["strace", "-p", str(sleeper.pid), "-o", "/dev/null"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            said = tracer.stderr.readline()
            tracer.terminate()
        sleeper.kill()
    if "attached" not in said:
        missing(f"no process may be traced here: {said.strip()}")


class _LateError(Exception):
    """The server ended while it was being attached to."""


@dataclass
class Campaign:
    """One data folder, one sender, one receiver, and a server that has no luck."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None
    accepted: set = field(default_factory=set)  #: what the sender heard a 250 for
    offered: set = field(default_factory=set)
    wrong: list = field(default_factory=list)
    lives: int = 0
    hits: Counter = field(default_factory=Counter)  #: by call and what
    heard: Counter = field(default_factory=Counter)  #: codes of answers to mails under a fault
    again: list = field(default_factory=list)  #: mails that were not accepted, and are offered once more
    numbers: itertools.count = field(default_factory=itertools.count)

    @contextlib.contextmanager
    def running(self):
        """Receive the replies, and clear away at the end."""
        self.sink = Sink()
        controller = Controller(
            self.sink,
            hostname="127.0.0.1",
            port=0,
            authenticator=lambda *_: AuthResult(success=True),
            auth_require_tls=False,
        )
        controller.port = free_port()
        controller.start()
        text = SETTINGS.format(data=self.folder / "data", port=self.port, sink=controller.port, password=PASSWORD)
        self.config = self.folder / "mailbot.toml"
        self.config.write_text(text)
        try:
            yield self
        finally:
            self._kill()
            controller.stop()

    def series(self, call, what, size, most=60):
        """n = 1, 2, 3 … until it no longer bites."""
        for n in range(1, most + 1):
            if not self.bite(Fault(call, what, size, n)):
                return n - 1
        return most

    def bite(self, fault, *, whole_life=True):
        """Offer one mail under *fault*; whether it hit. Not *whole_life*: the fault is over with the answer to DATA."""
        with contextlib.suppress(_LateError):
            return self._bite(fault, whole_life=whole_life)
        self.process.wait(10)
        return self._bite(fault, whole_life=whole_life)

    def _bite(self, fault, *, whole_life):
        self._alive()
        trace = self.folder / "trace"
        name = f"<{next(self.numbers)}.{fault.call}.{fault.what.lower()}@people.example>"
        with self._traced(fault, trace):
            code = self._offer(name, fault.size)
            end = time.monotonic() + 8
            while whole_life and time.monotonic() < end and not self._hit(trace) and name not in self.sink.replies:
                if code != 250:
                    break
                time.sleep(0.01)
        hit = self._hit(trace)
        if hit and fault.call == "write" and self._asleep(trace):
            self._kill()
        if hit:
            self.hits[fault.call, fault.what] += 1
            self.heard[code or "dropped"] += 1
        if code and 500 <= code < 600:
            self.wrong.append(f"{fault}: the sender was told {code}")
        self._offer_again(name, fault.size, code)
        return hit

    def rest(self, patience=300):
        """Start once more without a fault, and wait until every accepted mail has its reply."""
        end = time.monotonic() + patience
        self._alive()
        while time.monotonic() < end and not self.accepted <= set(self.sink.replies):
            self._hurry()
            waiting = time.monotonic() + 8
            while time.monotonic() < min(end, waiting) and not self.accepted <= set(self.sink.replies):
                time.sleep(0.1)
        self._hurry()
        time.sleep(2)  # a second reply, were there one, would come now
        self._end()
        self._audit()
        return self.wrong

    def _alive(self):
        """The server is up and has read a mail: its worker has begun, and is not traced."""
        if self.process and self.process.poll() is None:
            return
        if self.process:
            self._integrity()
        self._start()
        name = f"<{next(self.numbers)}.warm@people.example>"
        self._offer(name, "small")
        end = time.monotonic() + 20
        while time.monotonic() < end and name not in self.sink.replies and self.process.poll() is None:
            time.sleep(0.01)

    def _start(self):
        self.lives += 1
        command = [sys.executable, "-m", "mailbot", "serve", "--config", str(self.config)]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        with self.process.stdout as said:
            line = said.readline()
            said.read1()
        assert b"mailbot is up" in line, f"serve did not start: see {self.folder / 'serve.log'}: {line!r}"

    def _kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def _end(self):
        """Stop it in good order."""
        self.process.terminate()
        if self.process.wait(60) != 0:
            self.wrong.append("serve did not stop in good order")

    def _hurry(self):
        """Whatever waits for its time waits no longer: the pauses are tested elsewhere."""
        self._end()
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "mailbot.db")) as database, database:
            for table in ("requests", "deliveries", "notices"):
                past = "wake_at = '2020-01-01 00:00:00.000000', not_before = NULL"
                database.execute(f"UPDATE {table} SET {past} WHERE wait = 1")
        self._start()

    @contextlib.contextmanager
    def _traced(self, fault, trace):
        trace.unlink(missing_ok=True)
        calls = f"trace={CALLS[fault.call]}"
        command = ["strace", "-f", "-e", "signal=none", "-e", calls, "-e", fault.inject, "-s", "0", "-o", str(trace)]
        with subprocess.Popen([*command, "-p", str(self.process.pid)], stderr=subprocess.PIPE, text=True) as tracer:
            said = tracer.stderr.readline()
            if "attached" not in said:  # the last fault killed it a little late
                tracer.kill()
                raise _LateError(said)
            yield
            if self.process.poll() is None:
                tracer.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                tracer.wait(2 if self.process.poll() is None else 0.1)
            tracer.kill()  # of a process that it saw killed it can wait for ever

    def _hit(self, trace):
        with contextlib.suppress(FileNotFoundError):
            return "(INJECTED)" in (said := trace.read_text("utf-8", "replace")) or (
                f"{self.process.pid} +++ killed by SIGKILL" in said or self.process.poll() is not None
            )
        return self.process.poll() is not None

    def _asleep(self, trace):
        """Whether the fault hit what wakes the loop up: no kernel refuses that, and without it nothing goes on."""
        return bool(re.search(r", 8\) += -1 .*INJECTED", trace.read_text("utf-8", "replace")))

    def _offer(self, name, size):
        """One try to send it: the code of the answer, or none."""
        self.offered.add(name)
        try:
            with contextlib.closing(smtplib.SMTP(timeout=20)) as client:
                client.connect("127.0.0.1", self.port)
                client.ehlo("people.example")
                for code, words in (client.mail("person@people.example"), client.rcpt("build@mailbot.localhost")):
                    if code != 250:
                        return self._said(name, code, words)
                return self._said(name, *client.data(letter(name, size)))
        except smtplib.SMTPResponseException as error:
            return self._said(name, error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException):
            return None

    def _said(self, name, code, words):
        if CANARY.encode() in words or b"Error" in words or b"/" in words:
            self.wrong.append(f"the answer to {name} tells of our inside: {words!r}")
        if code == 250:
            self.accepted.add(name)
        return code

    def _offer_again(self, name, size, code):
        """A sender that heard no 250 mostly comes back, after the trouble."""
        if code != 250 and next(self.numbers) % 3:
            self.again.append((name, size))
        if self.process.poll() is None:
            waiting, self.again = self.again, []
            for one, large in waiting:
                if self._offer(one, large) != 250:
                    self.again.append((one, large))

    def _integrity(self):
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "mailbot.db")) as database:
            (said,) = database.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            self.wrong.append(f"the database is damaged: {said}")

    def _audit(self):
        """What must be true at the end."""
        replies = self.sink.replies
        self.wrong += [f"no reply to {name}, which was accepted" for name in sorted(self.accepted - set(replies))]
        self.wrong += [f"{len(ids)} replies to {name}" for name, ids in replies.items() if len(ids) != 1]
        self.wrong += [f"a reply to {name}, never offered" for name in sorted(set(replies) - self.offered)]
        self._integrity()
        count = asyncio.run(self._count())
        if not count.holds or count.in_flight:
            self.wrong.append(f"the ledger's count is wrong: {count}")
        data = self.folder / "data"
        left = [path.name for path in (data / "spool").glob("*")] + [path.name for path in data.rglob(".new-*")]
        if left:
            self.wrong.append(f"left over: {left}")
        secrets = [CANARY, PASSWORD, *(key.read_text().strip() for key in (data / "keys").glob("*.key"))]
        logs = [self.folder / "serve.log", *data.rglob("*.log")]
        self.wrong += [
            f"a secret stands in {log}" for log in logs for one in secrets if one in log.read_text("utf-8", "replace")
        ]

    async def _count(self):
        settings = load(self.config)
        ledger = await open_ledger(settings.database_url, str(settings.folder), time_now)
        try:
            return await ledger.count()
        finally:
            await ledger.close()


def letter(name, size):
    """A request; a large one is spooled and stored as a blob."""
    head = (
        f"From: person@people.example\r\nTo: build@mailbot.localhost\r\nSubject: Page {name[1:-1]}\r\n"
        f"Message-ID: {name}\r\nDate: Fri, 20 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
    words = f"A page about our bees, {CANARY}. Sections: Honey, Contact.\r\n"
    if size == "small":
        return f"{head}\r\n{words}".encode("ascii")
    coded = base64.encodebytes(random.Random(name).randbytes(150_000)).decode("ascii").replace("\n", "\r\n")
    return (
        f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n{words}\r\n--b\r\n'
        f"Content-Type: image/jpeg; name=bees.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n{coded}\r\n--b--\r\n"
    ).encode("ascii")


def main():
    """Run it and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="at most 12 of each series")
    parser.add_argument("--most", type=int, default=60, help="of each series: later ones hit what earlier mails left")
    parser.add_argument("--only", default="", help="series whose name matches: 'fsync KILL', 'large'")
    parser.add_argument("--from", dest="first", default="", help="the series to begin with: 'unlink EIO large'")
    given = parser.parse_args()
    check_strace()
    series = [" ".join(one) for one in itertools.product(CALLS, WHATS, SIZES)]
    series = series[series.index(given.first) if given.first else 0 :]
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mailbot-faults-") as folder:
        campaign = Campaign(folder=Path(folder))
        with campaign.running():
            for one in (one for one in series if re.search(given.only, one)):
                bit = campaign.series(*one.split(), most=12 if given.quick else given.most)
                minutes = (time.monotonic() - begun) / 60
                print(f"{minutes:5.1f} min  {one:24} {bit:4} bit, {campaign.hits.total():4} so far", flush=True)
            wrong = campaign.rest()
        minutes = (time.monotonic() - begun) / 60
        print(
            f"{campaign.hits.total()} faults hit, {campaign.lives} lives, {len(campaign.offered)} mails offered, "
            f"{len(campaign.accepted)} accepted, {len(campaign.sink.replies)} answered, "
            f"{campaign.sink.taken} deliveries taken in {minutes:.1f} min; answers: {dict(campaign.heard)}"
        )
        for line in wrong:
            print("WRONG:", line)
        if wrong:
            shutil.copy(campaign.folder / "serve.log", "faults-serve.log")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
