"""`mailbot held`: the mails that wait for a person, and what is done with them."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from mailbot.cli_common import Config, run, settings_of

held = typer.Typer(help="The mails that wait for a person.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(metavar="ID", help="the id that `mailbot held list` shows, or its first letters")]


@held.command("list")
def list_(config: Config = None) -> None:
    """List what is held, oldest first, and why."""
    from mailbot.held import list_held

    _tell(list_held(settings_of(config)))


@held.command()
def show(key: Key, config: Config = None) -> None:
    """Show one held mail with its words."""
    from mailbot.held import show_held

    _tell(show_held(settings_of(config), key))


@held.command()
def release(key: Key, config: Config = None) -> None:
    """Let it in: it is built and answered. A mail that was never judged is judged again."""
    from mailbot.held import release as let_in

    _tell(let_in(settings_of(config), key))


@held.command()
def refuse(
    key: Key,
    because: Annotated[str, typer.Option("--because", help="why; its author is told these words")] = "",
    config: Config = None,
) -> None:
    """Say no to its author, where anybody vouches for them; else it is closed without a word."""
    from mailbot.held import refuse as say_no

    _tell(say_no(settings_of(config), key, because))


def _tell(work: Coroutine[Any, Any, str]) -> None:
    """Say what came of it."""
    typer.echo(run(work))
