"""What the templates make passes its own tests where strangers' programs run, and its page opens there."""

from __future__ import annotations

import pytest

from mailbot.build.stack import stack_of
from mailbot.checks.sandbox import Running, Sandboxed
from mailbot.domain.project import Result
from tests.build.scaffolds import SALES, built, what
from tests.fakes import site
from tests.servers import missing

SEVEN = [
    ("tracker", "Track my books with title, author, pages: number, read: yes/no", ""),
    ("page", "A page about bees with sections About, Honey and Contact. Make the header yellow.", ""),
    ("tool/todo", "A simple to-do list", ""),
    ("viewer", "One page that adds up the sales column, shows the total big. Must work offline.", SALES),
    ("form", "A contact form with name, email and message", ""),
    ("api", "A REST API for books with title, author, pages: number", ""),
    ("cli/report", "A Python script that sums the sales column of a CSV file", ""),
]


@pytest.fixture(scope="module")
def room():
    """The sandbox that this machine has, with its browser where there is one."""
    found = Sandboxed().open(site()).room
    return found if isinstance(found, Running) else missing("a sandbox (bubblewrap, or Landlock)")


@pytest.mark.parametrize(("kind", "wish", "csv"), SEVEN, ids=[kind for kind, _, _ in SEVEN])
async def test_each_kind_passes_its_own_tests_in_the_sandbox(room, kind, wish, csv):
    """They were run, they said so, and nothing that was looked at failed."""
    files = built(wish, csv=csv)
    assert what(files) == kind
    report = await room.check(files, ())
    assert [one for one in report.findings if one.result is Result.FAILED] == []
    [ran] = [one for one in report.findings if "unittest" in one.subject or "unittest" in one.command]
    assert ran.result is Result.PASSED, ran
    assert ran.exit_code == 0
    assert stack_of(files).language in {"python", "static"}


async def test_three_changes_in_a_row_pass_them_too(room):
    """The tests change with the page."""
    files = built(SEVEN[1][1])
    for wish in ("Make the header blue.", "Add a section Prices.", "Change the title to Our Bees"):
        files = built(wish, files=files)
        report = await room.check(files, ())
        assert [one for one in report.findings if one.result is Result.FAILED] == []
