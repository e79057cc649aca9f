"""`mailbot user` and `mailbot oauth`: who may hand in mail, and the consent of mailboxes that take no password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mailbot.cli_common import Config, fail, foreseen, run, secret, settings_of
from mailbot.settings import Settings

if TYPE_CHECKING:
    from mailbot.receive.logins import Logins

users = typer.Typer(help="Who may hand in mail with a password.", no_args_is_help=True)
oauth = typer.Typer(help="Consent of mailboxes that take no password (Gmail, Microsoft 365).", no_args_is_help=True)


@users.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="the login; an old one gets a new password and new addresses")],
    address: Annotated[list[str], typer.Option("--address", help="it may write from this address; may be repeated")],
    config: Config = None,
) -> None:
    """Let somebody hand in mail; the password is asked for, or is one line of standard input."""
    logins = _logins(settings_of(config))
    login = foreseen(lambda: logins.add(name, secret("Password"), address))
    typer.echo(f"{login.name} may hand in mail from {', '.join(login.addresses)}.")


@users.command("list")
def user_list(config: Config = None) -> None:
    """Show who may hand in mail, from which addresses, and since when."""
    logins = _logins(settings_of(config))
    for login in foreseen(logins.list):
        typer.echo(f"{login.name}  {', '.join(login.addresses)}  since {login.since}")


@users.command("remove")
def user_remove(name: Annotated[str, typer.Argument(help="the login")], config: Config = None) -> None:
    """Take it back; it counts from the next login on."""
    logins = _logins(settings_of(config))
    foreseen(lambda: logins.remove(name))
    typer.echo(f"{name} may not hand in mail any more.")


@oauth.command("login")
def oauth_login(
    account: Annotated[str, typer.Option("--account", help="the `name` of its entry, where several are")] = "",
    device: Annotated[bool, typer.Option("--device", help="a code to type in on any machine")] = False,  # noqa: FBT002  (a switch)
    browser: Annotated[bool, typer.Option("--browser", help="a browser that comes back here")] = False,  # noqa: FBT002
    config: Config = None,
) -> None:
    """Ask the owner of a mailbox for consent, and keep the tokens it brings."""
    from mailbot.consent.asked import log_in
    from mailbot.show import now

    if device and browser:
        fail("--device and --browser exclude each other; give one, or none for the provider's usual way", 2)
    flow: Literal["device", "browser"] | None = "device" if device else "browser" if browser else None
    settings = settings_of(config)
    typer.echo(
        run(
            log_in(
                (*settings.receive, *settings.deliver),
                account,
                flow,
                settings.folder,
                now,
                lambda words: typer.echo(words, err=True),
            )
        )
    )


def _logins(settings: Settings) -> Logins:
    from mailbot.receive.logins import Logins
    from mailbot.show import now

    return Logins(settings.folder / "logins.json", now)
