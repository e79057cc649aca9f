"""What a run takes, as it is seen from outside."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from mailbot.checks import watch
from mailbot.checks.limits import Ended, Limits

HOLD = "import os, sys; x = bytearray(b'x' * {size}); {more}; os.write(1, b'u'); sys.stdin.read()"


@pytest.fixture
def started():
    """Start a Python that holds on to something until the end of the test."""
    held = []

    def start(size=1, more="pass", processes=1):
        command = [sys.executable, "-c", HOLD.format(size=size, more=more)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        held.append(process)
        assert process.stdout.read(processes) == b"u" * processes
        return process.pid

    yield start
    for process in held:
        process.communicate()


def test_all_processes_below_are_counted(started):
    """And nobody else's."""
    pid = started(more="os.fork(); os.fork()", processes=4)
    assert watch.taken_by(pid).processes == 4
    assert watch.taken_by(1 << 22).processes == 0


def test_memory_that_is_shared_counts_once(started):
    """A copy that nobody has changed takes none."""
    pid = started(size=60_000_000, more="os.fork(); os.fork()", processes=4)
    pids = watch.taken_by(pid).pids
    assert watch.memory_of(pids, roughly=True) > 200_000_000
    assert 60_000_000 < watch.memory_of(pids) < 150_000_000


@pytest.mark.parametrize(
    ("limits", "ended"),
    [
        (Limits(), Ended.BY_ITSELF),
        (Limits(memory=20_000_000), Ended.MEMORY),
        (Limits(processes=-7), Ended.PROCESSES),
        (Limits(cpu=-1), Ended.CPU),
    ],
)
def test_the_limit_that_it_is_over_is_named(started, limits, ended):
    """The first of them."""
    assert watch.over(started(size=40_000_000, more="os.fork()", processes=2), limits) is ended


def test_a_machine_that_runs_short_ends_what_strangers_run(started, monkeypatch):
    """Before it ends something of ours."""
    monkeypatch.setattr(watch, "_LEAST_MEMORY", 1 << 50)
    assert watch.over(started(), Limits()) is Ended.SHORT


def test_a_folder_is_measured_with_everything_in_it(tmp_path):
    """Its files, their number, and a nest of folders that nobody needs."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" * 100_000)
    (tmp_path / "link").symlink_to("/usr")
    assert watch.over_in_folder(tmp_path, (), Limits()) is Ended.BY_ITSELF
    assert watch.over_in_folder(tmp_path, (), Limits(disk=50_000)) is Ended.DISK
    assert watch.over_in_folder(tmp_path, (), Limits(files=2)) is Ended.DISK
    (tmp_path / "/".join("d" * 70)).mkdir(parents=True)
    assert watch.over_in_folder(tmp_path, (), Limits()) is Ended.DISK


def test_a_file_without_a_name_counts_while_it_is_open(tmp_path):
    """It still fills the disk."""
    with (tmp_path / "f").open("wb", buffering=0) as file:
        file.write(b"x" * 100_000)
        (tmp_path / "f").unlink()
        assert watch.over_in_folder(tmp_path, (os.getpid(),), Limits(disk=50_000)) is Ended.DISK
        assert watch.over_in_folder(tmp_path, (), Limits(disk=50_000)) is Ended.BY_ITSELF


def test_a_disk_that_runs_full_ends_what_strangers_run(tmp_path, monkeypatch):
    """Whoever fills it."""
    monkeypatch.setattr(watch, "_LEAST_DISK", 1 << 60)
    assert watch.over_in_folder(tmp_path, (), Limits()) is Ended.SHORT


def test_what_is_gone_takes_nothing(tmp_path):
    """A run may end while it is looked at."""
    assert watch.over_in_folder(tmp_path / "gone", (), Limits()) is Ended.BY_ITSELF
    assert watch.over_in_namespace(1 << 22, Limits()) is Ended.BY_ITSELF
    assert watch.memory_of((1 << 22,)) == 0


def test_a_sandbox_that_is_still_being_made_is_over_nothing():
    """It stands in the folders of this machine, which hold more files than any run may."""
    assert watch.over_in_namespace(os.getpid(), Limits(files=0)) is Ended.BY_ITSELF
