"""`mailbot eml`: mails as things, taken apart, looked over, turned into other forms, made."""

from __future__ import annotations

import json
import mimetypes
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mailbot.cli_common import fail, foreseen

if TYPE_CHECKING:
    from mailbot.domain.message import Attachment

MAX_MAIL: Final = 36_000_000  #: bytes

eml = typer.Typer(help="Mails as things: take one apart, look it over, convert it, make one.", no_args_is_help=True)
File = Annotated[str, typer.Argument(metavar="MAIL", help="a mail as .eml; - reads standard input")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="the file to write; else standard output")]


@eml.command()
def parse(mail: File) -> None:
    """Take a mail apart: who, what, and what is attached, as JSON."""
    from mailbot.web.eml import parsed

    raw = _mail(mail)
    typer.echo(json.dumps(foreseen(lambda: parsed(raw)), indent=2, ensure_ascii=False))


@eml.command()
def validate(mail: File) -> None:
    """Say whether it is one whole mail, and its package as it was sent. Exit code 1 when it is not."""
    from mailbot.web.eml import validated

    found = validated(_mail(mail))
    for kind in ("errors", "warnings", "verified"):
        for words in found[kind]:
            typer.echo(f"{kind.removesuffix('s')}: {words}")
    typer.echo("whole" if found["valid"] else "not whole")
    if not found["valid"]:
        raise typer.Exit(1)


@eml.command()
def convert(
    mail: File,
    to: Annotated[str, typer.Option("--to", help="json, text, zip, or eml.py: a mail that unpacks itself by Python")],
    out: Out = None,
) -> None:
    """Turn it into another form."""
    from mailbot.web.eml import converted

    raw = _mail(mail)
    _write(foreseen(lambda: converted(raw, to)), out)


@eml.command()
def make(
    text: Annotated[str, typer.Argument(help="its words; - reads standard input")],
    sender: Annotated[str, typer.Option("--from", help="who writes")],
    to: Annotated[str, typer.Option("--to", help="to whom")],
    subject: Annotated[str, typer.Option("--subject", "-s")] = "",
    attach: Annotated[list[Path] | None, typer.Option("--attach", help="a file; repeatable")] = None,
    out: Out = None,
) -> None:
    """Make a mail of its parts. Nothing is sent."""
    from mailbot.understand.addresses import address
    from mailbot.web.eml import made

    who, whom = address(sender), address(to)
    if who is None or whom is None:
        fail(f"{sender if who is None else to!r} is no address; one looks like ana@example.org", 2)
    words = sys.stdin.read(MAX_MAIL) if text == "-" else text
    files = tuple(_attached(path) for path in attach or ())
    _write(made(sender=who, to=whom, subject=subject, text=words, files=files, at=_now()), out)


def _mail(name: str) -> bytes:
    try:
        raw = sys.stdin.buffer.read(MAX_MAIL + 1) if name == "-" else Path(name).read_bytes()
    except OSError as error:
        fail(f"{name} cannot be read: {error.strerror or error}", 1)
    if len(raw) > MAX_MAIL:
        fail(f"{name} has more than {MAX_MAIL:,} bytes; a mail has not", 1)
    return raw


def _attached(path: Path) -> Attachment:
    from mailbot.domain.message import Attachment

    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Attachment(name=path.name, media_type=kind, content=_mail(str(path)))


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror or error}", 1)
    typer.echo(str(out))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (this is the Clock)
