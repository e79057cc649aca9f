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
    assert evidence(report, ()).spoken == (
        "I ran it in a sandbox (bubblewrap): 1 of 2 checks passed.",
        "Not checked: command 1.",
    )


def test_a_row_stays_within_the_text() -> None:
    """A long detail moves to a line of its own, a long name is cut."""
    found = finding(Result.FAILED, 10**50, "x" * 60), finding(Result.PASSED, 1, "short"), finding(Result.PASSED)
    report = Report(findings=found)
    lines = "\n".join(str(row) for row in evidence(report, ()).rows).splitlines()
    assert max(len(line) for line in lines) <= WIDTH
    assert lines[1] == "  ✘ " + "x" * 60
    assert lines[2].endswith("✔ short")
    assert lines[3].endswith("✔")


def test_why_nothing_was_run_is_told_as_it_is() -> None:
    """No sandbox, nothing to run, or a reason that the table has: three sentences, each from the record."""
    left = finding(Result.UNCHECKED)
    assert evidence(Report(), ()).spoken == ("I did not run this program: no sandbox is available on this server.",)
    assert evidence(Report(where="bubblewrap"), ()).spoken == (
        "I ran nothing: there is nothing in it that I know how to run.",
    )
    assert evidence(Report(findings=(left,), where="bubblewrap"), ()).spoken == (
        "I ran nothing of it; the table says why.",
        "Not checked: command 0.",
    )


def ours(check: str, result: Result, subject: str = "x") -> Finding:
    return Finding(check=check, subject=subject, result=result, detail="not verified: no list")


def test_what_nobody_asked_for_is_shown_only_where_it_matters() -> None:
    """Packages, secrets and Dockerfiles have a row when they fail or were not looked at; they count as no checks."""
    good = [ours(check, Result.PASSED) for check in ("packages", "secrets", "container")]
    report = Report(findings=(*good, finding(Result.PASSED)), executed=True, where="bubblewrap")
    made = evidence(report, ())
    assert [row.asked for row in made.rows] == ["command 0"]
    assert made.spoken == ("I ran it in a sandbox (bubblewrap): 1 of 1 check passed.",)
    bad = [ours(check, Result.FAILED) for check in ("packages", "secrets", "container")]
    rows = evidence(Report(findings=tuple(bad)), ()).rows
    assert [(row.how, row.mark) for row in rows] == [
        ("names looked up", "✘"), ("files searched", "✘"), ("lines read", "✘"),
    ]  # fmt: skip


def test_packages_that_nobody_looked_up_are_told_at_the_top() -> None:
    """By name, before anybody installs them; they are in the table, too, and not told a third time."""
    found = (ours("packages", Result.UNCHECKED, "beekit, waxlib"), ours("packages", Result.UNCHECKED, "a @ git+x"))
    made = evidence(Report(findings=found), ())
    assert made.warning == (
        "Not verified: the packages beekit, waxlib, a @ git+x. Look them up before you install them."
    )
    assert [row.asked for row in made.rows] == ["beekit, waxlib", "a @ git+x"]
    assert not any("beekit" in said for said in made.spoken)
    assert evidence(Report(findings=(ours("packages", Result.PASSED),)), ()).warning == ""


def test_what_was_not_checked_is_told_unless_the_reply_says_so_by_number() -> None:
    """A file or a command by its name; a point of the author's is counted elsewhere."""
    report = Report(findings=(finding(Result.UNCHECKED, 0), finding(Result.UNCHECKED, 1)), where="bubblewrap")
    made = evidence(report, [Check(number=4, kind="command", text="command 0")])
    assert made.spoken[-1] == "Not checked: command 1."
