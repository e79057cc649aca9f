"""Put the files in their place: nobody else's to read, in one step each, and none over another without a yes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailbot.domain.errors import Permanent
from mailbot.keys import waiting_dkim
from mailbot.reply.dkim import DkimKey
from mailbot.settings import Settings
from mailbot.shipped import shipped
from mailbot.site import names_of

SECRET = 0o600


@dataclass(frozen=True, kw_only=True)
class Place:
    """The folder that everything is written into."""

    folder: Path
    overwrite: Callable[[Path], bool]  #: whether a file that is there may be replaced

    def write(self, name: str, text: str) -> Path:
        """Write a file, if there is none, or if it may be replaced by another text; give its path."""
        path = self.folder / name
        if path.exists() and path.read_text("utf-8") != text and not self.overwrite(path):
            return path
        put(path, text)
        return path

    def secret(self, name: str, text: str) -> str:
        """A password in a file of its own: a new one replaces the old one."""
        folder = self.folder / "secrets"
        _made(folder, 0o700)
        put(folder / name, text + "\n")
        return str(folder / name)

    def rules(self) -> Path:
        """A copy of the rules that ship; where there are some already, they stay."""
        folder = self.folder / "rules"
        if not any(folder.glob("*.yaml")):
            _made(folder, 0o755)
            for file in (*shipped("rules").glob("*.yaml"), shipped("rules") / "schema.json"):
                try:
                    shutil.copyfile(file, folder / file.name)
                except OSError as error:
                    raise Permanent(f"{folder} cannot be written: {error.strerror}; choose another folder") from error
        return folder


def put(path: Path, text: str) -> None:
    """Write a file in one step, for our eyes only."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, SECRET), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(SECRET)
        fresh.replace(path)
    except OSError as error:
        raise Permanent(f"{path} cannot be written: {error.strerror}; choose another folder") from error


def _made(folder: Path, mode: int) -> None:
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        raise Permanent(f"{folder} cannot be made: {error.strerror}; choose another folder") from error


def make_keys(settings: Settings, now: datetime, *, signs: bool) -> tuple[DkimKey, ...]:
    """The keys of our names and packages, and where we sign mails ourselves (*signs*) those of DKIM."""
    _made(settings.folder, 0o700)
    names_of(settings)
    return waiting_dkim(settings.folder / "keys", settings.site_domain, now) if signs else ()
