"""What the statistical model counts in a mail: words and shapes, each as a number that cannot be turned back.

Left out is whatever tells the mailbox or the time apart rather than the mail: recipients, what relays on our side
add, dates. A model that learned those would know its teacher's mailbox by heart, and nothing else.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.understand.header import first
from mailbot.understand.octets import Octets
from mailbot.understand.spam_letter import MAX_VALUE, Letter
from mailbot.understand.spam_places import bucket, letters_of, of_link, of_places

_PIECE: Final = 1 << 20
MAX_WORDS: Final = 4_000
MAX_TOKENS: Final = 6_000
MAX_RUNS: Final = 2_000  #: characters of the beginning that are looked at in runs
MAX_TAUGHT: Final = 2_000
MAX_FIELDS: Final = 200  #: whose order is looked at
RUN: Final = 5  #: bytes of one
_BLANK: Final = re.compile(r"\s+")
#: Added on the way by the receiving side, or by older filters.
_ON_THE_WAY: Final = frozenset({
    "received", "return-path", "delivered-to", "delivery-date", "x-delivered-to", "x-original-to", "envelope-to",
    "x-envelope-from", "x-envelope-to", "x-status", "status", "x-keywords", "x-uid", "x-uidl", "x-sieve", "x-loop",
    "x-mail-from", "old-return-path", "x-apparently-to", "x-virus-scanned", "x-mailscanner", "authentication-results",
    "received-spf", "x-received", "dkim-signature", "domainkey-signature", "date", "from", "to", "subject",
    "message-id", "x-original-date", "x-authentication-warning", "lines", "content-length", "x-pyzor", "x-spam",
})  # fmt: skip
_PREFIXES: Final = ("resent-", "arc-", "x-spam-", "x-google-", "x-ms-exchange-", "x-ham-", "x-mime-autoconverted")
_STANDARD: Final = frozenset({"from", "to", "subject", "date", "message-id"})
#: Fields whose name is written in more than one way.
_WRITTEN: Final = frozenset({
    "mime-version", "message-id", "content-type", "content-transfer-encoding", "x-mailer", "cc", "reply-to",
})  # fmt: skip
_BOUNDARY: Final = re.compile(r"boundary\s{0,5}=\s{0,5}\"?([^\";\s]{1,100})", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"[A-Fa-f0-9.]{0,40}\d[A-Fa-f0-9.]{0,40}")
_RUNS: Final = re.compile(r"\d+")
_LETTERS: Final = re.compile(r"[A-Za-z]+")
_QUOTED: Final = re.compile(r'"[^"]{0,200}"?')
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W_]|['\u2019](?=[^\W_])){2,19}|\$[\d,.]{1,12}|[!?]{2,}|\d+%|[£€]\d")
_SUBJECT_WORD: Final = re.compile(r"[^\W_](?:[^\W_]|['\u2019](?=[^\W_])){1,19}|\$[\d,.]{1,12}|[!?%$*]+")
_DIGITS: Final = re.compile(r"\d")
_NOTED: Final = re.compile(
    r"\(unknown \[|\(helo\b|may be forged|rdns failed|from unknown\b|from \[?\d+\.\d+\.\d+\.\d+\]?|invoked by uid"
    r"|\bvia http\b|authenticated|with esmtps?a?\b|microsoft smtpsvc|mail pickup|from userid|-0000\b|smtpd32"
    r"|from localhost\b",
    re.IGNORECASE,
)
_COLOUR: Final = re.compile(r"(?:color|bgcolor)\s{0,5}[=:]\s{0,5}[\"']?(#?[a-z0-9]{3,12})", re.IGNORECASE)
_SIZE: Final = re.compile(r"\bsize\s{0,5}=\s{0,5}[\"']?([+-]?\d)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[\w.+=-]{1,64}@[\w.-]{1,253}")


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The numbers of one mail, each once: of its frame (header, structure), its words and its runs of characters."""

    frame: tuple[int, ...]
    words: tuple[int, ...]
    runs: tuple[int, ...]

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Each is weighed by itself, so that many words do not drown a telling header."""
        return (self.frame, self.words, self.runs)

    @property
    def taught(self) -> tuple[int, ...]:
        """What an admin's lessons are kept under."""
        return (*self.frame, *self.words)[:MAX_TAUGHT]


