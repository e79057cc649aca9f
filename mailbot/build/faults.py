"""Why the content of a file that came in an answer cannot be what was meant: elided, a diff, damaged, empty."""

from __future__ import annotations

import itertools
import re
from typing import Final

_EMPTY_IS_FINE: Final = ("__init__.py", ".gitkeep", "py.typed")
_PROSE: Final = (".md", ".markdown")
_DIFFS: Final = (".diff", ".patch")
_DATA: Final = (".csv", ".tsv", ".txt", ".json", ".yaml", ".yml")
_PAGES: Final = (".html", ".htm")
_HUNK: Final = re.compile(
    r"^@@ -\d{1,7}(?:,\d{1,7})? \+\d{1,7}(?:,\d{1,7})? @@|^@@ ?\.{3} ?@@|^\+\+\+ \S", re.MULTILINE
)
_HUNK_LINE: Final = re.compile(r"^[+-](?![+-])", re.MULTILINE)
_NUMBERED: Final = re.compile(r"\s{0,6}(\d{1,5})\s{0,3}[|:\u2502]")
#: What stands where a model was too lazy to write the file whole.
_ELIDED: Final = re.compile(
    r"^[ \t]*(?:(?:\#|//|/\*|<!--|--|\{/\*)[ \t]*(?:\.\.\.|…)?|\.\.\.|…|\[)[ \t]*\(?(?:"
    r"(?:the )?(?:rest|remainder) of (?:the |your )?(?:\w+ )?"
    r"(?:code|file|content|existing|functions?|methods?|styles?|script)"
    r"|(?:existing|previous|other|same) (?:code|content|functions?|imports?|methods?|styles?)\b"
    r"[^\n]{0,60}(?:unchanged|here|remain|as before|\.\.\.)"
    r"|(?:your|add(?: your)?|insert(?: your)?) (?:code|logic|implementation) here|code (?:continues|unchanged)"
    r"|(?:unchanged|omitted for brevity)"
    r"|(?:reszta|pozostał[ae]|dalsz[ay]) (?:kodu|pliku|część|funkcj\w+|styl\w+)|bez zmian\b|istniejący kod"
    r"|(?:der )?rest (?:des|vom|der) (?:codes?|datei|bestehenden)|(?:bestehender|restlicher|unveränderter) code"
    r"|unverändert\b|(?:le )?reste du (?:code|fichier)|code (?:existant|inchangé)|inchangé\b)",
    re.IGNORECASE | re.MULTILINE,
)


def fault(path: str, text: str) -> str:
    """Why *text* cannot be used as the file *path*; empty when it can."""
    name = path.rsplit("/", 1)[-1].lower()
    if not text.strip() and name not in _EMPTY_IS_FINE:
        return "it came empty"
    if "\N{REPLACEMENT CHARACTER}" in text:
        return "it holds a damaged character"
    return "" if name.endswith(_PROSE) else _of_code(name, text)


def _of_code(name: str, text: str) -> str:
    if _ELIDED.search(text):
        return "part of it was left out with a remark; every file must be complete"
    if not name.endswith(_DIFFS) and _HUNK.search(text) and _HUNK_LINE.search(text):
        return "it came as a list of differences; send the whole file"
    if not name.endswith(_DATA) and _numbered(text):
        return "its lines came with numbers before them; send the file without"
    return "it holds no HTML" if name.endswith(_PAGES) and "<" not in text else ""


def _numbered(text: str) -> bool:
    """Whether every line came with its number, as an editor shows it."""
    shown = [line for line in text.split("\n") if line.strip()]
    numbers = [int(found[1]) for line in shown if (found := _NUMBERED.match(line))]
    rises = all(later > earlier for earlier, later in itertools.pairwise(numbers))
    return len(shown) > 2 and len(numbers) == len(shown) and rises  # noqa: PLR2004  (two may be by chance)
