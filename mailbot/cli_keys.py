"""`mailbot keys` and `mailbot dkim`: what we sign with, how others know it, and how it is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli_common import Config, fail, foreseen, run, settings_of
from mailbot.reply.dkim import DkimKey
from mailbot.settings import Settings

keys = typer.Typer(help="The key that signs packages.", no_args_is_help=True)
dkim = typer.Typer(help="The keys that sign mails (DKIM).", no_args_is_help=True)

Stolen = Annotated[bool, typer.Option("--stolen", help="the old key proves nothing any more, not even what is older")]
Now = Annotated[bool, typer.Option("--now", help="switch without looking into the DNS")]
Signers = Annotated[bool, typer.Option("--allowed-signers", help="only the file, as receivers need it")]


@keys.command("show")
def keys_show(allowed_signers: Signers = False, config: Config = None) -> None:  # noqa: FBT002  (a switch)
    """Show the key of packages, and all that you may publish for those who verify."""
    settings = settings_of(config)
    typer.echo("\n".join(foreseen(lambda: list(_shown(settings, bare=allowed_signers)))))


@keys.command("rotate")
def keys_rotate(stolen: Stolen = False, config: Config = None) -> None:  # noqa: FBT002  (a switch)
    """Sign packages with a new key from now on, also in a mailbot that serves."""
    from mailbot.keys import rotate_signing

    settings = settings_of(config)
    made = foreseen(lambda: rotate_signing(_folder(settings), _now(), stolen=stolen))
    old = "is taken out of allowed_signers" if stolen else "still proves what it signed before"
    typer.echo(f"Packages are signed by {made.fingerprint} now; a mailbot that serves uses it within 5 seconds.")
    typer.echo(f"The old key {old}. Publish again what `mailbot keys show` says.")


@dkim.command("show")
def dkim_show(config: Config = None) -> None:
    """Show each DKIM key, whether it signs, and its DNS record."""
    settings = settings_of(config)
    typer.echo("\n".join(foreseen(lambda: list(_dkim_shown(settings)))))


@dkim.command("rotate")
def dkim_rotate(now: Now = False, config: Config = None) -> None:  # noqa: FBT002  (a switch)
    """Replace the DKIM keys: the first call makes new ones, a later one switches once their records are in the DNS."""
    from mailbot.keys import missing_records, waiting_dkim

    settings = settings_of(config)
    if settings.domain is None:
        fail("set `domain` first: a DKIM key belongs to a domain", 2)
    new = foreseen(lambda: waiting_dkim(_folder(settings), settings.site_domain, _now()))
    lacking = [] if now else run(missing_records(new, settings.dns.open()))
    if lacking:
        typer.echo("Put these records into the DNS, then give this command again:\n")
        typer.echo("\n".join(_records(new)))
        fail("nothing is switched: " + "; ".join(lacking), 1)
    typer.echo("\n".join(foreseen(lambda: list(_switched(settings)))))


def _shown(settings: Settings, *, bare: bool) -> Iterator[str]:
    from mailbot.keys import allowed_signers, published

    folder, people = _folder(settings), _people(settings)
    lines = allowed_signers(folder, people).splitlines()
    if not lines:
        yield "There is no key yet: it is made when mailbot starts for the first time."
        return
    if bare:
        yield from lines
        return
    current = published(folder)[-1]
    yield f"Packages are signed by {current.fingerprint} (the header X-Mailbot-Key of our mails)."
    yield "\nallowed_signers, also as https://YOUR-HOST/.well-known/mailbot/allowed_signers where [web] is set:\n"
    yield from lines
    yield "\nThe same for the DNS:\n"
    yield _zone(f"_mailbot.{settings.site_domain}", current.record())


def _dkim_shown(settings: Settings) -> Iterator[str]:
    from mailbot.keys import keyring_of, managed
    from mailbot.reply.dkim_rotation import described
    from mailbot.site import named_keys

    folder, named = _folder(settings), named_keys(settings)
    own = managed(folder)
    using = keyring_of(folder, _people(settings), named).dkim
    yield from described(own)
    for key in named:
        state = "signs, by the settings" if key in using else "of the settings; it signs no more, take it out there"
        yield f"{key.selector} ({key.kind}, {key.domain}): {state}"
    if not own and not named:
        yield "No DKIM key: a provider signs our mails, or nobody. `mailbot dkim rotate` makes keys."
    sender = _people(settings)[0]
    if using and not any(f".{sender.rpartition('@')[2]}".endswith(f".{key.domain}") for key in using):
        yield f"Our mails are from {sender}, whose domain is not ours to sign for: they carry no DKIM of ours."
    if using:
        yield ""
        yield from _records(using)


def _switched(settings: Settings) -> Iterator[str]:
    from mailbot.keys import managed, switch_dkim
    from mailbot.reply.dkim_rotation import KEPT, described
    from mailbot.site import named_keys

    first = not any(one.signs for one in managed(_folder(settings)))
    yield from described(switch_dkim(_folder(settings), _now()))
    yield "The new keys sign; a mailbot that serves uses them within 5 seconds."
    if first and (named := named_keys(settings)):
        names = ", ".join(one.selector for one in named)
        yield f"The keys of the settings ({names}) sign no more: leave their records for {KEPT.days} days, then take"
        yield "both out."


def _records(found: Sequence[DkimKey]) -> Iterator[str]:
    for key in found:
        yield _zone(key.name, key.record)


def _zone(name: str, value: str) -> str:
    from mailbot.reply.dkim_rotation import zone_line

    return zone_line(name, value)


def _folder(settings: Settings) -> Path:
    return settings.folder / "keys"


def _people(settings: Settings) -> tuple[str, ...]:
    """The addresses for which our keys count, the From of our mails first."""
    from mailbot.site import known_names, letterhead, people_of

    return people_of(letterhead(settings, known_names(settings)))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (this is the Clock)
