"""What is said of a page rests on what was seen of it."""

from __future__ import annotations

import pytest

from mailbot.checks.browser_seen import Answer, Seen, asked, check_finding, offline_finding, page_finding
from mailbot.checks.limits import Ended, Ran
from mailbot.domain.project import Check

RAN = Ran(exit_code=0, ended=Ended.BY_ITSELF, output="{}", sha256="a" * 64, seconds=1.5)
CHECK = Check(number=1, kind="js", text="the title", spec="js: document.title")
AWAY = {"outside": ("cdn.example",)}


def seen(*answers, **given):
    return Seen(
        ran=RAN, **{"ready": True, "kind": "text/html", "status": 200, "requests": 2, "answers": answers, **given}
    )


@pytest.mark.parametrize(
    ("given", "result", "words"),
    [
        ({"title": "Bees"}, "passed", "'Bees', 2 requests, no error"),
        ({}, "passed", "no title, 2 requests, no error"),
        ({"problems": {"error": ("a", "b"), "console": ("c",)}}, "failed", "a, and 2 more"),
        ({"problems": {"failed": ("x.js: answer 404",)}}, "failed", "x.js: answer 404"),
        ({"problems": AWAY}, "unchecked", "it asks for cdn.example, out of reach with the network off"),
        ({"problems": {"error": ("X is not defined",), **AWAY}}, "unchecked", "X is not defined; it asks for"),
        ({"problems": {"failed": ("a.png: answer 404",), **AWAY}}, "failed", "a.png: answer 404; it asks for"),
        ({"status": 500}, "failed", "the page answers 500"),
        ({"ready": False, "problems": {"error": ("busy",)}}, "failed", "busy"),
        ({"ready": False}, "failed", "never came to rest"),
        ({"crashed": True}, "failed", "brought the browser down"),
        ({"gone_to": "https://x.example/"}, "failed", "goes away, to https://x.example/"),
        ({"why_not": "it took more memory than it may"}, "failed", "more memory"),
        ({"why_not": "no browser", "ours": True}, "unchecked", "no browser"),
    ],
)  # fmt: skip
def test_how_a_page_is(given, result, words):
    """In one line; what lies beyond the network is nobody's fault."""
    found = page_finding(seen(**given), "index.html")
    assert found.result == result
    assert words in found.detail
    assert found.command == "open index.html in Chromium, network off"


@pytest.mark.parametrize(
    ("answer", "given", "result", "words"),
    [
        (Answer(true=True, value="'Bees'"), {}, "passed", "it is 'Bees'"),
        (Answer(value="false"), {}, "failed", "it is false"),
        (Answer(value="false", left="document.title is 'Wasps'"), {}, "failed", "document.title is 'Wasps'"),
        (Answer(error="TypeError: null"), {}, "failed", "TypeError: null"),
        (Answer(error="SyntaxError: Unexpected end of input"), {}, "unchecked", "I cannot read this check"),
        (Answer(error="SyntaxError: Unexpected token in JSON"), {}, "failed", "JSON"),
        (Answer(value="false", by_page=True), {}, "unchecked", "the page's own scripts say that it is true"),
        (Answer(value="false"), {"problems": AWAY}, "unchecked", "without cdn.example"),
        (Answer(true=True, value="true"), {"problems": AWAY}, "passed", "it is true"),
        (Answer(true=True), {"gone_to": "https://x.example/"}, "failed", "goes away"),
        (Answer(true=True), {"status": 404}, "failed", "answers 404"),
    ],
)  # fmt: skip
def test_what_an_answer_shows(answer, given, result, words):
    """Nothing passes but what is true of the page itself."""
    found = check_finding(CHECK, seen(answer, **given), 0)
    assert (found.check, found.subject, found.result) == ("js", "the title", result)
    assert words in found.detail
    assert (found.command, found.seconds, found.sha256) == ("document.title", 1.5, "a" * 64)


def test_a_check_without_an_answer_has_not_passed():
    """The browser came to its end before."""
    assert check_finding(CHECK, seen(), 0).result == "failed"


@pytest.mark.parametrize(
    ("problems", "result", "words"),
    [
        ({}, "passed", "all of 2 requests answered"), (AWAY, "failed", "it asks for cdn.example"),
        ({"failed": ("a.csv: answer 404",)}, "failed", "a.csv"), ({"error": ("x",)}, "passed", "2 requests"),
    ],
)  # fmt: skip
def test_offline_means_that_no_request_failed(problems, result, words):
    """And nothing more is claimed."""
    check = Check(number=2, kind="prose", text="It works offline.", spec="offline")
    found = offline_finding(check, seen(problems=problems), "x")
    assert (found.check, found.result) == ("prose", result)
    assert words in found.detail


def test_the_evidence_is_for_people():
    """Not what our program printed: what the page said, and what was shut."""
    found = page_finding(seen(title="Bees", dialogs=2, popups=1, problems={"console": ("no bees",)}), "x")
    assert found.output == "title: Bees\nconsole: no bees\n2 dialogs shut\n1 windows shut"


@pytest.mark.parametrize("spec", ["js: a === 1", "JS:a === 1", "check: js: a === 1", "a === 1"])
def test_a_check_is_asked_without_its_label(spec):
    """However it is written."""
    assert asked(Check(number=1, kind="js", text="x", spec=spec)) == "a === 1"
