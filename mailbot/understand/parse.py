"""From the bytes of a mail to a Message: what was said, by whom, in which thread. Nothing is judged here.

Only Unreadable comes out, when there is no one author to answer. Content over a limit keeps its Message, which then
says in ``trouble`` what was not taken in, so that its author can be told.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.domain.message import Message
from mailbot.understand.addresses import addresses
from mailbot.understand.bounce import failed_of, names_returned
from mailbot.understand.content import Content, content_of
from mailbot.understand.forward import attached, forwards_of
from mailbot.understand.gate import Headers, gate
from mailbot.understand.header import Fields, first, message_id, message_ids, words
from mailbot.understand.inline import between, patch_in
from mailbot.understand.machine import LOOP, machine_of
from mailbot.understand.octets import Octets
from mailbot.understand.quoting import own_words

MAX_WIRE: Final = 36_000_000  #: bytes of a whole mail
MAX_SUBJECT: Final = 1_000
MAX_IN_REPLY_TO: Final = 10
MAX_REFERENCES: Final = 50
MAX_DELIVERED: Final = 20
#: Where servers write whom a mail was for.
DELIVERED: Final = frozenset({"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to"})
_LANGUAGE: Final = re.compile(r"\s*([a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3})\s*(?:,|\(|$)", re.IGNORECASE)


def parse(raw: Octets) -> Message:
    """Read *raw*; raise Unreadable when it is not one mail of one author."""
    headers = gate(raw)
    content = _content(raw, headers)
    fields = headers.fields
    subject = words(first(fields, "subject"), MAX_SUBJECT, content.charset)
    split = forwards_of(content.text, subject, answers=bool(first(fields, "in-reply-to")))
    text, quoted = own_words(split.own)
    machine = machine_of(fields, headers.author, content.root, text)
    bounced = content.root if machine.kind == "bounce" else None
    return Message(
        id=message_id(first(fields, "message-id")),
        author=headers.author,
        name=headers.name,
        subject=subject,
        text=text,
        quoted="\n\n".join(one for one in (quoted, split.passed) if one),
        to=addresses(first(fields, "to")),
        cc=addresses(first(fields, "cc")),
        delivered=addresses(", ".join(value for name, value in fields if name.lower() in DELIVERED), MAX_DELIVERED),
        date=words(first(fields, "date"), 100),
        in_reply_to=message_ids(first(fields, "in-reply-to"), MAX_IN_REPLY_TO),
        references=message_ids(first(fields, "references"), MAX_REFERENCES),
        attachments=content.attachments,
        automatic=machine.why,
        group=machine.group,
        failed=failed_of(raw, fields, bounced) if bounced else (),
        returned=names_returned(raw, fields) if machine.kind in {"bounce", "feedback"} else (),
        machine=machine.kind,
        ours=any(name.lower() == LOOP for name, _ in fields),
        hops=sum(name.lower() == "received" for name, _ in fields),
        forwarded=() if bounced else (*split.forwarded, *attached(content.attachments)),
        language=language_of(fields),
        hidden=content.hidden,
        between=() if bounced else between(split.own, text),
        patch="" if bounced else patch_in(split.own, text),
        trouble=content.trouble,
    )


def language_of(fields: Fields) -> str:
    """The first language that the header names, in small letters; empty where it names none that is well-formed."""
    found = _LANGUAGE.match(first(fields, "content-language")[:200])
    return found[1].lower() if found else ""


def _content(raw: Octets, headers: Headers) -> Content:
    if len(raw) <= MAX_WIRE:
        return content_of(raw, headers.fields, headers.body)
    million = 1_000_000
    size = f"the mail is {-(-len(raw) // million)} MB; {MAX_WIRE // million} MB is the most I can take"
    return Content(text="", attachments=(), trouble=size)
