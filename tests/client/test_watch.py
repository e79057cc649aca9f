"""A folder that is watched: each mail is opened once, when it is whole, and nothing runs without a yes."""

from __future__ import annotations

import os

import pytest

from mailbot.client import command
from mailbot.client.command import main
from mailbot.client.trouble import Trouble
from mailbot.client.watch import watch
from tests.client.letters import OURS


class Looks:
    """The pauses between two looks, in each of which something happens."""

    def __init__(self, *steps):
        self.steps = list(steps)

    def sleep(self, _seconds):
        if not self.steps:
            raise KeyboardInterrupt
        self.steps.pop(0)()


def nothing():
    """Nobody writes."""


@pytest.fixture
def paused(monkeypatch):
    """What happens between the looks, instead of real time."""

    def put(*steps):
        monkeypatch.setattr("mailbot.client.watch.time.sleep", Looks(*steps).sleep)

    return put


def test_x10_a_mail_that_comes_is_opened_and_runs_only_after_a_yes(tmp_path, paused, capsys):
    """Nobody at the terminal says yes, so nothing is run; what was there before is left alone."""
    (tmp_path / "old.eml").write_bytes(OURS)
    paused(lambda: (tmp_path / "new.eml").write_bytes(OURS), nothing, nothing)
    order = ["open", "--watch", str(tmp_path), "--run", "ask", "--to", str(tmp_path / "to")]
    assert main(order) == 0
    said = capsys.readouterr().out
    assert (said.count("sales-page-v1: "), "old.eml" in said) == (1, False)
    assert (tmp_path / "to" / "sales-page-v1" / "README.md").exists()
    assert "$ " not in said or "Nothing was run." in said


def test_one_that_is_still_written_waits(tmp_path, paused):
    """Until two looks find the same size."""
    file, found = tmp_path / "a.eml", []
    paused(
        lambda: file.write_bytes(b"half"),
        lambda: file.write_bytes(b"the whole"),
        nothing,
        nothing,
    )
    with pytest.raises(KeyboardInterrupt):
        watch(tmp_path, lambda path: found.append(path.read_bytes()))
    assert found == [b"the whole"]


def test_a_mail_of_a_maildir_that_is_moved_is_the_same(tmp_path, paused):
    """From new/ to cur/, with flags behind its name."""
    found = []
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    paused(
        lambda: (tmp_path / "new" / "1.a").write_bytes(b"x"),
        nothing,
        lambda: (tmp_path / "new" / "1.a").rename(tmp_path / "cur" / "1.a:2,S"),
        nothing,
        nothing,
    )
    with pytest.raises(KeyboardInterrupt):
        watch(tmp_path, lambda path: found.append(path.name))
    assert found == ["1.a"]


def test_what_is_no_mail_is_left_alone(tmp_path, paused):
    """Links, pipes, folders, empty files and other names."""
    found = []

    def come():
        (tmp_path / "link.eml").symlink_to("/etc/passwd")
        os.mkfifo(tmp_path / "pipe.eml")
        (tmp_path / "folder.eml").mkdir()
        (tmp_path / "empty.eml").write_bytes(b"")
        (tmp_path / "notes.txt").write_bytes(b"x")

    paused(come, nothing, nothing)
    with pytest.raises(KeyboardInterrupt):
        watch(tmp_path, found.append)
    assert found == []


def test_a_mail_of_somebody_else_stops_nothing(tmp_path, paused, capsys):
    """It is said, and the next one is opened."""

    def come():
        (tmp_path / "a.eml").write_bytes(b"From: eve@x.example\r\n\r\nhello\r\n")
        (tmp_path / "b.eml").write_bytes(OURS)

    paused(come, nothing, nothing)
    assert main(["open", "--watch", str(tmp_path), "--to", str(tmp_path / "to")]) == 0
    told = capsys.readouterr()
    assert "mailbot: " in told.err
    assert "sales-page-v1: " in told.out


def test_a_folder_that_is_not_there_is_said(tmp_path, capsys):
    """And neither mails nor a folder, or both, is one too few or too many."""
    with pytest.raises(Trouble, match="cannot be watched"):
        watch(tmp_path / "nowhere", print)
    with pytest.raises(SystemExit):
        main(["open", "x.eml", "--watch", str(tmp_path)])
    assert "give one of the two" in capsys.readouterr().err
    with pytest.raises(Trouble, match="give one of the two"):
        command.open_mails(command.Order())
