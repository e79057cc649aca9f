"""Who builds: present, not too large for this machine, and how fast."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncGenerator
from typing import Final, Protocol, runtime_checkable
from urllib.parse import urlsplit

from mailbot.doctor.apart import apart
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.domain.errors import MailbotError, Permanent
from mailbot.models import AnyModel, Ollama, Scaffold
from mailbot.models.ollama import Client
from mailbot.models.ollama_speed import size_of, speed_of
from mailbot.models.refusals import Missing
from mailbot.site import model_of

ANSWER: Final = 2_000  #: tokens of a usual page
SLOW: Final = 3.0  #: tokens a second: below, a page takes longer than people wait
ROOM: Final = 1.15  #: times the size of a model's file is what it takes in memory, with its context
SHORT: Final = 0.9  #: of the memory: more than that leaves nothing for the rest


@runtime_checkable
class Looks(Protocol):
    """A model that can tell how it is."""

    async def look(self) -> str: ...


async def builder(patient: Patient) -> AsyncGenerator[Sign]:
    """The model of the settings, or the one that would be found."""
    settings = patient.settings
    if settings.talk.file is not None and not settings.models:
        yield ok(f"built by the default model of {settings.talk.file}, which GET /models of the HTTP door tells of")
        return
    room, words = await model_of(settings)
    if isinstance(room, Scaffold) and not patient.settings.models:
        yield warn(f"built by {words}", "ollama pull qwen2.5-coder:7b, or [[models]] in mailbot.toml")
        return
    try:
        model = room.open(patient.site)
        yield ok(await model.look() if isinstance(model, Looks) else words)
    except MailbotError as error:
        yield fail(f"the model: {error}", _mend(room, error))
        return
    if isinstance(room, Ollama) and isinstance(model, Client):
        size = await apart(lambda: size_of(room.url, room.name))
        sign = _fits(patient, room, size)
        yield sign
        if sign.level != "fail":
            yield await _speed(patient, model)


def _mend(room: AnyModel, error: MailbotError) -> str:
    if isinstance(error, Missing) and isinstance(room, Ollama):
        return f"ollama pull {room.name}"
    if isinstance(room, Ollama) and not isinstance(error, Permanent):
        return f"ollama serve, on the machine of {room.url}; or correct `url`"
    return "correct url, name and api_key_file under [[models]]"


def _fits(patient: Patient, room: Ollama, size: int) -> Sign:
    memory, needs = patient.bytes_of_memory, size * ROOM
    words = f"{room.name} takes about {needs / 1e9:.1f} GB of memory"
    if not _is_here(room.url):
        return ok(f"{words} at {room.url}")
    if needs > memory * SHORT:
        mend = "a smaller model (qwen2.5-coder:3b), a smaller quantisation, or more memory"
        return fail(f"{words}; this machine has {memory / 1e9:.1f} GB: it is too large", mend)
    return ok(f"{words}; this machine has {memory / 1e9:.1f} GB")


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _speed(patient: Patient, model: Client) -> Sign:
    """How fast it writes: by a few words, once it is in memory."""
    smaller = "a smaller model, a graphics card, or a hosted model under [[models]]"
    try:
        async with asyncio.timeout(patient.seconds * 3):
            speed = await speed_of(model)
    except TimeoutError:
        words = f"it did not write a few words within {patient.seconds * 3:g} seconds; a page may take an hour"
        return warn(words, f"{smaller}; or mailbot doctor --seconds 120, while it is being loaded")
    except MailbotError as error:
        return fail(f"the model does not answer: {error}", "what it says")
    minutes = ANSWER / speed / 60
    page = f"a page of {ANSWER:,} tokens takes about {max(minutes, 0.1):.1f} minutes"
    words = f"it writes {speed:.1f} tokens a second: {page}"
    return warn(words, smaller) if speed < SLOW else ok(words)
