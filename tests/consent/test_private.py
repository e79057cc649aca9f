"""Small files that only we may read."""

from __future__ import annotations

import os
import stat

import pytest

from mailbot.consent.private import MAX, Busy, alone, read, write
from mailbot.domain.errors import Permanent, Temporary


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_is_ours_alone(tmp_path):
    """0600 in a folder of 0700, whatever the mask is."""
    path = tmp_path / "new" / "file.json"
    before = os.umask(0)
    try:
        write(path, b"one", "the file")
        with alone(path, "the file"):
            write(path, b"two", "the file")
    finally:
        os.umask(before)
    assert read(path, "the file") == b"two"
    assert [mode(path), mode(path.parent), mode(tmp_path / "new" / "file.json.lock")] == [0o600, 0o700, 0o600]
    assert sorted(p.name for p in path.parent.iterdir()) == ["file.json", "file.json.lock"]


def test_what_is_not_there_is_nothing(tmp_path):
    """No file is no error."""
    assert read(tmp_path / "file", "the file") is None


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620])
def test_what_others_can_read_or_change_is_not_believed(tmp_path, bits):
    """The words hold the command that cures it."""
    path = tmp_path / "file"
    write(path, b"x", "the file")
    path.chmod(bits)
    with pytest.raises(Permanent, match=f"chmod 600 '{path}'"):
        read(path, "the file")


def test_a_file_that_has_grown_too_large_is_not_read(tmp_path):
    """One byte over the limit."""
    path = tmp_path / "file"
    write(path, b"x" * MAX, "the file")
    assert len(read(path, "the file")) == MAX
    write(path, b"x" * (MAX + 1), "the file")
    with pytest.raises(Permanent, match="backup"):
        read(path, "the file")


@pytest.mark.parametrize("call", ["fsync", "write"])
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch, call):
    """Temporary, nothing half-written, nothing left behind."""
    path = tmp_path / "file"
    write(path, b"old", "the file")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync" if call == "fsync" else "pathlib.Path.replace", full)
        with pytest.raises(Temporary, match="No space left"):
            write(path, b"new", "the file")
    assert read(path, "the file") == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_one_at_a_time(tmp_path):
    """The second is told, or waits."""
    path = tmp_path / "file"
    with alone(path, "the file"), pytest.raises(Busy), alone(path, "the file", wait=False):
        pass
    with alone(path, "the file", wait=False):
        pass
