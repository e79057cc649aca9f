"""`mailbot init` from its first question to its last check."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from mailbot.doctor.examine import examine
from mailbot.doctor.heard import ask
from mailbot.doctor.patient import Patient
from mailbot.doctor.records import records, signing, takes_mail
from mailbot.doctor.sign import Level, lines
from mailbot.domain.errors import Permanent
from mailbot.keys import switch_dkim
from mailbot.reply.dkim import DkimKey
from mailbot.reply.dkim_rotation import is_there
from mailbot.settings import Settings, load
from mailbot.setup.answers import Answers
from mailbot.setup.place import Place, make_keys, put
from mailbot.setup.presets import PRESETS
from mailbot.setup.wizard import Asker, Wizard
from mailbot.setup.written import env_of, toml_of

FILE: Final = "mailbot.toml"
_TRIES: Final = 5
#: What is tried after each of the questions, and what is asked anew where it fails.
_STEPS: Final = (
    (
        "mailbox",
        ("imap", "ports", "certs"),
        {"--imap", "--imap-user", "--imap-password-file", "--listen", "--tls-cert"},
    ),
    ("relay", ("relay",), {"--relay", "--relay-user", "--relay-password-file"}),
    ("model", ("model",), {"--model", "--model-url", "--api-key-file"}),
)


@dataclass(frozen=True, kw_only=True)
class How:
    """How it is done."""

    data: str = ""
    tries: bool = True  #: what is answered is tried
    asks: Callable[[str], bool]  #: a question of yes or no
    env: bool = False  #: .env, too
    seconds: float = 20.0
    now: datetime


@dataclass
class Init:
    """One set-up."""

    wizard: Wizard
    place: Place
    how: How
    well: bool = True

    @property
    def asker(self) -> Asker:
        """Who is spoken to."""
        return self.wizard.asker

    def run(self) -> bool:
        """All of it; whether everything that was tried is well."""
        answers = Answers(data=self.how.data)
        for name, groups, flags in _STEPS:
            answers = self._step(name, groups, flags, answers)
        answers = self.wizard.people(answers)
        file = self._write(answers)
        settings = load(file)
        keys = make_keys(settings, self.how.now, signs=_signs(answers))
        self._tell_records(settings, keys)
        self.asker.say(f"\nWritten: {file}. Now: mailbot doctor -c {file}, then mailbot serve -c {file}")
        if answers.kind == "microsoft365":
            self.asker.say(f"Give consent first: mailbot oauth login -c {file}")
        return self.well

    def _step(self, name: str, groups: Sequence[str], flags: set[str], before: Answers) -> Answers:
        """Ask, try, and ask anew as long as it fails and somebody wants to mend it."""
        answers: Answers = getattr(self.wizard, name)(before)
        bad = self._fails(answers, groups)
        for _ in range(_TRIES):
            if not bad or not self.how.asks("Answer this again?"):
                break
            self.wizard.again = flags
            answers = getattr(self.wizard, name)(before)
            bad = self._fails(answers, groups)
        self.wizard.again = set()
        self.well = self.well and not bad
        return answers

    def _fails(self, answers: Answers, groups: Sequence[str]) -> bool:
        """Try it, and tell what comes of it."""
        if not self.how.tries:
            return False
        draft = self.place.folder / f".{FILE}.try"
        try:
            put(draft, toml_of(answers, ""))
            patient = Patient(settings=load(draft), file=draft, seconds=self.how.seconds)
            signs = asyncio.run(examine(patient, groups))
        finally:
            draft.unlink(missing_ok=True)
        if signs:
            self.asker.say(lines(signs).rpartition("\n\n")[0])
        return any(sign.level is Level.FAIL for sign in signs)

    def _write(self, answers: Answers) -> Path:
        rules = str(self.place.rules()) if answers.kind != "loopback" else ""
        text = toml_of(answers, rules)
        file = self.place.write(FILE, text)
        if file.read_text("utf-8") != text:
            raise Permanent(f"{file} is left as it was; --force replaces it, --folder writes elsewhere")
        if self.how.env:
            self.place.write(".env", env_of(answers))
        return file

    def _tell_records(self, settings: Settings, keys: Sequence[DkimKey]) -> None:
        """What belongs into the DNS, and what is there already."""
        signs = signing(settings)
        if not (takes_mail(settings) or keys or signs):
            return  # a mailbox at a provider, whose domain is for others to keep
        self.asker.say("\nPut these records into the DNS (YOUR-ADDRESS is this machine's public address):\n")
        for record in records(settings, signs or keys):
            self.asker.say(f"; {record.why}\n{record.line()}")
        if not self.how.tries:
            return
        patient = Patient(settings=settings, seconds=self.how.seconds)
        there: bool = asyncio.run(_there(patient, keys)) if keys else False
        if there:
            switch_dkim(settings.folder / "keys", self.how.now)
            self.asker.say("\nThe DKIM records are there: our mails are signed from now on.")
        self.asker.say("\nAs the DNS says it now:")
        found = asyncio.run(examine(patient, ("dns",)))
        self.asker.say(lines(found))
        self.asker.say("What is missing may take hours to be seen everywhere; then: mailbot doctor --only dns")


def _signs(answers: Answers) -> bool:
    """Whether we sign our mails; a provider signs what goes through it by its own account."""
    return bool(answers.domain) and answers.kind not in PRESETS and answers.relay is not None


async def _there(patient: Patient, keys: Sequence[DkimKey]) -> bool:
    """Whether the DNS has the records of all *keys*."""
    heard = [(key, await ask(patient, key.name, "TXT")) for key in keys]
    return all(is_there(key, one.values) for key, one in heard)
