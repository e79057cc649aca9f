"""`mailbot held`: the mails that wait for a person, and what is done with them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from mailbot.domain.errors import MailbotError
from mailbot.settings import Settings, WrongSettings, load

held = typer.Typer(help="The mails that wait for a person.", no_args_is_help=True)
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="mailbot.toml; without it the one of the working folder, if any")
]
Key = Annotated[str, typer.Argument(metavar="ID", help="the id that `mailbot held list` shows, or its first letters")]


@held.command("list")
def list_(config: Config = None) -> None:
    """List what is held, oldest first, and why."""
    from mailbot.held import list_held  # noqa: PLC0415  (a command loads what it needs)

    _tell(list_held(_settings(config)))


@held.command()
def show(key: Key, config: Config = None) -> None:
    """Show one held mail with its words."""
    from mailbot.held import show_held  # noqa: PLC0415

    _tell(show_held(_settings(config), key))


@held.command()
def release(key: Key, config: Config = None) -> None:
    """Let it in: it is built and answered. A mail that was never judged is judged again."""
    from mailbot.held import release as let_in  # noqa: PLC0415

    _tell(let_in(_settings(config), key))


@held.command()
def refuse(
    key: Key,
    because: Annotated[str, typer.Option("--because", help="why; its author is told these words")] = "",
    config: Config = None,
) -> None:
    """Say no to its author, where anybody vouches for them; else it is closed without a word."""
    from mailbot.held import refuse as say_no  # noqa: PLC0415

    _tell(say_no(_settings(config), key, because))


def _settings(config: Path | None) -> Settings:
    try:
        return load(config)
    except WrongSettings as error:
        _fail(str(error), 2)


def _tell(work: Coroutine[Any, Any, str]) -> None:
    """Say what came of it; what is foreseen ends in words and exit code 1."""
    try:
        typer.echo(asyncio.run(work))
    except MailbotError as error:
        _fail(str(error), 1)


def _fail(words: str, code: int) -> NoReturn:
    typer.echo(f"mailbot: {words}", err=True)
    raise typer.Exit(code)
