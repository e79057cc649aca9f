"""What all our mails have in common: who we are, our names, our templates, our key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.reply.dkim import DkimKey
from mailbot.reply.words import count, listed, sentence


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """The same for every mail of this house."""

    names: Names
    addresses: Mapping[str, str]  #: local part -> kind of request
    templates: Mapping[str, str]  #: by file name: built.txt.j2, built.html.j2, ...
    admins: tuple[str, ...] = ()  #: whom a person may ask
    local: str = "build"  #: the local part that we write from
    dkim: DkimKey | None = None  #: none: not signed by us
    version: str = ""  #: of mailbot

    @property
    def sender(self) -> str:
        """Our address."""
        return f"{self.local}@{self.names.domain}"

    def reply_to(self, project: ProjectId | None) -> str:
        """Where the author's next mail should go."""
        return self.names.thread_address(project, self.local) if project else self.sender

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """The words of *template*. Values are only ever values: none is read as a template."""
        return self._environment.get_template(template).render(values)

    @cached_property
    def _environment(self) -> SandboxedEnvironment:
        made = SandboxedEnvironment(
            loader=DictLoader(dict(self.templates)),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters.update(count=count, listed=listed, sentence=sentence)
        return made
