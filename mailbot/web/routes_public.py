"""What anybody may fetch: by which keys our packages are known."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from mailbot.web.doors import TheDoors
from mailbot.web.problems import documented

router = APIRouter(tags=["public"])


@router.get("/.well-known/mailbot/allowed_signers", response_class=PlainTextResponse, responses=documented())
async def allowed_signers(doors: TheDoors) -> PlainTextResponse:
    """The keys of our packages, in the form that `ssh-keygen -Y verify -f` reads."""
    allowed = doors.letterhead.keys.current.allowed
    return PlainTextResponse(allowed, headers={"Cache-Control": "public, max-age=3600"})
