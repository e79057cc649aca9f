"""The acceptance run, dry: three requests to a fake Ollama, and what the table and the file say of them."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from mailbot.checks import Static
from mailbot.domain.project import Draft, Finding, Maker, Report, Result
from mailbot.domain.request import Asked, Built, GaveUp, Told
from tests.campaigns import acceptance
from tests.campaigns.acceptance_mails import THREADS, Thread, first
from tests.campaigns.acceptance_signs import SIGNS, missing
from tests.fakes import FakeModel
from tests.models.rooms import SITE, unused_port

BROKEN = "=== FILE: app.py ===\ndef main(:\n=== END FILE ===\n"
WORDS = (
    "=== FILE: app.py ===\nfrom collections import Counter\nprint(Counter('ab').most_common(10))\n=== END FILE ===\n"
)
QUESTION = "=== QUESTION: Which colour? | default: blue ===\n"


@pytest.mark.campaign
def test_three_requests_dry(tmp_path, capsys):
    """A new page and two revisions: each answered, counted and written down, and called a dry run."""
    page = tmp_path / "a.json"
    assert acceptance.main(["--model", "fake", "--read", "--count", "3", "--json", str(page)]) == 0
    said, found = capsys.readouterr().out, json.loads(page.read_text("utf-8"))
    assert "fake: 3 requests, 0 passed, 3 partial, 0 gave up" in said
    assert "these figures say nothing about any model" in said
    assert found["dry"]
    assert found["rows"][0]["why"] == "no sign of honey, visit, contact"
    assert [(row["subject"], row["revision"]) for row in found["rows"]] == [("Bees", 0), ("Bees", 1), ("Bees", 2)]
    assert all(row["tokens"] > 500 and row["calls"] == 2 and row["minutes"] > 0 for row in found["rows"])
    assert found["totals"]["tokens"] == sum(row["tokens"] for row in found["rows"])


def test_a_server_that_is_away_is_told(tmp_path, capsys):
    """Nothing is measured, and no file pretends that it was."""
    url, page = f"http://127.0.0.1:{unused_port()}", tmp_path / "a.json"
    assert acceptance.main(["--model", "m", "--url", url, "--json", str(page)]) == 2
    assert "nothing was measured: " in capsys.readouterr().err
    assert not page.exists()


def test_there_are_sixty():
    """Four languages, with attachments and revisions; fewer are the first of them; no subject stands for two wishes."""
    assert sum(thread.requests for thread in THREADS) == acceptance.COUNT
    wanted = Counter(thread.language for thread in THREADS for _ in range(thread.requests))
    assert min(wanted[language] for language in ("en", "pl", "fr", "de")) >= 14
    assert sum(bool(thread.files) for thread in THREADS) >= 12
    assert sum(len(thread.then) for thread in THREADS) >= 12
    assert len({thread.text for thread in THREADS}) == len(THREADS)
    assert [sum(thread.requests for thread in first(count)) for count in (1, 2, 7, 60)] == [1, 2, 7, 60]


def test_every_request_has_its_signs():
    """Patterns for each mail of each thread, and what is attached does not show them by itself."""
    assert {thread.subject: thread.requests for thread in THREADS} == {name: len(all) for name, all in SIGNS.items()}
    for thread in THREADS:
        assert missing(thread.subject, 0, thread.files), f"{thread.subject}: whoever builds nothing passes"
    assert missing("Honey by hive", 1, {"data/honey.csv": b"month"}) == ["month"]
    assert missing("Bees", 0, {"index.html": b"<h1>Honey</h1> Visit us"}) == ["contact"]


def draft(*results, not_done=()):
    found = [Finding(check="file", subject=str(at), result=one) for at, one in enumerate(results)]
    return Draft(
        title="x",
        files={},
        report=Report(findings=tuple(found)),
        maker=Maker(kind="model", name="m"),
        not_done=not_done,
    )


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (Built(draft=draft(Result.PASSED, Result.UNCHECKED), number=1), "passed"),
        (Built(draft=draft(Result.PASSED, Result.FAILED), number=1), "partial"),
        (Built(draft=draft(Result.PASSED, not_done=("a map",)), number=1), "partial"),
        (GaveUp(reason="r", draft=draft(Result.FAILED), number=2), "partial"),
        (GaveUp(reason="r", draft=draft(Result.FAILED)), "gave up"),
        (GaveUp(reason="r"), "gave up"),
        (Asked(questions=("Which?",)), "asked"),
        (Told(topic="help"), "other"),
        (None, "other"),
    ],
)
def test_what_counts_as_what(event, outcome):
    """Only what was built whole, with nothing that failed, has passed."""
    assert acceptance.judged(event)[0] == outcome


@pytest.mark.parametrize(
    ("answers", "outcome", "calls"),
    [
        ([BROKEN], "gave up", 2),
        ([QUESTION, WORDS], "passed", 2),
        ([QUESTION], "gave up", 3),
    ],
    ids=["broken", "asks and builds", "only asks"],
)
async def test_a_model_that_does_worse(answers, outcome, calls, tmp_path):
    """What cannot be used is no pass; a question is answered with "go", and both mails are one request."""
    model = FakeModel(answers)
    async with acceptance.House(tmp_path, model, Static().open(SITE)) as house:
        (row,) = [
            row
            async for row in acceptance.played(Thread("en", "Word count", "The words of a text, in Python."), house, 1)
        ]
    assert (row.outcome, row.calls) == (outcome, calls)
    assert row.tokens == 7 * calls
