"""`mailbot doctor`, `mailbot init` and `mailbot smoke`: from nothing to a mailbot that is known to work."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli_common import Config, fail, foreseen, run, secret, settings_of
from mailbot.settings import WrongSettings, load

if TYPE_CHECKING:
    from mailbot.deliver import AnyWay
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
def doctor(  # noqa: PLR0913, PLR0917  (each is a switch of its own)
    config: Config = None,
    json: Annotated[bool, typer.Option("--json", help="for a program")] = False,  # noqa: FBT002  (a switch)
    only: Only = None,
    resolver: Resolver = None,
    time_from: TimeFrom = None,
    seconds: Seconds = 20,
    mail: Annotated[bool, typer.Option("--mail", help="send a mail to ourselves by each relay, too")] = False,  # noqa: FBT002
    calibrate: Annotated[bool, typer.Option("--calibrate", help="find out whose proof of a sender counts")] = False,  # noqa: FBT002
    through: Annotated[str, typer.Option("--through", help="calibrate: by this relay, host:port")] = "",
    through_user: Annotated[str, typer.Option(help="its login; the password is asked for")] = "",
) -> None:
    """Look whether all is well, and tell what mends what is not. Exit code 0: it is; 1: warnings; 2: failures."""
    from mailbot.doctor.sign import as_json, exit_code, lines

    def signs_of() -> list[Sign]:
        from mailbot.doctor.examine import CHECKS, examine, sent

        if unknown := set(only or ()) - CHECKS.keys():
            fail(f"--only {', '.join(sorted(unknown))}: there are {', '.join(CHECKS)}", 2)
        try:
            patient = patient_of(config, resolver, time_from, seconds)
        except WrongSettings as error:
            return _unreadable(error)
        if calibrate:
            return run(sent(patient, _outside(patient, through, through_user)))
        signs = run(examine(patient, only or tuple(CHECKS)))
        return [*signs, *run(sent(patient, None))] if mail else signs

    signs = foreseen(signs_of)
    typer.echo(as_json(signs) if json else lines(signs))
    if code := exit_code(signs):
        raise typer.Exit(code)


def _outside(patient: Patient, through: str, user: str) -> AnyWay:
    """The relay that a forged mail goes by; without one that of the settings."""
    from mailbot.deliver import SmtpRelay
    from mailbot.setup.answers import host_of

    if not through:
        return patient.settings.deliver[0]
    host, port = host_of(through, 587, "--through")
    security = "tls" if port == 465 else "none" if host in {"127.0.0.1", "localhost"} else "starttls"  # noqa: PLR2004
    given = {"user": user, "password": secret("Password")} if user else {}
    return SmtpRelay.model_validate({"host": host, "port": port, "security": security, **given})


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


class _Terminal:
    """A person at a terminal; with --yes nobody, and what is proposed counts."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    def ask(self, flag: str, words: str, usual: str) -> str:
        """A question; the flag that would have answered it stands beside it."""
        return usual if self.silent else str(typer.prompt(f"{words} [{flag}]", default=usual))

    def secret(self, flag: str, words: str) -> str:
        """A password, which is not shown."""
        return "" if self.silent else str(typer.prompt(f"{words} [{flag} FILE]", hide_input=True, default=""))

    def say(self, words: str) -> None:
        """Tell something."""
        typer.echo(words)


