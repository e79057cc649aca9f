"""What mails bring: the package in each, in whatever form it came, and what is attached beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Iterable

from mailbot.client.git import BUNDLES, NeedsEarlier, files_of_bundle
from mailbot.client.mail import Mail, Part, mails, parse
from mailbot.client.paths import Taken, refusal
from mailbot.client.pieces import joined
from mailbot.client.textual import base64_blocks, files_of_txtar, restored
from mailbot.client.trouble import MAX_FILES, MAX_PLAIN, Trouble, shown
from mailbot.client.unzip import ZIP, unzipped

_UNSAFE = re.compile(r"[^\w.-]+")
_ENDING = re.compile(r"\.[A-Za-z0-9_]{1,8}$")
_LETTERS = 40
#: Forms in the order in which they are taken, where a mail brings several.
_ZIP, _BASE64, _TEXT, BUNDLE_FORM, LOOSE_FORM = "zip", "base64 text", "text", "git bundle", "attached files"
_ORDER = (_ZIP, _BASE64, _TEXT, BUNDLE_FORM)


@dataclass(frozen=True)
class Package:
    """The files of one mail."""

    form: str
    name: str  #: of what was attached
    folder: str  #: they stand in it
    files: dict[str, bytes]  #: by name below that folder
    mail: Mail | None = None
    beside: dict[str, bytes] = field(default_factory=dict)  #: what else is attached, by name
    notes: tuple[str, ...] = ()
    packed: bytes = b""  #: as it was attached

    @property
    def size(self) -> str:
        """How much it is, in words."""
        return f"{len(self.files)} files, {sum(map(len, self.files.values())):,} bytes"

    @property
    def extra(self) -> dict[str, bytes]:
        """What is attached and not in the package."""
        inside = set(self.files.values())
        return {name: content for name, content in self.beside.items() if content not in inside}


def packages(sources: Iterable[bytes]) -> list[Package]:
    """The packages in mails, mboxes or bare packages; parts that belong together are put together."""
    letters = [one for raw in sources for one in letters_of(raw)]
    found: list[Package] = []
    for mail, parts in joined(letters):
        one = _package(mail, parts)
        if one:
            found.append(one)
    if not found:
        raise Trouble(
            'there is no package in it, only words. If one should be: reply "resend as bundle" or "resend as zip".'
        )
    return _merged(found)


def letters_of(raw: bytes) -> list[tuple[Mail | None, tuple[Part, ...]]]:
    """Each mail in *raw* with its parts; a package that is no mail is a part without one."""
    if raw.startswith((ZIP, *BUNDLES)):
        return [(None, (Part("package", "application/octet-stream", raw),))]
    found = [parse(one) for one in mails(raw)]
    return [(one, one.parts) for one in found]


def _package(mail: Mail | None, parts: tuple[Part, ...]) -> Package | None:
    notes = [
        *(mail.damaged if mail else ()),
        *(f"{one.name}: {one.damaged}" for one in parts if one.name and one.damaged),
    ]
    named = [one for one in parts if one.name and not one.inline]
    candidates = [(form, one) for one in parts for form in [form_of(one)] if form]
    candidates.sort(key=lambda one: (_ORDER.index(one[0]), not one[1].name))
    failed: Trouble | None = None
    for form, part in candidates:
        try:
            files, said = opened(form, part.content)
        except Trouble as error:
            failed = failed or error
            notes.append(str(error))
            continue
        folder, files = _top(files, part.name or (mail.field("Subject") if mail else ""))
        beside = _beside(one for one in named if one is not part)
        return Package(form, part.name or "the text", folder, files, mail, beside, (*notes, *said), part.content)
    if failed and not isinstance(failed, NeedsEarlier):
        raise failed
    if not named:
        return None
    loose = _beside(named)
    return Package(LOOSE_FORM, "the mail", _slug(mail.field("Subject") if mail else ""), loose, mail, {}, tuple(notes))


def form_of(part: Part) -> str:
    """In which form a part brings a package, told by its bytes; empty: none. What is only called a zip is broken."""
    content, name = part.content, part.name.lower()
    if content.startswith(ZIP) or name.endswith(".zip"):
        return _ZIP
    if content.startswith(BUNDLES) or name.endswith(".bundle"):
        return BUNDLE_FORM
    if b"\0" in content[:8_000] or part.kind == "text/html":
        return ""
    if b"".join(base64_blocks(content)[:1]).startswith((ZIP, *BUNDLES)):
        return _BASE64
    return _TEXT if files_of_txtar(content) else ""


def opened(form: str, content: bytes) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of a package in *form*, under their own names, and what is to be said about that."""
    if form == _BASE64:
        whole = b"".join(base64_blocks(content))
        return opened(_ZIP if whole.startswith(ZIP) else BUNDLE_FORM, whole)
    files = {_ZIP: unzipped, BUNDLE_FORM: files_of_bundle, _TEXT: files_of_txtar}[form](content)
    files, count = restored(files)
    _vet(files)
    return files, (f"{count} files have got their own names back",) if count else ()


def _vet(files: dict[str, bytes]) -> None:
    """The last look at all names, whatever form they came in."""
    taken = Taken()
    for name in files:
        if why := refusal(name) or taken.add(name):
            raise Trouble(f"the package holds {shown(name)!r}: {why}. Nothing is unpacked.")
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_PLAIN:
        raise Trouble(
            f"the package holds more than {MAX_FILES} files or {MAX_PLAIN // 1_000_000} MB; that is not unpacked."
        )


def _beside(parts: Iterable[Part]) -> dict[str, bytes]:
    """Attachments by a safe name each."""
    found: dict[str, bytes] = {}
    taken = Taken()
    for number, part in enumerate(parts, 1):
        name = part.name
        if refusal(name) or "/" in name or taken.add(name):
            name = f"attachment-{number}.bin"
            taken.add(name)
        found[name] = part.content
    return found


def _top(files: dict[str, bytes], name: str) -> tuple[str, dict[str, bytes]]:
    """The one folder that holds everything and the files below it; without one, a folder named after *name*."""
    tops = {one.partition("/")[0] for one in files}
    if len(tops) == 1 and all("/" in one for one in files):
        return next(iter(tops)), {one.partition("/")[2]: content for one, content in files.items()}
    return _slug(_ENDING.sub("", name)), files


def _slug(name: str) -> str:
    slug = _UNSAFE.sub("-", re.sub(r"^(?:re|aw|odp)\s*:\s*", "", name.strip(), flags=re.IGNORECASE))[:_LETTERS].strip(
        "-."
    )
    return slug if slug and not refusal(slug) else "package"


def _merged(found: list[Package]) -> list[Package]:
    """Packages of one folder are one: a project that was too large for one mail."""
    whole: dict[str, Package] = {}
    for one in found:
        first = whole.get(one.folder)
        if first is None or one.form == LOOSE_FORM:
            whole[_free(one.folder, whole)] = one
            continue
        differing = [name for name, content in one.files.items() if first.files.get(name, content) != content]
        if differing:
            raise Trouble(
                f"two mails bring different {shown(differing[0])!r} for {one.folder}. Open one of them alone."
            )
        files = {**first.files, **one.files}
        _vet(files)
        whole[one.folder] = replace(
            first, files=files, beside={**one.beside, **first.beside}, notes=(*first.notes, *one.notes)
        )
    return [replace(one, folder=folder) for folder, one in whole.items()]


def _free(folder: str, taken: dict[str, Package]) -> str:
    names = (f"{folder}-{number}" if number > 1 else folder for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
