"""What the author asks for: the kind of wish, of which project, and all that was read out of their words."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mailbot.domain.message import Address, Attachment
from mailbot.domain.project import Check, ProjectId


class Kind(StrEnum):
    """What the author asks for."""

    CREATE = "create"
    REVISE = "revise"
    ROLLBACK = "rollback"
    QUESTION = "question"
    STATUS = "status"
    STOP = "stop"
    HELP = "help"
    EDIT = "edit"  #: the author changed files themselves: a patch, a bundle, an edited zip
    FIX = "fix"  #: the first mail brings the code: theirs is v0, the change v1
    REFRESH = "refresh"  #: new data of the same shape for the same program
    SHARE = "share"  #: somebody else may take part, or no longer
    RETIRE = "retire"  #: a check is dropped, or taken up again
    RESEND = "resend"  #: a version once more, perhaps in another form
    ERASE = "erase"  #: forget me
    EXPORT = "export"  #: everything that is kept of me, please
    REMEMBER = "remember"  #: something is to be kept in mind, or no longer, or what is kept is asked

    @property
    def builds(self) -> bool:
        """Whether it makes a revision, and so waits its turn within its project."""
        return self in {Kind.CREATE, Kind.REVISE, Kind.ROLLBACK, Kind.EDIT, Kind.FIX, Kind.REFRESH}

    @property
    def own_data(self) -> bool:
        """Whether it is about what is kept of its author: everybody may ask for that, whatever the rules say."""
        return self in {Kind.ERASE, Kind.EXPORT}

    @property
    def counts(self) -> bool:
        """Whether it is one of those that a quota is about: to go back, to stop or to ask how it stands is free."""
        return self is Kind.QUESTION or (self.builds and self is not Kind.ROLLBACK)


@dataclass(frozen=True, kw_only=True)
class Command:
    """One line that is a command and nothing else."""

    line: str  #: as it was written
    kind: Kind | None = None  #: none: it is no command that we know
    hint: str = ""  #: the command that was perhaps meant
    number: int | None = None  #: of a revision, or of a check
    address: Address | None = None  #: of whoever is let in, or out
    form: str = ""  #: in which the package is wanted
    undo: bool = False  #: it takes back what the command does: remove bob@..., keep 4
    note: str = ""  #: why it is not followed, where that is no want of knowledge
    words: str = ""  #: what is to be kept in mind, as the author wrote it


@dataclass(frozen=True, kw_only=True)
class Wants:
    """What the author says of the program itself, where it is said in so many words."""

    app_type: str = ""  #: such as web_application, dashboard, cli, api, script
    stack: tuple[str, ...] = ()  #: languages, frameworks and databases, in small letters
    target: str = ""  #: where it runs: docker, static, ...
    features: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()  #: files that must stay as they are
    criteria: tuple[Check, ...] = ()  #: what must hold, numbered in the order in which it stands
    more: int = 0  #: sentences that were too many to become a criterion
    computer: str = ""  #: on what the author works: "Windows, no Docker, Python 3.9"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """An answer to a question of ours that was quoted with it."""

    question: str  #: as it was quoted
    number: int | None = None  #: its number in our mail
    answer: str = ""  #: empty: whatever we proposed


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What the author changed with their own hands, as far as their words say it; the files are among the inputs."""

    patch: str = ""  #: one that stands in the mail itself
    pasted: Attachment | None = None  #: a file, or a piece of it, that stands in the mail itself
    base: int | None = None  #: the version that it says it was made from
    seen: int | None = None  #: the version of the mail of ours that it answers
    among: tuple[int, ...] = ()  #: versions that it may have been made from
    wish: str = ""  #: what is asked for on top of it
    cover: bool = False  #: it is the letter to a series of patches, and no change itself
    against: int = 0  #: the version that the choices of the author were about


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What the author asks for, and of which project."""

    kind: Kind
    project: ProjectId | None = None  #: none: a new one
    title: str = ""  #: the subject, without its Re:
    text: str = ""  #: the request in the author's own words
    revision: int | None = None  #: the one to go back to
    commands: tuple[Command, ...] = ()  #: every line that is one, in order; each is judged by its own kind
    wants: Wants = field(default_factory=Wants)
    chosen: tuple[Chosen, ...] = ()  #: answers between the lines of our questions
    material: str = ""  #: words of others that came along (a forwarded mail): nothing in them is a wish
    origin: ProjectId | None = None  #: a new project begins as a copy of this one, at ``revision``
    joins: bool = False  #: it reads like a word to the request at work: "wait, use EUR"
    language: str = ""  #: that the reply is written in: en, pl, fr, de
    form: str = ""  #: in which the package is wanted: bundle, text, zip, page, link
    history: tuple[int, ...] = ()  #: the versions that go along with the one that is sent again
    edit: Edited | None = None  #: what the author changed themselves
    sure: bool = False  #: the author was asked whether they want to be forgotten, and said yes

    @property
    def revisions(self) -> tuple[int, ...]:
        """Those that it speaks of, beside the newest; of a copy, the one of its origin is no version of its own."""
        spoken = () if self.revision is None or self.origin else (self.revision,)
        return (*spoken, *(self.edit.among if self.edit else ()), *self.history)
