"""The five things that a receiver does with a mail, and their command line. 0: all is well, 1: it is not, 2: misused.

What is said goes to standard output, what went wrong to standard error.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Sequence

from mailbot.client.about import about
from mailbot.client.apply import applicable, apply
from mailbot.client.disk import sources, write
from mailbot.client.found import Package, letters_of, packages
from mailbot.client.hook import checked, post
from mailbot.client.info import info
from mailbot.client.pieces import joined
from mailbot.client.run import Step, engine, in_container, in_venv, instructions, play, viewed
from mailbot.client.trouble import Trouble, say, shown
from mailbot.client.verify import Dkim, verdict, verify
from mailbot.client.watch import watch

_WELL, _WRONG = 0, 1


@dataclass(frozen=True)
class Order:
    """What a person typed."""

    mails: tuple[str, ...] = ()
    to: str = "."
    force: bool = False
    hook: str = ""  #: https address that is told how it went
    signers: str = ""  #: a file of keys that are trusted
    strict: bool = False  #: what could not be verified counts as wrong
    container: bool = False
    venv: bool = False
    yes: bool = False
    dkim: Dkim | None = None
    watch: str = ""  #: a Maildir or a folder whose new mails are opened, one by one
    ask: bool = False  #: of each of them, whether it shall run


def open_mails(order: Order) -> int:
    """Unpack what came; nothing of it is run."""
    if bool(order.watch) == bool(order.mails):
        raise Trouble("open takes mails, or --watch and a folder; give one of the two.")
    if order.watch:
        return _watched(order)
    found = packages(sources(list(order.mails)))
    root = Path(order.to)
    plans = [(one, _targets(one)) for one in found]
    for one, files in plans:
        count = write(root, files, force=order.force)
        place = root / one.folder
        say(f"{place}: {one.size}, from {shown(one.name)} ({one.form})")
        for note in one.notes:
            say(f"  note: {shown(note)}")
        if not count:
            say("  all of it was there already")
        if one.extra:
            say(f"  beside it, in {place}-attached: {', '.join(sorted(one.extra))}")
    say("Nothing was run. Is it whole, and whose is it: verify. How it starts: run, or its README.md.")
    return _WELL


def _watched(order: Order) -> int:
    """Open each mail that comes into a folder; one that is none of ours, or not as it should be, stops nothing."""

    def each(mail: Path) -> None:
        one = replace(order, mails=(str(mail),), watch="", hook="")
        say(f"{shown(mail.name)}:")
        try:
            open_mails(one)
            if order.ask:
                run_mail(replace(one, container=bool(engine()), venv=not engine()))
        except Trouble as error:
            say(f"mailbot: {error}", sys.stderr)

    say(f"Watching {shown(order.watch)} for new mails; Ctrl-C ends it. Nothing is run without your yes.")
    try:
        watch(Path(order.watch), each)
    except KeyboardInterrupt:
        say("Ended.")
    return _WELL


def _targets(package: Package) -> dict[str, bytes]:
    """Every file of a package under the name that it gets below --to."""
    inside = {f"{package.folder}/{name}": content for name, content in package.files.items()}
    return {**inside, **{f"{package.folder}-attached/{name}": content for name, content in package.extra.items()}}


def verify_mails(order: Order) -> int:
    """Say of each package what holds, what does not, and what could not be found out."""
    signers = Path(order.signers) if order.signers else None
    code = _WELL
    for one in packages(sources(list(order.mails))):
        findings = verify(one, signers, order.dkim)
        say(f"{one.folder} ({one.form}):")
        for finding in findings:
            say(f"  {finding.mark:6} {finding.what}: {finding.words}")
        words, well = verdict(findings, strict=order.strict)
        say(f"  {words}")
        code = code if well else _WRONG
    return code


def info_mails(order: Order) -> int:
    """Say what is in it."""
    for number, one in enumerate(packages(sources(list(order.mails)))):
        if number:
            say()
        for line in info(one):
            say(line)
    return _WELL


def apply_mail(order: Order) -> int:
    """Take the revisions into the folder, in the order in which they are given."""
    letters = joined([one for raw in sources(list(order.mails)) for one in letters_of(raw)])
    fitting = [(mail, parts) for mail, parts in letters if applicable(parts)]
    if not fitting:
        raise Trouble("there is no patch and no bundle in it. Use open to get the files.")
    for mail, parts in fitting:
        say(apply(parts, mail, Path(order.to)))
    return _WELL


def run_mail(order: Order) -> int:
    """Show the commands; run them only when the person has said where, and yes."""
    found = packages(sources(list(order.mails)))
    if len(found) > 1:
        raise Trouble(
            f"there are {len(found)} packages in it; run takes one. Open them, and run the one that you mean."
        )
    one, said = found[0], about(found[0])
    lines = instructions(said)
    place = Path(order.to) / one.folder
    say(f"{one.folder} says how it is started:")
    for line in lines or ["(nothing: see README.md)"]:
        say(f"  {line}")
    if page := viewed(said, one.files):
        write(Path(order.to), _targets(one), force=order.force)
        say(f"It is a page, and nothing needs to run. Open in your browser: {place / shown(page)}")
    if not (order.container or order.venv):
        say("Nothing was run. --container runs it apart from this machine, --venv only keeps its packages apart.")
        return _WELL
    steps = in_container(said, one.files, place) if order.container else in_venv(said, place)
    if not _agreed(steps, place, yes=order.yes):
        say("Nothing was run.")
        return _WRONG
    write(Path(order.to), _targets(one), force=order.force)
    return _WELL if play(steps, place) == 0 else _WRONG


def _agreed(steps: list[Step], place: Path, *, yes: bool) -> bool:
    say(f"These commands run in {place}:")
    for step in steps:
        say(f"  $ {step.words}")
    if yes:
        return True
    if not sys.stdin.isatty():
        say("Add --yes to run them.")
        return False
    return input("Run them? [y/N] ").strip().lower() in {"y", "yes"}


def done(work: Callable[[Order], int], order: Order) -> int:
    """Do it; what is foreseen ends in words and exit code 1. The hook hears how it went."""
    try:
        if order.hook:
            checked(order.hook)
        code = work(order)
    except Trouble as error:
        say(f"mailbot: {error}", sys.stderr)
        code = _WRONG
    except (MemoryError, RecursionError):
        say("mailbot: it is too large or too deep to be looked at here. Nothing was done.", sys.stderr)
        code = _WRONG
    if order.hook:
        _tell(order, work, code)
    return code


_WORDS = {
    "open_mails": "opened",
    "verify_mails": "verified",
    "run_mail": "ran",
    "apply_mail": "applied",
    "info_mails": "seen",
}


def _tell(order: Order, work: Callable[[Order], int], code: int) -> None:
    try:
        [request, *_] = [about(one).words("request_id") for one in packages(sources(list(order.mails)))]
        trouble = post(order.hook, _WORDS[work.__name__] if code == _WELL else "failed", request)
    except (Trouble, ValueError) as error:
        trouble = str(error)
    if trouble:
        say(f"mailbot: {trouble}", sys.stderr)


def main(args: Sequence[str] | None = None) -> int:
    """The command line of the single file."""
    parser = _parser()
    given = vars(parser.parse_args(args))
    if given["order"] == "open" and bool(given["watch"]) == bool(given["mails"]):
        parser.error("open takes mails, or --watch and a folder; give one of the two")
    work = given.pop("work")
    given["mails"] = tuple(given["mails"])
    given["ask"] = given.pop("run", None) == "ask"
    return done(work, Order(**{name: value for name, value in given.items() if name != "order"}))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mailbot-open.py", description="Open, verify, run or apply a mail from a mailbot."
    )
    orders = parser.add_subparsers(title="orders", dest="order", metavar="ORDER")
    orders.required = True
    for name, work, words in (
        ("open", open_mails, "unpack what came; several mails at once are put together"),
        ("verify", verify_mails, "is it as it was sent, and who signed it"),
        ("run", run_mail, "show how it is started; start it only when told"),
        ("apply", apply_mail, "take a bundle or a patch into a folder (git)"),
        ("info", info_mails, "who, what, which version, what was checked"),
    ):
        _order(orders.add_parser(name, help=words, description=words), name, work)
    return parser


def _order(one: argparse.ArgumentParser, name: str, work: Callable[[Order], int]) -> None:
    one.set_defaults(work=work)
    many = "*" if name == "open" else "+"
    one.add_argument("mails", nargs=many, metavar="MAIL", help="a mail (.eml), an mbox, a Maildir, a package, or -")
    if name == "open":
        one.add_argument("--watch", default="", metavar="FOLDER", help="a Maildir or folder: open each mail that comes")
        one.add_argument("--run", choices=["ask"], help="ask of each watched mail whether it shall run")
    if name in {"open", "run"}:
        one.add_argument("--to", default=".", metavar="FOLDER", help="where to; else here")
        one.add_argument("--force", action="store_true", help="overwrite files that are there")
    if name == "apply":
        one.add_argument(
            "--to", required=True, metavar="FOLDER", help="the folder that holds the earlier version, or a new one"
        )
    if name == "verify":
        one.add_argument(
            "--signers", default="", metavar="FILE", help="keys that you trust, in the form of allowed_signers"
        )
        one.add_argument("--strict", action="store_true", help="what could not be verified counts as wrong")
    if name == "run":
        one.add_argument("--container", action="store_true", help="by podman or docker")
        one.add_argument("--venv", action="store_true", help="by Python, packages kept apart")
        one.add_argument("--yes", action="store_true", help="without asking")
    if name != "info":
        one.add_argument("--hook", default="", metavar="URL", help="https address that is told {status, request_id}")


if __name__ == "__main__":
    sys.exit(main())
