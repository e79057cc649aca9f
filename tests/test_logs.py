"""What stands in the log: JSON lines, at the level that was asked for, and nobody's address."""

from __future__ import annotations

import io
import json

import pytest
import structlog

from mailbot import logs
from mailbot.logs import HIDDEN, Marks, configure, keyed


@pytest.fixture
def written(monkeypatch):
    """Configure the log for one test; give what is written."""
    usual = structlog.get_config()
    monkeypatch.setattr(logs.MARKS, "key", b"k" * 32)

    def begin(person=False, **environment):
        out = io.StringIO()
        configure(environment, person=person, out=out)
        return out

    yield begin
    structlog.configure(**usual)


def test_na15_lines_are_json(written):
    """With time, level and what was bound; a machine reads each line by itself."""
    out = written(LOG_FORMAT="json")
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger().info("mail.judged", verdict="admitted", count=3, list=[1, "two"])
    line = json.loads(out.getvalue())
    assert line.pop("timestamp").endswith("Z")
    known = {"event": "mail.judged", "level": "info", "verdict": "admitted", "count": 3, "list": [1, "two"]}
    assert line == known | {"request_id": "abc"}


def test_na15_only_what_the_level_lets_through(written):
    """LOG_LEVEL in any case; DEBUG shows all."""
    out = written(LOG_LEVEL="warning")
    structlog.get_logger().info("small")
    structlog.get_logger().warning("large")
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["large"]
    out = written(LOG_LEVEL="DEBUG", LOG_FORMAT="console")
    structlog.get_logger().debug("tiny")
    assert "tiny" in out.getvalue()


def test_na15_a_wrong_word_is_told_and_passed_over(written):
    """Logging goes on as usual."""
    out = written(LOG_LEVEL="LOUD", LOG_FORMAT="xml")
    structlog.get_logger().info("goes on")
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["event"], first["LOG_LEVEL"], first["LOG_FORMAT"]) == ("log.unknown_setting", "LOUD", "xml")
    assert second["event"] == "goes on"


@pytest.mark.parametrize(
    "text",
    [
        "ola@acme.example",
        "550 5.1.1 <ola@acme.example>: no such user",
        "imap ola@acme.example: login failed",
        "to=ola@acme.example,ola@acme.example",
        "Bees <OLA@acme.example>",
        '"ola nowak"@acme.example',
        "x" * 1_995 + " ola@acme.example",
        "żółw.ola@acme.example",
    ],
)
def test_no_address_stands_in_a_line(written, text):
    """Whatever value, list or exception it comes in, also where the value is cut; its domain may be seen."""
    out = written()
    structlog.get_logger().info("x", words=text, each=[text], inner={"who": text})
    try:
        int(f"x{text}")
    except ValueError:
        structlog.get_logger().exception("bug")
    assert "ola" not in out.getvalue().lower()
    assert "Traceback" in out.getvalue()


def test_the_same_person_has_the_same_mark_for_a_month():
    """So lines can be told to belong together; another month, or another key, has other marks."""
    ours = Marks(key=b"k" * 32)
    assert ours.mark("ola@acme.example", "2026-11") == ours.mark("OLA@acme.example", "2026-11")
    others = {ours.mark("ola@acme.example", "2026-12"), Marks(key=b"x" * 32).mark("ola@acme.example", "2026-11")}
    assert ours.mark("ola@acme.example", "2026-11") not in others
    assert len(others) == 2


def test_a_restart_changes_no_mark(written):
    """The key is the house's."""
    written()
    keyed(b"house")
    first = logs.MARKS.mark("ola@acme.example", "2026-11")
    keyed(b"house")
    assert logs.MARKS.mark("ola@acme.example", "2026-11") == first


def test_secrets_and_words_of_mails_are_hidden(written):
    """By the names of their values; the name of a token may be seen."""
    out = written()
    structlog.get_logger().info("x", password="hunter2", api_key="k", subject="Bees", text="a secret plan", token="ci")
    line = json.loads(out.getvalue())
    assert {line[name] for name in ("password", "api_key", "subject", "text")} == {HIDDEN}
    assert line["token"] == "ci"


def test_long_values_are_cut(written):
    """And say how long they were."""
    out = written()
    structlog.get_logger().info("x", words="y" * 50_000)
    assert len(out.getvalue()) < 2_500
    assert "50,000 characters" in out.getvalue()
