"""The browser's part of one look at a project: its page is opened once, and asked everything that is asked of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.checks.around import Around
from mailbot.checks.browser import Browser, opened
from mailbot.checks.browser_seen import (
    NO_BROWSER,
    NO_PAGE,
    Seen,
    asked,
    check_finding,
    is_offline,
    offline_finding,
    page_finding,
)
from mailbot.checks.commands import Task
from mailbot.checks.spec import MAX_WORDS
from mailbot.domain.project import Check, Finding, Result, Tree

TOO_LONG: Final = f"a check has 1 to {MAX_WORDS} characters"
_TAG: Final = re.compile(r"<[a-zA-Z!]")


@dataclass(kw_only=True)
class Window:
    """Where one project's page is looked at."""

    browser: Browser | None
    checks: Sequence[Check]  #: everything that is asked; of others than these it knows nothing
    seen: Seen | None = None
    words: str = ""  #: what was opened
    why_not: tuple[Result, str] = (Result.UNCHECKED, NO_PAGE)  #: as long as nothing was seen
    _asked: list[Check] = field(default_factory=list)

    def worth(self, page: str) -> bool:
        """Whether what a server answers with is to be opened."""
        wanted = any(check.kind == "js" or is_offline(check) for check in self.checks)
        self.why_not = (Result.UNCHECKED, NO_BROWSER)
        return self.browser is not None and (wanted or _TAG.search(page) is not None)

    async def open(self, around: Around, files: Tree, task: Task) -> list[Finding]:
        """Open it, and ask it; how the page itself is. Raises Temporary when no sandbox can be made."""
        assert self.browser is not None  # noqa: S101  (then it is not worth it)
        self._asked = [check for check in self.checks if check.kind == "js" and 0 < len(asked(check)) <= MAX_WORDS]
        self.words = task.words
        self.seen = await opened(self.browser, around, files, task, [asked(one) for one in self._asked])
        return [page_finding(self.seen, task.words)] if self.seen.html or self.seen.wrong[1] else []

    def of(self, check: Check) -> Finding | None:
        """What *check* comes to; None where it is of a kind that no browser is needed for."""
        if check.kind != "js" and not is_offline(check):
            return None
        if self.seen is None:
            result, why = self.why_not
        elif check.kind != "js":
            return offline_finding(check, self.seen, self.words)
        elif check in self._asked:
            return check_finding(check, self.seen, self._asked.index(check))
        else:
            result, why = Result.UNCHECKED, TOO_LONG
        return Finding(check=check.kind, subject=check.text, result=result, detail=why)
