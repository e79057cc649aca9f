"""What all our mails have in common: who we are, our names, our templates, our languages, our key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from mailbot.build.leaks import NOTHING, Sealed
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.reply.dkim import DkimKey
from mailbot.reply.tongue import ENGLISH, Tongue, tongue_of
from mailbot.reply.words import listed, sentence


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """The same for every mail of this house."""

    names: Names
    addresses: Mapping[str, str]  #: local part -> kind of request
    templates: Mapping[str, str]  #: by file name: built.txt.j2, built.html.j2, ...
    catalogs: Mapping[str, bytes] = field(default_factory=dict)  #: by language: what it says for our English, compiled
    admins: tuple[str, ...] = ()  #: whom a person may ask
    local: str = "build"  #: the local part that we write from
    dkim: DkimKey | None = None  #: none: not signed by us
    version: str = ""  #: of mailbot
    sealed: Sealed = NOTHING  #: how our own secrets are recognised: none leaves in a mail
    help: frozenset[str] = frozenset()  #: the lines of our own help: whoever quotes them back wishes nothing by it

    @property
    def sender(self) -> str:
        """Our address."""
        return f"{self.local}@{self.names.domain}"

    @property
    def ask(self) -> str:
        """Our address for questions that need no software; empty: there is none."""
        asks = [local for local, kind in self.addresses.items() if kind == "ask"]
        return f"{asks[0]}@{self.names.domain}" if asks else ""

    def reply_to(self, project: ProjectId | None) -> str:
        """Where the author's next mail should go."""
        return self.names.thread_address(project, self.local) if project else self.sender

    @property
    def languages(self) -> tuple[str, ...]:
        """What we speak, English first."""
        return (ENGLISH.code, *self.catalogs)

    def tongue(self, language: str) -> Tongue:
        """How to speak *language* (pl, pl-PL); English where we do not."""
        return self._tongues.get(language.lower().partition("-")[0], ENGLISH)

    def render(self, template: str, values: Mapping[str, object], tongue: Tongue = ENGLISH) -> str:
        """The words of *template* in this language. Values are only ever values: none is read as a template."""
        room = self._environments[tongue.code]
        return room.get_template(template).render({"language": tongue.code, **values})

    @cached_property
    def _tongues(self) -> Mapping[str, Tongue]:
        return {code: tongue_of(code, catalog) for code, catalog in self.catalogs.items()}

    @cached_property
    def _environments(self) -> Mapping[str, SandboxedEnvironment]:
        return {tongue.code: self._environment(tongue) for tongue in (ENGLISH, *self._tongues.values())}

    def _environment(self, tongue: Tongue) -> SandboxedEnvironment:
        made = SandboxedEnvironment(
            loader=DictLoader(dict(self.templates)),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        made.filters.update(listed=partial(listed, tongue=tongue), number=tongue.number, sentence=sentence)
        words = tongue.catalog
        made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]  # by i18n
        return made
