"""A mailbot of the journeys: the real process with a file of settings, started and stopped as the test wants."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.app import house
from mailbot.domain.request import State
from mailbot.settings import load
from mailbot.show import now, tell_life
from mailbot.store import open_ledger
from tests.process import run, serving

PATIENCE = 30
OVER = {State.ANSWERED, State.CLOSED, State.HELD}
HEAD = """\
domain = "{domain}"
data = "{folder}/data"
rules = "{folder}/rules"
{more}
[dns]
nameservers = ["{dns}"]
timeout = 2
lifetime = 2
[[models]]
kind = "scaffold"
[checks]
kind = "static"
"""
RULES = """\
version: 1
rules:
  - id: signed
    if: {proof: dkim}
    then: {action: allow, reason: their domain has signed it}
  - id: hosts
    if: {from: "@spf.example", proof: spf}
    then: {action: allow, reason: their host may send for them}
"""


def until(ready, what="it"):
    """What *ready*() gives, as soon as it is anything."""
    end = time.monotonic() + PATIENCE
    while not (found := ready()):
        assert time.monotonic() < end, f"{what} does not come"
        time.sleep(0.05)
    return found


@dataclass
class Mailbot:
    """One mailbot with a folder of its own."""

    folder: Path
    rooms: str  #: its ways in and out, as TOML
    domain: str
    dns: str
    more: str = ""
    config: Path = field(init=False)

    def __post_init__(self):
        self.folder.mkdir(exist_ok=True)
        (self.folder / "rules").mkdir()
        (self.folder / "rules" / "ours.yaml").write_text(RULES, "utf-8")
        self.config = self.folder / "mailbot.toml"
        self.config.write_text(HEAD.format(**vars(self)) + self.rooms, "utf-8")
        self._held = contextlib.ExitStack()

    def start(self):
        """`mailbot serve`."""
        self._held.enter_context(serving(self.config))

    def reads(self):
        """Wait until it has looked into its mailbox: at its very first start only what comes then is taken."""
        until(lambda: asyncio.run(self._ask(lambda ledger: ledger.parts())), "its first look")

    def stop(self):
        """As an admin stops it."""
        self._held.close()

    @contextlib.contextmanager
    def up(self):
        """It serves, however often it is stopped and started in between; no mail may be left over at the end."""
        self.start()
        try:
            yield self
            until(lambda: all(mail.state in OVER for mail in self.mails()), "rest")
            assert asyncio.run(self._ask(lambda ledger: ledger.count())).holds
        finally:
            self.stop()

    @contextlib.contextmanager
    def down(self):
        """It does not serve for a while."""
        self.stop()
        yield
        self.start()

    def life(self, mail):
        """All that is known of *mail*, in words."""
        return asyncio.run(tell_life(load(self.config), mail.id))

    @contextlib.contextmanager
    def here(self):
        """It serves in a thread of the test, which can change how long it waits."""
        known, up = {}, threading.Event()

        async def serve():
            known["loop"], known["stop"] = asyncio.get_running_loop(), asyncio.Event()
            async with house(load(self.config)) as home:
                await home.serve(known["stop"], lambda _: up.set())

        thread = threading.Thread(target=asyncio.run, args=(serve(),), name="mailbot", daemon=True)
        thread.start()
        assert up.wait(PATIENCE), "it does not come up"
        try:
            yield self
        finally:
            known["loop"].call_soon_threadsafe(known["stop"].set)
            thread.join(PATIENCE)

    def why(self, mail):
        """The same, as an admin asks for it: `mailbot why`."""
        done = run("why", mail.id, "--config", self.config)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mails(self):
        """What `mailbot mails` shows, newest first."""
        return asyncio.run(self._ask(lambda ledger: ledger.mails(1_000)))

    def of(self, author):
        """The mails whose author, or where nobody is proven whose envelope sender, begins so; the newest first."""
        return [mail for mail in self.mails() if mail.author.startswith(author)]

    def ended(self, author, count=1):
        """The mails of *author*, once there are so many and something has become of each."""

        def over():
            found = self.of(author)
            return found if len(found) >= count and all(mail.state in OVER for mail in found) else None

        found = until(over, f"the end of {count} mails of {author}")
        assert len(found) == count
        return found

    async def _ask(self, question):
        settings = load(self.config)
        ledger = await open_ledger(settings.database_url, str(settings.folder), now)
        try:
            return await question(ledger)
        finally:
            await ledger.close()
