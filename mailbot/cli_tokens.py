"""`mailbot token`: who may order over HTTP, and for whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from mailbot.cli_common import Config, fail, run, settings_of
from mailbot.domain.orders import Scope, Token
from mailbot.settings import Settings
from mailbot.understand.addresses import address, is_domain

if TYPE_CHECKING:
    from mailbot.store import SqlLedger

T = TypeVar("T")

MAX_NAME = 60  #: characters
MAX_DAYS = 3_650
RESERVED = frozenset({"API_TOKEN", "webhook"})  #: what the environment vouches for stands under these names

tokens = typer.Typer(help="Who may order over HTTP, and for whom.", no_args_is_help=True)


@tokens.command()
def create(
    name: Annotated[str, typer.Argument(help="by which it is listed and revoked")],
    people: Annotated[
        list[str] | None, typer.Option("--for", help="an address or @domain that it may order for, or *; repeatable")
    ] = None,
    scope: Annotated[
        list[Scope] | None, typer.Option("--scope", help="what it is good for; repeatable; none: orders")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=0, max=MAX_DAYS, help="how long it counts; 0: for ever")] = 365,
    config: Config = None,
) -> None:
    """Make a token. Its secret is shown this once and stored nowhere."""
    from mailbot.web.secret import digest, fresh

    allowed = tuple(dict.fromkeys(_person(one) for one in people or ()))
    secret, made = fresh(), _now()
    token = Token(
        name=_named(name),
        scopes=frozenset(scope or [Scope.ORDERS]),
        people=allowed,
        created_at=made,
        expires_at=made + timedelta(days=days) if days else None,
    )
    if not _ledger(settings_of(config), lambda ledger: ledger.add_token(token, digest(secret))):
        fail(f"there is a token {name!r} already, or was one; take another name", 1)
    if not allowed and token.may(Scope.ORDERS):
        typer.echo("It may order for nobody yet: revoke it, and make one with --for ADDRESS, @DOMAIN or '*'.", err=True)
    typer.echo(secret)
    typer.echo("Keep it: it is not shown again. Use it as: Authorization: Bearer TOKEN", err=True)


@tokens.command("list")
def list_(config: Config = None) -> None:
    """List the tokens: what each is good for, for whom, until when, and when it was used last."""
    for one in _ledger(settings_of(config), lambda ledger: ledger.tokens()):
        ends = "revoked" if one.revoked_at else f"until {one.expires_at:%Y-%m-%d}" if one.expires_at else "for ever"
        if not one.revoked_at and not one.valid(_now()):
            ends = f"ended {one.expires_at:%Y-%m-%d}"
        used = f"used {one.used_at:%Y-%m-%d %H:%M} UTC" if one.used_at else "never used"
        scopes, people = ",".join(sorted(one.scopes)), ",".join(one.people) or "nobody"
        typer.echo(f"{one.name}  {scopes}  for {people}  {ends}  {used}")


@tokens.command()
def revoke(name: Annotated[str, typer.Argument(help="that `mailbot token list` shows")], config: Config = None) -> None:
    """End a token, at once."""
    if not _ledger(settings_of(config), lambda ledger: ledger.revoke_token(name, _now())):
        fail(f"there is no token {name!r} that counts; `mailbot token list` shows them", 1)
    typer.echo(f"{name} does not count any more.")


def _ledger(settings: Settings, work: Callable[[SqlLedger], Awaitable[T]]) -> T:
    """Do it with the ledger; a mailbot that serves may go on meanwhile."""
    from mailbot.store import open_ledger

    async def done() -> T:
        ledger = await open_ledger(settings.database_url, str(settings.folder), _now)
        try:
            return await work(ledger)
        finally:
            await ledger.close()

    return run(done())


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (this is the Clock)


def _named(name: str) -> str:
    if not 0 < len(name) <= MAX_NAME or not name.isprintable() or name in RESERVED:
        fail(
            f"a token has a name of 1 to {MAX_NAME} visible characters, other than {' and '.join(sorted(RESERVED))}", 2
        )
    return name


def _person(text: str) -> str:
    """An address, @domain or *."""
    if text == "*":
        return text
    if text.startswith("@") and is_domain(text[1:].lower()):
        return text.lower()
    found = address(text)
    if found is None:
        fail(f"--for {text[:80]!r} is neither an address such as ana@example.org, nor @example.org, nor *", 2)
    return found
