"""Our names on the wire: one grammar, signed, so that a mail can prove which project it is about.

    project         t7k2m9                                 six base32 letters
    thread address  build+t7k2m9.<mac>@domain              Reply-To of every mail
    Message-ID      <t7k2m9.<revision or kind>.<delivery>.<mac>@domain>
    return path     b+<delivery>.<mac>@domain              maps a bounce to its delivery
    reference line  Ref t7k2m9.<mac>                       the third route into a thread

<mac> is the first 10 base32 letters of an HMAC-SHA256. A token alone gives no right:
it says which project is meant, and the rules say whether its author may.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mailbot.domain.message import MessageId, Raw, Spooled
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import DeliveryId
from mailbot.domain.request import RequestId

NO_PROJECT: Final = "new"  #: stands where a mail of ours belongs to no project
_PROJECT: Final = r"([a-z0-9]{6}|new)"
_MAC: Final = r"([a-z2-7]{10})"
_PLUS: Final = r"(?:\+|=2b|%2b)"  #: also as programs write it that take it for a special character
_THREAD: Final = re.compile(rf"[^@\s]{{1,64}}?{_PLUS}{_PROJECT}\.{_MAC}@\S{{1,255}}")
_WRITTEN: Final = re.compile(rf"{_PLUS}{_PROJECT}\.{_MAC}(?:@|=40|%40)", re.IGNORECASE | re.ASCII)
_MESSAGE: Final = re.compile(rf"<{_PROJECT}\.([a-z0-9]{{1,12}})\.([a-z0-9]{{1,32}})\.{_MAC}@[^<>\s]{{1,255}}>")
_RETURN: Final = re.compile(rf"b\+([a-z0-9]{{1,32}})\.{_MAC}@\S{{1,255}}")
#: A program may have broken a line in two, marked the rest as quoted, and left the marks of an encoding.
_BREAK: Final = r"(?:=?\r?\n[ \t>]{0,20})?"
_REFERENCE: Final = re.compile(
    rf"\bRef(?:[\s\u00a0>|*_:]|=20|=\r?\n){{1,12}}"
    rf"([a-z0-9](?:{_BREAK}[a-z0-9]){{5}}){_BREAK}\.{_BREAK}([a-z2-7](?:{_BREAK}[a-z2-7]){{9}})(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_BETWEEN: Final = re.compile(r"[^a-z0-9]")
MAX_REFERENCES: Final = 100  #: different ones in a text of which the signature is checked


def _letters(digest: bytes, length: int) -> str:
    needed = digest[: -(-length // 8) * 5]  # five bytes make eight letters
    return base64.b32encode(needed).decode("ascii").lower()[:length]


def _depth(text: str, at: int) -> int:
    """How many quote marks the line of *at* begins with."""
    start = max(text.rfind("\n", max(0, at - 200), at) + 1, at - 200)
    return text.count(">", max(0, start), at)


def request_id(raw: Raw, recipients: Iterable[str]) -> RequestId:
    """The same bytes to the same people are the same request, however often they are offered."""
    known = raw.sha256 if isinstance(raw, Spooled) else hashlib.sha256(raw).hexdigest()
    digest = hashlib.sha256(known.encode("ascii"))
    for recipient in sorted({address.lower() for address in recipients}):
        digest.update(b"\0" + recipient.encode("utf-8", "surrogateescape"))
    return RequestId(_letters(digest.digest(), 20))


@dataclass(frozen=True, kw_only=True)
class Names:
    """Makes and reads our names; the first key signs, the older ones still verify."""

    domain: str
    keys: tuple[bytes, ...]

    def project_ids(self, request: str) -> Iterator[ProjectId]:
        """Names for a new project: another one where the first is taken."""
        for salt in itertools.count():
            yield ProjectId(_letters(self._digest(self.keys[0], f"project:{request}:{salt}"), 6))

    def delivery_id(self, request: str, way: str, form: str) -> DeliveryId:
        """The same reply by the same way in the same form is the same delivery."""
        return DeliveryId(_letters(self._digest(self.keys[0], f"delivery:{request}:{way}:{form}"), 12))

    def thread_address(self, project: ProjectId, local: str) -> str:
        """Where replies about *project* go."""
        return f"{local}+{project}.{self._mac(f'thread:{project}')}@{self.domain}"

    def message_id(self, project: ProjectId | None, kind: str, delivery: DeliveryId) -> MessageId:
        """The Message-ID of a mail of ours."""
        body = f"{project or NO_PROJECT}.{kind}.{delivery}"
        return MessageId(f"<{body}.{self._mac(f'message:{body}')}@{self.domain}>")

    def return_path(self, delivery: DeliveryId) -> str:
        """Where bounces of *delivery* go."""
        return f"b+{delivery}.{self._mac(f'return:{delivery}')}@{self.domain}"

    def reference(self, project: ProjectId) -> str:
        """The last line of every text."""
        return f"Ref {project}.{self._mac(f'thread:{project}')}"

    def project_of_address(self, address: str) -> ProjectId | None:
        """The project a thread address of ours names, if its signature is ours."""
        found = _THREAD.fullmatch(address.lower())
        return self._project(found[1], "thread:" + found[1], found[2]) if found else None

    def project_of_message_id(self, message_id: str) -> ProjectId | None:
        """The project a Message-ID of ours names, if its signature is ours."""
        found = _MESSAGE.fullmatch(message_id.lower())
        return self._project(found[1], f"message:{found[1]}.{found[2]}.{found[3]}", found[4]) if found else None

    def revision_of_message_id(self, message_id: str) -> int | None:
        """The revision that the mail of ours with this Message-ID delivered; none where it delivered none."""
        found = _MESSAGE.fullmatch(message_id.lower())
        return int(found[2]) if found and found[2].isdecimal() and self.is_ours(message_id) else None

    def is_ours(self, message_id: str) -> bool:
        """Whether we made this Message-ID."""
        found = _MESSAGE.fullmatch(message_id.lower())
        return found is not None and self._verified(f"message:{found[1]}.{found[2]}.{found[3]}", found[4])

    def projects_of_text(self, text: str) -> tuple[ProjectId, ...]:
        """The projects of the signed reference lines in *text*: the least quoted first, then as they stand."""
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for line in _REFERENCE.finditer(text):
            token, mac = (_BETWEEN.sub("", one.lower()) for one in line.groups())
            place = (_depth(text, line.start()), line.start())
            found[token, mac] = min(place, found.get((token, mac), place))
        nearest = sorted(found, key=found.__getitem__)[:MAX_REFERENCES]
        projects = (self._project(token, "thread:" + token, mac) for token, mac in nearest)
        return tuple(dict.fromkeys(one for one in projects if one))

    def projects_written(self, text: str) -> tuple[ProjectId, ...]:
        """The projects of the thread addresses of ours that stand in *text*."""
        found = list(dict.fromkeys((one[1].lower(), one[2].lower()) for one in _WRITTEN.finditer(text)))
        projects = (self._project(token, "thread:" + token, mac) for token, mac in found[:MAX_REFERENCES])
        return tuple(dict.fromkeys(one for one in projects if one))

    def delivery_of(self, address: str) -> DeliveryId | None:
        """The delivery whose return path this is, if its signature is ours."""
        found = _RETURN.fullmatch(address.lower())
        return DeliveryId(found[1]) if found and self._verified(f"return:{found[1]}", found[2]) else None

    def mark(self, digest: str) -> str:
        """What shows that we wrote the record with this sum."""
        return self._mac(f"record:{digest}")

    def person(self, address: str) -> str:
        """What is kept of somebody who was forgotten: it says whether an address is theirs, and names nobody."""
        return f"erased-{_letters(self._digest(self.keys[-1], f'person:{address.lower()}'), 26)}"

    def is_marked(self, digest: str, mark: str) -> bool:
        """Whether we wrote the record with this sum."""
        return self._verified(f"record:{digest}", mark)

    def _project(self, token: str, signed: str, mac: str) -> ProjectId | None:
        return ProjectId(token) if token != NO_PROJECT and self._verified(signed, mac) else None

    def _verified(self, signed: str, mac: str) -> bool:
        return any(hmac.compare_digest(_letters(self._digest(key, signed), 10), mac) for key in self.keys)

    def _mac(self, signed: str) -> str:
        return _letters(self._digest(self.keys[0], signed), 10)

    @staticmethod
    def _digest(key: bytes, text: str) -> bytes:
        return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()
