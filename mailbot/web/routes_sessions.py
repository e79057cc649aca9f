"""Conversations that are kept for a while: begun, read, changed, ended. POST /api/v1/chat continues one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from mailbot.domain import sessions
from mailbot.domain.orders import Scope
from mailbot.web.doors import Doors, TheDoors
from mailbot.web.models_ai import ChangedSession, NewSession, Said, Session, Sessions
from mailbot.web.problems import Trouble, documented
from mailbot.web.security import Caller, needs
from mailbot.web.talks import NONE, changed, limited, session_of, until

router = APIRouter(prefix="/api/v1/sessions", tags=["models"])

Speaker = Annotated[Caller, Depends(needs(Scope.GENERATE))]
Id = Annotated[str, Path(max_length=64, description="the session_id that it was begun with")]


@router.post("", status_code=201, responses=documented(401, 403, 409))
async def begin(body: NewSession, doors: TheDoors, caller: Speaker, response: Response) -> Session:
    """Begin a conversation."""
    now, lines = doors.site.clock(), _lines(doors, body.messages)
    new = sessions.Session(
        id=secrets.token_hex(16),
        token=caller.name,
        model=body.model or "",
        created_at=now,
        updated_at=now,
        expires_at=until(doors, now),
        messages=lines,
        metadata=body.metadata,
    )
    most = doors.models.settings.max_sessions
    if not await doors.memory.add_session(new, most):
        raise Trouble(409, f"{most} sessions of this token are open, and that is the most; end one of them first")
    response.headers["Location"] = f"/api/v1/sessions/{new.id}"
    return _shown(new)


@router.get("", responses=documented(401, 403))
async def mine(doors: TheDoors, caller: Speaker) -> Sessions:
    """Your conversations, the oldest first."""
    found = [_shown(one) for one in await doors.memory.sessions(caller.name, doors.site.clock())]
    return Sessions(sessions=found, total=len(found))


@router.get("/{session_id}", responses=documented(401, 403, 404))
async def one(session_id: Id, doors: TheDoors, caller: Speaker) -> Session:
    """One of them, with all that was said."""
    return _shown(await session_of(doors, caller, session_id))


@router.put("/{session_id}", responses=documented(401, 403, 404, 409))
async def change(session_id: Id, body: ChangedSession, doors: TheDoors, caller: Speaker) -> Session:
    """Change its model, its messages or its metadata; its time begins anew."""
    found = await session_of(doors, caller, session_id)
    new = replace(
        found,
        model=found.model if body.model is None else body.model,
        messages=found.messages if body.messages is None else _lines(doors, body.messages),
        metadata=found.metadata if body.metadata is None else body.metadata,
    )
    return _shown(await changed(doors, new))


@router.delete("/{session_id}", status_code=204, responses=documented(401, 403, 404))
async def end(session_id: Id, doors: TheDoors, caller: Speaker) -> Response:
    """Forget it."""
    if not await doors.memory.end_session(session_id, caller.name, doors.site.clock()):
        raise Trouble(404, NONE)
    return Response(status_code=204)


def _lines(doors: Doors, messages: Sequence[Said]) -> tuple[sessions.Line, ...]:
    lines = [sessions.Line(role=one.role, content=one.content) for one in messages]
    limited(doors, lines)
    return tuple(lines)


def _shown(session: sessions.Session) -> Session:
    return Session.model_validate({
        "session_id": session.id,
        "model": session.model or None,
        "messages": [{"role": one.role, "content": one.content} for one in session.messages],
        "metadata": session.metadata,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "expires_at": session.expires_at,
    })  # fmt: skip
