"""Make a project again from what its mails say: which of them count, in which order, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from mailbot.build.history_found import MAX_VERSION, Sent
from mailbot.build.history_objects import commit_id, grown
from mailbot.build.history_read import Opened
from mailbot.build.paths import Taken, refusal
from mailbot.domain.errors import Permanent, Unreadable
from mailbot.domain.message import Address
from mailbot.domain.project import Check, Draft, Maker, Project, ProjectId, Report, Revision, Tree

_NUMBER: Final = re.compile(r"^Revision: (\d{1,6})$", re.MULTILINE)
_AUTHOR: Final = re.compile(r"^author [^<>\n]* <([^<>\n]+)> (\d{1,11}) \+0000$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One mail that says it brings a version."""

    sent: Sent
    source: str  #: which mail it is, for people
    signed: bool  #: whether we wrote it, as far as our keys are known


@dataclass(frozen=True, kw_only=True)
class Again:
    """One project, as far as its mails hold it."""

    project: Project
    claims: Mapping[int, Claim]  #: the mail that each version is from; none: it is only in the history of another
    added: Mapping[int, tuple[Check, ...]]  #: the checks that each version brought or changed
    missing: tuple[int, ...] = ()  #: versions whose files are in no mail that is here
    notes: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Gathering:
    """The versions of one project while its mails are read."""

    id: ProjectId
    claims: dict[int, Claim] = field(default_factory=dict)
    entries: dict[int, str] = field(default_factory=dict)
    trees: dict[str, Tree] = field(default_factory=dict)  #: by commit
    notes: list[str] = field(default_factory=list)

    def take(self, claims: Sequence[Claim]) -> None:
        """Choose among mails that claim the same version: what we signed, then what the next version stands on."""
        by_number: dict[int, list[Claim]] = {}
        for claim in claims:
            if commit_id(claim.sent.entry) != claim.sent.commit or number_in(claim.sent.entry) != claim.sent.number:
                self.notes.append(f"{claim.source}: its commit is not what it says; it is left out")
            else:
                by_number.setdefault(claim.sent.number, []).append(claim)
        parent = ""
        for number in sorted(by_number, reverse=True):
            one = self._chosen(number, by_number[number], parent)
            self.claims[number], self.entries[number] = one, one.sent.entry
            parent = parent_in(one.sent.entry)

    def _chosen(self, number: int, claims: Sequence[Claim], child: str) -> Claim:
        best = [one for one in claims if one.signed] or claims
        if len({one.sent.commit for one in best}) > 1:
            best = [one for one in best if one.sent.commit == child]
        if not best:
            sources = ", ".join(sorted(one.source for one in claims))
            raise Permanent(
                f"several mails bring a v{number} of project {self.id}, each another one, and nothing says which is "
                f"ours: {sources}. Take out those that you do not trust, and run it again."
            )
        chosen = max(best, key=lambda one: (one.sent.checks is not None, len(one.sent.trees)))
        others = sorted({one.source for one in claims if one.sent.commit != chosen.sent.commit})
        self.notes += [f"{one}: it brings another v{number}, which is not the one in the history" for one in others]
        return chosen

    def known(self, claims: Iterable[Claim]) -> None:
        """Keep the files of the packages that are just what a commit says."""
        for claim in claims:
            commit = claim.sent.commit
            for crate in claim.sent.trees:
                tree: Tree = {path: crate.content(path) for path in crate.places}  # type: ignore[misc]
                if commit not in self.trees and _fit(tree) and grown(tree).root == root_in(claim.sent.entry):
                    self.trees[commit] = tree

    def brought(self, opened: Opened) -> None:
        """Keep the files of every version in a bundle; also of those whose mails are not here."""
        for one in reversed(opened.commits):  # an older one counts because a newer one stands on it
            entry = one.entry.decode("utf-8", "replace")
            number = number_in(entry)
            if commit_id(entry) != one.id or one.id not in opened.trees or not number:
                continue
            if self.entries.get(number, entry) == entry and self._fits(number, one.id):
                self.entries[number] = entry
                self.trees.setdefault(one.id, opened.tree(one.id))

    def _fits(self, number: int, commit: str) -> bool:
        """Whether a version stands in the history that is known."""
        if number in self.entries:
            return True
        return any(parent_in(entry) == commit for later, entry in self.entries.items() if later > number)

    def again(self) -> Again:
        """The project of all that was gathered."""
        revisions, added = dict[int, Revision](), dict[int, tuple[Check, ...]]()
        ledger: dict[int, Check] = {}
        for number, entry in sorted(self.entries.items()):
            claim = self.claims.get(number)
            if claim and claim.sent.checks is not None:
                added[number] = tuple(one for one in claim.sent.checks if ledger.get(one.number) != one)
                ledger |= {one.number: one for one in claim.sent.checks}
            if commit_id(entry) in self.trees:
                revisions[number] = self._revision(number, entry, added.get(number, ()))
        if not revisions:
            raise Permanent(f"no mail here holds the files of a version of project {self.id}")
        last = max(self.entries)
        first = revisions[min(revisions)]
        project = Project(
            id=self.id,
            owner=first.author,
            title=first.draft.title,
            last=max(revisions),
            revisions=revisions,
            checks=tuple(check for _, checks in sorted(added.items()) for check in checks),
        )
        missing = tuple(number for number in range(1, last + 1) if number not in revisions)
        return Again(project=project, claims=self.claims, added=added, missing=missing, notes=tuple(self.notes))

    def _revision(self, number: int, entry: str, checks: tuple[Check, ...]) -> Revision:
        claim, commit = self.claims.get(number), commit_id(entry)
        found = _AUTHOR.search(entry.partition("\n\n")[0])
        if not found:
            raise Unreadable(f"v{number} names no author")
        subject = entry.partition("\n\n")[2].partition("\n")[0]
        lost = Draft(title=subject, files={}, report=Report(), maker=Maker(kind="rebuilt"))
        draft = claim.sent.draft if claim else lost
        return Revision(
            number=number,
            draft=replace(draft, files=self.trees[commit], checks=checks),
            author=Address(found[1]),
            request=(claim.sent.request if claim else "") or f"rebuilt{commit[:13]}",
            at=datetime.fromtimestamp(int(found[2]), UTC),
            commit=commit,
            entry=entry,
        )


def _fit(tree: Tree) -> bool:
    """Whether every name may be unpacked."""
    taken = Taken()
    return not any(refusal(path) or taken.add(path) for path in tree)


def number_in(entry: str) -> int:
    """Which version a commit says that it is; 0: none of ours."""
    found = _NUMBER.findall(entry.rpartition("\n\n")[2])
    return int(found[0]) if len(found) == 1 and int(found[0]) <= MAX_VERSION else 0


def parent_in(entry: str) -> str:
    """The commit before; empty: there is none."""
    line = entry.split("\n", 2)[1] if "\n" in entry else ""
    return line.removeprefix("parent ") if line.startswith("parent ") else ""


def root_in(entry: str) -> str:
    """The folder that holds the files of a commit."""
    return entry[5:45] if entry.startswith("tree ") else ""
