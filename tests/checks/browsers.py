"""A browser for tests: the one of this machine, and pages to open in it."""

from __future__ import annotations

import pytest

from mailbot.checks.around import Around
from mailbot.checks.browser import browser_of, opened
from mailbot.checks.browser_seen import page_finding
from mailbot.checks.commands import Means, tasks_of
from tests.servers import missing

HEAD = "<!doctype html><title>T</title><link rel=icon href='data:,'><p id=p>x</p>"


@pytest.fixture
def browser():
    """A Chromium, or a test that is skipped."""
    found = browser_of()
    if found is None:
        missing("no Chromium here: apt install chromium-headless-shell")
    return found


async def seen(browser, cage, files, *checks):
    """What is seen of a page, which is one text, or some files."""
    files = {"index.html": HEAD + files} if isinstance(files, str) else files
    tree = {name: text.encode() for name, text in files.items()}
    task = next(one for one in tasks_of(tree) if one.means is Means.SERVES)
    return await opened(browser, Around(cage=cage), tree, task, checks)


def of_page(seen):
    """How the page is, in two words."""
    found = page_finding(seen, "x")
    return found.result.value, found.detail
