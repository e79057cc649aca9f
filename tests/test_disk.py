"""How what is written becomes durable, here and on a Mac."""

from __future__ import annotations

import fcntl
import os

import pytest

from mailbot.disk import flush, flush_folder

NO_SUCH = 0x7FFF  #: a command that no kernel knows


@pytest.fixture
def file(tmp_path):
    """An open file that appends, as a command can show that it was given."""
    handle = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    yield handle
    os.close(handle)


def test_what_the_system_has_beyond_fsync_is_used(file):
    """F_FULLFSYNC on a Mac; here a command whose effect can be seen stands for it."""
    flush(file, full=fcntl.F_SETFL)  # sets the flags to none
    assert not fcntl.fcntl(file, fcntl.F_GETFL) & os.O_APPEND


def test_a_file_system_that_does_not_know_it_is_fsynced(file, monkeypatch):
    """A folder on the network."""
    seen = []
    monkeypatch.setattr(os, "fsync", seen.append)
    flush(file, full=NO_SUCH)
    assert seen == [file]


def test_a_disk_in_trouble_is_heard_of():
    """Its first word is not covered by a second call that succeeds."""
    with pytest.raises(OSError, match="Bad file descriptor"):
        flush(999_999, full=fcntl.F_SETFL)
    with pytest.raises(OSError, match="Bad file descriptor"):
        flush(999_999, full=None)


def test_a_folder_is_flushed_like_a_file(tmp_path):
    """And one that is not there is told."""
    flush_folder(tmp_path)
    with pytest.raises(FileNotFoundError):
        flush_folder(tmp_path / "nowhere")
