"""Mailbots for the doctor to look at, and how what it says is asked about."""

from __future__ import annotations

import asyncio
import contextlib
from email.utils import format_datetime
from pathlib import Path

from mailbot.doctor.examine import examine
from mailbot.doctor.patient import Patient, time_now
from mailbot.settings import load

MX = {"mail.acme.example": [("A", "192.0.2.7")], "7.2.0.192.in-addr.arpa": [("PTR", "mail.acme.example.")]}
#: Everything that the domain needs but the DKIM keys, which each mailbot makes for itself.
ZONE = {
    "acme.example": [("MX", "10 mail.acme.example."), ("TXT", "v=spf1 mx ~all")],
    "_dmarc.acme.example": [("TXT", "v=DMARC1; p=none")],
    "gmail.com": [("MX", "5 localhost.")],
    **MX,
}


def patient(tmp_path, *, seconds=10, **given):
    """A mailbot with these settings, and no others of this machine."""
    known = {key: given.pop(key) for key in list(given) if key in Patient.__dataclass_fields__}
    settings = load(Path("/dev/null"), **({"data": tmp_path / "data", "models": ({"kind": "scaffold"},)} | given))
    return Patient(settings=settings, file=tmp_path / "mailbot.toml", seconds=seconds, **({"times": ()} | known))


async def told(patient, *groups):
    """What the doctor says of these groups, a line each: level, words, mend."""
    return [f"{sign.level} {sign.words} => {sign.mend}" for sign in await examine(patient, groups)]


def names(lines, level, *words):
    """Whether some line of that level has all of these words."""
    return any(line.startswith(level) and all(word in line for word in words) for line in lines)


@contextlib.asynccontextmanager
async def time_server(off):
    """A web server whose clock is *off* by so much."""

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        said = format_datetime(time_now() + off, usegmt=True)
        writer.write(f"HTTP/1.1 204 No Content\r\nDate: {said}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
