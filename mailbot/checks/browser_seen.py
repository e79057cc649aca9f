"""What was seen of a page in a browser, and what that shows: of the page itself, and of each check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from mailbot.checks.judged import with_evidence
from mailbot.checks.limits import Ran
from mailbot.domain.project import Check, Finding, Result

OPENS: Final = "the page opens without mistakes"
NO_BROWSER: Final = "this server has no browser to open it in"
NO_PAGE: Final = "nothing in it that I know shows a page"
OPENED: Final = "open {} in Chromium, network off"
OFFLINE: Final = "offline"  #: the spec of a sentence that says that no network is needed
BAD: Final = 400  #: the status from which on there is no page
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_PREFIX: Final = re.compile(r"(?:check:?\s*)?js:\s*", re.IGNORECASE)
_UNREADABLE: Final = re.compile(r"SyntaxError(?!.*JSON)")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one check came to."""

    true: bool = False
    value: str = ""
    error: str = ""
    left: str = ""  #: what the left side of its comparison is
    by_page: bool = False  #: it is true only where the page's own scripts say what words mean


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One page, opened once."""

    ran: Ran
    why_not: str = ""  #: why it was not seen
    ours: bool = False  #: that is this server's lack, and not the page's
    ready: bool = False
    crashed: bool = False
    kind: str = ""
    title: str = ""
    status: int = 0
    requests: int = 0
    gone_to: str = ""
    dialogs: int = 0
    popups: int = 0
    problems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    picture: bytes = b""

    @property
    def html(self) -> bool:
        """Whether it is a page at all."""
        return self.kind in _HTML

    @property
    def wrong(self) -> tuple[Result, str]:
        """Why nothing can be asked of it; no words where it can."""
        if self.why_not:
            return Result.UNCHECKED if self.ours else Result.FAILED, self.why_not
        if self.crashed:
            return Result.FAILED, "the page brought the browser down"
        if self.gone_to:
            return Result.FAILED, f"the page goes away, to {self.gone_to[:100]}"
        if not self.ready:
            return Result.FAILED, "; ".join(self.of("error")) or "the page never came to rest"
        if self.status >= BAD:
            return Result.FAILED, f"the page answers {self.status}"
        return Result.PASSED, ""

    def of(self, kind: str) -> tuple[str, ...]:
        """Its problems of one kind."""
        return self.problems.get(kind, ())


def asked(check: Check) -> str:
    """The expression of a js check."""
    return _PREFIX.sub("", (check.spec or check.text).strip(), count=1)


def is_offline(check: Check) -> bool:
    """Whether it says that no network is needed."""
    return check.kind == "prose" and check.spec.strip() == OFFLINE


def page_finding(seen: Seen, words: str) -> Finding:
    """How the page itself is."""
    result, detail = _page(seen)
    return _with(Finding(check="js", subject=OPENS, result=result, detail=detail), seen, OPENED.format(words))


def _page(seen: Seen) -> tuple[Result, str]:
    result, why = seen.wrong
    if why:
        return result, why
    own, outside = (*seen.of("failed"), *seen.of("error"), *seen.of("console")), seen.of("outside")
    if outside:
        away = f"it asks for {', '.join(outside[:3])}, out of reach with the network off"
        failed = Result.FAILED if seen.of("failed") else Result.UNCHECKED
        return failed, f"{own[0]}; {away}" if own else away
    if own:
        return Result.FAILED, own[0] + (f", and {len(own) - 1} more" if len(own) > 1 else "")
    title = repr(seen.title[:60]) if seen.title else "no title"
    return Result.PASSED, f"{title}, {_requests(seen)}, no error"


def _requests(seen: Seen) -> str:
    return "1 request" if seen.requests == 1 else f"{seen.requests} requests"


def offline_finding(check: Check, seen: Seen, words: str) -> Finding:
    """Whether the page came without a request that needs a network."""
    result, why = seen.wrong
    if not why:
        missed = [f"it asks for {name}" for name in seen.of("outside")] + list(seen.of("failed"))
        result = Result.FAILED if missed else Result.PASSED
        why = "; ".join(missed[:3]) or f"opened with the network off: all of {_requests(seen)} answered"
    return _with(_of(check, result, why), seen, OPENED.format(words))


def check_finding(check: Check, seen: Seen, place: int) -> Finding:
    """What the check at *place* of those that were asked came to."""
    result, why = seen.wrong
    if not why:
        result, why = _judged(seen.answers[place], seen) if place < len(seen.answers) else (Result.FAILED, "no answer")
    return _with(_of(check, result, why), seen, asked(check))


def _judged(answer: Answer, seen: Seen) -> tuple[Result, str]:
    if answer.true:
        return Result.PASSED, f"it is {answer.value}"
    if _UNREADABLE.match(answer.error):
        return Result.UNCHECKED, f"I cannot read this check: {answer.error}"
    said = answer.error or answer.left or f"it is {answer.value}"
    if answer.by_page:
        return Result.UNCHECKED, f"{said}, but the page's own scripts say that it is true"
    if outside := seen.of("outside"):
        return Result.UNCHECKED, f"{said}, without {outside[0]}, which is out of reach with the network off"
    return Result.FAILED, said


def _of(check: Check, result: Result, detail: str) -> Finding:
    return Finding(check=check.kind, subject=check.text, result=result, detail=detail)


def _with(finding: Finding, seen: Seen, command: str) -> Finding:
    lines = [f"title: {seen.title}"] if seen.title else []
    lines += [f"{kind}: {words}" for kind, all_ in seen.problems.items() for words in all_]
    shut = {"dialogs": seen.dialogs, "windows": seen.popups}
    lines += [f"{number} {what} shut" for what, number in shut.items() if number]
    shown = replace(seen.ran, exit_code=None, output="\n".join(lines))
    return with_evidence(finding, shown, command)