@setup.command()
def init(  # noqa: PLR0913, PLR0917  (every question has its flag, for scripts)
    folder: Annotated[Path, typer.Option("--folder", help="where the files are written")] = Path(),
    mailbox: Annotated[str | None, typer.Option(help="loopback, own, imap, gmail or microsoft365")] = None,
    address: Annotated[str | None, typer.Option(help="that people write to")] = None,
    listen: Annotated[str | None, typer.Option(help="own: where this machine listens for mail")] = None,
    tls_cert: Annotated[str | None, typer.Option(help="own: certificate with key, PEM")] = None,
    imap: Annotated[str | None, typer.Option(help="the IMAP server, host:port")] = None,
    imap_user: Annotated[str | None, typer.Option(help="the login there; none: the address")] = None,
    imap_password_file: Annotated[str | None, typer.Option(help="a file that holds its password")] = None,
    imap_tls: Annotated[str | None, typer.Option(help="implicit, starttls or none")] = None,
    client_id: Annotated[str | None, typer.Option(help="microsoft365: of your app")] = None,
    relay: Annotated[str | None, typer.Option(help="who passes our mail on, host:port; empty: nobody")] = None,
    relay_user: Annotated[str | None, typer.Option(help="the login there")] = None,
    relay_password_file: Annotated[str | None, typer.Option(help="a file that holds its password")] = None,
    relay_security: Annotated[str | None, typer.Option(help="starttls, tls or none")] = None,
    ca_file: Annotated[str | None, typer.Option(help="a private certificate of those servers, PEM")] = None,
    model: Annotated[str | None, typer.Option(help="auto, scaffold, or as ollama:NAME, openai:NAME")] = None,
    model_url: Annotated[str | None, typer.Option(help="where its server listens")] = None,
    api_key_file: Annotated[str | None, typer.Option(help="a file that holds its key")] = None,
    admin: Annotated[str | None, typer.Option(help="your own address")] = None,
    allow: Annotated[str | None, typer.Option(help="addresses and domains that may write, with commas between")] = None,
    nameserver: Annotated[str | None, typer.Option(help="asked about names, with commas between")] = None,
    data: Annotated[str, typer.Option(help="the data folder; none: ~/.local/share/mailbot")] = "",
    env: Annotated[bool, typer.Option("--env", help="write .env, too")] = False,  # noqa: FBT002  (a switch)
    yes: Annotated[bool, typer.Option("--yes", "-y", help="ask nothing: flags and usual answers count")] = False,  # noqa: FBT002
    force: Annotated[bool, typer.Option("--force", help="replace what is there")] = False,  # noqa: FBT002
    untried: Annotated[bool, typer.Option("--untried", help="connect to nobody")] = False,  # noqa: FBT002
    seconds: Seconds = 20,
) -> None:
    """Set up a mailbox: asks, tries each answer, makes keys, writes mailbot.toml and rules, tells the DNS records."""
    given = {f"--{name.replace('_', '-')}": value for name, value in locals().items() if isinstance(value, str)}
    given.pop("--data")
    _init(folder, given, _Switches(data=data, env=env, yes=yes, force=force, tries=not untried, seconds=seconds))


@dataclass(frozen=True, kw_only=True)
class _Switches:
    """What is no answer to a question."""

    data: str
    env: bool
    yes: bool
    force: bool
    tries: bool
    seconds: float


def _init(folder: Path, given: dict[str, str], switches: _Switches) -> None:
    from mailbot.doctor.patient import time_now
    from mailbot.setup.init import FILE, How, Init
    from mailbot.setup.known import known_answers
    from mailbot.setup.place import Place
    from mailbot.setup.wizard import Wizard

    def overwrite(path: Path) -> bool:
        return switches.force or (not switches.yes and typer.confirm(f"{path} is there; replace it?"))

    def asks(words: str) -> bool:
        return not switches.yes and typer.confirm(words, default=True)

    place, old = Place(folder=folder.absolute(), overwrite=overwrite), folder / FILE
    try:
        known = known_answers(load(old if old.exists() else Path(os.devnull)))
    except WrongSettings as error:
        typer.echo(f"What is there already cannot be read, so nothing of it is proposed: {error}", err=True)
        known = {}
    how = How(
        data=switches.data, tries=switches.tries, asks=asks, env=switches.env, seconds=switches.seconds, now=time_now()
    )
    wizard = Wizard(given=given, known=known, asker=_Terminal(silent=switches.yes), place=place)
    if not foreseen(Init(wizard=wizard, place=place, how=how).run):
        fail("it is written, but not everything works yet: see `fail` above, then mailbot doctor", 1)


@setup.command()
def smoke(
    sender: Annotated[str, typer.Option("--from", help="who asks; none: the first admin")] = "",
    token_file: Annotated[Path | None, typer.Option("--token-file", help="a token for the HTTP door")] = None,
    wait: Annotated[float, typer.Option("--wait", min=1, max=3600, help="seconds for an answer")] = 120,
    config: Config = None,
) -> None:
    """Give the mailbot that serves here a request by SMTP and one by HTTP; exit code 2 when one has no answer."""
    from mailbot.doctor.sign import exit_code, lines
    from mailbot.setup.smoke import Smoke

    settings = settings_of(config)
    author = sender or next(iter(settings.admins), "you@localhost.localdomain")
    try:
        token = token_file.read_text("ascii").strip() if token_file else ""
    except (OSError, UnicodeDecodeError) as error:
        fail(f"--token-file {token_file} cannot be read: {error}", 2)
    signs = run(Smoke(settings=settings, token=token, sender=author, wait=wait).signs())
    typer.echo(lines(signs))
    if code := exit_code(signs):
        raise typer.Exit(code)
