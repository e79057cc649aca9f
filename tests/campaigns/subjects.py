"""Mails with hostile subjects, each answered, and each answer read back: ``python -m tests.campaigns.subjects``.

A subject may hold whatever bytes a sender likes: they go through our reader as a mail, and the reply to it is composed
and sealed as any other. Then the standard library, which is not who wrote it, must find one header of each name, the
author alone in To, and the words that a person could see of the subject.
"""

from __future__ import annotations

import argparse
import email
import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import policy
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.parser import BytesHeaderParser

from mailbot.domain.request import Told
from mailbot.reply.mime import seal
from mailbot.reply.words import reply_subject
from mailbot.understand.parse import parse
from tests.reply.people import ANA, LETTERHEAD, MESSAGE, NOW, answer

SCRIPTS = (
    (0x20, 0x7E), (0xA1, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x530, 0x58F), (0x590, 0x5FF), (0x600, 0x6FF),
    (0x700, 0x74F), (0x900, 0x97F), (0x980, 0x9FF), (0xA00, 0xA7F), (0xB80, 0xBFF), (0xE00, 0xE7F), (0xE80, 0xEFF),
    (0xF00, 0xFFF), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F), (0x13A0, 0x13FF),
    (0x1780, 0x17FF), (0x1800, 0x18AF), (0x2C00, 0x2C5F), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
    (0x10330, 0x1034F), (0x12000, 0x123FF), (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF), (0xE0000, 0xE007F),
)  # fmt: skip
MARKS = (
    "\r\nBcc: x@evil.example", "\nSubject: second", "\r\n\r\n<script>", "\r", "\x00", "\x0b", "\x1b[2J", "\x7f", "\x85",
    "\u2028", "\u202e", "\u2066", "\u200f", "\u200b", "\u200d", "\ufeff", "\ufffe", "\ud83d", "\udcff",
    "=?utf-8?B?eA==?=", "=?utf-8?Q?=0D=0ABcc:_x@y.example?=", "=?x-none?B?!!?=", "=?utf-8?B?" + "QUFB" * 60 + "?=",
    "=?", "?=", "=", "%0d%0aBcc: x", "Re: ", "AW: ", "RE[4]: ", "\u56de\u590d\uff1a", "{{ 7*7 }}", "${x}", "<b>",
    "&amp;", '"', "\\", "(", ")", ",", ";", ":", "<x@y.example>", "\t", " " * 80, "a" * 80, "a" * 998,
    "e" + "\u0301" * 40,
    "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇵🇱", "1️⃣", "A\u0338", "\u0e33", "\u1100\u1161\u11a8",
)  # fmt: skip


def subjects(number: int, seed: int = 7) -> Iterator[str]:
    """So many subjects, the same for the same *seed*."""
    chance = random.Random(seed)
    for _ in range(number):
        pieces = [_piece(chance) for _ in range(chance.randint(1, 8))]
        text = "".join(pieces)
        yield text * (10_000 // max(len(text), 1) + 1) if chance.random() < 0.005 else text


def _piece(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return chance.choice(MARKS)
    first, last = chance.choice(SCRIPTS)
    return "".join(chr(chance.randint(first, last)) for _ in range(chance.randint(1, 12)))


ASKED = Told(topic="erase-asked")
PLAIN = answer(ASKED)
FIELDS = email.message_from_bytes(seal(PLAIN, "email", NOW, LETTERHEAD).wire).keys()  #: of a reply to a tame subject


@dataclass
class Tally:
    """What came of them."""

    read: int = 0
    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


def wire_of(subject: str) -> bytes:
    """A mail with *subject* as a careless or hostile program writes it: what would end the header is folded in."""
    plain = subject.replace("\r\n", "\r\n ").replace("\n\n", "\n ")
    whole = plain.encode("utf-8", "surrogatepass")
    return b"From: %s\r\nTo: build@mail.example.org\r\nSubject: %s\r\n\r\nA page.\r\n" % (ANA.encode(), whole)


def tried(subject: str, tally: Tally) -> None:
    """The reply to a mail with *subject*, by the reader's word and by ours."""
    try:
        message = parse(wire_of(subject))
    except Exception as error:  # noqa: BLE001  (every one is counted; the gate refuses what is no mail)
        tally.kinds[type(error).__name__] += 1
    else:
        tally.read += 1
        _answered(message.subject, tally)
    _answered(subject, tally, whole=tally.read % 8 == 0)


def _answered(subject: str, tally: Tally, *, whole: bool = True) -> None:
    """Compose the reply as a *whole*, or put the subject on one that is there."""
    try:
        changed = replace(PLAIN, subject=reply_subject(subject))
        reply = answer(ASKED, message=replace(MESSAGE, subject=subject)) if whole else changed
        wire = seal(reply, "email", NOW, LETTERHEAD).wire
    except Exception as error:  # noqa: BLE001  (a subject that cannot be answered is what is looked for)
        tally.wrong.append(f"{subject[:80]!r}: {error!r}")
        return
    tally.answered += 1
    tally.wrong += [f"{subject[:80]!r}: {words}" for words in faults(wire, subject)]


def faults(wire: bytes, subject: str) -> Iterator[str]:
    """What another reader finds wrong."""
    head = wire.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"  # seal() has read the whole of it back
    mail = email.message_from_bytes(head.replace(b"multipart/", b"text/"))
    if mail.defects or any(count > 1 for count in Counter(name.lower() for name in mail).values()):
        yield f"defects {mail.defects}, fields {mail.keys()}"
    if mail.keys() != FIELDS:
        yield f"fields {mail.keys()}"
    if mail["To"] != ANA:
        yield f"To: {mail['To']!r}"
    try:
        words = seen(mail)
    except (LookupError, ValueError) as error:
        yield f"{error!r}"
        return
    if words != reply_subject(subject):
        yield f"{words!r} is not {reply_subject(subject)!r}"
    modern = BytesHeaderParser(policy=policy.default).parsebytes(head)["Subject"]
    if modern.defects or "\n" in str(modern):
        yield f"{modern.defects}"
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in words):
        yield "a control character"


def seen(mail: Mail) -> str:
    """The subject, unfolded and decoded as mail programs do; this reader leaves the folds of plain words in."""
    return str(make_header(decode_header(str(mail["Subject"]).replace("\r\n", ""))))


def campaign(number: int, seed: int = 7) -> Tally:
    """So many of them."""
    tally = Tally()
    for subject in subjects(number, seed):
        tried(subject, tally)
    return tally


def main() -> None:
    """Try them, and say what came of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--subjects", type=int, default=50_000)
    asked.add_argument("--seed", type=int, default=7)
    given = asked.parse_args()
    tally = campaign(given.subjects, given.seed)
    print(f"{given.subjects} subjects, seed {given.seed}: {tally.read} mails read {dict(tally.kinds) or ''}")
    print(f"{tally.answered} replies, {len(tally.wrong)} faults")
    print("\n".join(tally.wrong[:20]))
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
