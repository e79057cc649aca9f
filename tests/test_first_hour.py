"""Every command of the README and of the first minutes of docs/first-hour.md, as it stands, from an empty home folder.

Only the numbers of the ports are others: somebody may have a mailbot at the usual ones.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import free_port, missing

ROOT = Path(__file__).parents[1]


def blocks(name):
    """The commands of one page, in their order."""
    return re.findall(r"^```sh\n(.*?)^```$", (ROOT / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)


class Newcomer:
    """Somebody with a fresh checkout, whose `.venv` is made already."""

    def __init__(self, folder):
        self.folder, self.smtp, self.page = folder / "mailbot", free_port(), free_port()
        (self.folder / ".venv").mkdir(parents=True)
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.folder)
        (self.folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
        (self.folder / ".venv" / ".ready").touch()
        self.around = {
            "HOME": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
            "MAILBOT_RECEIVE": json.dumps([{"kind": "smtp", "listen": f"127.0.0.1:{self.smtp}"}]),
            "MAILBOT_MAIL_PAGE": f"127.0.0.1:{self.page}", "MAILBOT_OLLAMA_URL": "http://127.0.0.1:9",
            "MAILBOT_CHECKS": json.dumps({"kind": "static"}),
        }  # fmt: skip

    def start(self, commands):
        words = commands.replace("2525", str(self.smtp)).replace("8025", str(self.page))
        told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        command = ["bash", "-euo", "pipefail", "-c", words]
        return subprocess.Popen(command, cwd=self.folder, env=self.around, start_new_session=True, **told)

    def run(self, commands):
        """What they print, when all end well."""
        with self.start(commands) as process:
            said, _ = process.communicate(timeout=100)
        assert process.returncode == 0, said
        return said

    @contextlib.contextmanager
    def serving(self, commands):
        """What goes on until it is stopped."""
        with self.start(commands) as process:
            until = time.monotonic() + 60
            while not listens(self.smtp) and process.poll() is None and time.monotonic() < until:
                time.sleep(0.1)
            try:
                yield
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.communicate(timeout=40)


def listens(port):
    """Whether somebody answers there."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def newcomer(tmp_path):
    """Somebody who has read only the README."""
    for program in ("make", "swaks", "curl"):
        if not shutil.which(program):
            missing(f"{program} is not installed: apt install {program}")
    return Newcomer(tmp_path)


@pytest.mark.timeout(300)
def test_x1_every_command_of_the_first_five_minutes(newcomer):
    """A server, a mail by `mailbot send`, its change, one by swaks: all answered, all shown."""
    demo, serve, first, change, swaks, look, take = blocks("docs/first-hour.md")
    assert ".venv/bin/mailbot demo" in newcomer.run(demo.replace("make", "make -n"))  # tests/test_cli.py runs the demo
    with newcomer.serving(serve):
        assert 'v1 of "Bees" is ready' in newcomer.run(first)
        assert "v2" in newcomer.run(change)
        assert "250 2.0.0 OK" in newcomer.run(swaks)
        until = time.monotonic() + 30
        while "in flight 0" not in (seen := newcomer.run(look)) and time.monotonic() < until:
            time.sleep(0.2)
        assert "received 3 = answered 3 + closed 0 + held 0 + in flight 0" in seen
        assert '"Subject":"Re: Ants"' in seen
        assert "wrong" not in newcomer.run(take)
        assert list((newcomer.folder / "taken").rglob("index.html"))


def test_every_command_of_the_readme(newcomer):
    """They are those of the first hour, which are run above; `make test` itself is only named."""
    known = {line for block in blocks("docs/first-hour.md") for line in block.splitlines()}
    asked = [line for block in blocks("README.md") for line in block.splitlines() if line not in known]
    assert asked == ["make test"]
    assert "pytest" in newcomer.run(asked[0].replace("make", "make -n"))
