"""The words by which a first request says what it wants: patterns only, used by scaffold_start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final


def _any(*pieces: str) -> str:
    """One of several wordings."""
    return "(?:" + "|".join(pieces) + ")"


_OWN: Final = r"(?:my|our|the|their|your|all|some)"
_BOOKS: Final = r"(?:list|record|records|log|register|inventory|catalogu?e|database|diary|directory)"
KEEP: Final = re.compile(
    r"\b" + _any(
        r"keep(?:ing)? track of",
        rf"keep(?:ing)? (?:an? (?:\w+ )?)?{_BOOKS} (?:of|for)",
        r"(?:keep|log|record|list|collect|catalogu?e|register|sav|stor|organi[sz]|manag)(?:e|g?ing)?"
        rf" (?:all (?:of )?)?{_OWN} (?=\w)",
        r"track(?:ing|s)?",
        r"(?:record|log|catalogu?e|register|collect|list|store|manage|organi[sz]e)"
        r"(?= [\w -]{2,40} (?:with|and their|including|by)\b)",
        r"(?:manag|organi[sz]|stor)(?:e|ing) (?=\w)",
    ) + r"\b",
    re.IGNORECASE,
)  # fmt: skip
KEEPER: Final = re.compile(
    r"\b" + _any(
        "tracker", "inventory", "register", "log ?book", "catalogu?e", "database", "crm", "address book",
        "list of", "directory",
        "diary", "record keeper", "crud",
        "(?:to-?do|task|shopping|contact|wish|guest|reading|book|packing|member|customer|client|price|stock)s? list",
    ) + r"\b",
    re.IGNORECASE,
)  # fmt: skip
PAGE: Final = re.compile(
    r"\b" + _any(
        "landing page", "home ?page", "web ?site", "web ?page", "one[- ]pager", "portfolio", "cv", "r[ée]sum[ée]",
        "curriculum vitae", "invitation", "event page", "info(?:rmation)? page", "about page",
        "static (?:page|site)", "flyer",
        "save the date", "(?:page|site) (?:about|for|on|of|that (?:says|tells|introduces|presents))",
    ) + r"\b",
    re.IGNORECASE,
)  # fmt: skip
#: What neither template does: where the request is about it, something else would be built.
BEYOND: Final = re.compile(
    r"\b" + _any(
        r"calculat\w*", r"convert\w*", r"adds? up", r"sums? up", "charts?", "graphs?", "plots?", "dashboard",
        "log ?in",
        "sign (?:in|up)", "password", "payments?", "(?:web|online)[ -]?(?:shop|store)", "checkout", "basket",
        "shopping cart",
        r"chat\w*", "apis?", "graphql", "cli", "command[- ]line", "scripts?", "bot", r"scrap(?:e|es|ing|er)",
        r"crawl\w*",
        r"upload\w*", r"pars(?:e|es|er|ing)", "android", "ios", "iphone", "mobile app", "desktop app",
        "real[- ]?time", "timer",
        "stopwatch", "countdown", "quiz", "polls?", r"vot(?:e|es|ing)", "survey", "kanban", "multi-?user",
        r"notif\w+",
        r"remind\w*", r"translat\w*", r"sync\w*", "cms", "search engine", "pdf", "excel", "kubernetes",
        "react", "vue", "angular",
        "django", "fastapi", "flask", r"node\.?js", "java", "golang", "php", "wordpress", "snake", "tetris",
    ) + r"\b",
    re.IGNORECASE,
)  # fmt: skip
#: Where a sentence goes on with another wish.
CLAUSE: Final = re.compile(
    r"(?:,|;|\band\b|, and\b)\s+(?:also\s+|then\s+|please\s+){0,2}(?=" + _any(
        "show", "send", "remind", "notify", "e-?mail me", "plot", "draw", "calculate", "export", "import",
        "let me", "allow",
        "(?:it|which|that) (?:should|must)", "must", "should", "make (?:it|the)", "use (?:the )?colou?r",
        "sort", "warn", "print",
        "display", "(?:i|we) (?:want|need|would)",
    ) + r"\b)",
    re.IGNORECASE,
)  # fmt: skip
_NOUN_ENDS: Final = (
    r"(?=\s+(?:with|that|which|where|including|by|having|in|on|for|so|i|we|at|using|fields?|columns?|has|have|and)\b"
    r"|\s*[:,.;(!]|$)"
)
NOUN: Final = re.compile(
    r"\b" + _any(
        "track of", "tracks?", "tracking", rf"{_BOOKS} (?:of|for)", "tracker for", "manag(?:e|ing)",
        "organi[sz](?:e|ing)",
        "stor(?:e|ing)", "sav(?:e|ing)", "record(?:ing)?", "log(?:ging)?", "collect(?:ing)?", "list(?:ing)?",
        "catalogu?(?:e|ing)", "keep(?:ing)?", "crm (?:of|for)",
    ) + rf"\s+(?:all )?(?:of )?(?:(?:{_OWN}|his|her|an?|track|of|{_BOOKS} of)\s+){{0,3}}"
    rf"(?P<noun>[^\W\d_][\w' -]{{0,60}}?){_NOUN_ENDS}",
    re.IGNORECASE,
)  # fmt: skip
NOUN_BEFORE: Final = re.compile(
    r"(?:^|\b(?:an?|my|our|the|simple|small|little)\s+)(?P<noun>[^\W\d_][\w'-]{1,30}(?: [^\W\d_][\w'-]{1,30})?)\s+"
    r"(?:tracker|inventory|register|log ?book|catalogu?e|database|list|directory|diary)\b",
    re.IGNORECASE,
)
FIELDS: Final = re.compile(
    r"(?:\b(?:with|having|including|that has|which has|by|and their|and its)\b"
    r"(?: (?:the|these|following|columns?|fields?|attributes?|an?))*"
    r"|\b(?:fields?|columns?|attributes?|properties)\b(?: are| is| should be)?)\s*[:\u2013-]?\s+(?P<items>.+)"
    r"|:\s*(?P<bare>.+)",
    re.IGNORECASE | re.DOTALL,
)
SECTIONS: Final = re.compile(
    r"\b(?:sections?|parts?|headings?)\b(?: (?:called|named|for|on|about(?! *,)|are))*\s*:?\s*(?P<items>.+)"
    r"|\bwith (?P<bare>.+)",
    re.IGNORECASE | re.DOTALL,
)
SECTIONS_NAMED: Final = re.compile(r"\b(?:sections?|parts?|headings?)\b.*", re.IGNORECASE | re.DOTALL)
SUBJECT: Final = re.compile(
    r"(?:page|site|website|cv|r[ée]sum[ée]|vitae|portfolio|invitation|flyer|date|pager)\b"
    r" (?:about|for|of|on|to)\s+(?P<name>[^.:;!?]{1,80})",
    re.IGNORECASE,
)
AFTER: Final = re.compile(
    r"\s+(?:with|that|which|including|having|where|in (?:the )?colou?rs?|and (?:a|the|make|use|my|our))\b.*|,.*",
    re.IGNORECASE | re.DOTALL,
)
IN_COLOUR: Final = re.compile(r"\bin (?P<colours>[\w# -]{3,40})$", re.IGNORECASE)
QUOTED: Final = re.compile(r"[\"“](?P<name>[^\"”]{1,80})[\"”]")
#: A subject that is the request itself, or says nothing; it names no project.
ASKING: Final = re.compile(
    r"(?:please|build|make|create|i|we|can|could|would|track|keep|need|want|write|new|hello|hi|request|app|test|website"
    r"|web ?page|page|landing page|cv|help|my|our|a|an|the|one)\b.{0,80}",
    re.IGNORECASE,
)
LEADING: Final = re.compile(r"^(?:my|our|the|an?|your|their|new|own|simple|small)\s+", re.IGNORECASE)
#: An item of a list that is a wish of another kind, not a heading.
NO_HEADING: Final = re.compile(
    r"\b(?:colou?rs?|dark mode|theme|font|background|header|footer|buttons?|logo|photos?|pictures?|images?|form|gallery"
    r"|map|log ?in|shop|checkout|cart|payments?|video|chat|newsletter|comments|search)\b",
    re.IGNORECASE,
)
USUAL_FIELDS: Final[Mapping[str, str]] = {
    "book": "title, author, finished: yes/no",
    "expense": "date: date, what, amount: number",
    "contact": "name, email: email, phone",
    "customer": "name, email: email, phone, notes: notes",
    "client": "name, email: email, phone, notes: notes",
    "task": "task, due: date, done: yes/no",
    "todo": "task, due: date, done: yes/no",
    "to-do": "task, due: date, done: yes/no",
    "guest": "name, coming: yes/no, notes: notes",
    "movie": "title, year: number, seen: yes/no",
    "film": "title, year: number, seen: yes/no",
    "plant": "name, watered: date, notes: notes",
    "invoice": "number, client, amount: number, due: date, paid: yes/no",
}
USUAL_SECTIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"\b(?:cv|r[ée]sum[ée]|curriculum)\b", ("Profile", "Experience", "Education", "Skills")),
    (r"\b(?:event|party|wedding|invitation|concert|meetup|conference|save the date)\b", ("About", "When", "Where")),
    (r"\bportfolio\b", ("About", "Work")),
)
