"""The real process, as the tests start it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

from tests.servers import free_port
from tests.warm import Command


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
    with contextlib.ExitStack() as held:
        files = [held.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in range(3)]
        files[0].write(input or "")
        files[0].seek(0)
        command = Command(words, cwd, tuple(files))
        try:
            command.wait(90)
        finally:
            command.kill()
        return subprocess.CompletedProcess(words, command.returncode, *map(_whole, files[1:]))


def _whole(file):
    file.seek(0)
    return file.read()


@contextlib.contextmanager
def started(*words):
    """A command that is under way, with what it says and what it complains."""
    reading, writing = os.pipe()
    with tempfile.NamedTemporaryFile() as log, os.fdopen(reading) as said, Path(log.name).open() as complaints:
        with Path(os.devnull).open() as nothing, os.fdopen(writing, "w") as out:
            process = Command(words, streams=(nothing, out, log))
        process.stdout, process.stderr = said, complaints
        try:
            yield process
        finally:
            process.kill()
            process.wait(20)


def served(config, log):
    """`mailbot serve`, up, for whoever ends it; what it complains is added to the file *log*."""
    reading, writing = os.pipe()
    with Path(os.devnull).open() as nothing, os.fdopen(writing, "w") as out, log.open("ab") as complaints:
        process = Command(("serve", "--config", config), streams=(nothing, out, complaints))
        out.close()
        with os.fdopen(reading, "rb") as said:
            line = said.readline()
            said.read1()  # what follows the first line, so that nothing is written into a closed pipe
    if b"mailbot is up" not in line:
        process.kill()
        raise AssertionError(f"serve did not start: see {log}: {line!r}")
    return process


@contextlib.contextmanager
def serving(config):
    """`mailbot serve`, up."""
    with started("serve", "--config", config) as process:
        said = process.stdout.readline()
        assert "mailbot is up" in said, process.stderr.read()
        try:
            yield process
        finally:
            process.terminate()
            process.wait(40)
