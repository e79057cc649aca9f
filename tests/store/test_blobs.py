"""Contents in files."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from mailbot.domain.errors import Permanent, Temporary
from mailbot.store.blobs import FileBlobs, fetch, keep, tidy
from mailbot.store.tables import INLINE


@pytest.fixture
def blobs(tmp_path):
    return FileBlobs(tmp_path / "blobs")


def file_of(blobs, name):
    return blobs.folder / name[:2] / name


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"x" * 1_000_000])
def test_what_is_put_is_got(blobs, content):
    """Under the name of its hash."""
    name = blobs.put(content)
    assert name == hashlib.sha256(content).hexdigest()
    assert blobs.get(name) == content


def test_the_same_content_is_kept_once(blobs):
    """It is not even written again; nothing else is left in the folder."""
    name = blobs.put(b"same")
    before = file_of(blobs, name).stat()
    assert blobs.put(b"same") == name
    assert file_of(blobs, name).stat().st_ino == before.st_ino
    assert [one.name for one in file_of(blobs, name).parent.iterdir()] == [name]


def test_at_the_same_time_from_many_threads(blobs):
    """All get the same name, and the file is whole."""
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(blobs.put, [b"x" * 300_000] * 16))
    assert len(names) == 1
    assert blobs.get(names.pop()) == b"x" * 300_000


def test_a_cut_file_is_written_anew(blobs):
    """What a broken disk left of it is not taken for the content."""
    name = blobs.put(b"whole content")
    file_of(blobs, name).write_bytes(b"whole")
    blobs.put(b"whole content")
    assert blobs.get(name) == b"whole content"


def test_a_damaged_file_is_permanent(blobs):
    """It is told, not handed on."""
    name = blobs.put(b"content")
    file_of(blobs, name).write_bytes(b"c0ntent")
    with pytest.raises(Permanent, match="damaged"):
        blobs.get(name)


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", "/" + "0" * 63, "." * 64])
def test_what_is_missing_is_permanent(blobs, name):
    """And a name cannot lead out of the folder."""
    with pytest.raises(Permanent):
        blobs.get(name)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_trouble_of_the_disk_is_temporary(blobs, monkeypatch, code):
    """And nothing half written stays."""

    def fail(_handle):
        raise OSError(code, os.strerror(code))

    blobs.put(b"first")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Temporary):
        blobs.put(b"second")
    monkeypatch.undo()
    assert len([one for one in blobs.folder.rglob("*") if one.is_file()]) == 1
    assert blobs.get(blobs.put(b"second")) == b"second"


def test_a_full_disk_is_temporary(tmp_path):
    """A real one: a file system of 200 kB."""
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "none", place], check=False, capture_output=True
    ).returncode:
        pytest.skip("no right to mount a small file system")
    try:
        blobs = FileBlobs(place / "blobs")
        with pytest.raises(Temporary, match="No space"):
            blobs.put(os.urandom(400_000))
        assert blobs.get(blobs.put(b"small")) == b"small"
    finally:
        subprocess.run(["umount", place], check=True)


async def test_large_contents_leave_their_row(blobs):
    """Up to the limit in the row, beyond it in a blob; one that was deleted is told."""
    assert await keep(blobs, b"x" * INLINE) == (b"x" * INLINE, None)
    body, name = await keep(blobs, b"x" * (INLINE + 1))
    assert body is None
    assert await fetch(blobs, body, name) == b"x" * (INLINE + 1)
    with pytest.raises(Permanent, match="deleted"):
        await fetch(blobs, None, None)


def test_what_a_dead_process_was_writing_is_removed(blobs):
    """And nothing else."""
    name = blobs.put(b"kept")
    left = blobs.folder / name[:2] / ".new-abc"
    left.write_bytes(b"half")
    assert tidy(blobs.folder) == 1
    assert not left.exists()
    assert blobs.get(name) == b"kept"


def test_every_folder_is_made_and_flushed_at_the_start(blobs, monkeypatch):
    """So that no mail waits for that; and again at the next start, for this one may end before it is durable."""
    flushed = []
    monkeypatch.setattr("mailbot.store.blobs._flush", flushed.append)
    for _ in range(2):
        assert tidy(blobs.folder) == 0
    assert len(list(blobs.folder.iterdir())) == 256
    assert flushed == [blobs.folder, blobs.folder.parent] * 2


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    """In words, at the start."""
    (tmp_path / "blobs").write_text("a file")
    with pytest.raises(Permanent, match="blobs cannot be made"):
        tidy(tmp_path / "blobs")
