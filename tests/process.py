"""The real process, as the tests start it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys

from tests.servers import free_port


def settings(tmp_path, **more):
    """A mailbot.toml for a process of its own."""
    lines = [f'data = "{tmp_path / "data"}"', *(f"{name} = {value}" for name, value in more.items())]
    listen = f'[[receive]]\nkind = "smtp"\nlisten = "127.0.0.1:{free_port()}"\n[[models]]\nkind = "scaffold"\n'
    listen += '[checks]\nkind = "static"\n'
    path = tmp_path / "mailbot.toml"
    path.write_text("\n".join(lines) + "\n" + listen)
    return path


def run(*words, input=None, cwd=None):
    """One command to its end."""
    command = [sys.executable, "-m", "mailbot", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, input=input, cwd=cwd)


@contextlib.contextmanager
def serving(config):
    """`mailbot serve`, up."""
    command = [sys.executable, "-m", "mailbot", "serve", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = [process.stdout.readline()]
            assert "mailbot is up" in said[0], process.stderr.read()
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=40)
