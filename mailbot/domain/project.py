"""What is made: a project is a thread, a revision is one immutable state of its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from mailbot.domain.message import Address

ProjectId = NewType("ProjectId", str)
Role = Literal["reader", "collaborator", "owner"]
Path = NewType("Path", str)
Tree = Mapping[Path, bytes]


class Result(StrEnum):
    """What a check came to."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"  #: it was not run, and the reply says so


@dataclass(frozen=True, kw_only=True)
class Check:
    """One typed acceptance criterion of a project; they only grow."""

    number: int
    kind: str  #: syntax, command, http, file, regex, js, prose
    text: str  #: as the person reads it
    spec: str = ""  #: what the room that runs it needs
    retired: bool = False  #: it counts no more: dropped by mail, or parked by a rollback


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing a check saw."""

    check: str  #: the kind of check
    subject: str  #: the file, page or command it looked at
    result: Result
    detail: str = ""
    command: str = ""  #: what was run, if anything was
    exit_code: int | None = None  #: how it ended; None where it was ended, or nothing was run
    output: str = ""  #: the last lines of what it printed
    sha256: str = ""  #: of everything it printed
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything the checks said about one tree."""

    findings: tuple[Finding, ...] = ()
    executed: bool = False  #: whether any of it was run, or only read
    where: str = ""  #: the sandbox's tier; empty where there is none
    picture: bytes = b""  #: a JPEG of the page that it shows; empty where it shows none, or none could be made

    @property
    def passed(self) -> bool:
        """Whether nothing failed. An unchecked finding is no failure, and no success either."""
        return not self.failures

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that failed."""
        return tuple(f for f in self.findings if f.result is Result.FAILED)


@dataclass(frozen=True, kw_only=True)
class Maker:
    """Who or what made a draft: said in every reply."""

    kind: str  #: model, scaffold, rollback, refresh, edit (a person), copy
    name: str = ""  #: the model, or the template
    provider: str = ""
    tries: int = 1
    seconds: float = 0.0
    tokens: int = 0
    prompt_tokens: int = 0  #: of these, the ones of what was asked
    cost: float = 0.0  #: by the prices of the settings, in their currency
    digest: str = ""  #: of the model, SHA-256, where its server tells it
    prompts: str = ""  #: a hash of the templates by which it was asked
    rules: str = ""  #: the version of the rules that let the request in


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Files plus the report on them; a revision once it is recorded."""

    title: str
    files: Tree
    report: Report
    maker: Maker
    done: tuple[str, ...] = ()  #: what was done of the request, sentence by sentence
    not_done: tuple[str, ...] = ()  #: what was not done, quoted
    assumed: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()  #: what this draft adds to the ledger of checks: new ones, and old ones that changed
    url: str = ""  #: where it was published, if it was


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One numbered, immutable state of a project's files."""

    number: int
    draft: Draft
    author: Address
    request: str
    at: datetime
    commit: str = ""  #: its name in the project's git history; empty: it is older than that history
    entry: str = ""  #: the commit itself, as git keeps it: made once, so that its name never changes


@dataclass(frozen=True, kw_only=True)
class Project:
    """A thread, seen as a thing being made."""

    id: ProjectId
    owner: Address
    title: str = ""
    last: int = 0  #: the newest revision's number; 0 before the first
    checks: tuple[Check, ...] = ()  #: as they were added; of one number the last one counts
    wishes: tuple[str, ...] = ()  #: the author's last words in this thread, oldest first, where they were loaded
    revisions: Mapping[int, Revision] = field(default_factory=dict)  #: those that were loaded
    people: Mapping[Address, Role] = field(default_factory=dict)  #: whom the owner lets take part; in small letters
    language: str = ""  #: of the thread: the one of the last mail that was let in and had one
    origin: Revision | None = None  #: of a copy that has no version yet: what it begins with, where it was loaded

    def role(self, author: Address) -> Role | None:
        """What *author* is in it; none: a stranger."""
        return "owner" if author == self.owner else self.people.get(Address(author.lower()))

    @property
    def head(self) -> Revision | None:
        """The newest revision."""
        return self.revisions.get(self.last)

    @property
    def files(self) -> Tree | None:
        """Those of the newest revision; none before the first."""
        return self.head.draft.files if self.head else None

    @property
    def ledger(self) -> tuple[Check, ...]:
        """Every check as it is now, by its number; numbers never change, and none is used again."""
        return latest(self.checks)

    @property
    def in_force(self) -> tuple[Check, ...]:
        """The checks that every revision must pass."""
        return tuple(check for check in self.ledger if not check.retired)


def latest(checks: Iterable[Check]) -> tuple[Check, ...]:
    """*checks* by number; where one was added again, as it was added last."""
    return tuple(check for _, check in sorted({check.number: check for check in checks}.items()))
