"""Whom a bounce could not reach, and which mail of ours it gives back.

Half of all bounces say so in a part made for programs (RFC 3464). The others say it in the words of their mail
server, which flufl.bounce knows; it is shown only the top of mail that is a bounce anyhow, and whatever goes wrong in
it is no result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from mailbot.domain.message import Address, Envelope, Failed
from mailbot.domain.names import Names
from mailbot.domain.reply import DeliveryId
from mailbot.understand.addresses import address, addresses
from mailbot.understand.header import Fields, first, message_ids, parameters
from mailbot.understand.mime import Part, Walk, part_fields
from mailbot.understand.octets import Octets

MAX_FAILED: Final = 20  #: addresses that are taken of one bounce
MAX_TOP: Final = 64 * 1024  #: bytes of a bounce that are read for its words
MAX_LINES: Final = 2_000
MAX_LINE: Final = 1_000
MAX_SAID: Final = 1_000  #: characters of what a server said
MAX_RETURNED: Final = 256 * 1024  #: bytes in which the mail that is given back is sought
MAX_OURS: Final = 20  #: names that may be ours of which the signature is checked
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_MESSAGE_ID: Final = re.compile(
    rb"^[ \t>]{0,40}message-id:[ \t]{0,80}(?:\r?\n[ \t>]{1,80})?(<[!-;=?-~]{20,400}>)", re.IGNORECASE | re.MULTILINE
)
_RETURN_PATH: Final = re.compile(rb"\bb\+[a-z0-9]{1,32}\.[a-z2-7]{10}@[a-z0-9.-]{1,255}", re.IGNORECASE)
_REPORTS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RECIPIENTS: Final = ("original-recipient", "final-recipient", "x-actual-recipient")


def failed_recipients(raw: Octets) -> tuple[Failed, ...]:
    """Whom the bounce *raw* names as not reached, or not yet; call it for a bounce only, or its words mislead."""
    fields, body = part_fields(raw, 0, len(raw))
    root = Walk(raw=raw).tree(fields, body, len(raw))
    return failed_of(raw, fields, root)


def failed_of(raw: Octets, fields: Fields, root: Part) -> tuple[Failed, ...]:
    """The same of a bounce whose parts are known: the surest source that names anybody counts."""
    top = raw[: min(len(raw), MAX_TOP)]
    for source in (_reported(raw, root), _in_header(fields, top), _guessed(top)):
        found = {one.address: one for one in islice(source, MAX_FAILED)}
        if found:
            return tuple(found.values())
    return ()


def delivery_of_bounce(returned: tuple[str, ...], envelope: Envelope, names: Names) -> DeliveryId | None:
    """Which of our deliveries came back: by the return path it came to, else by what *names_returned* found in it."""
    paths = (names.delivery_of(one) for one in (*envelope.recipients[:MAX_OURS], *returned))
    ids = (DeliveryId(one.split(".")[2].lower()) for one in returned if names.is_ours(one))
    return next((found for found in (*paths, *ids) if found), None)


def names_returned(raw: Octets, fields: Fields) -> tuple[str, ...]:
    """Return paths and Message-IDs in a bounce that may be ours: the caller, who has the key, tells."""
    text = raw[: min(len(raw), MAX_RETURNED)]
    paths = (found[0].decode("ascii") for found in _RETURN_PATH.finditer(text))
    ids = (found[1].decode("ascii") for found in _MESSAGE_ID.finditer(text))
    answered = message_ids(first(fields, "in-reply-to"), 1)
    likely = (one for one in (*islice(ids, MAX_OURS * 2), *answered) if one.count(".") > 2)  # noqa: PLR2004  (ours)
    return tuple(dict.fromkeys((*islice(paths, MAX_OURS), *likely)))[:MAX_OURS]


def _reported(raw: Octets, root: Part) -> Iterator[Failed]:
    """What the parts for programs say, one block of fields for each recipient."""
    for part in _parts(root):
        if part.kind in _REPORTS:
            text = part.content(raw, MAX_TOP)[:MAX_TOP]
            for block in re.split(rb"\r?\n[ \t]*\r?\n", text, maxsplit=MAX_LINES):
                yield from _of_block(block)


def _of_block(block: bytes) -> Iterator[Failed]:
    fields, _ = part_fields(block.lstrip(b"\r\n"), 0, len(block))
    action = first(fields, "action").strip().lower().partition(" ")[0]
    if action in {"delivered", "relayed", "expanded"}:
        return
    said = _STATUS.search(first(fields, "status")) or _STATUS.search(first(fields, "diagnostic-code"))
    for name in _RECIPIENTS:
        if known := _recipient(first(fields, name)):
            words = " ".join(first(fields, "diagnostic-code").partition(";")[2].split())[:MAX_SAID]
            yield Failed(address=known, status=said[1] if said else "", action=action or "failed", said=words)
            return


def _recipient(value: str) -> Address | None:
    """``rfc822; a@b``, also without its type, and in angle brackets."""
    kind, _, rest = value.partition(";")
    text = (rest if rest.strip() else kind).partition(";")[0].strip().strip("<>\"' ")
    return address(text) or next(iter(addresses(parameters(text)[0])), None)


def _in_header(fields: Fields, top: bytes) -> Iterator[Failed]:
    """Exim names them in its header."""
    for one in addresses(first(fields, "x-failed-recipients")):
        yield Failed(address=one, status=_status(top), action="failed")


def _guessed(top: bytes) -> Iterator[Failed]:
    """What the words of many mail servers mean."""
    try:
        delayed, failed = _flufl(top)
    except Exception:  # noqa: BLE001  (a library's trouble with a stranger's mail is no result, whatever it is)
        return
    status = _status(top)
    for action, found in (("failed", failed), ("delayed", delayed)):
        for one in sorted(found):
            if known := address(one.decode("ascii", "replace").strip()):
                yield Failed(address=known, status=status, action=action)


def _flufl(top: bytes) -> tuple[frozenset[bytes], frozenset[bytes]]:
    import email  # noqa: PLC0415  (only a bounce needs these two; they take a tenth of a second to load)

    from flufl.bounce import _scan  # noqa: PLC0415

    _scan.log.disabled = True  # it writes a traceback into our log for each mail that it stumbles over
    lines = [line[:MAX_LINE] for line in top.split(b"\n", MAX_LINES)[:MAX_LINES]]
    delayed, failed = _scan.all_failures(email.message_from_bytes(b"\n".join(lines)))
    return frozenset(delayed), frozenset(failed)


def _status(top: bytes) -> str:
    """The first status code of a refusal in the words; about two thirds of all bounces have one."""
    found = _STATUS.search(top.decode("ascii", "replace"))
    return found[1] if found else ""


def _parts(root: Part) -> Iterator[Part]:
    yield root
    for part in root.parts:
        yield from _parts(part)
