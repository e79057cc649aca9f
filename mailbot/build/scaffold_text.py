"""A mail's text as single wishes: wrapped lines joined, lists taken with what they belong to, courtesies left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MAX_TEXT: Final = 20_000  #: characters of a request that are read
MAX_WISHES: Final = 100
_BULLET: Final = re.compile(r"\s{0,12}(?:[-*•–+]|\d{1,2}[.)])\s+(?=\S)")  # noqa: RUF001  (people's mail programs write it)
_LIST: Final = re.compile(
    r"(?:fields?|columns?|sections?|attributes?|propert(?:y|ies)|parts?|with|these|following|colou?rs?)\W{0,3}$",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"(?!(?i:please|make|add|remove|change|rename|set|use|track|build|write|put|include)\b)[A-Z][\w&'/ -]{0,40}:",
    re.UNICODE,
)
_SPLIT_LABELS: Final = re.compile(
    r"(?:title|name|fields?|columns?|sections?|colou?rs?|theme|subtitle|tagline|slogan|dark mode)\s*:", re.IGNORECASE
)
_STOP: Final = re.compile(r"(?<=[.!?;])\s+")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|no|nr|st|mr|mrs|ms|dr|vs|incl|tel|p\.s)|\b[A-Z]|^\d{1,2})\.$", re.IGNORECASE
)
_COMMANDS: Final = (
    r"(?:make|add|remove|delete|rename|change|set|turn|call|drop|use|replace|put|enable|switch|hide"
    r"|paint|colou?r|show|export)\b"
)
_JOINED: Final = re.compile(
    rf"[,;]?\s{{1,4}}(?:and|then|also)(?:\s{{1,4}}(?:then|also|please))?\s{{1,4}}(?={_COMMANDS})"
    rf"|[,;]\s{{1,4}}(?:please\s{{1,4}})?(?={_COMMANDS})",
    re.IGNORECASE,
)
_GREETING: Final = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|greetings|dzień dobry|cześć|czesc|witam|witaj"
    r"|szanown[ia]|hallo|guten (?:tag|morgen|abend)|moin|servus|sehr geehrte[rs]?|liebe[rs]?|bonjour|bonsoir|salut"
    r"|ch(?:er|ère)s?)\b[^.!?]{0,40}[,.!]?"
    r"|(?:vielen |herzlichen |besten )?dank\b[^.!?]{0,60}[.!]?|(?:z góry )?dziękuję\b[^.!?]{0,60}[.!]?"
    r"|merci\b[^.!?]{0,60}[.!]?"
    r"|(?:i )?hope (?:you|this)\b[^.!?]{0,60}[.!]?"
    r"|(?:many |big )?(?:thanks|thank you|thx|cheers)\b[^.!?]{0,60}[.!]?|please[.:!]?"
    r"|(?:that'?s|that is|this is) (?:all|it)(?: for now)?[.!]?"
    r"|(?:changes|please (?:change|do|note)|(?:i have |here are )?(?:a few|some|the|my) (?:changes|wishes))"
    r"(?: the following| please)?[:.]?"
    r"|(?:looks |very |really )?(?:great|good|nice|perfect|ok|okay|super)(?: work| job)?[.!,]?",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"(?:(?:kind|best|warm|many)? ?(?:regards|wishes|greetings)|best|sincerely"
    r"|yours(?: (?:sincerely|truly|faithfully))?|cheers|(?:many )?thanks|thank you|br|rgds"
    r"|(?:serdecznie )?pozdrawiamy?|z (?:poważaniem|wyrazami szacunku)|pozdrowienia|(?:z góry )?dziękuję"
    r"|(?:mit )?(?:freundlich|best|lieb|herzlich|viel)e[nm]? gr(?:ü|ue)(?:ß|ss)e?n?|mfg|lg|vg|gru(?:ß|ss)"
    r"|(?:bien )?cordialement|bien à vous|(?:meilleures |sincères )?salutations|amicalement|merci)[,.!]?",
    re.IGNORECASE,
)
_POLITE: Final = re.compile(
    r"(?:(?:and|also|then|now|next|first|second|finally|ok|okay|please|kindly|just|so)[,:]?\s+"
    r"|(?:could|can|would|will) you (?:also )?(?:please )?(?:also )?"
    r"|(?:i'?d|i would|we'?d|we would) (?:also )?(?:like|love|prefer) (?:you )?(?:to )?(?:see |have )?"
    r"|(?:i|we) (?:also )?(?:want|need|wish) (?:you )?(?:to )?(?:see |have )?"
    r"|let'?s |it (?:should|must) (?:also )?(?:have |contain |include )|there should (?:also )?be ){1,6}",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:[\s,]{1,4}(?:please|thanks|thank you|instead|too|as well|now)){0,3}[.!?;,\s]{0,8}$", re.IGNORECASE
)
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'"})  # noqa: RUF001


def wishes(text: str) -> list[str]:
    """The single wishes of *text*, as they were written; courtesies are none."""
    found = [wish for block in _blocks(text[:MAX_TEXT]) for wish in _sentences(block)]
    return [wish for wish in found if not _GREETING.fullmatch(wish) and any(char.isalnum() for char in wish)][
        :MAX_WISHES
    ]


def parts(wish: str) -> list[str]:
    """The commands that one sentence joins with *and*; one where it holds one. What is quoted is never parted."""
    cuts = [
        found.span() for found in _JOINED.finditer(wish) if wish[: found.start()].count('"') % 2 == 0 and found.start()
    ]
    ends = [start for start, _ in cuts] + [len(wish)]
    starts = [0] + [end for _, end in cuts]
    return [piece for start, end in zip(starts, ends, strict=True) if (piece := wish[start:end].strip(" ,;"))]


def bare(wish: str, *, whole: bool = False) -> str:
    """The wish without its politeness, straight quotes throughout; *whole*: its end is kept, since it is a text."""
    plain = wish.translate(_QUOTES).strip()
    rest = _POLITE.match(plain)
    plain = plain[rest.end() :] if rest else plain
    return plain.strip() if whole else _TAIL.sub("", plain).strip()


def _blocks(text: str) -> Iterator[str]:
    """Lines that belong together, joined; the signature under a closing is not read."""
    current = ""
    for raw in text.splitlines():
        line = raw.strip()
        if _CLOSING.fullmatch(line) or line == "--":
            break
        if not line:
            if not (current.endswith(":") and _takes_list(current)):
                yield from _flushed(current)
                current = ""
        elif current and _continues(current, raw):
            current = _joined(current, raw)
        else:
            yield from _flushed(current)
            current = _BULLET.sub("", raw, count=1).strip()
    yield from _flushed(current)


def _flushed(current: str) -> list[str]:
    return [current] if current else []


def _takes_list(current: str) -> bool:
    return bool(_LIST.search(current.rstrip(":")) or _LABEL.fullmatch(current))


def _continues(current: str, raw: str) -> bool:
    """Whether the line goes on with what the last one began: an item of its list, or a wrapped sentence."""
    head = current.split(":", 1)[0]
    if "\n" in current:
        return not _LABEL.match(raw.strip())
    if _BULLET.match(raw):
        return ":" in current and bool(_LIST.search(head)) and not current.endswith((".", "!", "?"))
    if current.endswith(":"):
        return _takes_list(current)
    wrapped = len(current) >= 50 or current.endswith(",") or raw.strip()[:1].islower()  # noqa: PLR2004  (shorter lines end where they are meant to)
    return wrapped and not current.endswith((".", "!", "?", ";")) and not _LABEL.match(raw.strip())


def _joined(current: str, raw: str) -> str:
    item = _BULLET.sub("", raw, count=1).strip()
    if "\n" in current or (_LABEL.fullmatch(current) and not _LIST.search(current.rstrip(":"))):
        return f"{current}\n{item}"
    listed = _BULLET.match(raw) or _LIST.search(current.split(":", 1)[0])
    comma = "," if listed and not current.endswith((":", ",")) else ""
    return f"{current}{comma} {item}"


def _sentences(block: str) -> Iterator[str]:
    if _LABEL.match(block) and not _SPLIT_LABELS.match(block):
        yield block  # a heading with its own text: every sentence of it belongs there
        return
    start = 0
    for found in _STOP.finditer(block):
        piece = block[start : found.start()]
        if not _ABBREVIATION.search(piece[-12:]) and piece.count('"') % 2 == 0:
            yield piece.strip()
            start = found.end()
    if rest := block[start:].strip():
        yield rest
