"""`mailbot rules`: look over, try and explain rules before they are in force. Nothing is stored, nothing is sent."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli_common import Config, fail, foreseen, settings_of
from mailbot.settings import Settings

rules = typer.Typer(help="Look over, try and explain the rules before they are in force.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Argument(help="a folder of rules; without it the one of the settings")]


@rules.command()
def check(folder: Folder = None, config: Config = None) -> None:
    """Tell every mistake with its place; when there is none, what the rules hold. Their tests run, too."""
    from mailbot.decide.notes import notes
    from mailbot.rulebook import load_book

    settings, place = _place(folder, config)
    book = foreseen(lambda: load_book(place, settings.admins))
    files = Counter(rule.where.partition(":")[0] for rule in book.rules)
    for file, count in files.items():
        typer.echo(f"{file}: {count} rules")
    for note in notes(book.rules):
        typer.echo(note)
    typer.echo(f"{place}: {len(book.rules)} rules, {len(book.trials)} tests pass, version {book.version}")


@rules.command("test")
def run_tests(folder: Folder = None, config: Config = None) -> None:
    """Run the tests that stand in the rules, one line each; exit code 1 when one fails."""
    from mailbot.decide.trials import outcome
    from mailbot.rulebook import read_book

    settings, place = _place(folder, config)
    book = foreseen(lambda: read_book(place, settings.admins))
    failed = 0
    for trial in book.trials:
        words = outcome(trial, book.rules)
        failed += bool(words)
        typer.echo(words or f"{trial.where}: {trial.name}: pass")
    typer.echo(f"{len(book.trials) - failed} of {len(book.trials)} tests pass")
    if failed:
        raise typer.Exit(1)


@rules.command()
def explain(
    file: Annotated[Path, typer.Argument(help="a mail, as .eml")],
    to: Annotated[str, typer.Option("--to", help="the address it is read for")] = "",
    folder: Annotated[
        Path | None, typer.Option("--rules", help="a folder of rules, not the one of the settings")
    ] = None,
    config: Config = None,
) -> None:
    """Judge a mail as if it came now: one line for each rule, with its place and the reason, then the verdict."""
    from mailbot.show import explain_file

    settings = settings_of(config)
    settings = settings.model_copy(update={"rules": folder}) if folder else settings
    typer.echo(foreseen(lambda: asyncio.run(explain_file(settings, file, to))))


@rules.command()
def diff(
    new: Annotated[Path, typer.Argument(help="a folder of rules that are not in force yet")],
    replay: Annotated[str, typer.Option("--replay", metavar="TIME", help="how far back: 12h, 30d")] = "30d",
    config: Config = None,
) -> None:
    """Try new rules on the mails of the past: which would be treated otherwise. Nothing is stored, nothing is sent."""
    from mailbot.replay import diff as lines

    settings, since = settings_of(config), _span(replay)

    async def show() -> None:
        async for line in lines(settings, new, since):
            typer.echo(line)

    foreseen(lambda: asyncio.run(show()))


def _span(text: str) -> timedelta:
    """A time such as 12h or 30d."""
    found = re.fullmatch(r"([1-9][0-9]{0,4})([hd])", text.strip())
    if found is None:
        fail(f"--replay needs a time such as 12h or 30d, not {text!r}", 2)
    return timedelta(hours=int(found[1]) * (24 if found[2] == "d" else 1))


@rules.command()
def schema() -> None:
    """Print the JSON Schema of a rules file, for editors."""
    from mailbot.decide.schema import schema as known

    typer.echo(json.dumps(known(), indent=1, ensure_ascii=False))


def _place(folder: Path | None, config: Path | None) -> tuple[Settings, Path]:
    from mailbot.site import rules_folder

    settings = settings_of(config)
    return settings, folder or rules_folder(settings)
