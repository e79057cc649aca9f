"""What people send, mails of 5 KB handed over by SMTP, and the page that they get for it."""

from __future__ import annotations

import asyncio
import base64
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

HOST: Final = "127.0.0.1"
SIZE: Final = 5_000  #: bytes of one mail
FILLING: Final = 4_800  #: bytes of chance in the page, which no packing makes smaller
PEOPLE: Final = 20  #: who write by turns
_WORDS: Final = ("page", "club", "table", "photo", "members", "garden", "hours", "prices", "programme", "header", "map")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail."""

    name: str  #: its Message-ID
    sender: str
    to: str
    wire: bytes


@dataclass(frozen=True, kw_only=True)
class Handed:
    """One mail that was accepted."""

    name: str
    at: float  #: time.perf_counter() when the 250 had come


def letters(series: str, count: int, to: str) -> list[Letter]:
    """*count* mails that differ; *series* keeps one run's names apart from another's."""
    return [_letter(f"{series}.{number}", number, to) for number in range(count)]


def _letter(name: str, number: int, to: str) -> Letter:
    sender = f"person{number % PEOPLE}@people.example"
    id = f"<{name}@people.example>"
    head = (
        f"From: Person {number % PEOPLE} <{sender}>\r\nTo: {to}\r\nSubject: A page for our club, number {number}\r\n"
        f"Date: Fri, 20 Nov 2026 12:00:00 +0000\r\nMessage-ID: {id}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    text = "\r\n".join(_lines(random.Random(number), SIZE - len(head)))
    return Letter(name=id, sender=sender, to=to, wire=(head + text + "\r\n").encode())


def _lines(chance: random.Random, size: int) -> Iterator[str]:
    """Lines of words, as many as make *size* bytes."""
    written = 0
    while written < size:
        line = " ".join(chance.choices(_WORDS, k=10))
        written += len(line) + 2
        yield line


async def hand_over(port: int, mails: Sequence[Letter], sessions: int = 1) -> list[Handed]:
    """Give the mails to the server at *port*, by turns over so many sessions; each stays open for all of its mails."""
    shares = [mails[number::sessions] for number in range(min(sessions, len(mails)))]
    done = await asyncio.gather(*(_session(port, share) for share in shares))
    return [handed for share in done for handed in share]


async def _session(port: int, mails: Sequence[Letter]) -> list[Handed]:
    reader, writer = await asyncio.open_connection(HOST, port)

    async def say(words: bytes, good: bytes) -> None:
        if words:
            writer.write(words)
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
        if not line.startswith(good):
            asked = words.splitlines()[0].decode("ascii", "replace") if words else "connecting"
            raise ConnectionError(
                f"the server at port {port} said {line.decode(errors='replace').strip()!r} to {asked!r}"
            )

    try:
        await say(b"", b"220")
        await say(b"EHLO people.example\r\n", b"250")
        handed = []
        for mail in mails:
            await say(f"MAIL FROM:<{mail.sender}>\r\n".encode(), b"250")
            await say(f"RCPT TO:<{mail.to}>\r\n".encode(), b"250")
            await say(b"DATA\r\n", b"354")
            await say(mail.wire + b".\r\n", b"250")
            handed.append(Handed(name=mail.name, at=time.perf_counter()))
        await say(b"QUIT\r\n", b"221")
        return handed
    finally:
        writer.close()
        await writer.wait_closed()


def page() -> str:
    """One page whose zip has about 5 KB; always the same."""
    chance = base64.encodebytes(random.Random(5).randbytes(FILLING)).decode("ascii")
    return (
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8><title>Our club</title></head>\n"
        f"<body><h1>Our club</h1>\n<p>A page.</p>\n<!--\n{chance}-->\n</body></html>\n"
    )
