"""Conversations: what a model is told of one, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from mailbot.build.prompt import Prompt
from mailbot.domain.errors import Overtaken
from mailbot.domain.sessions import Line, Session
from mailbot.web.doors import Doors
from mailbot.web.models_ai import MAX_MESSAGES, Chat, Said
from mailbot.web.problems import Trouble
from mailbot.web.security import Caller

MAX_TALK: Final = 64  #: times the length of one message: what a whole conversation may have
NONE: Final = "there is no such session of yours, or its time is over; POST /api/v1/sessions begins one"


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation, and the session that it is kept in, if it is."""

    model: str | None
    prompt: tuple[Prompt, ...]
    new: tuple[Line, ...] = ()  #: what is added to the session, before the answer
    session: Session | None = None


async def talk_of(doors: Doors, caller: Caller, body: Chat) -> Talk:
    """What the model is told; raise Trouble when it is nothing, or too much."""
    said = [*body.messages, *([Said(role="user", content=body.message)] if body.message else [])]
    new = tuple(Line(role=one.role, content=one.content) for one in said)
    session = await session_of(doors, caller, body.session_id) if body.session_id else None
    lines = [*_context(body), *(session.messages if session else ()), *new]
    if not any(one.role == "user" and one.content.strip() for one in new):
        raise Trouble(422, "messages: there is none of the user that says anything; send one, or a message")
    limited(doors, lines)
    prompt = tuple(Prompt(role=one.role, content=one.content) for one in lines)
    model = body.model or (session.model if session else None)
    return Talk(model=model, prompt=prompt, new=new, session=session)


def _context(body: Chat) -> Iterator[Line]:
    """What was before; loose words are told as such."""
    known = [one for one in body.context if isinstance(one, str)]
    if known:
        yield Line(role="system", content="What is known so far:\n" + "\n".join(known))
    yield from (Line(role=one.role, content=one.content) for one in body.context if isinstance(one, Said))


def limited(doors: Doors, lines: list[Line]) -> None:
    """Raise Trouble when a message, or all of them together, are too long."""
    most = doors.models.settings.max_prompt
    for number, one in enumerate(lines):
        if len(one.content) > most and one.role != "assistant":
            words = f"messages.{number}: it has more than {most:,} characters; say it shorter"
            raise Trouble(422, words, error_code="prompt_too_long")
    if len(lines) > MAX_MESSAGES or sum(len(one.content) for one in lines) > most * MAX_TALK:
        words = (
            f"messages: more than {MAX_MESSAGES} messages, or {most * MAX_TALK:,} characters; begin a new conversation"
        )
        raise Trouble(422, words, error_code="prompt_too_long")


async def session_of(doors: Doors, caller: Caller, id: str) -> Session:
    """The session of this name, if it is the caller's and its time is not over."""
    found = await doors.memory.session(id, caller.name, doors.site.clock())
    if found is None:
        raise Trouble(404, NONE)
    return found


async def kept(doors: Doors, talk: Talk, answer: str) -> None:
    """Keep what was said, where there is a session for it."""
    if talk.session is not None:
        lines = (*talk.session.messages, *talk.new, Line(role="assistant", content=answer))
        await changed(doors, replace(talk.session, messages=lines[-MAX_MESSAGES:]))


async def changed(doors: Doors, session: Session) -> Session:
    """Store *session* as it is now; from now on its time runs anew."""
    now = doors.site.clock()
    new = replace(session, turn=session.turn + 1, updated_at=now, expires_at=until(doors, now))
    try:
        await doors.memory.change_session(new, session.turn)
    except Overtaken:
        words = "the session was used by another call meanwhile, or has ended; read it and try again"
        raise Trouble(409, words) from None
    return new


def until(doors: Doors, now: datetime) -> datetime:
    """When a session that is used now will be over."""
    return now + timedelta(minutes=doors.models.settings.session_minutes)
