"""Teach the spam filter: `mailbot spam` and `mailbot ham`. It learns numbers that stand for words, never the words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from mailbot.domain.errors import Permanent
from mailbot.domain.message import Envelope, Raw
from mailbot.domain.request import RequestId
from mailbot.ports import Clock, Lessons
from mailbot.receive.mapped import octets
from mailbot.receive.scanner import shipped_words
from mailbot.settings import Settings
from mailbot.site import known_names
from mailbot.store import open_ledger
from mailbot.store.ledger import SqlLedger
from mailbot.understand.spam import Look, in_our_thread, look_at, weighed
from mailbot.understand.spam_tokens import mark_of

MAX_FILE: Final = 36_000_000  #: bytes
_KIND: Final = {True: "spam", False: "no spam"}


async def teach(settings: Settings, key: str, clock: Clock, *, spam: bool, undo: bool = False) -> str:
    """Learn from the mail that *key* names, an id or a file, that it is *spam*, or is none; say what changed."""
    ledger = await open_ledger(settings.database_url, str(settings.folder), clock)
    try:
        raw, envelope = await _mail(ledger, key)
        look, mark = await asyncio.to_thread(_look, raw)
        known = envelope is not None and in_our_thread(look.answers, envelope, known_names(settings))

        async def score() -> float:
            words = replace(shipped_words(), learned=await ledger.learned(look.tokens.taught))
            return weighed(look, envelope, words, known=known).score

        before = await score()
        told = await lesson(ledger, look, mark, spam=spam, undo=undo)
        return f"{told}; its spam score was {before:.1f} and is {await score():.1f} (6 holds a mail, 12 drops it)"
    finally:
        await ledger.close()


async def lesson(lessons: Lessons, look: Look, mark: int, *, spam: bool, undo: bool) -> str:
    """Teach one mail, once: a lesson that says the opposite of an earlier one takes its place."""
    as_spam, as_ham = (await lessons.learned([mark])).get(mark, (0, 0))
    words = (mark, *look.tokens.taught)
    taught = bool(as_spam if spam else as_ham)
    if undo and not taught:
        return f"nothing to undo: it was never taught as {_KIND[spam]}"
    if taught and not undo:
        return f"nothing to learn: it was taught as {_KIND[spam]} before"
    if undo:
        await lessons.learn(words, spam=spam, undo=True)
        return f"the lesson that it is {_KIND[spam]} is taken back"
    if as_ham if spam else as_spam:
        await lessons.learn(words, spam=not spam, undo=True)
    await lessons.learn(words, spam=spam)
    return f"learned as {_KIND[spam]}"


async def _mail(ledger: SqlLedger, key: str) -> tuple[Raw, Envelope | None]:
    """The mail, and what the transport knew of it where it came by one."""
    file = Path(key)
    if await asyncio.to_thread(file.is_file):
        return await asyncio.to_thread(_bytes, file), None
    life = await ledger.life(key)
    if life is None:
        raise Permanent(
            f"{key!r} is neither a file nor the id of a mail; `mailbot mails` lists the last ones with their ids"
        )
    id = RequestId(life.mail.id)
    return await ledger.raw(id), (await ledger.request(id)).envelope


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE:
            raise Permanent(f"{file} is larger than any mail that comes in ({MAX_FILE:,} bytes)")
        return file.read_bytes()
    except OSError as error:
        raise Permanent(f"{file} cannot be read: {error}") from error


def _look(raw: Raw) -> tuple[Look, int]:
    """What the filter sees in it, and what stands for it among the lessons."""
    with octets(raw) as mail:
        return look_at(mail), mark_of(mail)
