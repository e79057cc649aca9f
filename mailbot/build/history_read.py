"""A bundle that somebody sends: what it brings, read without git and without any folder.

Nothing of it is believed: every name is the sum of what it names, and every file has a name that may be unpacked. To
be run where a bad mail can do no harm. Only Unreadable comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mailbot.build.history_objects import COMMIT, FILE, FOLDER, TAG, Crate, Object, crated, entries, grown, object_id
from mailbot.build.history_unpack import AGAIN, BROKEN, unpacked
from mailbot.build.package import MAX_FILES, MAX_PLAIN
from mailbot.build.paths import MAX_DEPTH, Taken, refusal
from mailbot.domain.errors import Unreadable
from mailbot.domain.project import Path, Tree

MAX_BUNDLE: Final = 26_000_000  #: bytes of a whole one: what a mail can bring
MAX_REFS: Final = 300
MAX_COMMITS: Final = 5_000
MAX_TAGS: Final = 10  #: tags upon tags
_BEGIN: Final = re.compile(rb"# v[23] git bundle\n")
_LINE: Final = re.compile(rb"(-?)([0-9a-f]{40})(?: ([^\n]{0,300}))?\n")
_EXTRA: Final = b"@object-format=sha1\n"  #: the only thing that version 3 may say of itself
_PERSON: Final = re.compile(rb"author ([^<>\n]{0,300}) ?<([^<>\n]{0,300})> (\d{1,11}) [+-]\d{4}")
_MAIN: Final = ("refs/heads/main", "HEAD", "refs/heads/master")  #: whose files are meant, the surest first


@dataclass(frozen=True, kw_only=True)
class Commit:
    """One commit of a bundle."""

    id: str
    parents: tuple[str, ...]
    name: str  #: of its author, as it says; proven by nothing
    address: str
    at: datetime
    message: str
    entry: bytes  #: the whole of it, as git keeps it


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a bundle brings."""

    head: str  #: the commit that is meant
    refs: Mapping[str, str]  #: names, and the commits that they stand for
    needed: tuple[str, ...]  #: commits that it builds on
    commits: tuple[Commit, ...]  #: parents first
    trees: Mapping[str, Mapping[Path, str]]  #: of each commit with a name its files, by the names of their contents
    contents: Crate  #: by these names

    @property
    def files(self) -> Tree:
        """Those of the commit that is meant."""
        return self.tree(self.head)

    def tree(self, commit: str) -> Tree:
        """The files of a commit that a name stands for."""
        return {path: self.contents.content(id) for path, id in self.trees[commit].items()}


def needed(bundle: bytes) -> tuple[str, ...]:
    """The commits that a bundle builds on: of these, files must be given to open it."""
    return _Head(bundle).needed


def opened(bundle: bytes, have: Mapping[str, Tree]) -> Opened:
    """Read *bundle*; *have* are the files of commits that are known here. Raises Unreadable."""
    head = _Head(bundle)
    known = {id: one for tree in have.values() for id, one in grown(tree).objects.items()}
    objects = unpacked(bundle[head.pack :], known)
    commits = {id: _commit(id, one.content) for id, one in objects.items() if one.kind == COMMIT}
    refs = {name: _peeled(id, objects, have) for name, id in head.refs.items()}
    main = next((refs[name] for name in _MAIN if name in refs), next(iter(refs.values())))
    every = _ordered(commits, set(refs.values()), {*have, *head.needed})
    walk = _Walk({**known, **objects})
    trees = {id: walk.files(commits[id]) for id in dict.fromkeys((main, *refs.values())) if id in commits}
    trees |= {id: {path: object_id(FILE, content) for path, content in tree.items()} for id, tree in have.items()}
    contents = crated({id: walk.content(id) for tree in trees.values() for id in tree.values()})
    return Opened(head=main, refs=refs, needed=head.needed, commits=every, trees=trees, contents=contents)


class _Head:
    """What stands before the pack."""

    def __init__(self, content: bytes) -> None:
        begin = _BEGIN.match(content)
        if not begin:
            raise Unreadable("it is no git bundle; make one with git bundle create")
        if len(content) > MAX_BUNDLE:
            raise Unreadable(f"it is larger than {MAX_BUNDLE // 1_000_000} MB; {AGAIN}")
        at = begin.end()
        self.refs: dict[str, str] = {}
        missing: list[str] = []
        while not content.startswith(b"\n", at):
            if content.startswith(_EXTRA, at):
                at += len(_EXTRA)
                continue
            line = _LINE.match(content, at)
            if not line or len(self.refs) + len(missing) >= MAX_REFS:
                raise Unreadable(BROKEN)
            at, id = line.end(), line[2].decode("ascii")
            if line[1]:
                missing.append(id)
            else:
                self.refs[(line[3] or b"").decode("utf-8", "replace")] = id
        self.pack = at + 1
        self.needed = tuple(dict.fromkeys(missing))
        if not self.refs:
            raise Unreadable("it holds no branch; make it with git bundle create FILE main")


