"""What a person who knows mail would notice: facts of the header and the structure, each with points and words.

Points of one sign are few. It takes several, or the words of the mail as well, to hold one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.domain.message import Authentic, Envelope, Proof
from mailbot.understand.header import first
from mailbot.understand.spam_letter import MAX_VALUE, Letter
from mailbot.understand.spam_places import registered

#: The published test text for spam filters: an admin can see with it whether this one is at work.
GTUBE: Final = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
_LONG: Final = 6_000  #: characters
MANY: Final = 8  #: recipients that strangers rarely name in one mail
_ZONE: Final = re.compile(r"([+-])(\d\d)(\d\d)\b")
_MONTH: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_YEAR: Final = re.compile(rf"\b\d{{1,2}} (?:{_MONTH})[a-z]* (\d{{2,4}})\b", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[\w.+=-]{1,64}@([\w.-]{1,253})")
_TWO_AT: Final = re.compile(r"[\w.-]@[\w.-]{1,253}@[\w.-]")
_TAIL: Final = re.compile(r"\s{6,}\S{1,20}$|\b(?!(?:19|20)\d\d$)[a-z]*\d{4,}[a-z]*$|\[[0-9a-z]{5,8}\]$", re.IGNORECASE)
_LOUD: Final = re.compile(r"\bFREE\b|[$\u00a3\u20ac] ?\d[\d,.]{3,}|!{2,}|NO SPAM|\bADV\b")
_ANYBODY: Final = re.compile(
    r"^\W{0,20}(?:(?:dear|hi|hello|attention)[ ,:]{1,3})?"
    r"(?:friend\b|sirs?\b|madam\b|home ?owner|(?:job|opportunit\w{1,5}) seekers?)",
    re.IGNORECASE,
)
_GAPPED: Final = re.compile(r"(?<!\w)(?:[^\W\d_][ .*_-]){4,12}[^\W\d_](?!\w)")
_IP_LINK: Final = re.compile(r"https?://(?:[^/@\s]{1,100}@)?\d{1,10}(?:\.\d{1,3}){0,3}(?:[:/]|$)", re.IGNORECASE)
_DRESSED: Final = re.compile(r"https?://(?:[^/\s]{1,200}@|[^/\s]{0,200}%[0-9a-f]{2})", re.IGNORECASE)
_DANGEROUS: Final = re.compile(
    r"\.(?:exe|scr|pif|com|bat|cmd|vbs|vbe|js|jse|wsf|hta|cpl|lnk|iso|img|jar|msi|ps1)\s*$", re.IGNORECASE
)
_ZERO_WIDTH: Final = re.compile(r"[^\W\d_][\u00ad\u200b\u2060\ufeff][^\W\d_]")
_MIXED: Final = re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z]")
_ODD: Final = re.compile("[\\x80-\\u024f\\u2000-\\u22ff\\ufffd]")
_IP: Final = re.compile(r"[\d.]{7,15}|(?:IPv6:)?[0-9a-fA-F]{0,4}:[0-9a-fA-F:]{2,39}")
_RAW_8BIT: Final = re.compile("[\udc80-\udcff]")
_REMOVE: Final = re.compile(
    r"(?:to be |be )?removed? (?:from (?:our|this|future|the)|yourself|your (?:e-?mail|address|name))"
    r"|not (?:a )?spam\b|s\. ?1618|unsolicited|opt[- ]?(?:out|in)\b|(?:click|reply) .{0,40}\bremov|one[- ]time mailing",
    re.IGNORECASE,
)
_FORTUNE: Final = re.compile(
    r"next of kin|million (?:us|united states) dollars|\$ ?\d{1,3}(?:[.,]\d+)? ?million|foreign partner"
    r"|strictly confidential|transfer of (?:the )?funds?|beneficiary|late (?:husband|president|general)|lottery"
    r"|you(?:r e-?mail)? (?:have |has )?won\b",
    re.IGNORECASE,
)
_OFFER: Final = re.compile(
    r"100% (?:free|guaranteed|satisfaction)|money[- ]back|risk[- ]free|no obligation|act now|order now|limited time|"
    r"earn (?:\$|up to|extra)|work (?:at|from) home|lose weight|credit card debt|lowest (?:rates?|price)|viagra|cialis"
    r"|this is (?:not|no) (?:a )?(?:scam|joke|chain)|make money|financial freedom|double your|free trial|toll[- ]free",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sign:
    """One thing that was noticed."""

    points: float
    words: str


Signs = Iterator[Sign]


def signs_of(letter: Letter) -> list[Sign]:
    """What the mail itself shows."""
    return [sign for look in _LOOKS for sign in look(letter)]


def signs_of_sender(envelope: Envelope, *, known: bool) -> list[Sign]:
    """What is known about who sent it; what nobody has looked up counts nothing."""
    found = signs_of_trust(envelope, known=known)
    if envelope.authentic:
        found += _authentic(envelope.authentic)
    helo = envelope.helo.strip("[]")
    if _IP.fullmatch(helo):
        found.append(Sign(0.8, "its server gives a bare IP address as its name"))
    elif helo and "." not in helo and envelope.peer and not envelope.peer.startswith(("127.", "::1")):
        found.append(Sign(0.5, "its server gives no full name"))
    return found


def signs_of_trust(envelope: Envelope, *, known: bool) -> list[Sign]:
    """What speaks for a mail, whatever it says: its author has logged in, or goes on in a thread of ours.

    A thread's name is signed by us, so nobody has it who was not sent it; who has it and signs is all but immune.
    """
    found = []
    if envelope.proof is Proof.ACCOUNT:
        found.append(Sign(-8, "its author has logged in"))
    if known and envelope.proof.rank >= Proof.DKIM.rank:
        found.append(Sign(-10, "it is signed, and in a thread of ours"))
    elif known:
        found.append(Sign(-3, "it is in a thread of ours"))
    return found


_SPF: Final = {"fail": 2.5, "softfail": 1.2, "permerror": 0.5, "none": 0.3, "pass": -0.3}


def _authentic(known: Authentic) -> Signs:
    if points := _SPF.get(known.spf):
        yield Sign(points, f"SPF of {known.spf_domain or 'its domain'}: {known.spf}")
    if known.dmarc == "pass":
        yield Sign(-1.5, "DMARC: pass")
    elif known.dmarc == "fail":
        points = {"reject": 5.0, "quarantine": 3.0}.get(known.policy, 1.5)
        yield Sign(points, f"DMARC: fail, and its domain asks for {known.policy or 'nothing'}")
    results = {one.result for one in known.dkim}
    if "pass" in results:
        yield Sign(-0.5, "a DKIM signature verifies")
    elif "fail" in results:
        yield Sign(0.8, "its DKIM signature does not verify")


def _test_text(letter: Letter) -> Signs:
    if GTUBE in letter.text or GTUBE in letter.subject:
        yield Sign(100, "it holds the test text of spam filters (GTUBE)")


def _frame(letter: Letter) -> Signs:
    names = letter.names
    for name, points in (("message-id", 0.8), ("date", 1.0), ("subject", 0.4), ("from", 1.0)):
        if name not in names:
            yield Sign(points, f"it has no {name.title()}")
    if "x-msmail-priority" in names and not {"x-mimeole", "x-mailer"} <= names:
        yield Sign(1.2, "it pretends to come from a program of Microsoft")
    if "x-mimeole" not in names and first(letter.fields, "x-mailer").startswith("Microsoft Outlook Express"):
        yield Sign(1.2, "it pretends to come from Outlook Express")
    if any(_RAW_8BIT.search(first(letter.fields, name)[:MAX_VALUE]) for name in ("subject", "from")):
        yield Sign(0.8, "its header holds raw 8-bit letters")


def _date(letter: Letter) -> Signs:
    value = letter.value("date")
    zone = _ZONE.search(value)
    if zone and (int(zone[2]) > 14 or int(zone[3]) > 59):  # noqa: PLR2004  (the world has no other zones)
        yield Sign(2.0, "its date is in a zone that the world has not got")
    year = _YEAR.search(value)
    if year and not 1980 <= int(year[1]) <= 2100 and len(year[1]) != 2:  # noqa: PLR2004  (years of mail)
        yield Sign(1.5, "its date is in no year of mail")


def _addressed(letter: Letter) -> Signs:
    to, cc = letter.value("to"), letter.value("cc")
    people = {one[0].lower() for one in _ADDRESS.finditer(f"{to} {cc}")}
    if not people and "bcc" not in letter.names and "resent-to" not in letter.names:
        yield Sign(0.8, "it is addressed to nobody")
    if len(people) >= MANY:
        yield Sign(0.8, f"it is addressed to {len(people)} people")
    sender = _ADDRESS.search(letter.value("from"))
    if not sender or _TWO_AT.search(letter.value("from")):
        yield Sign(1.5, "its From is no address")
    if sender and sender[0].lower() in people:
        yield Sign(0.5, "its author writes to themselves")
    reply = _ADDRESS.search(letter.value("reply-to"))
    if sender and reply and registered(sender[1]) != registered(reply[1]) and "list-id" not in letter.names:
        yield Sign(0.5, "its answers go to another domain")


def _subject(letter: Letter) -> Signs:
    subject = letter.subject.strip()
    letters = [char for char in subject if char.isalpha()]
    if len(letters) > 8 and sum(map(str.isupper, letters)) > 0.9 * len(letters):  # noqa: PLR2004
        yield Sign(1.0, "its subject is written in capitals")
    if _TAIL.search(subject):
        yield Sign(0.8, "its subject ends in a number for its sender")
    if _LOUD.search(subject):
        yield Sign(0.6, "its subject shouts of money")
    if _GAPPED.search(subject):
        yield Sign(1.2, "its subject spaces the letters of a word out")
    if subject.lower().startswith(("re:", "aw:", "antw:", "sv:")) and not {"in-reply-to", "references"} & letter.names:
        yield Sign(0.4, "it looks like an answer and answers nothing")


def _body(letter: Letter) -> Signs:
    if letter.html and not letter.plain.strip():
        yield Sign(0.7, "it is HTML only")
    if letter.html and len(letter.shown.split()) < 20 and any(tag.name == "img" for tag in letter.tags):  # noqa: PLR2004
        yield Sign(1.0, "it is a picture with few words")
    if len(letter.hidden) > 400 and len(letter.hidden) > len(letter.shown):  # noqa: PLR2004  (newsletters hide a line)
        yield Sign(2.0, "it hides more words than it shows")
    if "base64" in letter.encodings and len(letter.text) > 50 and letter.text.isascii():  # noqa: PLR2004
        yield Sign(1.2, "it wraps plain words in base64")
    if any(tag.name in {"script", "iframe", "embed", "object"} for tag in letter.tags):
        yield Sign(0.4, "its HTML holds a script")


def _voice(letter: Letter) -> Signs:
    text = letter.text.strip()
    letters = sum(map(str.isalpha, text))
    if letters > 200 and sum(map(str.isupper, text)) > letters / 2:  # noqa: PLR2004  (a few capitals are a heading)
        yield Sign(1.0, "it is written in capitals")
    if _ANYBODY.search(text[:200]):
        yield Sign(0.6, "it greets anybody")


def _disguise(letter: Letter) -> Signs:
    raw = f"{letter.subject}\n{letter.text}"
    if len(_ZERO_WIDTH.findall(raw)) >= 3:  # noqa: PLR2004  (one is a soft hyphen)
        yield Sign(2.0, "characters that nobody sees stand inside its words")
    if len(_MIXED.findall(raw)) >= 3:  # noqa: PLR2004
        yield Sign(2.0, "its words mix letters of two alphabets")
    if not any(letter.charsets) and len(_ODD.findall(letter.text[:2_000])) >= 20:  # noqa: PLR2004  (a name has a few)
        yield Sign(1.5, "it does not say in which letters it is written")
    if any(_DANGEROUS.search(name) for name in letter.files):
        yield Sign(2.5, "it brings a file that runs when it is opened")


def _links(letter: Letter) -> Signs:
    if any(_IP_LINK.match(link) for link in letter.links):
        yield Sign(1.5, "it links to a bare IP address")
    if any(_DRESSED.match(link) for link in letter.links):
        yield Sign(1.0, "it links to a place under another name")


def _phrases(letter: Letter) -> Signs:
    text = letter.text
    most = 3 if len(text) < _LONG else 1  # in a long text everything stands somewhere
    for pattern, points, words in (
        (_REMOVE, 0.6, "it says how to be left in peace"),
        (_FORTUNE, 0.8, "it promises a fortune"),
        (_OFFER, 0.6, "it talks like an advertisement"),
    ):
        number = len({found.lower() for found in pattern.findall(text)})
        if number:
            yield Sign(points * min(number, most), words)


_LOOKS: Final[tuple[Callable[[Letter], Signs], ...]] = (
    _test_text, _frame, _date, _addressed, _subject, _body, _voice, _disguise, _links, _phrases,
)  # fmt: skip
