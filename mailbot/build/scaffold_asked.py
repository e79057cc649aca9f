"""A first request as it goes to whoever begins the project, and the project as it is begun."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.build.scaffold_naming import named_by, quoted_in
from mailbot.build.scaffold_spec import MAX_TITLE, Spec, clean
from mailbot.build.scaffold_table import Table


@dataclass(frozen=True, kw_only=True)
class Start:
    """A project as its first request begins it."""

    spec: Spec
    said: str  #: what was understood, in words
    used: frozenset[int]  #: the sentences that are answered by it
    assumed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()  #: further wishes in those sentences


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A first request, in the words of the grammar."""

    subject: str
    main: str  #: the sentence that asks
    more: tuple[str, ...]  #: further wishes that were in it
    others: tuple[str, ...]  #: all sentences
    at: int  #: which of them asks; -1: the subject does
    language: str = "en"
    table: Table | None = None
    apart: tuple[int, str] = (-1, "")  #: a sentence that only lists fields

    @property
    def used(self) -> frozenset[int]:
        """The sentence that asks."""
        return frozenset({self.at}) - {-1}

    def named(self, otherwise: str) -> str:
        """What the project is called."""
        title = quoted_in(self.main) or named_by(self.subject) or otherwise
        return clean(title[:1].upper() + title[1:], MAX_TITLE)
