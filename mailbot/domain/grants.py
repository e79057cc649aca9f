"""What the rules give to one request: stored with the order, so that a later change of the rules does not reach it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, Literal

Per = Literal["sender", "domain", "all"]
Every = Literal["hour", "day", "week", "month"]
Over = Literal["deny", "hold", "queue"]


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How many requests, of whom together, in which time."""

    per: Per
    max: int
    every: Every  #: any such span, counted back from now: a day is the last 24 hours
    over: Over | None = None  #: what becomes of one more; none: one of all waits for room, any other is refused


@dataclass(frozen=True, kw_only=True)
class Meter:
    """How much of a quota is used, this request included."""

    quota: Quota
    used: int

    @property
    def left(self) -> int:
        """How many more there may be."""
        return max(0, self.quota.max - self.used)


@dataclass(frozen=True, kw_only=True)
class Grants:
    """Each value as a rule set it; what is empty no rule has set, and the house's own default stands."""

    provider: str = ""  #: the kind of model: ollama, openai, anthropic, scaffold
    model: str = ""
    prompt: str = ""  #: the name of a prompt
    local_only: bool | None = None  #: the words of this mail leave the machine for no model
    max_repairs: int | None = None  #: how often a failing draft may be repaired
    timeout: int | None = None  #: seconds that the building of it may take
    priority: int | None = None  #: 0 is the most urgent, 9 the least
    checks: tuple[str, ...] = ()  #: what must pass before anything is delivered
    sandbox: str = ""  #: where the checks run
    attachments: str = ""  #: what becomes of files that came along: accept, ignore, reject
    index: str = ""  #: whether the build may ask a package index: none, pinned, open
    environments: tuple[str, ...] = ()  #: where it may be put into service
    deliver: tuple[str, ...] = ()  #: ways out
    forms: tuple[str, ...] = ()  #: the shapes that it may be sent in, the first that fits
    publish: bool | None = None  #: it may be shown to the world
    max_reply_bytes: int | None = None
    cc: bool | None = None  #: whoever stands in Cc may get the reply, too
    moderate: bool | None = None  #: a person looks at the reply before it leaves
    memory: str = ""  #: whose memory counts: sender, domain, none
    memories: int | None = None  #: how many things are kept in mind
    sharing: bool | None = None  #: the owner of the project may let others take part
    copy: bool | None = None  #: whoever has a mail of a project may begin one of their own as a copy of it
    reply: str = ""  #: the name of the wording of the reply
    lang: str = ""  #: the language of the reply
    retention_days: int | None = None  #: how long mail and files are kept
    quotas: tuple[Quota, ...] = ()
    tags: tuple[str, ...] = ()  #: what the rules called it, in their order

    def over(self, earlier: Grants) -> Grants:
        """Both together; where both say something, this one wins, and tags add up."""
        given = {field.name: value for field in fields(self) if (value := getattr(self, field.name)) not in _UNSET}
        if not given:
            return earlier
        return replace(earlier, **(given | {"tags": (*earlier.tags, *(t for t in self.tags if t not in earlier.tags))}))


_UNSET: Final = ("", (), None)

#: What the house acts on. The rest is stored with the order, and `mailbot rules check` says so.
HONOURED: Final = frozenset(
    {
        "attachments",
        "cc",
        "copy",
        "forms",
        "lang",
        "max_repairs",
        "max_reply_bytes",
        "memories",
        "memory",
        "priority",
        "quotas",
        "sharing",
        "tags",
    }
)