def tokens_of(letter: Letter) -> Tokens:
    """What is counted in *letter*."""
    frame = dict.fromkeys(_hash(token) for token in _frame(letter))
    words: dict[int, None] = {}
    for token in _words(letter):
        words[_hash(token)] = None
        if len(words) >= MAX_TOKENS:
            break
    return Tokens(frame=tuple(frame), words=tuple(words), runs=tuple(_runs(letter)))


def _runs(letter: Letter) -> dict[int, None]:
    """Every few characters in a row at the beginning: they see through respelt words and know every language."""
    clean = _ADDRESS.sub("@", f"{letter.subject}\n{letter.text}"[: MAX_RUNS * 2])
    text = _DIGITS.sub("9", _BLANK.sub(" ", clean.lower()))[:MAX_RUNS].encode("utf-8", "replace")
    return dict.fromkeys(zlib.crc32(text[at : at + RUN], 1) & 0x7FFFFFFF for at in range(len(text) - RUN + 1))


def mark_of(mail: Octets) -> int:
    """Stands for a whole mail among the lessons, so that none is taught twice; no word has a number below zero."""
    digest = hashlib.sha256()
    for at in range(0, len(mail), _PIECE):
        digest.update(mail[at : at + _PIECE])
    return -1 - int.from_bytes(digest.digest()[:7], "big")


def _hash(token: str) -> int:
    """31 bits: they fit every database's integer."""
    return (zlib.crc32(token.encode("utf-8", "replace")) & 0x7FFFFFFF) or 1  # 0 counts the lessons


def _frame(letter: Letter) -> Iterator[str]:
    for name in sorted(letter.names):
        if name not in _ON_THE_WAY and not name.startswith(_PREFIXES):
            yield f"h:{_DIGITS.sub('9', name)}"
    yield from (f"cs:{charset}" for charset in letter.charsets)
    if letter.lies:
        yield "cs:lies"
    yield from (f"te:{encoding}" for encoding in letter.encodings)
    yield from (f"file:{name.rpartition('.')[2].lower()[:6]}" for name in letter.files)
    yield f"shape:{letter.shape}"
    for name in ("x-mailer", "user-agent", "precedence", "x-priority", "importance"):
        yield from (f"{name}:{word}" for word in letters_of(letter.value(name))[:3])
    yield from _sender(letter)
    yield f"mid:{_shape(first(letter.fields, 'message-id'))}"
    yield from _recipients(letter)
    yield from _received(letter)
    yield from _html(letter)
    yield from _characters(letter)
    yield from _order(letter)
    yield from _writing(letter)
    yield from of_places(letter)


def _writing(letter: Letter) -> Iterator[str]:
    """How the sender's program writes its fields: capitals, boundaries, the form of dates and ids; never a date."""
    yield from (f"f:{name}" for name, _ in letter.fields[:MAX_FIELDS] if name.lower() in _WRITTEN)
    kind = first(letter.fields, "content-type")[:MAX_VALUE]
    if found := _BOUNDARY.search(kind):
        yield f"f:boundary:{_LETTERS.sub('a', _NUMBERS.sub('9', found[1]))[:20]}"
    yield f"f:kind:{_QUOTED.sub('', kind.strip().lower())[:60]}"
    date = first(letter.fields, "date")[:100].strip()
    yield f"f:date:{_LETTERS.sub('a', _RUNS.sub('9', date).replace('-9', '+9'))[:30]}"
    named = first(letter.fields, "message-id")[:MAX_VALUE].strip()
    yield f"f:id:{_LETTERS.sub('a', _RUNS.sub('9', named.partition('@')[2]))[:30]}:{len(named) // 8}"


def _order(letter: Letter) -> Iterator[str]:
    """Which field stands after which: each mail program has an order of its own."""
    before = "^"
    for name, _ in letter.fields[:MAX_FIELDS]:
        lower = _DIGITS.sub("9", name.lower()[:60])
        if lower in _STANDARD or not (lower in _ON_THE_WAY or lower.startswith(_PREFIXES)):
            yield f"h:{before}>{lower}"
            before = lower
    yield f"h:{before}>$"