def _peeled(id: str, objects: Mapping[str, Object], have: Mapping[str, Tree]) -> str:
    """The commit that a name stands for, through tags."""
    for _ in range(MAX_TAGS):
        one = objects.get(id)
        if one is None and id in have:
            return id
        if one is None or one.kind in {FILE, FOLDER}:
            break
        if one.kind == COMMIT:
            return id
        target = one.content.partition(b"\n")[0]
        if one.kind != TAG or not target.startswith(b"object "):
            break
        id = target[7:].decode("ascii", "replace")
    raise Unreadable(BROKEN)


def _commit(id: str, content: bytes) -> Commit:
    about, _, message = content.partition(b"\n\n")
    lines = about.split(b"\n")
    author = next((found for line in lines if (found := _PERSON.match(line))), None)
    if not author or not re.fullmatch(rb"tree [0-9a-f]{40}", lines[0]):
        raise Unreadable(BROKEN)
    parents = [line[7:].decode("ascii", "replace") for line in lines if line.startswith(b"parent ")]
    return Commit(
        id=id,
        parents=tuple(parents),
        name=author[1].decode("utf-8", "replace").strip(),
        address=author[2].decode("utf-8", "replace"),
        at=datetime.fromtimestamp(int(author[3]), UTC),
        message=message.decode("utf-8", "replace"),
        entry=content,
    )


def _ordered(commits: Mapping[str, Commit], ends: set[str], known: set[str]) -> tuple[Commit, ...]:
    """Every commit that leads to one of *ends*, parents first; none may be missing but the *known*."""
    if len(commits) > MAX_COMMITS:
        raise Unreadable(f"it holds more than {MAX_COMMITS:,} commits; {AGAIN}")
    done: dict[str, Commit] = {}
    waiting = sorted(ends)
    while waiting:
        one = commits.get(waiting[-1])
        if one is None and waiting[-1] not in known:
            raise Unreadable("it builds on a version that is not of this project; send the files in a ZIP")
        ahead = (
            [] if one is None or one.id in done else [id for id in one.parents if id not in done and id not in known]
        )
        if ahead:
            waiting += ahead
            continue
        waiting.pop()
        if one is not None:
            done[one.id] = one
    return tuple(done.values())


class _Walk:
    """Folders, each read once however often it stands somewhere."""

    def __init__(self, objects: Mapping[str, Object]) -> None:
        self._objects = objects
        self._read: dict[str, tuple[tuple[str, str], ...]] = {}

    def content(self, id: str) -> bytes:
        """What a file holds."""
        return self._object(id, FILE).content

    def files(self, commit: Commit) -> dict[Path, str]:
        """The files of *commit*, none with a name that does harm."""
        root = commit.entry[5:45].decode("ascii")
        found: dict[Path, str] = {}
        taken, room = Taken(), MAX_PLAIN
        for path, id in self._folder(root, 0):
            room -= len(self.content(id))
            if why := refusal(path) or taken.add(path):
                raise Unreadable(f"it holds {path[:100]!r}: {why}; rename it and make the bundle again")
            if room < 0:
                raise Unreadable(f"its files are more than {MAX_PLAIN // 1_000_000} MB; {AGAIN}")
            found[Path(path)] = id
        return found

    def _folder(self, id: str, depth: int) -> tuple[tuple[str, str], ...]:
        if id not in self._read:
            if depth > MAX_DEPTH:
                raise Unreadable(f"its folders are more than {MAX_DEPTH} deep; {AGAIN}")
            self._read[id] = tuple(self._inside(id, depth))
        return self._read[id]

    def _inside(self, id: str, depth: int) -> Iterator[tuple[str, str]]:
        count = 0
        try:
            inside = list(entries(self._object(id, FOLDER).content))
            named = [(name.decode("utf-8"), mode, below) for name, mode, below in inside]
        except ValueError as error:  # no folder, or a name in no letters
            raise Unreadable(BROKEN) from error
        for name, mode, below in named:
            kind = mode >> 12
            if kind not in {0o4, 0o10}:
                raise Unreadable(
                    f"it holds {name[:100]!r}, a link or another repository; take it out and send it again"
                )
            for path, file in [("", below)] if kind == 0o10 else self._folder(below, depth + 1):  # noqa: PLR2004  (a file)
                count += 1
                if count > MAX_FILES:
                    raise Unreadable(f"it holds more than {MAX_FILES} files; {AGAIN}")
                yield (f"{name}/{path}" if path else name), file

    def _object(self, id: str, kind: int) -> Object:
        one = self._objects.get(id)
        if one is None:
            raise Unreadable("it leaves out files that are not known here; send the whole project as a bundle or a ZIP")
        if one.kind != kind:
            raise Unreadable(BROKEN)
        return one
