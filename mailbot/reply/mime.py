"""Fix a reply as the bytes of one mail. They never change again, so the same reply always gives the same bytes.

Written part by part, read back with the standard library, and compared before anybody may send it.
"""

from __future__ import annotations

import base64
import binascii
import email
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime
from typing import Final

from mailbot.domain.message import Attachment
from mailbot.domain.reply import Delivery, Picture, Reply
from mailbot.reply.dkim import sign_by
from mailbot.reply.headers import address, fits, known_id, parameter, structured, unstructured
from mailbot.reply.letterhead import Letterhead

FORM: Final = "zip"  #: the shape the package is sent in
NOTICE: Final = "notice"  #: the kind of a mail that is never an answer
RETURN: Final = "X-Mailbot-Return"  #: says in a bounce which mail it is, where a relay has written over its other names
LOOP: Final = "X-Mailbot-Loop"  #: by which we know our own mail when it comes back
KEY: Final = "X-Mailbot-Key"  #: the short name of the key that signs our packages
_LONG: Final = 78
#: Of an attachment, by its name.
_PLACES: Final = {"metadata.json": 2, "Dockerfile": 3, "SHA256SUMS": 4, "SHA256SUMS.sig": 5}
_LAST: Final = {"patch": 0, "diff": 0}  #: the same, by the end of its name
_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One part: its header fields, and its body with CRLF at every line's end."""

    fields: bytes
    body: bytes


def seal(reply: Reply, way: str, at: datetime, letterhead: Letterhead, form: str = FORM) -> Delivery:
    """The mail that carries *reply* by *way*. Its identity comes from the request, its date from *at*.

    A notice has no return path, as RFC 3834 asks: nobody needs to hear that it did not arrive.
    """
    names = letterhead.names
    id = names.delivery_id(reply.request, way, form)
    kind = str(reply.revision) if reply.kind == "built" else reply.kind
    message_id = names.message_id(reply.project, kind, id)
    whole, keys = _whole(reply, str(id)), letterhead.keys.current
    top = [
        structured("Date", *format_datetime(at.astimezone(UTC)).split(" ")),
        address("From", letterhead.sender),
        address("To", reply.to),
        *([structured("Cc", *_listed(reply.cc))] if reply.cc else []),
        address("Reply-To", letterhead.reply_to(reply.project)),
        unstructured("Subject", reply.subject),
        structured("Message-ID", message_id),
        *_thread(reply),
        structured("Auto-Submitted", "auto-replied"),
        structured("X-Auto-Response-Suppress", "All"),
        structured(LOOP, names.domain),
        *([] if reply.kind == NOTICE else [structured(RETURN, names.return_path(id))]),
        *_about(reply, letterhead.version),
        *([unstructured(KEY, keys.signer.fingerprint)] if keys.signer else []),
        *(unstructured(name, value) for name, value in reply.extra),
        structured("MIME-Version", "1.0"),
        whole.fields,
    ]
    wire = b"".join(top) + b"\r\n" + whole.body
    _compare(wire, reply, b"".join(top))
    return Delivery(
        id=id,
        request=reply.request,
        way=way,
        form=form,
        message_id=message_id,
        sender="" if reply.kind == NOTICE else names.return_path(id),
        recipients=(reply.to, *reply.cc),
        wire=sign_by(wire, keys.for_mail_from(letterhead.sender), at),
        first_at=at,
    )


def _thread(reply: Reply) -> Iterator[bytes]:
    if known_id(reply.in_reply_to):
        yield structured("In-Reply-To", reply.in_reply_to)
    if reply.references:
        yield structured("References", *reply.references)


def _about(reply: Reply, version: str) -> Iterator[bytes]:
    """What made it, for which order, and which package it is."""
    yield unstructured("X-Generated-By", f"mailbot {version}".strip())
    yield unstructured("X-Request-ID", reply.request)
    if reply.revision:
        yield unstructured("X-Package-Version", str(reply.revision))


def _listed(people: Sequence[str]) -> Iterator[str]:
    """Addresses with a comma behind all but the last."""
    for number, one in enumerate(people, 1):
        if not fits(one) or not one.isascii():
            raise AssertionError(f"not an address: {one!r}")
        yield one if number == len(people) else f"{one},"


