"""What runs inside a mail that is a program as well (x.eml.py): it reads itself, by Python 3.6 and nothing else."""
# ruff: noqa: FA100, T201  (Python 3.6 knows no `from __future__ import annotations`; what is printed is for a person)

import email
import io
import json
import shlex
import subprocess
import sys
import webbrowser
import zipfile
from pathlib import Path
from typing import Dict, List

from mailbot.client.paths import Taken, refusal

MOST_PLAIN = 200000000  #: bytes that are unpacked
UNIX, PLAIN_FILE = 3, 8  #: what made an entry, and its kind
HELP = """This file is a mail and a program. python3 {me} ORDER

  info             who sent it, what is in it
  extract [DIR]    write the files (here, or into DIR); nothing is overwritten
  browse [DIR]     extract, and open its page, or list its files
  run [DIR] --yes  extract, and start it by its own instructions; without --yes they are only shown
  help             this text

Nothing of it runs unless you say run and --yes."""


class Wrong(Exception):
    """What cannot be done, in words."""


def packed_files(own: Path) -> Dict[str, bytes]:
    """The files in the mail that this is, each name looked at."""
    mail = email.message_from_bytes(own.read_bytes())
    [content] = [part.get_payload(decode=True) for part in mail.walk() if str(part.get_filename()).endswith(".zip")]
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entries = [one for one in archive.infolist() if not one.filename.endswith("/")]
        if sum(one.file_size for one in entries) > MOST_PLAIN:
            raise Wrong("it holds more than 200 MB")
        taken = Taken()
        for one in entries:
            kind = one.external_attr >> 28 if one.create_system == UNIX else 0
            name = one.filename if one.filename == one.orig_filename else ""
            if kind not in (0, PLAIN_FILE) or refusal(name) or taken.add(name):
                raise Wrong("it holds an unsafe file, " + ascii(one.orig_filename) + "; nothing is written")
        return {one.filename: archive.read(one) for one in entries}


def extract(own: Path, to: Path) -> Path:
    """Write the files; the folder that they are in."""
    found = packed_files(own)
    for name, content in found.items():
        steps = [to.joinpath(*name.split("/")[: end + 1]) for end in range(name.count("/") + 1)]
        if any(step.is_symlink() for step in steps) or (steps[-1].exists() and steps[-1].read_bytes() != content):
            raise Wrong(name + " is there already with other content; give another folder")
    for name, content in found.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes(content)
    folder = to / next(iter(found)).split("/")[0]
    print("extracted", len(found), "files into", folder)
    return folder


def info(own: Path) -> None:
    """Who sent it, what is in it."""
    mail = email.message_from_bytes(own.read_bytes())
    lines = [name + ": " + str(mail[name]) for name in ("From", "To", "Date", "Subject") if mail[name]]
    lines += [f"{len(content):10}  {name}" for name, content in sorted(packed_files(own).items())]
    print("\n".join(ascii(line)[1:-1] for line in lines))


def browse(folder: Path) -> None:
    """Open its page, or list what there is."""
    page = folder / "index.html"
    if page.is_file():
        print("opening", page)
        webbrowser.open(page.resolve().as_uri())
        return
    for path in sorted(folder.rglob("*")):
        print(path)


def commands(folder: Path) -> List[List[str]]:
    """What metadata.json says about starting it, for this Python; anything else is only told."""
    try:
        lines = json.loads((folder / "metadata.json").read_bytes().decode("utf-8"))["execution_instructions"]
    except (OSError, ValueError, KeyError, TypeError):
        lines = []
    found = []
    for line in lines:
        words = shlex.split(line) if isinstance(line, str) and line.isprintable() else []
        if words[:1] in (["python"], ["python3"]) and not set(line) & set(";&|<>$`"):
            found.append([sys.executable, *words[1:]])
    return found


def run(folder: Path, yes: bool) -> int:  # noqa: FBT001  (a switch)
    """Show how it is started; start it when told."""
    steps = commands(folder)
    if not steps:
        print("It does not say how Python starts it; see", folder / "README.md")
        return 1
    for step in steps:
        print("$", " ".join(map(shlex.quote, step)))
    if not yes:
        print("Nothing was run. Add --yes to run this.")
        return 0
    return max(subprocess.call(step, cwd=str(folder)) and 1 for step in steps)  # noqa: S603  (shown, and agreed to)


def main(words: List[str]) -> int:
    """0: well, 1: not, 2: misused."""
    own, order = Path(__file__), (words or ["help"])[0]
    rest = [one for one in words[1:] if one != "--yes"]
    to = Path(rest[0] if rest else ".")
    try:
        if order == "info":
            info(own)
        elif order == "extract":
            extract(own, to)
        elif order == "browse":
            browse(extract(own, to))
        elif order == "run":
            return run(extract(own, to), "--yes" in words)
        else:
            print(HELP.format(me=own.name))
            return 0 if order == "help" else 2
    except (Wrong, OSError, ValueError, zipfile.BadZipFile) as error:
        print("not done: " + ascii(str(error))[1:-1], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
