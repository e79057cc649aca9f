"""`mailbot backup`, `restore`, `resume`, `erase`, `export` and `digest`: what an admin does now and then."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli_common import Config, fail, run, settings_of

care = typer.Typer(help="Keep, restore, forget.")
Who = Annotated[str, typer.Argument(metavar="ADDRESS", help="of the person")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="a backup")]


@care.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="DIR|FILE.tar", help="where it is written")],
    check: Annotated[bool, typer.Option("--check", help="read the backup FILE, and write nothing")] = False,  # noqa: FBT002  (a switch)
    config: Config = None,
) -> None:
    """Copy everything into one file, while mail comes in, and read it back."""
    from mailbot.care.archive import check as checked
    from mailbot.care.backup import WARNING
    from mailbot.care.backup import backup as made
    from mailbot.cli_common import foreseen

    if check:
        found = foreseen(lambda: checked(target))
        typer.echo(f"{target} is whole: {len(found.files)} files of {found.about.get('made_at')}.")
    else:
        target, found = run(made(settings_of(config), config, target, _now()))
        typer.echo(f"{target}: {len(found.files)} files, {sum(found.sizes.values()):,} bytes, read back and whole.")
        typer.echo(WARNING, err=True)
    typer.echo(f"Fingerprint {found.fingerprint}; write it down, `mailbot restore --expect` compares it.")


@care.command()
def restore(
    file: File,
    into: Annotated[
        Path | None, typer.Option("--into", help="an empty data folder; none: that of the settings")
    ] = None,
    hold: Annotated[bool, typer.Option("--hold", help="nothing leaves before `mailbot resume`")] = False,  # noqa: FBT002  (a switch)
    expect: Annotated[str, typer.Option("--expect", help="the fingerprint that `mailbot backup` said")] = "",
    erased: Annotated[
        Path | None, typer.Option("--erased", help="who was forgotten since; none: mailbot-erased.json beside FILE")
    ] = None,
    config: Config = None,
) -> None:
    """Put a backup into an empty data folder; whatever was in hand goes on from there."""
    from mailbot.care.restore import Wanted, at, told
    from mailbot.care.restore import restore as put_back

    settings = at(settings_of(config), into)
    found = run(put_back(settings, file, Wanted(expect=expect, hold=hold, erased=erased), _now()))
    typer.echo(told(found, settings))


@care.command()
def resume(config: Config = None) -> None:
    """Let go what a restore held back."""
    from mailbot.care.people import ledger_of

    async def gone() -> int:
        async with ledger_of(settings_of(config), _now()) as ledger:
            return await ledger.resume()

    typer.echo(f"{run(gone())} held back; a mailbot that serves sends them within a minute.")


@care.command()
def erase(who: Who, yes: Annotated[bool, typer.Option("--yes")] = False, config: Config = None) -> None:  # noqa: FBT002  (a switch)
    """Forget a person: their projects, mails and answers; only counts stay."""
    from mailbot.care import people
    from mailbot.cli_common import foreseen

    settings, address = settings_of(config), foreseen(lambda: people.person(who))
    found = run(people.known(settings, address, _now()))
    if not yes:
        words = f"Erase {found.projects} project(s) and {found.mails} mail(s) of {address}? It cannot be undone"
        if not typer.confirm(words):
            fail("nothing was erased", 1)
    typer.echo(run(people.erase(settings, address, _now())))


@care.command()
def export(
    who: Who, file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="a new file")], config: Config = None
) -> None:
    """Write everything that is kept of a person into a zip."""
    from mailbot.care import people
    from mailbot.cli_common import foreseen

    address = foreseen(lambda: people.person(who))
    typer.echo(run(people.export(settings_of(config), address, file, _now())))


@care.command()
def digest(config: Config = None) -> None:
    """Print what the last seven days came to, as the admins are mailed it each week."""
    from mailbot.care.people import ledger_of
    from mailbot.care.week import week, words
    from mailbot.site import known_names, letterhead

    settings = settings_of(config)

    async def told() -> str:
        async with ledger_of(settings, _now()) as ledger:
            return words(await week(ledger, _now()), letterhead(settings, known_names(settings)))

    typer.echo(run(told()))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (this is the Clock)
