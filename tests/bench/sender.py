"""A program that sends many mails, each another one, over some sessions, and prints the seconds it took.

    python -m tests.bench.sender PORT SESSIONS SENDER RECIPIENT FILE

FILE holds the mails, each behind its length in eight bytes, its dots doubled and its final dot there. `smtp-source`
sends the same mail again and again, which proves nothing where each has a signature of its own.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvloop

LENGTH = 8


def packed(mails: Sequence[bytes]) -> bytes:
    """The content of such a file."""
    wires = [mail.replace(b"\r\n.", b"\r\n..") + b".\r\n" for mail in mails]
    return b"".join(len(wire).to_bytes(LENGTH, "big") + wire for wire in wires)


def unpacked(content: bytes) -> Iterator[bytes]:
    """The mails of such a file."""
    at = 0
    while at < len(content):
        end = at + LENGTH + int.from_bytes(content[at : at + LENGTH], "big")
        yield content[at + LENGTH : end]
        at = end


async def session(port: int, sender: str, recipient: str, mails: Iterator[bytes]) -> None:
    """One connection that sends mails as long as there are any."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say(words: bytes, code: bytes) -> None:
        writer.write(words)
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
        if not line.startswith(code):
            raise RuntimeError(f"{words[:60]!r} was answered with {line!r}")

    await say(b"", b"220")
    await say(b"EHLO people.example\r\n", b"250")
    for mail in mails:
        await say(f"MAIL FROM:<{sender}>\r\n".encode(), b"250")
        await say(f"RCPT TO:<{recipient}>\r\n".encode(), b"250")
        await say(b"DATA\r\n", b"354")
        await say(mail, b"250")
    await say(b"QUIT\r\n", b"221")
    writer.close()


async def main(port: int, sessions: int, sender: str, recipient: str, mails: Sequence[bytes]) -> float:
    """Seconds until every mail was taken."""
    rest = iter(mails)
    begun = time.perf_counter()
    await asyncio.gather(*(session(port, sender, recipient, rest) for _ in range(sessions)))
    return time.perf_counter() - begun


if __name__ == "__main__":
    PORT, SESSIONS, SENDER, RECIPIENT, FILE = sys.argv[1:]
    LETTERS = list(unpacked(Path(FILE).read_bytes()))
    print(uvloop.run(main(int(PORT), int(SESSIONS), SENDER, RECIPIENT, LETTERS)))
