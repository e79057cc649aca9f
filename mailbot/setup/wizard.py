"""The questions, in the order in which they can be tried: the mailbox, the relay, the model, the people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol, get_args

from mailbot.domain.errors import Permanent
from mailbot.setup.answers import (
    KINDS,
    Account,
    Answers,
    Kind,
    address_of,
    allowed_of,
    host_of,
    model_of,
)
from mailbot.setup.place import Place
from mailbot.setup.presets import PRESETS

IMPLICIT: Final = {"imap": 993, "smtp": 465}  #: TLS from the first byte on
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_KEYED: Final = ("openai", "anthropic")


class Asker(Protocol):
    """Who answers."""

    def ask(self, flag: str, words: str, usual: str) -> str:
        """The answer to a question; *flag* would have given it, *usual* is proposed."""

    def secret(self, flag: str, words: str) -> str:
        """A password; empty where nobody can be asked."""

    def say(self, words: str) -> None:
        """Tell something."""


@dataclass
class Wizard:
    """Asks whatever no flag has said."""

    given: Mapping[str, str]  #: by flags
    known: Mapping[str, str]  #: from an earlier time
    asker: Asker
    place: Place
    again: set[str] = field(default_factory=set)  #: flags whose values did not work, so that they are asked for

    def mailbox(self, now: Answers) -> Answers:
        """Where mail comes from."""
        kind = self._kind()
        if kind == "loopback":
            return replace(now, kind=kind)
        words = "The address that people write to"
        address = address_of(self._asked("--address", words, needed=True), "--address")
        shared = replace(now, kind=kind, address=address, ca_file=self._flag("--ca-file"))
        shared = replace(shared, nameservers=_list(self._flag("--nameserver")))
        if kind == "own":
            listen = self._asked("--listen", "Where this machine listens for mail", "0.0.0.0:25")
            cert = self._asked("--tls-cert", "Its certificate with key, a PEM file (empty: none yet)")
            return replace(shared, listen=listen, tls_cert=cert, mailbox=None)
        return replace(shared, mailbox=self._box(kind, address))

    def relay(self, now: Answers) -> Answers:
        """Who passes our mail on."""
        if now.kind == "loopback":
            return now
        preset = PRESETS.get(now.kind)
        usual = f"{preset.smtp[0]}:{preset.smtp[1]}" if preset else ""
        words = "The relay that passes our mail on, host:port (empty: none, replies stay in a folder)"
        text = self._asked("--relay", words, usual)
        if not text:
            return replace(now, relay=None)
        host, port = host_of(text, 587, "--relay")
        security = "none" if host in LOOPBACK and port not in {465, 587} else "starttls"
        security = "tls" if port == IMPLICIT["smtp"] else security
        security = self._same("--relay", text, "--relay-security") or security
        made = Account(host=host, port=port, security=security)
        box = now.mailbox
        if box and preset:  # one account does both
            same = replace(box, host=host, port=port, security=security)
            return replace(now, relay=same)
        user = self._asked("--relay-user", "The login at the relay (empty: none)", box.user if box else "")
        if user:
            usual = box.password_file if box and user == box.user else ""
            file = self._password("--relay-password-file", f"The password of {user} at {host}", "relay.password", usual)
            made = replace(made, user=user, password_file=file)
        return replace(now, relay=made)

    def model(self, now: Answers) -> Answers:
        """Who builds."""
        words = "The model: auto, scaffold (none), ollama:NAME, openai:NAME, anthropic:NAME"
        provider, name = model_of(self._asked("--model", words, "auto"), "--model")
        made = replace(now, provider=provider, model=name, model_url=self._flag("--model-url"))
        if provider in _KEYED:
            file = self._password("--api-key-file", f"The API key of {provider}", "model.key", "")
            made = replace(made, key_file=file)
        return made

    def people(self, now: Answers) -> Answers:
        """Who may use it."""
        if now.kind == "loopback":
            return now
        admins = self._asked("--admin", "Your own address: you may use it, and are told of trouble")
        allowed = self._asked("--allow", "Who else may write: addresses and domains (empty: nobody yet)")
        admins_of = tuple(address_of(one, "--admin") for one in _list(admins))
        return replace(now, admins=admins_of, allowed=allowed_of((allowed,), "--allow"))

    def _kind(self) -> Kind:
        words = f"Where does mail come from? {', '.join(KINDS)} (loopback: a first try on this machine)"
        text = self._asked("--mailbox", words, "loopback")
        for kind in get_args(Kind):
            if kind == text:
                return kind  # type: ignore[no-any-return]  # one of its words
        raise Permanent(f"--mailbox {text[:40]!r}: there are {', '.join(KINDS)}")

    def _box(self, kind: Kind, address: str) -> Account:
        preset = PRESETS.get(kind)
        if preset:
            self.asker.say(preset.words)
        usual = f"{preset.imap[0]}:{preset.imap[1]}" if preset else ""
        text = self._flag("--imap") or usual or self._asked("--imap", "The IMAP server, host:port", needed=True)
        host, port = host_of(text, IMPLICIT["imap"], "--imap")
        tls = self._same("--imap", text, "--imap-tls") or ("implicit" if port == IMPLICIT["imap"] else "starttls")
        user = self._asked("--imap-user", "The login there", address)
        box = Account(host=host, port=port, security=tls, user=user)
        if preset and preset.oauth:
            client = self._asked("--client-id", "The client id of your app", needed=True)
            return replace(box, oauth=preset.oauth, client_id=client)
        file = self._password("--imap-password-file", f"The password of {user} at {host}", "imap.password", "")
        return replace(box, password_file=file)

    def _password(self, flag: str, words: str, name: str, usual: str) -> str:
        """A file that holds it: the one that is named, or one that is made of what is typed in."""
        file = self._flag(flag) or usual
        if file and flag not in self.again:
            return str(Path(file).expanduser().absolute())
        typed = self.asker.secret(flag, words)
        if not typed:
            raise Permanent(f"{words} is needed: {flag} FILE names a file that holds it")
        return self.place.secret(name, typed)

    def _flag(self, flag: str) -> str:
        return "" if flag in self.again else self.given.get(flag) or self.known.get(flag, "")

    def _same(self, place: str, text: str, flag: str) -> str:
        """What *flag* says; what was known counts only for the same *place*."""
        return self.given.get(flag) or (self.known.get(flag, "") if text == self.known.get(place) else "")

    def _asked(self, flag: str, words: str, usual: str = "", *, needed: bool = False) -> str:
        given = self.given.get(flag)
        if given is not None and flag not in self.again:
            return given
        answer = self.asker.ask(flag, words, self.known.get(flag) or usual).strip()
        if needed and not answer:
            raise Permanent(f"{words} is needed: {flag}")
        return answer


def _list(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)
