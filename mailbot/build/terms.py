"""What an answer may not do to a project, whatever its words: held here, outside the model.

A locked file stays byte for byte. In a revision no file that stood goes away, and none comes back as a rest of
itself, unless the author's words speak of removing or rewriting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from mailbot.build.data import emptied
from mailbot.domain.project import Path, Tree

LEAST: Final = 12  #: lines; a shorter file may well lose half of them
SHRUNK: Final = 0.5  #: of its lines: a file that keeps fewer has been cut, not changed
RUINED: Final = 0.1  #: the same, where the words speak of removing
MAX_WISH: Final = 20_000  #: characters of the wish in which such words are looked for
_REMOVES: Final = re.compile(
    r"\b(?:remov|delet|drop(?!down|box)|clear|eras|get rid|take (?:out|away|off)|cut|short|simplif|smaller|less\b|slim"
    r"|clean|strip|without|rewrit|redo\b|restart|start over|from scratch|replac|convert|port\b|migrat|split|merg"
    r"|mov(?:e|ing)\b|renam|refactor|reorgani|restructur|instead"
    r"|usu[nńw]|skasuj|skróć|skroc|uprość|uprosc|bez\b|przepisz|zamień|zamien|przenieś|przenies"
    r"|zmień nazwę|podziel|zamiast"
    r"|entfern|lösch|loesch|kürz|kuerz|vereinfach|ohne\b|umschreib|neu schreib|ersetz|verschieb|umbenenn"
    r"|aufteil|statt\b|weg\b|supprim|enl[eè]v|retir|efface|raccourc|simplifi|sans\b|réécri|remplac|déplac|renomm|divis"
    r"|au lieu)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The bounds of one request."""

    stood: Tree = field(default_factory=dict)  #: the files from before it
    locked: frozenset[str] = frozenset()  #: paths or ends of paths, folded, that stay as they are
    removes: bool = False  #: its words speak of taking something away

    def forbidden(self, path: Path) -> str:
        """Why nothing may be done to *path*; such a step is passed over, and is no failure of the rest."""
        folded = f"/{path.casefold()}"
        held = any(folded.endswith(f"/{name}") for name in self.locked)
        return "it stays as it is, as was asked; put the change elsewhere" if held else ""

    def kept(self, path: Path) -> str:
        """Why *path* may not be deleted."""
        return "" if self.removes or path not in self.stood else "nobody asked to delete it, so it stays"

    def shrunk(self, path: Path, content: bytes) -> str:
        """Why *content* is no change of the file that stood."""
        if path not in self.stood:
            return ""
        was, now = _lines(self.stood[path]), _lines(content)
        if was < LEAST or now >= was * (RUINED if self.removes else SHRUNK):
            return ""
        return f"it came back with {now} of its {was} lines; send the whole file, with all that was not to change"


FREE: Final = Terms()  #: nothing is forbidden


def terms_of(wish: str, stood: Tree, locked: Iterable[str], *, drawn: bool = False) -> Terms:
    """The bounds that *wish* sets; *drawn*: a template answers and no model, and loses nothing by accident."""
    names = frozenset(_plain(name) for name in locked)
    removes = _REMOVES.search(wish[:MAX_WISH]) is not None
    return Terms(stood={} if drawn else stood, locked=names, removes=removes)


def _plain(name: str) -> str:
    return name.strip().replace("\\", "/").removeprefix("./").casefold()


def _lines(content: bytes) -> int:
    """The lines that somebody wrote; data that were put in are none."""
    return sum(1 for line in emptied(content.decode("utf-8", "replace")).split("\n") if line.strip())
