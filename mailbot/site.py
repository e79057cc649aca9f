"""What every room of the house is opened with: our names and keys, our letterhead, the rules."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from mailbot import __version__
from mailbot.build.leaks import NOTHING, Sealed, sealed
from mailbot.build.providers import LOCAL, UNKNOWN, Providers, providers_of
from mailbot.decide.notes import notes
from mailbot.decide.policy import Policy
from mailbot.decide.senders import with_senders
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Address
from mailbot.domain.names import Names
from mailbot.keys import Held, keyring_of, made_first, secrets_of
from mailbot.logs import keyed
from mailbot.models import AnyModel, Ollama, Scaffold
from mailbot.models.listed import Models
from mailbot.models.ollama import found
from mailbot.news import Newsroom, Told
from mailbot.ports import Model, Site, Workers
from mailbot.receive import Imap
from mailbot.receive.authenticate import Authenticator
from mailbot.receivers import Known, Memory, Receivers
from mailbot.reply.compose import Letterhead
from mailbot.reply.content_told import help_lines
from mailbot.reply.dkim import DkimKey
from mailbot.reply.trial import troubles
from mailbot.rulebook import load_book
from mailbot.settings import Settings, WrongSettings, secrets_in
from mailbot.shipped import own_templates, read_catalogs, read_providers, read_templates, read_texts, shipped

log = structlog.get_logger()


def site_of(settings: Settings, names: Names, workers: Workers) -> Site:
    """What every room may know."""
    keyed(names.keys[0])
    resolver = settings.dns.open()
    mailboxes = [room for room in settings.receive if isinstance(room, Imap)]
    return Site(
        domain=settings.site_domain,
        embedded=settings.domain is None,
        addresses=settings.addresses,
        data=str(settings.folder),
        clock=lambda: datetime.now(UTC),  # noqa: TID251  (this is the Clock)
        names=names,
        resolver=resolver,
        prover=Authenticator(
            resolver=resolver,
            workers=workers,
            names=names,
            trust={room.account: room.trust.trusted() for room in mailboxes if room.trust},
            sealers=settings.trusted_sealers,
        ),
        workers=workers,
        sealed=sealed(
            (*secrets_in(settings), *(key.hex() for key in names.keys), *secrets_of(settings.folder / "keys")),
            secrets.token_bytes(16),
        ),
        texts=read_texts(settings.prompts, "prompts", ".j2"),
    )


def letterhead(settings: Settings, names: Names, known: Sealed = NOTHING, where: str = "") -> Letterhead:
    """Who we are in every mail of ours; *known* are the secrets that must not stand in one.

    *where* is the host of the model that people's words go to.
    """
    made = Letterhead(
        names=names,
        addresses=settings.addresses,
        admins=settings.admins,
        templates=read_templates(),
        own=own_templates(settings.templates)[0],
        signature=settings.signature,
        disclaimer=settings.disclaimer,
        where=where,
        public_url=settings.web.public_url if settings.web else "",
        catalogs=read_catalogs(),
        account=settings.sent_from,
        version=__version__,
        sealed=known,
        providers=providers_for(settings),
        question_hours=settings.question_hours,
        local=next((local for local, kind in settings.addresses.items() if kind == "build"), "build"),
    )
    return replace(made, help=help_lines(made), keys=keys_in_use(settings, made))


def keys_in_use(settings: Settings, made: Letterhead) -> Held:
    """What our mails and packages are signed with."""
    folder = settings.folder / "keys"
    return Held(folder=folder, load=lambda: keyring_of(folder, people_of(made), named_keys(settings)))


def people_of(made: Letterhead) -> tuple[str, ...]:
    """The addresses for which our keys count."""
    return tuple(dict.fromkeys((made.sender, made.address)))


def named_keys(settings: Settings) -> tuple[DkimKey, ...]:
    """The DKIM keys of the settings."""
    found = []
    for one in settings.dkim:
        path = Path(one.key_file).expanduser()
        try:
            pem = path.read_bytes()
        except OSError as error:
            raise WrongSettings(f"dkim.key_file {path} cannot be read: {error}") from error
        found.append(DkimKey(domain=one.domain or settings.site_domain, selector=one.selector, pem=pem))
    return tuple(found)


def providers_for(settings: Settings) -> Providers:
    """What the mail systems of others let through; without a domain nothing stands between us and the reader."""
    try:
        found = providers_of(read_providers(settings.folder / "providers"))
    except (OSError, UnicodeDecodeError, Permanent) as error:
        raise WrongSettings(f"the data folder: {error}") from error
    if settings.domain is not None:
        return found
    return Providers(known={**found.known, UNKNOWN: found.of(LOCAL)})


def receivers_of(settings: Settings, site: Site, memory: Memory, we: Letterhead) -> Receivers:
    """Who tells of the mail systems of others; while no domain is set, nobody asks the DNS."""
    resolver = None if settings.domain is None else site.resolver
    return Known(memory=memory, clock=site.clock, resolver=resolver, operator_of=we.providers.operator_of)


def looks_of(model: Model) -> Mapping[str, Callable[[], Awaitable[str]]]:
    """What is looked at for health beside what the ledger knows: whether the model answers, if it can tell."""
    look = getattr(model, "look", None)

    async def well() -> str:
        if look:
            await look()
        return ""

    return {"model": well} if look else {}


def newsroom(settings: Settings, site: Site, ledger: Told) -> Newsroom:
    """Who tells programs what became of their orders."""
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    hook = settings.webhook.open(settings.fetch.open(site.resolver), secret)
    return Newsroom(ledger=ledger, hook=hook, clock=site.clock)


def trouble_of(settings: Settings, made: Letterhead) -> str:
    """What is wrong with the admin's own templates, in words for them; empty: nothing is."""
    wrong = [*own_templates(settings.templates)[1], *troubles(made)]
    for one in wrong:
        log.warning("templates.not_used", why=one)
    return "; ".join(wrong)


