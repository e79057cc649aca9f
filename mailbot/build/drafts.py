"""What the recorded answers of a build come to: the files after each, the draft that was checked, the best of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from mailbot.build.answer import Laid, Problem, applied, laid
from mailbot.build.asking import assumed
from mailbot.build.data import filled
from mailbot.build.ledger import Standing, standing
from mailbot.build.moves import Said, Tried, Turn
from mailbot.build.paths import refusal
from mailbot.build.terms import Terms, terms_of
from mailbot.domain.project import Check, Draft, Finding, Project, Report, Result, Tree
from mailbot.domain.request import Admitted

_TIMES: Final = re.compile(r"\d+(?:\.\d+)? ?(?:ms|s|seconds?)\b")


@dataclass(frozen=True, kw_only=True)
class Try:
    """One draft, and what the checks came to."""

    draft: Draft
    found: Standing


@dataclass(frozen=True)
class Course:
    """The turns of one build, read in their order; a plan is none of them."""

    order: Admitted
    project: Project
    before: Tree  #: the files from before this request, data of this mail included
    turns: Sequence[Turn]
    checks: tuple[Check, ...] = ()  #: those that every draft is tried with
    added: tuple[Check, ...] = ()  #: those of them that this request adds to the project, or changes
    locked: tuple[str, ...] = field(default=())  #: beside those that the author named

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """The answers."""
        return tuple(turn for turn in self.turns if isinstance(turn, Said))

    @cached_property
    def last(self) -> Said | None:
        """The newest answer."""
        return self.said[-1] if self.said else None

    @cached_property
    def terms(self) -> Terms:
        """What no answer may do."""
        intent = self.order.intent
        drawn = bool(self.said) and self.said[0].maker.kind == "scaffold"
        return terms_of(intent.text, self.before, (*intent.wants.locked, *self.locked), drawn=drawn)

    @cached_property
    def laid(self) -> tuple[Laid, ...]:
        """What each answer did to the files that stood then: it may hold only those that it changes."""
        tree, done = self.before, list[Laid]()
        for said in self.said:
            one = laid(said.text, tree, self.terms)
            tree = filled(one.tree)
            done.append(replace(one, tree=tree))
        return tuple(done)

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """The files before the first answer, and after each."""
        return (self.before, *(one.tree for one in self.laid))

    @property
    def files(self) -> Tree:
        """As they are now."""
        return self.trees[-1]

    def usable(self) -> bool:
        """Whether the newest answer makes anything: of the project, or of what earlier answers made of it."""
        stood, text = self.trees[-2], self.said[-1].text
        return self.files != stood or applied(text, self.before, self.terms) != self.before

    def unusable(self, at: int = -1) -> tuple[Finding, ...]:
        """What did not come as it should, up to the answer *at*: as good as a failed check.

        A file that came broken stays on the list until it comes whole, or a missing one would pass unseen.
        """
        at = at % len(self.said)
        pending: dict[str, Problem] = {}
        for number, one in enumerate(self.laid[: at + 1]):
            pending = {path: problem for path, problem in pending.items() if path not in one.touched}
            pending |= {
                problem.path: problem
                for problem in one.problems
                if not problem.asked and (number == at or not refusal(problem.path))
            }
        return tuple(map(_finding, pending.values()))

    def forbidden(self) -> tuple[Finding, ...]:
        """What the newest answer wanted of files that stay as they are."""
        return tuple(_finding(problem) for problem in self.laid[-1].problems if problem.asked)

    @cached_property
    def tries(self) -> tuple[Try, ...]:
        """Every draft that was checked, in order."""
        return tuple(self._tries())

    def _tries(self) -> Iterator[Try]:
        count = 0
        for turn in self.turns:
            if isinstance(turn, Tried):
                yield self._try(count - 1, turn.report)
            count += isinstance(turn, Said)

    def _try(self, at: int, checked: Report) -> Try:
        said, spent = self.said[at], [one.maker for one in self.said[: at + 1]]
        report = replace(checked, findings=(*self.unusable(at), *checked.findings))
        maker = replace(
            said.maker,
            tries=len(spent),
            seconds=sum(one.seconds for one in spent),
            tokens=sum(one.tokens for one in spent),
            prompt_tokens=sum(one.prompt_tokens for one in spent),
            cost=sum(one.cost for one in spent),
        )
        draft = Draft(
            title=said.title,
            files=self.trees[at + 1],
            report=report,
            maker=maker,
            done=said.done,
            not_done=said.not_done,
            assumed=(*said.assumed, *assumed(said)),
            checks=self.added,
        )
        return Try(draft=draft, found=standing(report, self.checks, self.project))

    @property
    def best(self) -> Try | None:
        """The try with the least wrong with it, which need not be the last one; of equals the newer."""
        return min(reversed(self.tries), key=lambda one: one.found.rank) if self.tries else None

    def repeats(self) -> bool:
        """Whether the newest try failed in just the way of an earlier one: then the next would, too."""
        signs = [_sign(one.draft.report) for one in self.tries]
        return bool(signs) and signs[-1] in signs[:-1]


def _finding(problem: Problem) -> Finding:
    return Finding(check="answer", subject=problem.path, result=Result.FAILED, detail=problem.why)


def _sign(report: Report) -> frozenset[tuple[str, str, str]]:
    """How a try failed, however long it took."""
    return frozenset((one.check, one.subject, _TIMES.sub("", one.detail)[:300]) for one in report.failures)
