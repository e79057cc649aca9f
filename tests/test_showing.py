"""What `mailbot serve` shows: to a person at a terminal, and to a log."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import structlog
from rich.console import Console

from mailbot.domain.errors import Temporary
from mailbot.domain.request import State
from mailbot.ports import Job
from mailbot.showing import BEHIND, Aside, Logged, Showing, Told
from mailbot.store import Happening, Life, Mail
from tests.process import run, serving, settings

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def life(*words, id="k7f2abcdefgh"):
    """A mail to which these things happened, a second apart."""
    mail = Mail(
        id=id, received_at=NOW, state=State.ADMITTED, author="ana@acme.example", subject="Bees \x1b[2J",
        project="t7k2m9", reason="", next="", at=None,
    )  # fmt: skip
    happened = (
        Happening(at=NOW + timedelta(seconds=number), what=what, words=said)
        for number, (what, said) in enumerate(words)
    )
    return Life(mail=mail, happenings=tuple(happened))


LIVED = (
    ("received", "by smtp from ana@acme.example (192.0.2.1), 300 bytes"),
    ("admitted", "rule staff: she is ours\x1b]0;x\x07; rules abc"),
    ("said", "model qwen, 3.1 s"),
    ("sent", "250 OK for ana@acme.example"),
)


def told(**console):
    """What a person reads of that life."""
    screen = io.StringIO()
    teller = Told(Console(file=screen, width=120, highlight=False, **console))
    for one in life(*LIVED).happenings:
        teller.new(life(*LIVED), one)
    teller.slow(Job(kind="request", id="k7f2abcdefgh", queue="gen:local", starts=1))
    return screen.getvalue()


def test_a_person_reads_a_line_for_each_step():
    """When, which mail, what, and why; what a stranger wrote moves no cursor."""
    lines = told().splitlines()
    assert [line.split()[2] for line in lines[:4]] == ["received", "admitted", "said", "sent"]
    assert "ana@acme.example, 'Bees" in lines[1]
    assert "rule staff: she is ours" in lines[1]
    assert "the model writes (gen:local)" in lines[4]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", told())


def test_colours_are_for_terminals_that_want_them(monkeypatch):
    """NO_COLOR is honoured."""
    assert "\x1b[" in told(force_terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in told(force_terminal=True)


def test_a_log_has_no_address_and_no_words_of_a_mail():
    """The rule, the states, and what our own side says of its work."""
    with structlog.testing.capture_logs() as lines:
        for one in life(*LIVED).happenings:
            Logged().new(life(*LIVED), one)
    assert [line["event"] for line in lines] == ["mail.received", "mail.admitted", "mail.said", "mail.sent"]
    assert (lines[1]["rule"], lines[2]["words"], lines[3]["project"]) == ("staff", "model qwen, 3.1 s", "t7k2m9")
    assert "@" not in json.dumps(lines)
    assert "Bees" not in json.dumps(lines)


class Heard:
    """A teller that keeps what it is told."""

    def __init__(self):
        self.said = []

    def new(self, life, one):
        self.said.append((life.mail.id, one.what))

    def slow(self, job):
        self.said.append((job.id, "slow"))


class Lives:
    """A ledger that has one life, once it can be read."""

    def __init__(self):
        self.known, self.trouble = life(*LIVED[:1]), False

    async def life(self, key):
        if self.trouble:
            raise Temporary("the disk is full")
        return self.known if key == self.known.mail.id else None


async def test_each_thing_is_told_once():
    """However often something is done, and across trouble with the ledger; not what was before the start."""
    lives, heard = Lives(), Heard()
    showing = Showing(lives=lives, teller=heard, since=NOW)
    job = Job(kind="request", id=lives.known.mail.id, queue="intake", starts=1)

    async def nothing(_):
        pass

    perform = showing.around(nothing)
    for known, trouble in ((LIVED[:1], False), (LIVED[:2], True), (LIVED[:3], False), (LIVED[:3], False)):
        lives.known, lives.trouble = life(*known), trouble
        await perform(job)
        await showing.look()
    assert [what for _, what in heard.said] == ["received", "admitted", "said"]
    late = Showing(lives=lives, teller=Heard(), since=NOW + timedelta(seconds=2))
    await late.around(nothing)(job)
    await late.look()
    assert late.teller.said == [(job.id, "said")]


async def test_what_is_done_fails_as_it_did():
    """Showing changes nothing: an error goes through, and the mail is looked at."""
    showing = Showing(lives=Lives(), teller=Heard(), since=NOW)

    async def fails(_):
        raise Temporary("busy")

    with contextlib.suppress(Temporary):
        await showing.around(fails)(Job(kind="request", id="k7f2abcdefgh", queue="check", starts=1))
    await showing.look()
    assert showing.teller.said == [("k7f2abcdefgh", "received")]


def test_a_reader_who_stopped_reading_holds_up_nothing():
    """A full pipe stops the telling, not the mail."""
    hold = threading.Event()

    class Stuck(Heard):
        def new(self, life, one):
            hold.wait(30)

    aside = Aside(Stuck())
    known = life(*LIVED)
    for _ in range(BEHIND + 100):
        aside.new(known, known.happenings[0])
    hold.set()
    aside.close()


def test_serve_shows_a_mail_on_a_terminal(tmp_path):
    """The whole process on a real terminal: from the mail to its reply."""
    config, (ours, theirs) = settings(tmp_path), pty.openpty()
    command = [sys.executable, "-m", "mailbot", "serve", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs) as process:
        try:
            assert b"mailbot is up" in process.stdout.readline()
            assert run("send", "--config", config, "A page about bees").returncode == 0
        finally:
            process.terminate()
        seen = b""
        with contextlib.suppress(OSError):
            os.close(theirs)
            while piece := os.read(ours, 65_536):
                seen += piece
        os.close(ours)
        process.communicate(timeout=40)
    plain = re.sub(rb"\x1b\[[0-9;]*m", b"", seen).decode()
    assert [line.split()[2] for line in plain.splitlines() if re.match(r"\d\d:\d\d:\d\d", line)] == [
        "received", "admitted", "said", "tried", "built", "sent",
    ]  # fmt: skip


def test_serve_writes_structured_lines_elsewhere(tmp_path):
    """JSON, one object a line."""
    config = settings(tmp_path)
    with serving(config) as process:
        assert run("send", "--config", config, "A page about bees").returncode == 0
        process.terminate()
        lines = [json.loads(line) for line in process.stderr if line.startswith("{")]
    assert {"mail.received", "mail.admitted", "mail.built", "mail.sent"} <= {line["event"] for line in lines}
