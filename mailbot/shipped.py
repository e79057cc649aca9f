"""What ships with mailbot: prompts, rules, the words of our mails; an admin's own files go before ours."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Final

MAX_TEMPLATE: Final = 100_000  #: bytes of one


def read_texts(folder: Path | None, default: str, ending: str) -> dict[str, str]:
    """The files that ship, each replaced by the admin's of the same name."""
    texts: dict[str, str] = {}
    for place in (shipped(default), folder):
        if place is not None:
            texts |= {file.name: file.read_text("utf-8") for file in sorted(place.glob(f"*{ending}"))}
    return texts


def read_templates() -> dict[str, str]:
    """The words of our mails."""
    place = resources.files("mailbot.reply") / "templates"
    return {file.name: file.read_text("utf-8") for file in place.iterdir() if file.name.endswith((".j2", ".css"))}


def own_templates(folder: Path | None) -> tuple[dict[str, str], list[str]]:
    """The admin's templates by file name, and why some of them are not used; ours are sent in their place."""
    found: dict[str, str] = {}
    wrong: list[str] = []
    if folder is None:
        return found, wrong
    place = folder.expanduser()
    if not place.is_dir():
        return found, [f"the folder of templates {place} is not there"]
    for file in sorted([*place.glob("*.j2"), *place.glob("*.css")]):
        try:
            if file.stat().st_size > MAX_TEMPLATE:
                wrong.append(f"{file.name}: larger than {MAX_TEMPLATE // 1000} kB")
                continue
            found[file.name] = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            wrong.append(f"{file.name}: {error}")
    return found, wrong


def read_catalogs() -> dict[str, bytes]:
    """The languages of our mails beside English, compiled."""
    places = (resources.files("mailbot.reply") / "locale").iterdir()
    return {place.name: (place / "LC_MESSAGES" / "mailbot.mo").read_bytes() for place in places if place.is_dir()}


def read_providers(own: Path) -> dict[str, str]:
    """What the mail systems of others let through; files of *own*, if there is such a folder, go before ours."""
    places = (resources.files("mailbot.build") / "providers").iterdir()
    texts = {file.name: file.read_text("utf-8") for file in places if file.name.endswith(".json")}
    return texts | {file.name: file.read_text("utf-8") for file in sorted(own.glob("*.json"))}


def shipped(name: str) -> Path:
    """A folder of defaults: inside an installed package, or at the top of a checkout."""
    package = Path(__file__).parent
    inside = package / "_defaults" / name
    return inside if inside.is_dir() else package.parent / name