def _sender(letter: Letter) -> Iterator[str]:
    value = letter.value("from")
    name, _, rest = value.rpartition("<") if "<" in value else ("", "", value)
    local, _, domain = rest.rstrip(" >").lower().rpartition("@")
    yield f"from:{'name' if name.strip() else 'bare'}{':quoted' if name.lstrip().startswith(chr(34)) else ''}"
    yield f"from:tld:{domain.rpartition('.')[2][:8]}"
    yield f"from:local:{_shape(local)[:12]}"
    yield from (f"from:{word}" for word in letters_of(name)[:6])
    reply = _ADDRESS.search(letter.value("reply-to").lower())
    if reply:
        yield f"reply-to:{'same' if reply[0] == f'{local}@{domain}' else 'other'}"
        yield f"reply-to:{'here' if reply[0].endswith('@' + domain) else 'elsewhere'}"


def _recipients(letter: Letter) -> Iterator[str]:
    """How many, never who."""
    for name in ("to", "cc"):
        value = letter.value(name)
        found = _ADDRESS.findall(value)
        yield f"{name}:{bucket(len(found))}"
        if value and not found:
            yield f"{name}:nobody"
        if "<" not in value and found:
            yield f"{name}:bare"


def _received(letter: Letter) -> Iterator[str]:
    """What relays noted about the servers before them; never which relays they were."""
    for name, value in letter.fields:
        if name.lower() == "received":
            yield from (f"r:{found.lower()}" for found in _NOTED.findall(value[:500]))


def _html(letter: Letter) -> Iterator[str]:
    if not letter.html:
        return
    for tag in letter.tags:
        yield f"t:{tag.name}"
        yield from (f"t:colour:{one[1].lower()}" for one in _COLOUR.finditer(tag.attributes))
        yield from (f"t:size:{one[1]}" for one in _SIZE.finditer(tag.attributes))
    yield f"t:n:{bucket(len(letter.tags))}"
    yield f"t:ratio:{10 * len(letter.shown) // (len(letter.html) + 1)}"
    yield f"t:hidden:{bucket(len(letter.hidden))}"
    yield f"t:comments:{bucket(letter.html.count('<!--'))}"


def _characters(letter: Letter) -> Iterator[str]:
    text = letter.text
    size = len(text) + 1
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    yield f"c:size:{bucket(size // 50)}"
    yield f"c:foreign:{10 * foreign // size}"
    yield f"c:capitals:{20 * sum(map(str.isupper, text)) // size}"
    yield f"c:digits:{20 * sum(map(str.isdigit, text)) // size}"
    yield f"c:loud:{bucket(text.count('!'))}"
    yield f"c:money:{bucket(text.count('$'))}"
    yield f"c:lines:{bucket(max(map(len, text.split(chr(10)))) // 40)}"
    yield f"c:quoted:{bucket(text.count(chr(10) + '>'))}"
    yield f"c:links:{bucket(len(letter.links))}"
    yield f"s:capitals:{5 * sum(map(str.isupper, letter.subject)) // (len(letter.subject) + 1)}"
    yield f"s:size:{bucket(len(letter.subject) // 8)}"


def _words(letter: Letter) -> Iterator[str]:
    for word in _SUBJECT_WORD.findall(letter.subject)[:60]:
        yield f"s:{_DIGITS.sub('9', word.lower())}"
        if len(word) > 3 and word.isupper():  # noqa: PLR2004  (shorter ones are abbreviations)
            yield "s:LOUD"
    for link in letter.links:
        yield from of_link(link)
    yield from _running(letter.text, "w")
    yield from _running(letter.hidden[:2_000], "hid")
    yield from _running(letter.hidden[:8_000], "w")  # words that only a filter sees mean what they mean


def _running(text: str, kind: str) -> Iterator[str]:
    """Each word, and each with the one before it."""
    before = ""
    clean = _ADDRESS.sub(" ", text)
    for number, found in enumerate(_WORD.finditer(clean)):
        if number >= MAX_WORDS:
            break
        word = found[0].lower()
        if word[0] in "$!?":
            word = f"{word[0]}{min(len(word), 4)}"
        yield f"{kind}:{word}"
        if found[0].isupper() and len(word) > 3:  # noqa: PLR2004
            yield f"{kind}:LOUD:{word}"
        if before:
            yield f"{kind}:{before} {word}"
        before = word


def _shape(text: str) -> str:
    """Runs of digits, capitals and small letters, each as one sign."""
    text = text[:120].rpartition("@")[0] or text[:120]
    return re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "9", text)))[:24]
