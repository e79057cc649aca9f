"""What ships with mailbot: prompts, rules, the words of our mails; an admin's own files go before ours."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


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
    return {file.name: file.read_text("utf-8") for file in place.iterdir() if file.name.endswith(".j2")}


def read_catalogs() -> dict[str, bytes]:
    """The languages of our mails beside English, compiled."""
    places = (resources.files("mailbot.reply") / "locale").iterdir()
    return {place.name: (place / "LC_MESSAGES" / "mailbot.mo").read_bytes() for place in places if place.is_dir()}


def shipped(name: str) -> Path:
    """A folder of defaults: inside an installed package, or at the top of a checkout."""
    package = Path(__file__).parent
    inside = package / "_defaults" / name
    return inside if inside.is_dir() else package.parent / name
