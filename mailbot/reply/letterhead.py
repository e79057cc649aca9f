"""What all our mails have in common: who we are, our names, our templates, our languages, our key."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mailbot.build.leaks import NOTHING, Sealed
from mailbot.build.providers import Providers
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.reply.keyring import InUse, Keyring
from mailbot.reply.tongue import ENGLISH, Tongue, phrase, tongue_of
from mailbot.reply.wording import Wording

NOBODY_NAMED: Final = phrase("whoever runs this mailbox")  #: stands for the admins where the settings name none


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """The same for every mail of this house."""

    names: Names
    addresses: Mapping[str, str]  #: local part -> kind of request
    templates: Mapping[str, str]  #: by file name: built.txt.j2, built.html.j2, base.css, ...
    own: Mapping[str, str] = field(default_factory=dict)  #: the admin's, which go before ours of the same name
    signature: str = ""  #: of the admin's own wording, for whoever uses it in a template
    disclaimer: str = ""  #: the same; empty: ours
    catalogs: Mapping[str, bytes] = field(default_factory=dict)  #: by language: what it says for our English, compiled
    admins: tuple[str, ...] = ()  #: whom a person may ask
    where: str = ""  #: the host of the model that people's words go to; empty: they leave this machine for none
    local: str = "build"  #: the local part that we write from
    keys: InUse = field(default_factory=Keyring)  #: what our mails and packages are signed with
    account: str = ""  #: that our mails leave from, where a relay lets no other address pass; empty: our own
    version: str = ""  #: of mailbot
    sealed: Sealed = NOTHING  #: how our own secrets are recognised: none leaves in a mail
    providers: Providers = field(default_factory=Providers)  #: what the mail systems of others let through
    public_url: str = ""  #: where packages can be fetched; empty: nowhere
    question_hours: int = 0  #: how long a question of ours waits; then what it proposes is built; 0: it waits for ever
    help: frozenset[str] = frozenset()  #: the lines of our own help: whoever quotes them back wishes nothing by it

    @property
    def address(self) -> str:
        """Our address."""
        return f"{self.local}@{self.names.domain}"

    @property
    def sender(self) -> str:
        """The address that our mails are from."""
        return self.account or self.address

    @property
    def ask(self) -> str:
        """Our address for questions that need no software; empty: there is none."""
        asks = [local for local, kind in self.addresses.items() if kind == "ask"]
        return f"{asks[0]}@{self.names.domain}" if asks else ""

    def reply_to(self, project: ProjectId | None) -> str:
        """Where the author's next mail should go."""
        return self.names.thread_address(project, self.local) if project else self.address

    @property
    def languages(self) -> tuple[str, ...]:
        """What we speak, English first."""
        return (ENGLISH.code, *self.catalogs)

    def tongue(self, language: str) -> Tongue:
        """How to speak *language* (pl, pl-PL); English where we do not."""
        return self._tongues.get(language.lower().partition("-")[0], ENGLISH)

    def render(self, template: str, values: Mapping[str, object], tongue: Tongue = ENGLISH) -> str:
        """The words of *template* in this language: the admin's own, or, where that fails in any way, ours."""
        if self.own:
            with contextlib.suppress(Exception):  # their template may raise whatever it likes
                return self.strictly(template, values, tongue)
        return self._shipped[tongue.code].render(template, values)

    def strictly(self, template: str, values: Mapping[str, object], tongue: Tongue = ENGLISH) -> str:
        """The same, by the admin's templates and no others."""
        return self._owned[tongue.code].render(template, values)

    @cached_property
    def _tongues(self) -> Mapping[str, Tongue]:
        return {code: tongue_of(code, catalog) for code, catalog in self.catalogs.items()}

    @cached_property
    def _shipped(self) -> Mapping[str, Wording]:
        return self._wordings(self.templates)

    @cached_property
    def _owned(self) -> Mapping[str, Wording]:
        return self._wordings({**self.templates, **self.own})

    def _wordings(self, templates: Mapping[str, str]) -> Mapping[str, Wording]:
        tongues = (ENGLISH, *self._tongues.values())
        return {tongue.code: Wording(templates=templates, tongue=tongue) for tongue in tongues}
