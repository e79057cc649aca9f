"""What the templates do anyway, or do without, by the words that ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: What is true of every page, of every program in Python, and of every list of theirs.
_PAGE: Final = (
    ("phone mobile responsive friendly small screen screens tablet", "it fits small screens"),
    ("simple plain minimal clean easy", "the design is plain"),
    ("docker dockerfile container", "there is a Dockerfile"),
    ("test tests tested unittest", "it has its own tests"),
)
_OFFLINE: Final = (("offline static", "it works offline and needs no server: open index.html"),)
_PYTHON: Final = (
    ("offline", "it works offline: it runs on your own machine and loads nothing from outside"),
    ("save saved saves sqlite database stored store persist keep keeps kept", "entries are kept in a SQLite file"),
    ("python", "it is written in Python"),
)
_EXPORT: Final = (("export exports exporting csv download downloads downloadable", "the list can be taken out as CSV"),)
_SEARCH: Final = (("search searchable find filter searching filterable", "the list can be searched"),)
_SORT: Final = (("sort sorted sortable sorting order column columns", "a click on a column's name sorts the list"),)
_EDIT: Final = (
    ("edit delete add editing deleting adding change remove new crud", "entries can be added, edited and deleted"),
)
_TOTAL: Final = (("total totals sum sums number numbers", "number fields have a total"),)
_HTML: Final = (("html css", "it is HTML and CSS"),)
_KEPT: Final = (
    ("save saved saves stored store persist keep keeps kept localstorage remember remembers browser",
     "what is entered is kept in this browser"),
    ("html css javascript js", "it is HTML, CSS and JavaScript in one file"),
)  # fmt: skip
FEATURES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "tracker": (*_EXPORT, *_SEARCH, *_SORT, *_EDIT, *_TOTAL, *_PYTHON, *_PAGE),
    "page": (*_OFFLINE, *_PAGE, *_HTML),
    "tool": (*_OFFLINE, *_PAGE, *_KEPT),
    "viewer": (
        *_OFFLINE, *_PAGE, *_SEARCH, *_SORT,
        ("html css javascript js one file", "it is HTML, CSS and JavaScript in one file"),
        ("print printable printing", "it can be printed from the browser"),
    ),
    "form": (*_EXPORT, *_PYTHON, *_PAGE, ("answers answer results", "the answers can be read and taken out as CSV")),
    "cli": (*_EXPORT, *_PYTHON, *_PAGE[2:], ("json", "it can print JSON")),
    "api": (
        *_SEARCH, *_EDIT, *_PYTHON, *_PAGE[2:], ("json rest api http", "it speaks JSON over HTTP"),
        ("token bearer api_token", "it can ask for a token (API_TOKEN)"),
        ("pagination paging pages limit", "long lists come in parts (start, limit)"),
    ),
}  # fmt: skip
_NEEDS_PYTHON: Final = (
    ("dependencies dependency install installation packages libraries frameworks", "it needs Python and nothing else"),
)
_ALONE: Final = (
    ("internet connection", "it works offline: it runs on your own machine and loads nothing from outside"),
)
_NO_SCRIPT: Final = (("javascript scripts script cookies tracking", "it has no scripts, cookies or tracking"),)
_NO_SERVER: Final = (("internet connection server", "it works offline and needs no server: open index.html"),)
_NO_COOKIES: Final = (("cookies tracking ads account", "it has no cookies, accounts or tracking"),)
#: What they do without, by the words that ask for that.
ABSENT: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "tracker": (*_ALONE, *_NEEDS_PYTHON, *_NO_SCRIPT),
    "page": (*_NO_SERVER, *_NO_SCRIPT),
    "tool": (*_NO_SERVER, *_NO_COOKIES, ("dependencies install installation libraries", "nothing must be installed")),
    "viewer": (*_NO_SERVER, *_NO_COOKIES, ("dependencies install installation libraries", "nothing must be installed")),
    "form": (*_ALONE, *_NEEDS_PYTHON, *_NO_SCRIPT),
    "cli": (*_ALONE, *_NEEDS_PYTHON),
    "api": (*_ALONE, *_NEEDS_PYTHON),
}
#: What a variant does not do although its template may.
NOT_OF: Final[Mapping[str, frozenset[str]]] = {
    "report": frozenset({"the list can be taken out as CSV", "entries are kept in a SQLite file"}),
    "words": frozenset({"the list can be taken out as CSV", "entries are kept in a SQLite file"}),
    "rename": frozenset({"the list can be taken out as CSV", "entries are kept in a SQLite file", "it can print JSON"}),
    "records": frozenset({"it can print JSON"}),
    "calculator": frozenset({"what is entered is kept in this browser"}),
    "formula": frozenset({"what is entered is kept in this browser"}),
    "converter": frozenset({"what is entered is kept in this browser"}),
    "drill": frozenset({"what is entered is kept in this browser"}),
    "timer": frozenset({"what is entered is kept in this browser"}),
}
