"""Write to mailbot as a person does: `mailbot send`, and the round trip of `mailbot demo`."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import smtplib
import tempfile
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Final

import typer

from mailbot.app import House, house
from mailbot.build.sums import is_proof
from mailbot.deliver import Maildir
from mailbot.domain.errors import Permanent, Temporary
from mailbot.domain.request import RequestId, State
from mailbot.models import Scaffold
from mailbot.receive import Smtp
from mailbot.settings import Settings, load

LOOK: Final = 0.1  #: seconds between two looks into the Maildir
PATIENCE: Final = 30.0  #: seconds that the demo waits for one reply

OK: Final = 250  #: SMTP's "done"; after the data it means: it is ours now

_STEPS: Final = {
    "received": "received: stored, and acknowledged to the sender",
    "admitted": "admitted by the rules",
    "closed": "closed without an answer",
    "said": "built",
    "tried": "checked",
    "answered": "answered: the reply is in the outbox",
}
REQUEST: Final = """\
A page for our street festival.

Sections: Programme, How to get there, Contact.
Make the header green.
"""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a person writes."""

    text: str
    subject: str = "A request"
    sender: str = "you@localhost"
    answers: Path | None = None  #: the mail of ours that this replies to

    def mail(self, to: str) -> EmailMessage:
        """The mail that a person's program makes of it."""
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = self.sender, to, self.subject
        made["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        quoted = ""
        if self.answers:
            ours = read(self.answers)
            del made["To"], made["Subject"]
            made["To"], made["Subject"] = ours["Reply-To"], ours["Subject"]
            made["In-Reply-To"] = ours["Message-ID"]
            made["References"] = f"{ours['References'] or ''} {ours['Message-ID']}".strip()
            words = body(ours).splitlines()
            quoted = f"\n\nOn {ours['Date']}, {ours['From']} wrote:\n" + "\n".join(f"> {line}" for line in words)
        made.set_content(self.text + quoted)
        return made


def read(path: Path) -> EmailMessage:
    """A mail from a file."""
    try:
        return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    except OSError as error:
        raise Permanent(f"{path} cannot be read: {error}") from error


def body(mail: EmailMessage) -> str:
    """The text of a mail, as a person reads it."""
    part = mail.get_body(("plain",))
    return str(part.get_content()).strip() if part else ""


async def converse(settings: Settings, letter: Letter, wait: float) -> None:
    """Send the letter to the mailbot that serves here, and show the reply when it comes."""
    build = next((local for local, kind in settings.addresses.items() if kind == "build"), "build")
    mail = letter.mail(f"{build}@{settings.site_domain}")
    place = next((room.listen for room in settings.receive if isinstance(room, Smtp)), None)
    if place is None:
        raise Permanent('this mailbox has no [[receive]] of kind = "smtp"; mail your request to its mailbox instead')
    said = await asyncio.to_thread(hand_in, place, mail)
    typer.echo(f"Accepted: {said}", err=True)
    way = settings.deliver[0]
    if wait <= 0:
        return
    if not isinstance(way, Maildir):
        typer.echo(f"The reply comes by mail to {letter.sender}.", err=True)
        return
    found = await reply_to(str(mail["Message-ID"]), way.path(settings.folder), wait)
    if found is None:
        words = f"no reply within {wait:g} seconds; `mailbot mails` says how far it is"
        raise Temporary(words)
    typer.echo(f"Reply: {found}\n", err=True)
    typer.echo(shown(read(found)))


def hand_in(place: str, mail: EmailMessage) -> str:
    """Give the mail to the server at *place*; return what it said."""
    host, _, port = place.rpartition(":")
    sender, to = str(mail["From"]), str(mail["To"])
    try:
        with smtplib.SMTP(host.strip("[]"), int(port), timeout=30) as client:
            client.ehlo()
            client.mail(sender)
            code, words = client.rcpt(to)
            if code == OK:
                code, words = client.data(mail.as_bytes(policy=email.policy.SMTP))
    except (OSError, smtplib.SMTPException) as error:
        raise Temporary(f"no mailbot takes mail at {place}: {error}; start it with `mailbot serve`") from error
    if code != OK:
        raise Permanent(f"the mail was not taken: {code} {words.decode(errors='replace')}")
    return words.decode(errors="replace")


async def reply_to(message_id: str, folder: Path, wait: float) -> Path | None:
    """The mail in the Maildir that answers *message_id*, when it comes."""
    seen: set[Path] = set()
    async with asyncio.timeout(wait + 1):
        for _ in range(max(1, int(wait / LOOK))):
            for path in sorted((folder / "new").glob("*")):
                if path not in seen and str(read(path)["In-Reply-To"]) == message_id:
                    return path
                seen.add(path)
            await asyncio.sleep(LOOK)
    return None


def shown(mail: EmailMessage) -> str:
    """A mail as a person sees it."""
    head = [f"{name}: {mail[name]}" for name in ("From", "To", "Subject", "Date") if mail[name]]
    files = [f"{part.get_filename()} ({len(part.get_content()):,} bytes)" for part in mail.iter_attachments()]
    tail = ["", f"[{', '.join(files)}]"] if files else []
    return "\n".join([*head, "", body(mail), *tail])


async def show(keep: Path | None) -> None:
    """The round trip of `make demo`; any step that does not come out as it must ends it with an error."""
    folder = keep or Path(tempfile.mkdtemp(prefix="mailbot-demo-"))
    settings = load(
        Path("/dev/null"),
        data=folder / "data",
        receive=(Smtp(listen="127.0.0.1:0"),),
        deliver=(Maildir(),),
        models=(Scaffold(),),
        domain=None,
    )
    stop, places = asyncio.Event(), list[str]()
    up = asyncio.Event()

    def ready(bound: list[str]) -> None:
        places.extend(bound)
        up.set()

    async with house(settings) as home:
        serving = asyncio.create_task(home.serve(stop, ready))
        try:
            await asyncio.wait_for(up.wait(), PATIENCE)
            typer.echo(f"mailbot is up: SMTP at {places[0]}, everything in {folder}\n")
            await _round_trip(Round(home=home, place=places[0], folder=folder))
        finally:
            stop.set()
            await serving
    typer.echo(f"\nEverything is in {folder}. Now yours: `mailbot serve`, then `mailbot send 'your request'`.")


@dataclass(frozen=True, kw_only=True)
class Round:
    """What the steps of the demo share."""

    home: House
    place: str
    folder: Path


async def _round_trip(trip: Round) -> None:
    festival = Letter(text=REQUEST, subject="Street festival", sender="ana@acme.example")
    first = await _step(trip, 1, festival)
    _must("<h1" in first.files["index.html"], "the first answer has no page in it")
    blue = Letter(text="Make the header blue.", sender="ana@acme.example", answers=first.mail)
    second = await _step(trip, 2, blue)
    _must(second.files["style.css"] != first.files["style.css"], "the header did not become blue")
    back = Letter(text="rollback to v1", sender="ana@acme.example", answers=second.mail)
    third = await _step(trip, 3, back)
    _must(third.files == first.files, "v3 is not v1, file for file")
    typer.echo("v3 holds the files of v1, byte for byte.")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reply, unpacked."""

    mail: Path
    files: dict[str, str]


async def _step(trip: Round, number: int, letter: Letter) -> Answer:
    """Mail one letter, show what happens to it and what comes back."""
    mail = letter.mail(f"build@{trip.home.site.domain}")
    _rule(f"{number}. You write")
    typer.echo(f"Subject: {mail['Subject']}\n\n{letter.text.strip()}\n")
    sent = trip.folder / f"{number}-request.eml"
    sent.write_bytes(mail.as_bytes(policy=email.policy.SMTP))
    id = (await asyncio.to_thread(hand_in, trip.place, mail)).split()[-1]
    await _progress(trip, id)
    data = trip.folder / "data"
    found = await reply_to(str(mail["Message-ID"]), Maildir().path(data), PATIENCE)
    _must(found is not None, f"no reply came within {PATIENCE:g} seconds")
    assert found is not None  # noqa: S101  (for the type checker: _must has just said so)
    ours = read(found)
    _rule(f"{number}. mailbot answers")
    typer.echo(shown(ours))
    copy = trip.folder / f"{number}-reply.eml"
    copy.write_bytes(found.read_bytes())
    unpacked = trip.folder / f"v{number}"
    files = _unpack(ours, unpacked)
    typer.echo(f"\nMail: {sent}\nReply: {copy}\nUnpacked: {unpacked}\n")
    return Answer(mail=copy, files=files)


async def _progress(trip: Round, id: str) -> None:
    """Show how far the mail is, until it is answered."""
    told: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while State.ANSWERED not in told:
            request = await trip.home.ledger.request(RequestId(id))
            turns = await trip.home.ledger.turns(request.id)
            begun = () if request.state is State.RECEIVED else (State.ADMITTED,)
            made = (type(turn).__name__.lower() for turn in turns)
            for words in (State.RECEIVED, *begun, *made, request.state):
                if words not in told:
                    told.append(words)
                    typer.echo(f"   … {_STEPS.get(words, words)}")
            await asyncio.sleep(LOOK / 10)


def _rule(words: str) -> None:
    typer.echo(f"── {words} ".ljust(76, "─"))


def _must(true: bool, words: str) -> None:  # noqa: FBT001  (it is the thing that must be true)
    if not true:
        raise Permanent(f"the demo failed: {words}")


def _unpack(mail: EmailMessage, folder: Path) -> dict[str, str]:
    """Unpack the package as the receiver would; our own zips only, so names need no second look here."""
    packed = [part for part in mail.iter_attachments() if str(part.get_filename()).endswith(".zip")]
    _must(len(packed) == 1, "the reply carries no zip")
    with zipfile.ZipFile(io.BytesIO(packed[0].get_content())) as archive:
        archive.extractall(folder)
        names = [name for name in archive.namelist() if not name.endswith("/")]
        files = {name.partition("/")[2]: archive.read(name).decode() for name in names}
    about = {name for name in files if name == "metadata.json" or is_proof(name)}  # this very mail
    return {name: text for name, text in files.items() if name not in about}
