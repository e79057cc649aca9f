"""A thread is a git repository: its history is made of what the ledger has stored, and of nothing else.

A commit is made once, when its revision is recorded, and stored with it as git keeps it; so a revision needs only its
parent's name, and what is made of it later is the same bytes again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mailbot.build.history_objects import COMMIT, Grown, Object, commit_id, grown, object_id
from mailbot.build.history_pack import Pack, packed
from mailbot.build.history_patch import patch_between
from mailbot.build.history_words import message_of, moment, person
from mailbot.build.package import slug_of
from mailbot.domain.project import Project, Revision
from mailbot.domain.request import Admitted

MAX_PLAIN: Final = 50_000_000  #: bytes of all versions of a whole history, before packing
NEWEST: Final = 20  #: versions of one that is larger
CUT: Final = "The versions before this one are left out of this copy, for they are too many or too large."
_US: Final = "mailbot"


@dataclass(frozen=True, kw_only=True)
class _Version:
    """A revision with its objects."""

    number: int
    id: str
    commit: Object
    grown: Grown


def recorded(project: Project, revision: Revision, order: Admitted, *, name: str = "", sender: str = _US) -> Revision:
    """*revision* with its commit, on top of the newest one of *project*; *name* is its author's, *sender* ours."""
    head = project.head
    words = message_of(project, revision.draft, revision.number, order, name)
    at = moment(revision.at)
    lines = [f"tree {grown(revision.draft.files).root}"]
    if head and head.commit:
        lines.append(f"parent {head.commit}")
    lines += [f"author {person(name, revision.author)} {at}", f"committer {person(_US, sender)} {at}", "", words]
    entry = "\n".join(lines)
    return replace(revision, commit=commit_id(entry), entry=entry)


def bundle_of(project: Project, new: Revision) -> tuple[str, bytes]:
    """The name and the bytes of the bundle that brings *new*, which is not in *project* yet.

    It continues the version before. The first one, and the second, whose parent no bundle has brought, stand alone.
    """
    slug, head = slug_of(new.draft.title), project.head
    versions = [_version(new)]
    between = project.revisions.get(new.number - 1)
    if between and between is not head and between.commit == _parent(versions[0]):
        versions.insert(0, _version(between))  # a request that brings two versions brings both
    if head is None or not head.commit or _parent(versions[0]) != head.commit:
        return f"{slug}-v{new.number}.bundle", _bundle(versions)
    before = _version(head)
    name = f"{slug}-v{head.number}-v{new.number}.bundle"
    if not _parent(before):
        return name, _bundle([before, *versions])
    return name, _bundle(versions, before)


def patch_of(project: Project, new: Revision) -> tuple[str, bytes]:
    """The name and the bytes of the patch that makes *new* of the version before; no bytes where there is none."""
    head = project.head
    patch = patch_between(head.draft.files, new) if head and new.entry else b""
    return f"{slug_of(new.draft.title)}-v{project.last}-v{new.number}.patch", patch


def full_bundle(project: Project) -> tuple[str, bytes]:
    """The name and the bytes of the bundle of every version that was loaded, the newest at its head.

    Where older versions are left out, for they are too many or too large, the oldest one that is there says so in its
    words, and the commits after it have names of their own.
    """
    kept = _kept(project)
    if not kept:
        return f"{slug_of(project.title)}.bundle", b""
    slug = slug_of(project.revisions[kept[-1].number].draft.title)
    first = f"v{kept[0].number}-" if len(kept) > 1 else ""
    return f"{slug}-{first}v{kept[-1].number}.bundle", _bundle(kept)


def repository_of(project: Project) -> tuple[Mapping[str, str], tuple[Object, ...]]:
    """What a repository of every version that was loaded holds: its references, and its objects."""
    kept = _kept(project)
    tags = {f"refs/tags/v{one.number}": one.id for one in kept}
    return {**tags, "refs/heads/main": kept[-1].id}, tuple(_pack(kept, None).objects)


def _kept(project: Project) -> Sequence[_Version]:
    found = _within([_version(one) for _, one in sorted(project.revisions.items()) if one.entry])
    return found if _whole(found) else _rerooted(found)


def _within(found: Sequence[_Version]) -> Sequence[_Version]:
    """All of them, or the newest ones where all are too much."""
    plain, kept = 0, list[_Version]()
    for version in reversed(found):
        plain += sum(len(one.content) for one in version.grown.objects.values())
        if kept and plain > MAX_PLAIN:
            break
        kept.insert(0, version)
    return kept if len(kept) == len(found) else kept[-NEWEST:]


def _whole(versions: Sequence[_Version]) -> bool:
    """Whether each one stands on one before it, or on nothing."""
    before: set[str] = {""}
    for version in versions:
        if _parent(version) not in before:
            return False
        before.add(version.id)
    return True


def _rerooted(versions: Sequence[_Version]) -> list[_Version]:
    """The same versions on a ground of their own."""
    names: dict[str, str] = {}
    made: list[_Version] = []
    for version in versions:
        lines = version.commit.content.decode().split("\n")
        parent = _parent(version)
        if parent:
            lines[1:2] = [f"parent {names[parent]}"] if parent in names else []
        if parent not in names:
            head, _, words = "\n".join(lines).partition("\n\n")
            subject, _, rest = words.partition("\n")
            lines = [head, "", subject, "", CUT, *rest.split("\n")]
        entry = "\n".join(lines).encode()
        names[version.id] = object_id(COMMIT, entry)
        made.append(replace(version, id=names[version.id], commit=Object(kind=COMMIT, content=entry)))
    return made


def _bundle(versions: Sequence[_Version], parent: _Version | None = None) -> bytes:
    """*versions*, oldest first; with *parent* only what its owner lacks."""
    newest = versions[-1]
    lines = ["# v2 git bundle", *([f"-{parent.id} v{parent.number}"] if parent else [])]
    lines += [f"{newest.id} HEAD", f"{newest.id} refs/heads/main"]
    lines += [f"{one.id} refs/tags/v{one.number}" for one in versions]
    return "\n".join(lines).encode("ascii") + b"\n\n" + packed(_pack(versions, parent))


def _pack(versions: Sequence[_Version], parent: _Version | None) -> Pack:
    """Every object that *parent* has not, with the older ones at the same path to tell it by."""
    had = set(parent.grown.objects) if parent else set[str]()
    objects: dict[str, Object] = {}
    older: dict[str, Object] = {}
    before = parent.grown if parent else None
    for version in versions:
        objects[version.id] = version.commit
        for path, id in version.grown.paths.items():
            if id in had or id in objects:
                continue
            objects[id] = version.grown.objects[id]
            if before and path in before.paths:
                older[id] = before.objects[before.paths[path]]
        before = version.grown
    return Pack(objects=tuple(objects.values()), older=older)


def _version(revision: Revision) -> _Version:
    commit = Object(kind=COMMIT, content=revision.entry.encode())
    return _Version(number=revision.number, id=revision.commit, commit=commit, grown=grown(revision.draft.files))


def _parent(version: _Version) -> str:
    """The commit before; empty: there is none."""
    line = version.commit.content.split(b"\n", 2)[1]
    return line.removeprefix(b"parent ").decode("ascii") if line.startswith(b"parent ") else ""
