"""What the checks saw, as rows and sentences."""

from __future__ import annotations

from mailbot.domain.project import Check, Finding, Report, Result
from mailbot.reply.evidence import evidence
from mailbot.reply.words import WIDTH


def finding(result: Result, number: int = 0, detail: str = "") -> Finding:
    return Finding(check="command", subject=f"command {number}", result=result, detail=detail)


def test_failures_stand_first_and_the_rest_is_counted() -> None:
    """However many there are, what failed is seen."""
    many = [finding(Result.PASSED, number) for number in range(20)]
    made = evidence(Report(findings=(*many, finding(Result.FAILED, 99)), executed=True), ())
    assert made.rows[0].asked == "command 99"
    assert (len(made.rows), made.hidden) == (10, 11)


def test_a_criterion_of_the_project_is_shown_by_its_number() -> None:
    """As the author numbered it, when the finding is about it."""
    checks = [Check(number=4, kind="command", text="command 0"), Check(number=5, kind="http", text="command 1")]
    made = evidence(Report(findings=(finding(Result.PASSED, 0), finding(Result.PASSED, 1))), checks)
    assert [row.asked for row in made.rows] == ["4 command 0", "command 1"]


def test_files_that_parse_are_counted_and_those_that_do_not_are_listed() -> None:
    """A row for each good file would hide the bad one."""
    good = tuple(Finding(check="syntax", subject=f"{n}.py", result=Result.PASSED) for n in range(30))
    bad = Finding(check="syntax", subject="bad.py", result=Result.FAILED, detail="line 1")
    made = evidence(Report(findings=(*good, bad)), ())
    assert [(row.asked, row.mark, row.word) for row in made.rows] == [("bad.py", "✘", "failed")]
    assert made.spoken[0].startswith("I checked the syntax of 31 files. I did not run this program")


def test_what_ran_is_counted_without_what_did_not() -> None:
    """Unchecked is no success."""
    report = Report(findings=(finding(Result.PASSED), finding(Result.UNCHECKED, 1)), executed=True, where="bubblewrap")
    assert evidence(report, ()).spoken == ("I ran it in a sandbox (bubblewrap): 1 of 2 checks passed.",)


def test_a_row_stays_within_the_text() -> None:
    """A long detail moves to a line of its own, a long name is cut."""
    found = finding(Result.FAILED, 10**50, "x" * 60), finding(Result.PASSED, 1, "short"), finding(Result.PASSED)
    report = Report(findings=found)
    lines = "\n".join(str(row) for row in evidence(report, ()).rows).splitlines()
    assert max(len(line) for line in lines) <= WIDTH
    assert lines[1] == "  ✘ " + "x" * 60
    assert lines[2].endswith("✔ short")
    assert lines[3].endswith("✔")
