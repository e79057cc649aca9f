"""Mails as things: taken apart, looked over, turned into other forms, made. It is run in a worker."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO
from typing import Any, Final

from mailbot.client.found import Package, packages
from mailbot.client.mail import parse as taken_apart
from mailbot.client.selfextract import eml_py
from mailbot.client.trouble import Trouble
from mailbot.client.verify import verify
from mailbot.domain.errors import Permanent, Unreadable
from mailbot.domain.message import Address, Attachment
from mailbot.reply.headers import address, structured, unstructured
from mailbot.understand.parse import parse

FORMS: Final = ("json", "zip", "eml.py", "text")
MAX_SHOWN: Final = 100_000  #: characters of a text that is given back
_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_LONG: Final = 998  #: bytes of a line (RFC 5322)
_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_HELD: Final = re.compile(r"\s")


def parsed(raw: bytes) -> dict[str, Any]:
    """What a mail says, who wrote it, and what is attached; raise Unreadable when it has no one author."""
    message = parse(raw)
    return {
        "message_id": message.id,
        "from_address": message.author,
        "from_name": message.name,
        "to": list(message.to),
        "cc": list(message.cc),
        "subject": message.subject,
        "date": message.date,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "text": message.text[:MAX_SHOWN],
        "quoted": message.quoted[:MAX_SHOWN],
        "automatic": message.automatic,
        "trouble": message.trouble,
        "attachments": [_file(one) for one in message.attachments],
        "package": _package(raw),
    }


def validated(raw: bytes) -> dict[str, Any]:
    """Whether it is one whole mail that programs read alike, and whether the package in it is as it was sent."""
    errors: list[str] = []
    warnings: list[str] = []
    try:
        message = parse(raw)
        errors += [message.trouble] if message.trouble else []
    except Unreadable as error:
        errors.append(str(error))
    try:
        errors += taken_apart(raw).damaged
    except Trouble as error:
        errors.append(str(error))
    if _BARE.search(raw):
        warnings.append("lines end in bare line feeds; mail systems want CRLF")
    if any(len(line) > _LONG for line in raw.split(b"\n")):
        warnings.append(f"a line is longer than {_LONG} bytes; some mail systems break such lines")
    found = _first(raw)
    looked = verify(found) if found else []
    errors += [f"{one.what}: {one.words}" for one in looked if one.mark == "wrong"]
    warnings += [f"{one.what}: {one.words}" for one in looked if one.mark == "?"]
    checked = [f"{one.what}: {one.words}" for one in looked if one.mark == "ok"]
    return {"valid": not errors, "errors": list(dict.fromkeys(errors)), "warnings": warnings, "verified": checked}


def converted(raw: bytes, to: str) -> bytes:
    """The mail in another form: its facts (json), its words (text), its package (zip), a mail that runs (eml.py)."""
    makers: Mapping[str, Callable[[bytes], bytes]] = {
        "json": lambda mail: (json.dumps(parsed(mail), indent=1) + "\n").encode("ascii"),
        "text": lambda mail: (parse(mail).text + "\n").encode("utf-8", "replace"),
        "zip": _zip,
        "eml.py": eml_py,
    }
    if to not in makers:
        raise Permanent(f"{to[:20]!r} is no form; there are {', '.join(FORMS)}")
    try:
        return makers[to](raw)
    except Trouble as error:
        raise Permanent(str(error)) from error


def made(  # noqa: PLR0913  (the parts of a mail)
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    files: Sequence[Attachment] = (),
    headers: Sequence[tuple[str, str]] = (),
    at: datetime,
) -> bytes:
    """A mail of these parts; the same parts and time give the same bytes."""
    body = EmailMessage(policy=SMTP)
    body.set_content(text or " ", cte="base64")
    if html:
        body.add_alternative(html, subtype="html", cte="base64")
    for one in files:
        kind = one.media_type if _TYPE.fullmatch(one.media_type) else "application/octet-stream"
        main, _, sub = kind.partition("/")
        if main in {"message", "multipart"}:
            main, sub = "application", "octet-stream"
        body.add_attachment(one.content, maintype=main, subtype=sub, filename=_HELD.sub(" ", one.name))
    digest = hashlib.sha256(json.dumps([sender, to, subject, text, html, at.isoformat()]).encode()).hexdigest()
    for number, part in enumerate(one for one in body.walk() if one.is_multipart()):
        part.set_boundary(f"=_{digest[:20]}_{number}")
    top = [
        structured("Date", *format_datetime(at.astimezone(UTC)).split(" ")),
        address("From", Address(sender)),
        address("To", Address(to)),
        unstructured("Subject", subject),
        structured("Message-ID", f"<{digest[:32]}@{sender.rpartition('@')[2]}>"),
        *(unstructured(name, value) for name, value in headers),
    ]
    return b"".join(top) + body.as_bytes()


def _file(one: Attachment) -> dict[str, Any]:
    known = hashlib.sha256(one.content).hexdigest()
    return {"filename": one.name, "content_type": one.media_type, "size": len(one.content), "sha256": known}


def _first(raw: bytes) -> Package | None:
    try:
        return packages([raw])[0]
    except Trouble:
        return None


def _package(raw: bytes) -> dict[str, Any] | None:
    found = _first(raw)
    if found is None:
        return None
    return {"form": found.form, "folder": found.folder, "files": sorted(found.files)}


def _zip(raw: bytes) -> bytes:
    """The files of its package; the same files give the same bytes."""
    found = packages([raw])[0]
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(found.files.items()):
            entry = zipfile.ZipInfo(f"{found.folder}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()
