"""The command line. What a command says goes to standard output, talk about it to standard error."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values

from mailbot.cli_care import care
from mailbot.cli_client import add
from mailbot.cli_common import Config, run, settings_of
from mailbot.cli_deliveries import deliveries
from mailbot.cli_eml import eml
from mailbot.cli_held import held
from mailbot.cli_keys import dkim, keys
from mailbot.cli_people import oauth, users
from mailbot.cli_rebuild import rebuilt
from mailbot.cli_rules import rules
from mailbot.cli_setup import setup
from mailbot.cli_tokens import tokens
from mailbot.domain.request import diagram
from mailbot.logs import configure
from mailbot.notify import notify_of
from mailbot.settings import Settings

app = typer.Typer(
    help="A mailbox that builds software.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
Mail = Annotated[str, typer.Argument(metavar="ID|FILE", help="the id that `mailbot mails` shows, or a mail as .eml")]
Undo = Annotated[bool, typer.Option("--undo", help="take that lesson back")]

app.add_typer(users, name="user")
add(app)
app.add_typer(oauth, name="oauth")
app.add_typer(rules, name="rules")
app.add_typer(held, name="held")
app.add_typer(rebuilt)
app.add_typer(care)
app.add_typer(deliveries, name="deliveries")
app.add_typer(eml, name="eml")
app.add_typer(tokens, name="token")
app.add_typer(keys, name="keys")
app.add_typer(dkim, name="dkim")
app.add_typer(setup)


def main() -> None:
    """Run the command that was given."""
    # Before the settings are read, whose mistakes may be logged.
    configure({**dotenv_values(".env"), **os.environ}, person=sys.stderr.isatty())  # noqa: TID251  (the log is no setting)
    app()


@app.command()
def states() -> None:
    """Print the life of a request as a Mermaid diagram."""
    typer.echo(diagram())


@app.command()
def serve(config: Config = None) -> None:
    """Take mail, build, answer, until told to stop (Ctrl-C, SIGTERM)."""
    from mailbot.app import house
    from mailbot.showing import shown
    from mailbot.web.looking import looked_at

    settings = settings_of(config)
    person = sys.stderr.isatty()

    async def served() -> None:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        hasty = set[asyncio.Task[bool]]()
        notify = notify_of()
        async with (
            house(settings) as home,
            notify.serving(stop, home.engine.alive),
            shown(home, home.site.clock, person=person),
            looked_at(_mail_page(settings), home.ledger, home.site.workers, _build_address(settings)) as page,
        ):
            reload = home.rules.reload
            asyncio.get_running_loop().add_signal_handler(
                signal.SIGHUP, lambda: hasty.add(asyncio.create_task(reload()))
            )

            def ready(places: list[str]) -> None:
                typer.echo(_welcome(settings, home.model, places, page))
                notify.say("READY=1")

            await home.serve(stop, ready)
        typer.echo("mailbot has stopped; what was in hand is finished, the rest waits in the data folder.", err=True)

    run(served())


@app.command()
def demo(keep: Annotated[Path | None, typer.Option(help="a folder to keep everything in")] = None) -> None:
    """Show a whole round trip: a request by mail, its answer, a change, and the way back."""
    from mailbot.demo import show

    run(show(keep))


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
    run(converse(settings_of(config), letter, wait))


@app.command()
def mails(count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000)] = 20, config: Config = None) -> None:
    """List the last mails with what became of each, and why the unanswered ones are unanswered."""
    from mailbot.show import list_mails

    typer.echo(run(list_mails(settings_of(config), count)))


@app.command()
def why(
    id: Annotated[str, typer.Argument(help="the id that `mailbot mails` shows, or the Message-ID of an answered mail")],
    config: Config = None,
) -> None:
    """Print the whole life of one mail on one screen."""
    from mailbot.show import tell_life

    typer.echo(run(tell_life(settings_of(config), id)))


@app.command()
def health(config: Config = None) -> None:
    """Tell how each way in is; exit code 1 when one is in trouble."""
    from mailbot.show import tell_health

    words, well = run(tell_health(settings_of(config)))
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

    typer.echo(run(judge_file(settings_of(config), file, to)))


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

    typer.echo(run(teach(settings_of(config), key, now, spam=spam, undo=undo)))


def _mail_page(settings: Settings) -> str:
    """Where mails are shown: nowhere by itself once a domain is set, for then they are of other people."""
    return "off" if settings.mail_page == "auto" and settings.domain else settings.mail_page


def _build_address(settings: Settings) -> str:
    build = next((local for local, kind in settings.addresses.items() if kind == "build"), "build")
    return f"{build}@{settings.site_domain}"


def _welcome(settings: Settings, model: str, places: list[str], page: str) -> str:
    """What a person needs to know to send the first mail."""
    anywhere = "" if settings.domain else " (any domain will do)"
    mail, web = [one for one in places if "://" not in one], [one for one in places if "://" in one]
    lines = [
        f"mailbot is up, process {os.getpid()}.",
        f"  Mail for     {_build_address(settings)}{anywhere}, by SMTP at {', '.join(mail)}",
        *(f"  Orders       {one}/docs says how; a token: mailbot token create NAME --for ADDRESS" for one in web[:1]),
        "  Try          mailbot send --subject 'Summer party' 'A page for our summer party on 3 July in the park'",
        f"  Replies go   {', '.join(way.place(settings.folder) for way in settings.deliver)}",
        *([f"  See mails    {page}"] if page else []),
        f"  Built by     {model}",
        "  Look         mailbot mails, mailbot why ID",
        "  Stop         Ctrl-C",
    ]
    return "\n".join(lines)