def policy_of(settings: Settings) -> Policy:
    """The rules that are in force; they have passed their own tests."""
    policy = policy_in(rules_folder(settings), settings)
    for note in notes(policy.rules):
        log.warning("rules.not_yet", note=note)
    return policy


def policy_in(folder: Path, settings: Settings) -> Policy:
    """The rules of *folder*, as they would be in force here."""
    book = load_book(folder, settings.admins)
    lists = (settings.allowed_senders, settings.blocked_senders)
    version = hashlib.sha256(repr((book.version, lists)).encode()).hexdigest()[:16] if any(lists) else book.version
    rules = with_senders(book.rules, *lists)
    return Policy(rules=rules, version=version, admins=tuple(map(Address, settings.admins)))


def rules_folder(settings: Settings) -> Path:
    """Where the rules are: the admin's, or the ones that ship."""
    return settings.rules or shipped("rules")


def known_names(settings: Settings) -> Names:
    """Our names as they are, for whoever only looks: no key is made, and without one no signature is ours."""
    files = sorted((settings.folder / "keys").glob("names-*.key"), reverse=True)
    keys = tuple(bytes.fromhex(file.read_text("ascii")) for file in files)
    return Names(domain=settings.site_domain, keys=keys or (b"",))


def names_of(settings: Settings) -> Names:
    """Our names, with the keys that are made at the first start."""
    place = settings.folder / "keys"
    place.mkdir(mode=0o700, exist_ok=True)
    if not any(place.glob("names-*.key")):
        fresh = place / "names-0001.key"
        with os.fdopen(os.open(f"{fresh}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        Path(f"{fresh}.new").replace(fresh)
    made_first(place, datetime.now(UTC))  # noqa: TID251  (this is the Clock)
    return known_names(settings)


async def model_of(settings: Settings) -> tuple[AnyModel, str]:
    """Who builds: what the settings say, else a local Ollama that answers, else the templates."""
    if settings.models:
        chosen = settings.models[0]
        return chosen, f"{getattr(chosen, 'name', '')} ({chosen.kind})".strip()
    url = settings.ollama_url
    names = await found(url)
    if names:
        name = next((name for name in names if "coder" in name), names[0])
        return Ollama(kind="ollama", name=name, url=url), f"{name}, by the Ollama found at {url}"
    return Scaffold(), f"the scaffold templates; no AI model is used (no Ollama with a model answers at {url})"


async def models_of(settings: Settings, site: Site) -> tuple[Models, str]:
    """All models, and in words who builds: what the settings say, else the default of the list, else as above."""
    listed = settings.talk.file is not None and not settings.models
    own, words = (None, "") if listed else await model_of(settings)
    try:
        models = Models(settings=settings.talk, own=own, site=site)
    except Permanent as error:
        raise WrongSettings(str(error)) from error
    return models, words or f"{models.default}, the default of {settings.talk.file}"