def in_order(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Patch, package (zip, bundle, page), metadata.json, Dockerfile, the sums of all that; equals stay as they are."""
    return tuple(sorted(attachments, key=lambda one: _PLACES.get(one.name, _LAST.get(one.name.rpartition(".")[2], 1))))


def _whole(reply: Reply, id: str) -> _Part:
    """mixed[alternative[text, related[html, picture]], attachments]; what has one part only is not wrapped."""
    words = _text("plain", reply.text)
    if reply.html:
        page = _text("html", reply.html)
        if reply.picture:
            page = _several("related", f"=_{id}_page", [page, _shown(reply.picture)])
        words = _several("alternative", f"=_{id}_words", [words, page])
    if not reply.attachments:
        return words
    return _several("mixed", f"=_{id}_parts", [words, *(_attached(one) for one in in_order(reply.attachments))])


def _several(subtype: str, boundary: str, parts: list[_Part]) -> _Part:
    opened = b"\r\n--" + boundary.encode("ascii") + b"\r\n"
    inner = b"".join(opened + part.fields + b"\r\n" + part.body for part in parts)
    closed = b"\r\n--" + boundary.encode("ascii") + b"--\r\n"
    fields = structured("Content-Type", f"multipart/{subtype};", f'boundary="{boundary}"')
    return _Part(fields=fields, body=inner.removeprefix(b"\r\n") + closed)


def _text(subtype: str, text: str) -> _Part:
    """Words: as they are where that is safe, else whichever encoding is shorter."""
    plain = _lines(text).encode()
    lines = plain.replace(b"\n", b"\r\n")
    how, body = "7bit", lines
    if not _safe(plain):
        quoted = binascii.b2a_qp(lines, istext=True).replace(b"\r\nFrom ", b"\r\n=46rom ")
        quoted = b"=46" + quoted[1:] if quoted.startswith(b"From ") else quoted
        packed = _base64(lines)
        how, body = ("base64", packed) if len(packed) < len(quoted) else ("quoted-printable", quoted)
    charset = "us-ascii" if how == "7bit" else "utf-8"
    fields = structured("Content-Type", f"text/{subtype};", f"charset={charset}")
    return _Part(fields=fields + structured("Content-Transfer-Encoding", how), body=body)


def _lines(text: str) -> str:
    """*text* with one kind of line end, the last line ended, and no half characters."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return whole if whole.endswith("\n") else whole + "\n"


def _safe(plain: bytes) -> bool:
    """Whether it passes every relay unchanged, and through an mbox: a line that begins with From is altered there."""
    odd = any(byte > 126 or (byte < 32 and byte != 10) for byte in set(plain))  # noqa: PLR2004  (printable ASCII and LF)
    lines = plain.split(b"\n")
    return not odd and b"=_" not in plain and all(len(one) <= _LONG and not one.startswith(b"From ") for one in lines)


def _attached(one: Attachment) -> _Part:
    """A file, byte for byte: always base64, since line ends of text are changed on the way."""
    kind = one.media_type if _TYPE.fullmatch(one.media_type) else "application/octet-stream"
    charset = [";", "charset=utf-8"] if kind.startswith("text/") else []
    fields = [
        structured("Content-Type", kind + "".join(charset[:1]), *charset[1:]),
        structured("Content-Transfer-Encoding", "base64"),
        structured("Content-Disposition", "attachment;", *parameter("filename", one.name)),
    ]
    return _Part(fields=b"".join(fields), body=_base64(one.content))


def _shown(picture: Picture) -> _Part:
    """A picture that the words name; it is no attachment, so it has no name to be saved by."""
    fields = [
        structured("Content-Type", picture.media_type),
        structured("Content-Transfer-Encoding", "base64"),
        structured("Content-ID", f"<{picture.id}>"),
        structured("Content-Disposition", "inline"),
    ]
    return _Part(fields=b"".join(fields), body=_base64(picture.content))


def _base64(content: bytes) -> bytes:
    packed = base64.b64encode(content)
    return b"\r\n".join(packed[at : at + 76] for at in range(0, len(packed), 76)) + b"\r\n"


def _compare(wire: bytes, reply: Reply, top: bytes) -> None:
    """Read the mail as a receiver would; what is not what we meant is a bug, and is not sent."""
    read = email.message_from_bytes(wire)
    leaves = [part for part in read.walk() if not part.is_multipart()]
    expected = [reply.text, *([reply.html] if reply.html else [])]
    shown = [reply.picture.content] if reply.picture and reply.html else []
    files = [*shown, *(one.content for one in in_order(reply.attachments))]
    attached = leaves[len(expected) :]
    same = (
        not _BARE.search(wire)
        and not any(part.defects for part in read.walk())
        and len(read.keys()) == len(re.findall(rb"(?m)^[^ \t\r\n]", top))
        and [value for name, value in read.raw_items() if name == "To"] == [_raw(reply.to)]
        and [" ".join(value.split()) for value in read.get_all("Cc", [])] == ([", ".join(reply.cc)] if reply.cc else [])
        and not read.get_all("Bcc")
        and len(leaves) == len(expected) + len(files)
        and [_content(part) for part in attached] == files
        and all(_words(part) == _lines(text) for part, text in zip(leaves, expected, strict=False))
    )
    if not same:
        raise AssertionError(f"the reply to {reply.request} did not survive being read back")


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _words(part: Message) -> str:
    return _content(part).decode("utf-8").replace("\r\n", "\n")


def _raw(value: str) -> str:
    """*value* as the parser keeps it before it reads a header."""
    return value.encode().decode("ascii", "surrogateescape")
