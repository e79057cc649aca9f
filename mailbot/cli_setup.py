"""`mailbot doctor`, `mailbot init` and `mailbot smoke`: from nothing to a mailbot that is known to work."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli_common import Config, fail, foreseen, run
from mailbot.settings import WrongSettings, load

if TYPE_CHECKING:
    from mailbot.doctor.patient import Patient
    from mailbot.doctor.sign import Sign

setup = typer.Typer()

Seconds = Annotated[float, typer.Option("--seconds", min=1, max=3600, help="for each thing that is looked at")]
Only = Annotated[list[str] | None, typer.Option("--only", metavar="GROUP", help="this group; may be repeated")]
Resolver = Annotated[
    list[str] | None, typer.Option("--resolver", metavar="ADDRESS", help="asked about names; may be repeated")
]
TimeFrom = Annotated[
    list[str] | None, typer.Option("--time-from", metavar="URL", help="whose clock is asked; may be repeated")
]


@setup.command()
def doctor(  # noqa: PLR0913  (each is a switch of its own)
    config: Config = None,
    json: Annotated[bool, typer.Option("--json", help="for a program")] = False,  # noqa: FBT002  (a switch)
    only: Only = None,
    resolver: Resolver = None,
    time_from: TimeFrom = None,
    seconds: Seconds = 20,
) -> None:
    """Look whether all is well, and tell what mends what is not. Exit code 0: it is; 1: warnings; 2: failures."""
    from mailbot.doctor.sign import as_json, exit_code, lines

    signs = foreseen(lambda: _signs(config, only, resolver, time_from, seconds))
    typer.echo(as_json(signs) if json else lines(signs))
    if code := exit_code(signs):
        raise typer.Exit(code)


def _signs(
    config: Path | None, only: list[str] | None, resolver: list[str] | None, times: list[str] | None, seconds: float
) -> list[Sign]:
    from mailbot.doctor.examine import CHECKS, examine

    if unknown := set(only or ()) - CHECKS.keys():
        fail(f"--only {', '.join(sorted(unknown))}: there are {', '.join(CHECKS)}", 2)
    try:
        patient = patient_of(config, resolver, times, seconds)
    except WrongSettings as error:
        return _unreadable(error)
    return run(examine(patient, only or tuple(CHECKS)))


def _unreadable(error: WrongSettings) -> list[Sign]:
    """What stands in the way of everything else: each mistake of the settings."""
    from dataclasses import replace

    from mailbot.doctor.sign import fail as failing

    mend = "correct it; docs/settings.md has every setting"
    return [replace(failing(line, mend), group="settings") for line in str(error).splitlines()]


def patient_of(config: Path | None, resolver: list[str] | None, times: list[str] | None, seconds: float) -> Patient:
    """What is examined."""
    from dotenv import dotenv_values

    from mailbot.doctor.patient import TIMES, Patient

    return Patient(
        settings=load(config),
        file=config or Path("mailbot.toml"),
        environment=dict.fromkeys(os.environ),  # noqa: TID251  (the names only: which of them mean nothing)
        dotenv=dict.fromkeys(dotenv_values(".env")),
        asked=tuple(resolver or ()),
        times=tuple(times or TIMES),
        seconds=seconds,
    )
