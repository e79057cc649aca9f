"""The line to a browser, with a program at its other end that is none."""

from __future__ import annotations

import sys
import time

import pytest

from mailbot.checks import browser_pipe
from mailbot.checks.browser_pipe import TOO_LONG, Gone, Line, Refused, Silent

ANSWERS = """
import json, os
def say(words): os.write(4, words if isinstance(words, bytes) else json.dumps(words).encode() + b"\\0")
held = b""
while chunk := os.read(3, 65536):
    held += chunk
    while b"\\0" in held:
        one, _, held = held.partition(b"\\0")
        given = json.loads(one)
        what, id = given["method"], given["id"]
        if what == "end": os._exit(3)
        if what == "print": os.write(2, b"bees"); say({"id": id, "result": {}})
        if what == "refuse": say({"id": id, "error": {"message": "no bees"}})
        if what == "event":
            say({"method": "Bee.flew", "params": {"to": "wax"}, "sessionId": "s"})
            say({"id": id, "result": {}})
        if what == "large": say(b'{"id":%d,"result":{"x":"' % id + b"x" * 200_000 + b'"}}\\0')
        if what == "loud": say(b'{"method":"x","params":"' + b"x" * 200_000 + b'"}\\0'); say({"id": id, "result": {}})
        if what == "broken": say(b"{{{\\0"); say({"id": id, "result": {"a": 1}})
"""


@pytest.fixture
def line(tmp_path, monkeypatch):
    monkeypatch.setattr(browser_pipe, "MOST", 2_000)
    events = []
    made = Line([sys.executable, "-I", "-c", ANSWERS], str(tmp_path), lambda *said: events.append(said))
    made.events = events
    yield made
    made.end()


def test_an_answer_comes_to_its_question(line):
    """Also past what is no message."""
    assert line.ask("broken", 10) == {"a": 1}


def test_what_happens_meanwhile_is_told(line):
    """With whom it happened to."""
    line.ask("event", 10)
    assert line.events == [("Bee.flew", {"to": "wax"}, "s")]


def test_a_refusal_says_why(line):
    """It is no answer."""
    with pytest.raises(Refused, match="no bees"):
        line.ask("refuse", 10)


def test_nobody_waits_longer_than_they_want(line):
    """A page may keep its browser busy for ever."""
    began = time.monotonic()
    with pytest.raises(Silent):
        line.ask("nothing", 0.05)
    assert time.monotonic() - began < 10


def test_what_is_too_large_is_passed_over_and_said(line):
    """Neither an answer nor an event fills our memory."""
    with pytest.raises(Refused):
        line.ask("large", 10)
    line.ask("loud", 10)
    assert line.events == [(TOO_LONG, {}, "")]


def test_a_browser_that_ends_is_gone_for_everybody(line):
    """At once, and every time."""
    for what in ("end", "event"):
        with pytest.raises(Gone):
            line.ask(what, 10)


def test_its_last_words_are_kept(line):
    """For whoever wants to know why it did not start."""
    line.ask("print", 10)
    assert line.last_words() == "bees"
    assert Line.last_words(type("Never", (), {"errors": "/nowhere"})) == ""
