"""`mailbot rebuild`: a project from the mails of whoever has them, after everything here was lost.

The mails are strangers' bytes by now, so they are read in workers, and nothing in them is believed: a version counts
when its files are just what its commit says, and each commit names the one before.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import IO, Final

from dulwich.index import build_index_from_tree
from dulwich.objects import Commit, ObjectID, ShaFile
from dulwich.refs import Ref
from dulwich.repo import Repo

from mailbot.build.history import CUT, repository_of
from mailbot.build.history_again import Again, Claim, Gathering, parent_in
from mailbot.build.history_found import Sent, sent
from mailbot.build.history_objects import COMMIT
from mailbot.build.history_read import needed, opened
from mailbot.domain.errors import MailbotError, Permanent
from mailbot.domain.message import Message
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.ports import Clock, Reader, Workers
from mailbot.receive.reader import InWorker
from mailbot.receive.workers import Processes
from mailbot.settings import Settings
from mailbot.site import known_names, letterhead, site_of
from mailbot.store import open_ledger

MAX_MAIL: Final = 36_000_000  #: bytes of one
MAX_MAILS: Final = 50_000
MAX_OURS: Final = 2_000
MAX_TOLD: Final = 20  #: notes of one project
_HEAD: Final = 64_000  #: bytes in which a header ends
_OURS: Final = re.compile(rb"^(?:X-Mailbot-Loop:|Message-ID:\s{0,3}<([a-z0-9]{6})\.\d)", re.MULTILINE | re.IGNORECASE)
_ID: Final = re.compile(r"<([a-z0-9]{6})\.[a-z0-9]{1,12}\.[a-z0-9]{1,32}\.[a-z2-7]{10}@")


@dataclass(kw_only=True)
class Found:
    """What was found in the mails: claims and bundles by project, and what was passed over."""

    claims: dict[ProjectId, list[Claim]] = field(default_factory=dict)
    bundles: dict[ProjectId, list[bytes]] = field(default_factory=dict)
    mails: int = 0
    ours: int = 0
    notes: list[str] = field(default_factory=list)


async def rebuild(settings: Settings, source: Path, *, to: Path | None, project: str, look: bool) -> str:
    """Restore what the mails of *source* hold: into the ledger, or as a git repository *to* a folder; say what was."""
    workers = Processes()
    names = known_names(settings)
    site = site_of(settings, names, workers)
    try:
        found = await gathered(mails_in(source), InWorker(workers), workers, names)
        ids = [id for id in found.claims if not project or id == project]
        if not ids:
            raise Permanent(_nothing(source, found, project))
        if to and len(ids) > 1:
            raise Permanent(f"there are several projects in it: {', '.join(ids)}; name one with --project")
        every = [await again_of(id, found, workers) for id in ids]
        said = [f"{found.mails} mails, of which {found.ours} are from a mailbot", *found.notes[:MAX_TOLD]]
        for again in every:
            said += told(again, known=bool(names.keys[0]))
            if to:
                said.append(await asyncio.to_thread(to_folder, again, to))
            elif not look:
                head = letterhead(settings, names)
                said += await _to_ledger(settings, again, site.clock, head.reply_to(again.project.id))
        return "\n".join(said)
    finally:
        await workers.stop()


async def gathered(mails: Iterator[tuple[str, bytes | None]], reader: Reader, workers: Workers, names: Names) -> Found:
    """Read *mails*; each that breaks its reader, or is not what it says, is noted and passed over."""
    found = Found()
    seen: set[bytes] = set()
    while (one := await asyncio.to_thread(next, mails, None)) is not None:
        source, raw = one
        found.mails += 1
        if found.mails > MAX_MAILS:
            raise Permanent(f"there are more than {MAX_MAILS:,} mails; give only the thread")
        if raw is None:
            found.notes.append(f"{source}: larger than {MAX_MAIL // 1_000_000} MB; it is left out")
            continue
        if not _OURS.search(_header(raw)) or raw in seen:
            continue
        seen.add(raw)
        found.ours += 1
        if found.ours > MAX_OURS:
            raise Permanent(f"there are more than {MAX_OURS:,} mails of a mailbot; give only the thread")
        try:
            message = await reader.read(raw)
            version = await workers.run(sent, message.attachments)
        except MailbotError as error:
            found.notes.append(f"{source}: {error}; it is left out")
            continue
        if version:
            _keep(found, source, message, version, names)
    return found


def _keep(found: Found, source: str, message: Message, version: Sent, names: Names) -> None:
    """Put one version where it belongs."""
    written = _ID.match(message.id)
    id = version.project or ProjectId(written[1] if written else "")
    if not version.entry or not id:
        found.notes.append(f"{source}: it brings v{version.number} and does not say its commit; it is left out")
        return
    signed = bool(names.keys[0]) and names.is_marked(version.digest, version.mark)
    found.claims.setdefault(id, []).append(Claim(sent=version, source=source, signed=signed))
    found.bundles.setdefault(id, []).extend(version.bundles)


async def again_of(id: ProjectId, found: Found, workers: Workers) -> Again:
    """The project *id*, of what was found of it."""
    gathering = Gathering(id=id)
    gathering.take(found.claims[id])
    gathering.known(found.claims[id])
    waiting = list(dict.fromkeys(found.bundles[id]))
    while waiting:
        later = [one for one in waiting if not await _read(one, gathering, workers)]
        if len(later) == len(waiting):
            break
        waiting = later
    return gathering.again()


async def _read(bundle: bytes, gathering: Gathering, workers: Workers) -> bool:
    """Read a bundle, if the versions that it builds on are there; whether it is done with."""
    try:
        wanted = await workers.run(needed, bundle)
        if any(commit not in gathering.trees for commit in wanted):
            return False
        have = {commit: gathering.trees[commit] for commit in wanted}
        gathering.brought(await workers.run(opened, bundle, have))
    except MailbotError as error:
        gathering.notes.append(f"a bundle was passed over: {error}")
    return True


def told(again: Again, *, known: bool) -> list[str]:
    """What there is of a project, a line for each version."""
    project = again.project
    lines = ["", f"project {project.id}, {project.title!r}, of {project.owner}"]
    before = ""
    for number, one in sorted(project.revisions.items()):
        claim = again.claims.get(number)
        parent = parent_in(one.entry)
        joins = "" if parent == before or not parent else ", the version before it is not here"
        how = "signed by us" if claim and claim.signed else "unverified" if claim else "from the history of a later one"
        when = f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        lines.append(f"  v{number}  {one.commit}  {when}  {len(one.draft.files)} files, {how}{joins}")
        before = one.commit
    lines += [f"  v{number} is missing: no mail here holds its files" for number in again.missing]
    lines += [f"  {note}" for note in again.notes[:MAX_TOLD]]
    if not known:
        lines.append("  Our keys are not here, so nothing could be verified: compare the newest commit with a clone.")
    return lines


async def _to_ledger(settings: Settings, again: Again, clock: Clock, address: str) -> list[str]:
    ledger = await open_ledger(settings.database_url, str(settings.folder), clock)
    try:
        new = await ledger.restore(again.project, again.added)
    finally:
        await ledger.close()
    if not new:
        return ["  All of it is in the ledger already."]
    versions = ", ".join(f"v{number}" for number in new)
    return [f"  Written into the ledger: {versions}. The next wish goes to {address}, or as a reply in the thread."]


def to_folder(again: Again, folder: Path) -> str:
    """Make a git repository with all versions in *folder*, which must be new or empty."""
    refs, objects = repository_of(again.project)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Permanent(f"{folder} is not empty; name a folder that is new")
        with Repo.init(str(folder), default_branch=b"main") as made:
            store = made.object_store
            for one in objects:
                store.add_object(ShaFile.from_raw_string(one.kind, one.content))
            for name, id in refs.items():
                made.refs[Ref(name.encode())] = ObjectID(id.encode())
            newest = made[refs["refs/heads/main"].encode()]
            assert isinstance(newest, Commit)  # noqa: S101  (we have just written it)
            build_index_from_tree(str(folder), made.index_path(), store, newest.tree)
    except OSError as error:
        raise Permanent(f"{folder} cannot be written: {error.strerror or error}") from error
    cut = any(CUT.encode() in one.content for one in objects if one.kind == COMMIT)
    note = "; it begins anew where versions are missing, so its commits have other names" if cut else ""
    return f"  Written to {folder}: a git repository of {len(refs) - 1} versions{note}."


def mails_in(source: Path) -> Iterator[tuple[str, bytes | None]]:
    """Each mail of an mbox, a Maildir, a folder of .eml files or one such file; None: it is too large."""
    try:
        if not source.is_dir():
            with source.open("rb") as file:
                yield from _in_file(source.name, file)
            return
        boxes = [source / name for name in ("cur", "new") if (source / name).is_dir()]
        files = [one for box in boxes for one in box.iterdir()] or [*source.glob("*.eml"), *source.glob("*.mbox")]
        for path in sorted(files):
            if path.is_file():
                with path.open("rb") as file:
                    yield from _in_file(path.name, file)
    except OSError as error:
        raise Permanent(f"{source} cannot be read: {error.strerror or error}") from error


def _in_file(name: str, file: IO[bytes]) -> Iterator[tuple[str, bytes | None]]:
    """The mails of one file: an mbox is cut at its From lines, as it is read."""
    first = file.readline(MAX_MAIL)
    if not first.startswith(b"From "):
        raw = first + file.read(MAX_MAIL)
        yield name, raw if len(raw) <= MAX_MAIL else None
        return
    lines, size, number, blank = list[bytes](), 0, 1, False
    while line := file.readline(MAX_MAIL):
        if blank and line.startswith(b"From "):
            yield f"{name}, mail {number}", b"".join(lines) if size <= MAX_MAIL else None
            lines, size, number = [], 0, number + 1
            continue
        size += len(line)
        if size <= MAX_MAIL:
            lines.append(line)
        blank = line in {b"\n", b"\r\n"}
    yield f"{name}, mail {number}", b"".join(lines) if size <= MAX_MAIL else None


def _header(raw: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", raw[:_HEAD], maxsplit=1)[0]


def _nothing(source: Path, found: Found, project: str) -> str:
    """Why there is nothing to restore, and what to do."""
    there = f"; there are {', '.join(found.claims)}" if found.claims else ""
    wanted = f" of project {project}{there}" if project else ""
    why = "".join(f"\n  {note}" for note in found.notes[:MAX_TOLD])
    return (
        f"no version{wanted} is in the {found.mails} mails of {source}, of which {found.ours} are from a mailbot. Give "
        f"the mails with the packages, as an mbox, a Maildir or .eml files.{why}"
    )
