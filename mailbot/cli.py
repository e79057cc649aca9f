"""The command line. What a command says goes to standard output, talk about it to standard error."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeVar

import structlog
import typer
import uvloop

from mailbot.cli_client import add
from mailbot.cli_held import held
from mailbot.cli_rules import rules
from mailbot.domain.errors import MailbotError
from mailbot.domain.request import diagram
from mailbot.settings import Settings, WrongSettings, load

if TYPE_CHECKING:
    from mailbot.receive.logins import Logins

T = TypeVar("T")

app = typer.Typer(
    help="A mailbox that builds software.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="mailbot.toml; without it the one of the working folder, if any")
]

Mail = Annotated[str, typer.Argument(metavar="ID|FILE", help="the id that `mailbot mails` shows, or a mail as .eml")]
Undo = Annotated[bool, typer.Option("--undo", help="take that lesson back")]

users = typer.Typer(help="Who may hand in mail with a password.", no_args_is_help=True)
oauth = typer.Typer(help="Consent of mailboxes that take no password (Gmail, Microsoft 365).", no_args_is_help=True)
app.add_typer(users, name="user")
add(app)
app.add_typer(oauth, name="oauth")
app.add_typer(rules, name="rules")
app.add_typer(held, name="held")


def main() -> None:
    """Run the command that was given."""
    _logs(sys.stderr.isatty())
    app()


def _logs(person: bool) -> None:  # noqa: FBT001  (whether a person reads them)
    """Log lines go to standard error: for a person in words, for a machine as JSON."""
    last = structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("INFO"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@app.command()
def states() -> None:
    """Print the life of a request as a Mermaid diagram."""
    typer.echo(diagram())


@app.command()
def serve(config: Config = None) -> None:
    """Take mail, build, answer, until told to stop (Ctrl-C, SIGTERM)."""
    from mailbot.app import house

    settings = _settings(config)

    async def run() -> None:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        hasty = set[asyncio.Task[bool]]()
        async with house(settings) as home:
            reload = home.rules.reload
            asyncio.get_running_loop().add_signal_handler(
                signal.SIGHUP, lambda: hasty.add(asyncio.create_task(reload()))
            )
            await home.serve(stop, lambda places: typer.echo(_welcome(settings, home.model, places)))
        typer.echo("mailbot has stopped; what was in hand is finished, the rest waits in the data folder.", err=True)

    _run(run())


@app.command()
def demo(keep: Annotated[Path | None, typer.Option(help="a folder to keep everything in")] = None) -> None:
    """Show a whole round trip: a request by mail, its answer, a change, and the way back."""
    from mailbot.demo import show

    _run(show(keep))


@app.command()
def send(
    text: Annotated[str, typer.Argument(help="the request, in plain words; - reads standard input")],
    subject: Annotated[str, typer.Option("--subject", "-s")] = "A request",
    sender: Annotated[str, typer.Option("--from", help="your address")] = "you@localhost",
    reply_to: Annotated[Path | None, typer.Option("--reply-to", help="the .eml of ours that this answers")] = None,
    wait: Annotated[float, typer.Option("--wait", help="seconds to wait for the reply; 0: do not")] = 60,
    config: Config = None,
) -> None:
    """Mail a request to the mailbot that serves here, and show its reply."""
    from mailbot.demo import Letter, converse

    words = sys.stdin.read() if text == "-" else text
    letter = Letter(text=words, subject=subject, sender=sender, answers=reply_to)
    _run(converse(_settings(config), letter, wait))


@app.command()
def mails(count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000)] = 20, config: Config = None) -> None:
    """List the last mails with what became of each, and why the unanswered ones are unanswered."""
    from mailbot.show import list_mails

    typer.echo(_run(list_mails(_settings(config), count)))


@app.command()
def why(
    id: Annotated[str, typer.Argument(help="the id that `mailbot mails` shows, or the Message-ID of an answered mail")],
    config: Config = None,
) -> None:
    """Print the whole life of one mail on one screen."""
    from mailbot.show import tell_life

    typer.echo(_run(tell_life(_settings(config), id)))


@app.command()
def health(config: Config = None) -> None:
    """Tell how each way in is; exit code 1 when one is in trouble."""
    from mailbot.show import tell_health

    words, well = _run(tell_health(_settings(config)))
    typer.echo(words)
    if not well:
        raise typer.Exit(1)


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="a mail, as .eml")],
    to: Annotated[str, typer.Option("--to", help="the address it is read for")] = "",
    config: Config = None,
) -> None:
    """Read and judge a mail as if it came now, without storing or sending anything."""
    from mailbot.show import judge_file

    typer.echo(_run(judge_file(_settings(config), file, to)))


@app.command()
def spam(key: Mail, undo: Undo = False, config: Config = None) -> None:  # noqa: FBT002  (a switch)
    """Teach the spam filter that a mail is spam."""
    _teach(key, config, spam=True, undo=undo)


@app.command()
def ham(key: Mail, undo: Undo = False, config: Config = None) -> None:  # noqa: FBT002  (a switch)
    """Teach the spam filter that a mail is none."""
    _teach(key, config, spam=False, undo=undo)


def _teach(key: str, config: Path | None, *, spam: bool, undo: bool) -> None:
    from mailbot.show import now
    from mailbot.teach import teach

    typer.echo(_run(teach(_settings(config), key, now, spam=spam, undo=undo)))


@users.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="the login; an old one gets a new password and new addresses")],
    address: Annotated[list[str], typer.Option("--address", help="it may write from this address; may be repeated")],
    config: Config = None,
) -> None:
    """Let somebody hand in mail; the password is asked for, or is one line of standard input."""
    logins = _logins(_settings(config))
    login = _foreseen(lambda: logins.add(name, _password(), address))
    typer.echo(f"{login.name} may hand in mail from {', '.join(login.addresses)}.")


@users.command("list")
def user_list(config: Config = None) -> None:
    """Show who may hand in mail, from which addresses, and since when."""
    logins = _logins(_settings(config))
    for login in _foreseen(logins.list):
        typer.echo(f"{login.name}  {', '.join(login.addresses)}  since {login.since}")


@users.command("remove")
def user_remove(name: Annotated[str, typer.Argument(help="the login")], config: Config = None) -> None:
    """Take it back; it counts from the next login on."""
    logins = _logins(_settings(config))
    _foreseen(lambda: logins.remove(name))
    typer.echo(f"{name} may not hand in mail any more.")


@oauth.command("login")
def oauth_login(
    account: Annotated[str, typer.Option("--account", help="the `name` of its [[receive]], where several are")] = "",
    device: Annotated[bool, typer.Option("--device", help="a code to type in on any machine")] = False,  # noqa: FBT002  (a switch)
    browser: Annotated[bool, typer.Option("--browser", help="a browser that comes back here")] = False,  # noqa: FBT002
    config: Config = None,
) -> None:
    """Ask the owner of a mailbox for consent, and keep the tokens it brings."""
    from mailbot.receive.consent import log_in
    from mailbot.show import now

    if device and browser:
        _fail("--device and --browser exclude each other; give one, or none for the provider's usual way", 2)
    flow: Literal["device", "browser"] | None = "device" if device else "browser" if browser else None
    settings = _settings(config)
    typer.echo(
        _run(log_in(settings.receive, account, flow, settings.folder, now, lambda words: typer.echo(words, err=True)))
    )


def _logins(settings: Settings) -> Logins:
    from mailbot.receive.logins import Logins
    from mailbot.show import now

    return Logins(settings.folder / "logins.json", now)


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline(10_000).rstrip("\r\n")


def _foreseen(work: Callable[[], T]) -> T:
    """Do it; what is foreseen ends in words and exit code 1."""
    try:
        return work()
    except MailbotError as error:
        _fail(str(error), 1)


def _settings(config: Path | None) -> Settings:
    try:
        return load(config)
    except WrongSettings as error:
        _fail(str(error), 2)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run it; what is foreseen ends in words and exit code 1, a wrong setting in 2."""
    try:
        return uvloop.run(work)
    except WrongSettings as error:
        _fail(str(error), 2)
    except MailbotError as error:
        _fail(str(error), 1)


def _fail(words: str, code: int) -> NoReturn:
    typer.echo(f"mailbot: {words}", err=True)
    raise typer.Exit(code)


def _welcome(settings: Settings, model: str, places: list[str]) -> str:
    """What a person needs to know to send the first mail."""
    build = next((local for local, kind in settings.addresses.items() if kind == "build"), "build")
    anywhere = "" if settings.domain else " (any domain will do)"
    lines = [
        f"mailbot is up, process {_pid()}.",
        f"  Mail for     {build}@{settings.site_domain}{anywhere}, by SMTP at {', '.join(places)}",
        "  Try          mailbot send --subject 'Summer party' 'A page for our summer party on 3 July in the park'",
        f"  Replies go   {settings.deliver[0].place(settings.folder)}",
        f"  Built by     {model}",
        "  Look         mailbot mails, mailbot why ID",
        "  Stop         Ctrl-C",
    ]
    return "\n".join(lines)


def _pid() -> int:
    import os

    return os.getpid()
