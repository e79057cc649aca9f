"""A mail that a program asks us to send, as it comes: what may stand in it, and what may not."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from mailbot.web.problems import Trouble

MAX_FILES: Final = 50
MAX_CONTENT: Final = 25_000_000  #: bytes of all files: mail systems take no more
MAX_HEADERS: Final = 20
MAX_TEXT: Final = 1_000_000
#: A caller's own headers; those by which we, and the systems on the way, know what a mail is stay ours.
_HEADER: Final = re.compile(
    r"X-(?!Mailbot|Auto-Response|Original|Forwarded|Envelope|Spam|Google|MS-)[A-Za-z0-9-]{1,40}", re.IGNORECASE
)
_NAME: Final = r"^[^\x00-\x1f\x7f/\\]{1,200}$"


class Body(BaseModel):
    """The words."""

    text: str = Field(default="", max_length=MAX_TEXT)
    html: str = Field(default="", max_length=MAX_TEXT)


class File(BaseModel):
    """A file."""

    filename: Annotated[str, StringConstraints(pattern=_NAME)]
    content: str = Field(max_length=40_000_000)
    content_type: Annotated[str, StringConstraints(max_length=130)] = "application/octet-stream"
    encoding: Literal["base64", "utf-8", "text"] = Field(default="base64", description="of content")


class Package(BaseModel):
    """A mail to be sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "recipient": "ana@example.org",
        "subject": "Your report",
        "body": {"text": "It is attached."},
        "attachments": [
            {"filename": "report.csv", "content": "a,b", "content_type": "text/csv", "encoding": "utf-8"},
        ],
    }]})  # fmt: skip

    recipient: str | None = Field(default=None, max_length=1_000)
    subject: Annotated[str, StringConstraints(max_length=500)] | None = None
    body: Body | None = None
    attachments: list[File] = Field(default=[], max_length=MAX_FILES)
    headers: dict[str, Annotated[str, StringConstraints(max_length=500)]] = Field(
        default={}, max_length=MAX_HEADERS, description="of your own, named X-..."
    )


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """A file, as bytes."""

    name: str
    media_type: str
    content: bytes


def missing(package: Package) -> str:
    """The first field that is needed and not there."""
    body = package.body
    needed = {"recipient": package.recipient, "subject": package.subject, "body": body and (body.text or body.html)}
    return next((name for name, value in needed.items() if not value), "")


def files_of(package: Package) -> Sequence[Unpacked]:
    """The files as bytes; raise Trouble for one that is not what it says it is."""
    found = [
        Unpacked(name=one.filename, media_type=one.content_type.lower(), content=_content(one))
        for one in package.attachments
    ]
    if sum(len(one.content) for one in found) > MAX_CONTENT:
        raise Trouble(
            413, f"the files have more than {MAX_CONTENT:,} bytes, which no mail can carry; send a link instead"
        )
    return found


def _content(file: File) -> bytes:
    if file.encoding != "base64":
        return file.content.encode("utf-8")
    try:
        return base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError):
        words = f"the content of {file.filename!r} is no base64; encode it, or say encoding: utf-8"
        raise Trouble(400, words) from None


def headers_of(package: Package) -> tuple[tuple[str, str], ...]:
    """The caller's own header fields; no other can be set."""
    for name, value in package.headers.items():
        if not _HEADER.fullmatch(name):
            raise Trouble(400, f"headers: {name[:60]!r} cannot be set; a header of your own is named X-Something")
        if not value.isprintable():
            raise Trouble(400, f"headers: {name} holds a line break or another character that no header can hold")
    return tuple(package.headers.items())
