"""`mailbot open`, `verify`, `run`, `apply`, `info`: what a receiver does with a mail of ours, as typed commands.

The work stands in client/, which knows nothing of the house; here it gets the house's own verifier of DKIM.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Annotated, Final, Literal

import typer

from mailbot.client.command import Order, apply_mail, done, info_mails, open_mails, run_mail, verify_mails
from mailbot.client.mail import parse
from mailbot.client.trouble import shown
from mailbot.client.verify import Finding
from mailbot.domain.errors import Temporary
from mailbot.ports import Resolver
from mailbot.understand.dkim import keys_needed, signatures_of
from mailbot.understand.zone import Records, Zone

_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")

Mails = Annotated[
    list[str], typer.Argument(metavar="MAIL...", help="a mail (.eml), an mbox, a Maildir, a package, or -")
]
AnyMails = Annotated[
    list[str] | None, typer.Argument(metavar="MAIL...", help="a mail (.eml), an mbox, a Maildir, a package, or -")
]
Watch = Annotated[str, typer.Option("--watch", metavar="FOLDER", help="a Maildir or folder: open each mail that comes")]
Ask = Annotated[Literal["ask"] | None, typer.Option("--run", help="ask of each watched mail whether it shall run")]
To = Annotated[str, typer.Option("--to", metavar="FOLDER", help="where to; else here")]
Into = Annotated[str, typer.Option("--to", metavar="FOLDER", help="the folder with the earlier version, or a new one")]
Force = Annotated[bool, typer.Option("--force", help="overwrite files that are there")]
Hook = Annotated[str, typer.Option("--hook", metavar="URL", help="https address that is told {status, request_id}")]
Signers = Annotated[str, typer.Option("--signers", metavar="FILE", help="keys you trust, as in allowed_signers")]
Strict = Annotated[bool, typer.Option("--strict", help="what could not be verified counts as wrong")]
Offline = Annotated[bool, typer.Option("--offline", help="ask no DNS for the sender's keys")]
Container = Annotated[bool, typer.Option("--container", help="by podman or docker, apart from this machine")]
Venv = Annotated[bool, typer.Option("--venv", help="by Python, with only its packages kept apart")]
Yes = Annotated[bool, typer.Option("--yes", help="without asking")]


def add(app: typer.Typer) -> None:
    """Give *app* the five commands."""
    app.command("open")(open_command)
    app.command("verify")(verify_command)
    app.command("run")(run_command)
    app.command("apply")(apply_command)
    app.command("info")(info_command)


def open_command(
    mails: AnyMails = None,
    to: To = ".",
    force: Force = False,  # noqa: FBT002  (a switch)
    hook: Hook = "",
    watch: Watch = "",
    run: Ask = None,
) -> None:
    """Unpack what came by mail; several mails at once are put together. Nothing of it is run without your yes."""
    order = Order(mails=tuple(mails or ()), to=to, force=force, hook=hook, watch=watch, ask=run == "ask")
    _end(open_mails, order)


def verify_command(
    mails: Mails,
    signers: Signers = "",
    strict: Strict = False,  # noqa: FBT002  (a switch)
    offline: Offline = False,  # noqa: FBT002
    hook: Hook = "",
) -> None:
    """Is it as it was sent, and who signed it? Exit code 1 when something is wrong."""
    dkim = None if offline else proven
    _end(verify_mails, Order(mails=tuple(mails), signers=signers, strict=strict, hook=hook, dkim=dkim))


def run_command(  # noqa: PLR0913, PLR0917  (its options)
    mails: Mails,
    to: To = ".",
    container: Container = False,  # noqa: FBT002  (a switch)
    venv: Venv = False,  # noqa: FBT002
    yes: Yes = False,  # noqa: FBT002
    force: Force = False,  # noqa: FBT002
    hook: Hook = "",
) -> None:
    """Show how it is started; start it only with --container or --venv, and a yes."""
    order = Order(mails=tuple(mails), to=to, container=container, venv=venv, yes=yes, force=force, hook=hook)
    _end(run_mail, order)


def apply_command(mails: Mails, to: Into, hook: Hook = "") -> None:
    """Take a bundle or a patch that came by mail into a folder, by git."""
    _end(apply_mail, Order(mails=tuple(mails), to=to, hook=hook))


def info_command(mails: Mails) -> None:
    """Who sent what, which version it is, what was checked."""
    _end(info_mails, Order(mails=tuple(mails)))


def proven(raw: bytes) -> Finding:
    """What the DKIM signatures of a mail say, by the house's own verifier and the DNS of this machine."""
    from mailbot.receive.dns import Dns

    return asyncio.run(dkim_of(raw, Dns().open(), datetime.now(UTC)))  # noqa: TID251  (the receiver's clock)


async def dkim_of(raw: bytes, resolver: Resolver, now: datetime) -> Finding:
    """The same with any DNS: the sender's own domain must have signed, and the signature must hold."""
    wire = _BARE.sub(b"\r\n", raw)  # signed as it travelled; a file on disk has its own line ends
    author = parseaddr(parse(raw).field("From"))[1].lower()
    domain = author.rpartition("@")[2]
    known: dict[tuple[str, str], Records | str] = {}
    for name in keys_needed(wire, author):
        try:
            known[name.rstrip(".").lower(), "TXT"] = await resolver.look(name, "TXT")
        except Temporary as error:
            known[name.rstrip(".").lower(), "TXT"] = str(error)
    found = signatures_of(wire, Zone(known), now=now, author=author)
    own = [one for one in found if domain and (domain == one.domain or domain.endswith("." + one.domain))]
    if good := next((one for one in own if one.result == "pass"), None):
        return Finding("ok", "DKIM", f"{good.domain} signed this mail, and it is as it was sent")
    if bad := next((one for one in own if one.result == "fail"), None):
        return Finding("wrong", "DKIM", shown(bad.why))
    why = next((one.why for one in own), f"the mail is not signed by {domain or 'its sender'}")
    return Finding("?", "DKIM", "not verified: " + shown(why))


def _end(work: Callable[[Order], int], order: Order) -> None:
    raise typer.Exit(done(work, order))
