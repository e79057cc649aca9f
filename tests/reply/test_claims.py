"""Every sentence about a result is rendered from a stored finding: in every language, in every mail."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from mailbot.build.leaks import BLACK, sealed
from mailbot.domain.intent import Kind
from mailbot.domain.project import Finding, Report, Result
from mailbot.domain.request import Built, GaveUp, Told
from mailbot.reply.evidence import evidence
from mailbot.reply.words import line
from tests.reply import catalogs
from tests.reply.people import CHECKS, DRAFT, FIRST, LETTERHEAD, RUN, answer, project
from tests.reply.test_compose import BLUE

LANGUAGES = ("", *catalogs.LANGUAGES)
#: Words of a claim that something was looked at, and how that went.
CLAIM = re.compile(
    r"\b(?:check(?:s|ed)?|pass(?:es|ed)?|test(?:s|ed)?|verified|ran|syntax|sandbox|works)\b", re.IGNORECASE
)
#: The modules that say how a check went: the first of one report, the second of the ledger over all of them.
PLACES = {"evidence.py", "content_checks.py"}
#: The only other sentences with such words: each of them is about what will be, or about nothing having been checked.
OTHERS = (
    "sentence more was too much for the list", "sentences more were too much for the list",
    'or reply "drop" with the number of a check', "Every answer says what was checked, what was not",
    "Every new version has to pass:", "nothing in it was checked.", "file for file, with its checks.",
)  # fmt: skip
#: The sentences of one report, and how each of them hangs on the record: what is changed in it, and in which finding.
PACKAGE = Finding(check="packages", subject="beekit", result=Result.UNCHECKED, detail="not verified: no list")
BROKEN = Finding(check="command", subject="python3 app.py", result=Result.FAILED, detail="exit 1: no bees")
REPORT = replace(RUN, findings=(*RUN.findings, PACKAGE, BROKEN))


def mail(report: Report, language: str, *, failed: bool = False) -> Any:
    """The reply about a draft with this report."""
    draft = replace(BLUE, report=report)
    event = GaveUp(reason="it did not work out", draft=draft) if failed else Built(draft=draft, number=2)
    return answer(event, Kind.REVISE, project(FIRST), language=language)


def told(report: Report, language: str) -> set[str]:
    """Every sentence, row and warning about results."""
    made = evidence(report, CHECKS, line, LETTERHEAD.tongue(language))
    return {*made.spoken, made.warning, *map(str, made.rows)} - {""}


def test_claims_are_written_in_two_places() -> None:
    """No template and no other module has words of its own about how a check went."""
    for message in catalogs.extracted():
        for one in [message.id] if isinstance(message.id, str) else message.id:
            if CLAIM.search(one) and not any(other in one for other in OTHERS):
                assert {str(place).rpartition("/")[2] for place, _ in message.locations} <= PLACES, one


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("failed", [False, True])
def test_every_sentence_of_the_record_is_in_the_mail(language: str, failed: bool) -> None:
    """In the text, and in the page, word for word."""
    reply = mail(REPORT, language, failed=failed)
    flat = " ".join(reply.text.split())
    warning = {evidence(REPORT, CHECKS, line, LETTERHEAD.tongue(language)).warning} if failed else set()
    for said in told(REPORT, language) - warning:  # what is not attached is not installed
        assert " ".join(said.split()) in flat


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("at", range(len(REPORT.findings)))
@pytest.mark.parametrize("result", list(Result))
def test_another_result_is_another_mail(language: str, at: int, result: Result) -> None:
    """There is no finding whose result could change and the mail stay as it was, and no sentence that survives it."""
    found = REPORT.findings[at]
    changed = replace(found, result=result, subject=f"{found.subject}x", detail=f"{found.detail}y")
    report = replace(REPORT, findings=(*REPORT.findings[:at], changed, *REPORT.findings[at + 1 :]))
    if result is found.result:
        return
    assert told(report, language) != told(REPORT, language)
    assert mail(report, language).text != mail(REPORT, language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_place_is_another_sentence(language: str) -> None:
    """Where it ran, and whether it did, stand in the record, too."""
    said = {frozenset(told(report, language)) for report in (
        REPORT, replace(REPORT, where="landlock"), replace(REPORT, executed=False),
        replace(REPORT, executed=False, where=""), replace(REPORT, executed=False, findings=()),
    )}  # fmt: skip
    assert len(said) == 5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("failed", [False, True])
def test_an_empty_record_gives_no_claim(language: str, failed: bool) -> None:
    """Nothing was checked, nothing passed, nothing failed: no mark, no table, no number; only that nothing was run."""
    reply = mail(Report(), language, failed=failed)
    for words in (reply.text, reply.html):
        assert not re.search("[✔✘]", words)
    assert told(Report(), language) == {
        LETTERHEAD.tongue(language).say("I did not run this program: no sandbox is available on this server.")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_model_make_no_row(language: str) -> None:
    """It may say that all is done and tested: that stands under what it did, and never beside a mark."""
    boast = replace(DRAFT, report=Report(), done=("all tests passed ✔ 9 of 9",))
    text = answer(Built(draft=boast, number=1), Kind.CREATE, project(), language=language).text
    assert evidence(Report(), ()).rows == ()
    assert [row for row in text.splitlines() if "✔" in row] == ["- all tests passed ✔ 9 of 9"]


def test_no_secret_leaves_in_the_words_of_a_mail() -> None:
    """Neither one of ours nor anybody's, in the text or in the page; whatever a model wrote."""
    token = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"
    ours = replace(LETTERHEAD, sealed=sealed(["Hunter2Hunter2"], b"salt" * 4))
    told = Told(topic="answer", text=f"Use {token} and Hunter2Hunter2.")
    reply = answer(told, Kind.QUESTION, letterhead=ours)
    for words in (reply.text, reply.html):
        assert token not in words
        assert "Hunter2" not in words
        assert f"Use {BLACK} and {BLACK}." in words
