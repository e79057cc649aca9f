"""What is read, and where it is written: never outside, never over a file unasked."""

from __future__ import annotations

import pytest

from mailbot.client import disk as module
from mailbot.client.disk import sources, write
from mailbot.client.trouble import Trouble
from tests.client.letters import FILES, names


def test_files_are_written_once(tmp_path):
    """A second time there is nothing to do."""
    assert write(tmp_path, FILES, force=False) == len(FILES)
    assert write(tmp_path, FILES, force=False) == 0
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == FILES


def test_only_what_says_so_is_executable(tmp_path):
    """By its first two letters; nothing else of a package has a mode."""
    write(tmp_path, FILES, force=False)
    assert (tmp_path / "go").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "run.cmd").stat().st_mode & 0o777 == 0o644


def test_a_file_that_is_there_is_kept(tmp_path):
    """And nothing else is written either; --force is a choice."""
    (tmp_path / "app.js").write_bytes(b"mine")
    with pytest.raises(Trouble, match="--force"):
        write(tmp_path, FILES, force=False)
    assert names(tmp_path) == ["app.js"]
    write(tmp_path, FILES, force=True)
    assert (tmp_path / "app.js").read_bytes() == FILES["app.js"]


def test_a_link_in_the_way_is_not_followed(tmp_path):
    """A folder that is a link leads elsewhere; a file that is one is replaced, not written through."""
    away, here = tmp_path / "away", tmp_path / "here"
    away.mkdir()
    here.mkdir()
    (away / "kept").write_bytes(b"mine")
    (here / "docs").symlink_to(away)
    with pytest.raises(Trouble, match="no folder of its own"):
        write(here, FILES, force=True)
    (here / "docs").unlink()
    (here / "app.js").symlink_to(away / "kept")
    write(here, FILES, force=True)
    assert (away / "kept").read_bytes() == b"mine"
    assert not (here / "app.js").is_symlink()


@pytest.mark.parametrize("name", ["../x", "/tmp/x", ".git/hooks/x", "a//b", "con"])
def test_an_unsafe_name_is_not_written_whoever_asks(tmp_path, name):
    """The last look, behind all the others."""
    with pytest.raises(Trouble, match="not written"):
        write(tmp_path, {"good": b"", name: b""}, force=True)
    assert names(tmp_path) == []


def test_a_disk_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    """In words, and nothing half-written stays."""

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.Path, "replace", full)
    with pytest.raises(Trouble, match="No space left"):
        write(tmp_path, {"a": b"1"}, force=False)
    assert names(tmp_path) == []


def test_a_maildir_gives_all_its_mails(tmp_path):
    """New ones and seen ones."""
    for folder, name in (("new", "1"), ("cur", "2:2,S"), ("tmp", "3")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(name.encode())
    assert sources([str(tmp_path)]) == [b"2:2,S", b"1"]


def test_what_cannot_be_read_is_said(tmp_path, monkeypatch):
    """A name that is none, an empty file, a folder of something else, too large a one."""
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(b"x" * 11)
    monkeypatch.setattr(module, "MAX_MAIL", 10)
    for name, words in (("none", "cannot be read"), ("empty", "is empty"), ("", "no Maildir"), ("large", "over")):
        with pytest.raises(Trouble, match=words):
            sources([str(tmp_path / name)])
