"""What a package says about itself in metadata.json. Whatever stands there, reading it does no harm."""

from __future__ import annotations

import json
from dataclasses import dataclass

from mailbot.client.found import Package
from mailbot.client.trouble import shown

METADATA = "metadata.json"
_MOST_LISTED = 200  #: entries of one list


@dataclass(frozen=True)
class About:
    """The readable part of metadata.json; empty where it says nothing."""

    read: dict[str, object]
    known: bool  #: whether there is one that can be read

    def words(self, *path: str) -> str:
        """One value as one line."""
        value: object = self.read
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return shown(str(value)) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""

    def lines(self, *path: str) -> list[str]:
        """A list of words."""
        return [shown(one) for one in self._list(*path) if isinstance(one, str)]

    def exact(self, *path: str) -> list[str]:
        """A list of words, each to its last letter: commands are neither cut nor mended."""
        return [one for one in self._list(*path) if isinstance(one, str)]

    def records(self, *path: str) -> list[dict[str, object]]:
        """A list of objects."""
        return [one for one in self._list(*path) if isinstance(one, dict)]

    def _list(self, *path: str) -> list[object]:
        value: object = self.read
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value[: 10 * _MOST_LISTED] if isinstance(value, list) else []


def about(package: Package) -> About:
    """What *package* says about itself; the copy in it counts before the one beside it."""
    content = package.files.get(METADATA) or package.beside.get(METADATA) or b""
    read = parsed(content)
    return About(read or {}, read is not None)


def parsed(content: bytes) -> dict[str, object] | None:
    """A JSON object; none where it is something else."""
    try:
        read = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
