"""Real servers on loopback for the tests: started once, thrown away at the end.

Where one is missing its tests are skipped, with the reason; with MAILBOT_REQUIRE_ALL=1 they fail instead.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from mailbot.store import postgres
from mailbot.store.migrate import upgrade

TEMPLATE = "newest"  #: a database with the newest schema, that the others are copied from
_NAMES = itertools.count()


def missing(what):
    """Skip, or fail where everything must be there."""
    if os.environ.get("MAILBOT_REQUIRE_ALL") == "1":  # noqa: TID251  (a switch of the test run)
        pytest.fail(what)
    pytest.skip(what)


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """A throw-away cluster of PostgreSQL."""

    bin: Path
    folder: Path
    port: int = field(default_factory=free_port)

    def run(self, program, *args):
        """Run a program of PostgreSQL as the user that it accepts: it refuses root."""
        command = [str(self.bin / program), *map(str, args)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr

    def start(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")

    def make(self):
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "mailbot", "-E", "UTF8", "--locale=C.UTF-8")
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "port": self.port,
            "unix_socket_directories": "''",
            "fsync": "off",  # nobody pulls the plug of a test
            "max_connections": 200,
        }
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
        self.start()

        engine = postgres.connect(self.url(self._create(TEMPLATE)))
        upgrade(engine)
        engine.dispose()

    def url(self, name):
        return f"postgresql+psycopg://mailbot@127.0.0.1:{self.port}/{name}"

    def database(self, *, empty=False):
        """The address of a new database: with the newest schema, or with nothing in it."""
        return self.url(self._create(f"t{os.getpid()}_{next(_NAMES)}", "template1" if empty else TEMPLATE))

    def drop(self, url):
        """Remove a database, whoever is connected."""
        self._say(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _create(self, name, template="template1"):
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _say(self, statement):
        address = f"host=127.0.0.1 port={self.port} user=mailbot dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL of our own, for the whole run."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = programs[-1] if programs else shutil.which("initdb")
    if not found:
        missing("PostgreSQL is not installed: apt install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="mailbot-pg-"))
    server = Server(bin=Path(found).parent, folder=folder)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        server.make()
        yield server
    finally:
        with contextlib.suppress(AssertionError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server):
    """The address of a new database, which is dropped in the end: all of them together take minutes to remove."""
    url = postgres_server.database()
    yield url
    postgres_server.drop(url)
