"""What every command has: the settings it is given, and an end in words when something foreseen goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
import uvloop

from mailbot.domain.errors import MailbotError
from mailbot.settings import Settings, WrongSettings, load

T = TypeVar("T")

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="mailbot.toml; without it the one of the working folder, if any")
]


def settings_of(config: Path | None) -> Settings:
    """The settings; a mistake in them ends in words and exit code 2."""
    try:
        return load(config)
    except WrongSettings as error:
        fail(str(error), 2)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it; what is foreseen ends in words and exit code 1, a wrong setting in 2."""
    return foreseen(lambda: uvloop.run(work))


def foreseen(work: Callable[[], T]) -> T:
    """Do it; what is foreseen ends in words and exit code 1, a wrong setting in 2."""
    try:
        return work()
    except WrongSettings as error:
        fail(str(error), 2)
    except MailbotError as error:
        fail(str(error), 1)


def secret(words: str) -> str:
    """A password: asked for, or one line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt(words, hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline(10_000).rstrip("\r\n")


def fail(words: str, code: int) -> NoReturn:
    """The end."""
    typer.echo(f"mailbot: {words}", err=True)
    raise typer.Exit(code)
