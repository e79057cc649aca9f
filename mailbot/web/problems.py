"""Errors in one shape: RFC 9457's problem, joined with the fields that callers of such systems know.

Every error says what happened and what to do next, and nothing of our insides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from mailbot.domain.errors import Permanent, Temporary

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
OPENAI: Final = "/v1/"  #: routes for clients of OpenAI, who know errors of another shape
_OPENAI_CODES: Final[Mapping[int, str]] = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
MAX_DETAILS: Final = 20  #: mistakes of one body that are named
_CODES: Final[Mapping[int, str]] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "validation_error",
    429: "rate_limited",
    502: "model_error",
    503: "unavailable",
}
_HINTS: Final[Mapping[int, str]] = {
    404: "nothing is here; GET /openapi.json lists every route",
    405: "this route takes another method; GET /openapi.json lists every route",
}


class Detail(BaseModel):
    """One mistake in what was sent."""

    where: str = Field(description="the field, with dots between its parts")
    message: str


class Problem(BaseModel):
    """What went wrong."""

    type: str = "about:blank"
    title: str = Field(description="the status in words")
    status: int
    detail: str = Field(description="what happened, and what to do")
    error: str = Field(description="the same as detail")
    error_code: str = Field(description="for programs: " + ", ".join(_CODES.values()))
    timestamp: datetime
    path: str
    request_id: str = Field(default="", description="of this call; the log names it, too")
    details: list[Detail] | None = None
    retry_after: int | None = Field(default=None, description="of 429 and 503: seconds to wait")
    limit: int | None = Field(default=None, description="of 429: calls that are allowed")
    remaining: int | None = None


class OpenAiError(BaseModel):
    """What went wrong, as clients of OpenAI know it."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAiProblem(BaseModel):
    """The same, as it is sent."""

    error: OpenAiError


class Trouble(Exception):
    """A call that ends in a problem."""

    def __init__(self, status: int, words: str, *, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(words)
        self.status, self.words, self.headers, self.more = status, words, dict(headers or {}), more


def code_of(trouble: Trouble) -> str:
    """What it is, for programs."""
    return str(trouble.more.get("error_code", _CODES.get(trouble.status, "error")))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, for its documentation; those that every route may give are always among them."""
    all_ = sorted({400, 408, 413, 422, 429, 500, 503, *statuses})
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {one: {"model": Problem, "description": HTTPStatus(one).phrase, "content": content} for one in all_}


def openai_documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same of a route for clients of OpenAI."""
    all_ = sorted({400, 401, 403, 408, 413, 429, 500, 503, *statuses})
    return {one: {"model": OpenAiProblem, "description": HTTPStatus(one).phrase} for one in all_}


def problem(request: Request, trouble: Trouble) -> JSONResponse:
    """The answer that says so."""
    scope = request.scope
    status = HTTPStatus(trouble.status)
    if scope["path"].startswith(OPENAI):
        return openai_problem(trouble)
    made = Problem(
        title=status.phrase,
        status=trouble.status,
        detail=trouble.words,
        error=trouble.words,
        timestamp=request.app.state.clock(),
        path=scope["path"].encode("utf-8", "replace").decode("utf-8")[:500],
        request_id=scope.get("state", {}).get("call", ""),
        **{**trouble.more, "error_code": code_of(trouble)},
    )
    content = made.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, trouble.status, headers=trouble.headers, media_type=MEDIA_TYPE)


def openai_problem(trouble: Trouble) -> JSONResponse:
    """The same as clients of OpenAI know it: what is wrong with a call is a 400 there."""
    status = 400 if trouble.status == HTTPStatus.UNPROCESSABLE_ENTITY else trouble.status
    return JSONResponse({"error": openai_error(trouble)}, status, headers=trouble.headers)


def openai_error(trouble: Trouble) -> dict[str, Any]:
    """What is in it."""
    code = str(trouble.more.get("error_code", _OPENAI_CODES.get(trouble.status, _CODES.get(trouble.status, "error"))))
    details = trouble.more.get("details")
    first = details[0].where.removeprefix("body.") if isinstance(details, list) and details else None
    kind = "server_error" if trouble.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    kind = "rate_limit_error" if trouble.status == HTTPStatus.TOO_MANY_REQUESTS else kind
    return {"message": trouble.words, "type": kind, "param": first, "code": code}


def install(app: FastAPI) -> None:
    """Every error of *app* in this shape; a bug is the edge's."""

    async def told(request: Request, error: Exception) -> JSONResponse:
        return problem(request, _trouble(error))

    for kind in (Trouble, HTTPException, RequestValidationError, Temporary, Permanent):
        app.add_exception_handler(kind, told)


def _trouble(error: Exception) -> Trouble:
    match error:
        case Trouble():
            return error
        case RequestValidationError():
            details = _details(error.errors())
            words = "; ".join(f"{one.where}: {one.message}" for one in details[:3]) or "the body is not understood"
            return Trouble(422, words, details=details)
        case HTTPException(status_code=status, detail=detail):
            return Trouble(status, _HINTS.get(status, str(detail)), headers=error.headers)
        case Temporary():
            log.warning("web.trouble", error=str(error))
            return Trouble(
                503,
                "mailbot cannot do it at this moment; try again in a minute",
                headers={"Retry-After": "60"},
                retry_after=60,
            )
        case _:
            return Trouble(422, str(error))


def _details(errors: Sequence[Any]) -> list[Detail]:
    """Where and what, without what was sent: it may be a secret, or megabytes."""
    return [
        Detail(
            where=".".join(str(part) for part in one["loc"])[:200].encode("utf-8", "replace").decode("utf-8"),
            message=str(one["msg"])[:300].encode("utf-8", "replace").decode("utf-8"),
        )
        for one in errors[:MAX_DETAILS]
    ]
