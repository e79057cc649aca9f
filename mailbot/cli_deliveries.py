"""`mailbot deliveries`: what became of each mail of ours, and to whom none is sent."""

from __future__ import annotations

from typing import Annotated

import typer

from mailbot.cli_common import Config, run, settings_of
from mailbot.domain.reply import Progress

deliveries = typer.Typer(help="What became of the mails that were sent.", no_args_is_help=True)
Count = Annotated[int, typer.Option("--count", "-n", min=1, max=10_000, help="how many")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object a line")]
Key = Annotated[str, typer.Argument(metavar="ID", help="of a delivery, or its first letters, or its Message-ID")]


@deliveries.command("list")
def list_(  # noqa: PLR0913, PLR0917  (its options)
    count: Count = 20,
    state: Annotated[Progress | None, typer.Option("--state", help="only those that came so far")] = None,
    to: Annotated[str, typer.Option("--to", help="only those to this address")] = "",
    way: Annotated[str, typer.Option("--way", help="only those by this way")] = "",
    form: Annotated[str, typer.Option("--form", help="only those in this form")] = "",
    request: Annotated[str, typer.Option("--request", help="only those of this request")] = "",
    json: Json = False,  # noqa: FBT002  (a switch)
    config: Config = None,
) -> None:
    """List the last deliveries, newest first, with what was said of each last."""
    from mailbot.deliveries import list_deliveries
    from mailbot.store.sent import Wanted

    wanted = Wanted(most=count, progress=state or "", way=way, form=form, address=to, key=request)
    typer.echo(run(list_deliveries(settings_of(config), wanted, as_json=json)))


@deliveries.command()
def show(key: Key, json: Json = False, config: Config = None) -> None:  # noqa: FBT002  (a switch)
    """Show every step of one delivery."""
    from mailbot.deliveries import show_delivery

    typer.echo(run(show_delivery(settings_of(config), key, as_json=json)))


@deliveries.command()
def suppressed(json: Json = False, config: Config = None) -> None:  # noqa: FBT002  (a switch)
    """List the addresses to which nothing is sent now, why, and until when."""
    from mailbot.deliveries import list_silences

    typer.echo(run(list_silences(settings_of(config), as_json=json)))


@deliveries.command()
def noted(config: Config = None) -> None:
    """Say that you have seen what `mailbot health` tells about mail to others: it is told no more."""
    from mailbot.deliveries import note

    typer.echo(run(note(settings_of(config))))


@deliveries.command()
def lift(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="to which mail is sent again")],
    config: Config = None,
) -> None:
    """Send mail to an address again."""
    from mailbot.deliveries import lift as lifted

    typer.echo(run(lifted(settings_of(config), address)))
