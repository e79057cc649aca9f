"""What every room of the house is opened with: our names and keys, our letterhead, the rules."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from mailbot import __version__
from mailbot.build.leaks import NOTHING, Sealed, sealed
from mailbot.decide.notes import notes
from mailbot.decide.policy import Policy
from mailbot.domain.message import Address
from mailbot.domain.names import Names
from mailbot.ports import Site, Workers
from mailbot.receive import Imap
from mailbot.receive.authenticate import Authenticator
from mailbot.reply.compose import Letterhead
from mailbot.reply.content_told import help_lines
from mailbot.reply.dkim import DkimKey
from mailbot.rulebook import load_book
from mailbot.settings import Settings, WrongSettings, secrets_in
from mailbot.shipped import read_catalogs, read_templates, read_texts, shipped

log = structlog.get_logger()


def site_of(settings: Settings, names: Names, workers: Workers) -> Site:
    """What every room may know."""
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
        sealed=sealed((*secrets_in(settings), *(key.hex() for key in names.keys)), secrets.token_bytes(16)),
        texts=read_texts(settings.prompts, "prompts", ".j2"),
    )


def letterhead(settings: Settings, names: Names, known: Sealed = NOTHING) -> Letterhead:
    """Who we are in every mail of ours; *known* are the secrets that must not stand in one."""
    key = None
    if settings.dkim:
        path = Path(settings.dkim.key_file).expanduser()
        try:
            key = DkimKey(domain=settings.site_domain, selector=settings.dkim.selector, pem=path.read_bytes())
        except OSError as error:
            raise WrongSettings(f"dkim.key_file {path} cannot be read: {error}") from error
    made = Letterhead(
        names=names,
        addresses=settings.addresses,
        admins=settings.admins,
        templates=read_templates(),
        catalogs=read_catalogs(),
        dkim=key,
        version=__version__,
        sealed=known,
    )
    return replace(made, help=help_lines(made))


def policy_of(settings: Settings) -> Policy:
    """The rules that are in force; they have passed their own tests."""
    policy = policy_in(rules_folder(settings), settings)
    for note in notes(policy.rules):
        log.warning("rules.not_yet", note=note)
    return policy


def policy_in(folder: Path, settings: Settings) -> Policy:
    """The rules of *folder*, as they would be in force here."""
    book = load_book(folder, settings.admins)
    return Policy(rules=book.rules, version=book.version, admins=tuple(map(Address, settings.admins)))


def rules_folder(settings: Settings) -> Path:
    """Where the rules are: the admin's, or the ones that ship."""
    return settings.rules or shipped("rules")


def known_names(settings: Settings) -> Names:
    """Our names as they are, for whoever only looks: no key is made, and without one no signature is ours."""
    files = sorted((settings.folder / "keys").glob("names-*.key"), reverse=True)
    keys = tuple(bytes.fromhex(file.read_text("ascii")) for file in files)
    return Names(domain=settings.site_domain, keys=keys or (b"",))


def names_of(settings: Settings) -> Names:
    """Our names, with the key that is made at the first start."""
    place = settings.folder / "keys"
    place.mkdir(mode=0o700, exist_ok=True)
    if not any(place.glob("names-*.key")):
        fresh = place / "names-0001.key"
        with os.fdopen(os.open(f"{fresh}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        Path(f"{fresh}.new").replace(fresh)
    return known_names(settings)
