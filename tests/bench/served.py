"""A mailbot in a process of its own, on a fresh data folder."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 60.0  #: seconds for its start, and for its end
_PLACE: Final = re.compile(r"127\.0\.0\.1:(\d+)")

EMBEDDED: Final = """\
data = "{folder}/data"
[[receive]]
kind = "smtp"
listen = "127.0.0.1:0"
max_per_address = 200
"""

#: As a site runs it: a relay, and every reply signed.
RELAYED: Final = """\
[[deliver]]
kind = "smtp"
host = "127.0.0.1"
port = {relay}
security = "none"
[dkim]
selector = "bench"
key_file = "{folder}/dkim.pem"
"""


@dataclass
class Served:
    """One process; ``async with`` starts it and waits until it takes mail.

    Starting and stopping block in a thread: the process may have to finish a delivery to a server in our own loop.
    """

    relay: int = 0  #: the port that gets the replies; 0: embedded defaults, a Maildir
    module: str = "tests.bench.noop_house"
    options: Sequence[str] = ()
    head: str = ""  #: settings before all tables
    tail: str = ""  #: and tables behind the others
    folder: Path = field(init=False)
    port: int = 0

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self.stop)

    def start(self) -> None:
        """Start it; return when it takes mail."""
        self.folder = Path(tempfile.mkdtemp(prefix="mailbot-bench-"))
        config = self.folder / "mailbot.toml"
        config.write_text(self._settings(), "utf-8")
        before, after = (["serve", "--config"], []) if self.module == "mailbot" else ([], list(self.options))
        command = [sys.executable, "-m", self.module, *before, str(config), *after]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, env=environment(), stdout=log, stderr=log)
        try:
            self.port = self._up()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it in good order, and forget everything."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def said(self) -> str:
        """What it said so far."""
        return self._log.read_text("utf-8", "replace")

    @property
    def _log(self) -> Path:
        return self.folder / "said.log"

    def _settings(self) -> str:
        if not self.relay:
            return self.head + EMBEDDED.format(folder=self.folder) + self.tail
        (self.folder / "dkim.pem").write_bytes(dkim_key())
        return (EMBEDDED + RELAYED).format(folder=self.folder, relay=self.relay)

    def _up(self) -> int:
        """Wait until it says where it takes mail."""
        end = time.monotonic() + PATIENCE
        while not (found := _PLACE.search(self.said)):
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self.module} did not start; it said:\n{self.said[-3000:]}")
            time.sleep(0.02)
        return int(found[1])


def environment() -> Mapping[str, str]:
    """Ours without any setting of mailbot, so that a figure depends on nobody's shell."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MAILBOT_")}  # noqa: TID251  (said above)
    return ours | {"PYTHONPATH": str(ROOT)}


def dkim_key() -> bytes:
    """A new RSA-2048 key."""
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(*pem)
