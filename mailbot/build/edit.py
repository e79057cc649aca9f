"""What an author changed with their own hands, made the next version: found, placed on what it began with, merged.

Their lines are taken as they are; no model sees them before they are a version. What cannot be placed, or does not fit
beside what was changed meanwhile, changes nothing and is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbot.build.edit_apply import applied, fits
from mailbot.build.edit_files import Handed, as_before, changed, likeness, loose, unpacked
from mailbot.build.edit_pasted import put
from mailbot.build.edit_patch import MAX_PATCH, Change, changes_in
from mailbot.build.merge import Clash, Side, merged
from mailbot.build.package import MAX_FILES, MAX_PLAIN
from mailbot.build.paths import Taken as Names
from mailbot.build.paths import refusal
from mailbot.domain.intent import Edited
from mailbot.domain.message import Input
from mailbot.domain.project import Path, Project, Revision, Tree
from mailbot.domain.request import Admitted

_NAMED: Final = 3  #: troubles of one patch that are told
_NO_VERSION: Final = "this project has no version yet that could be changed; write what it shall be"
_NO_FILES: Final = "the mail holds nothing that I could take as your changes"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The files with the author's changes in them."""

    files: Tree
    how: str  #: in which form they came: patch, bundle, archive, files, pasted
    base: int  #: the version that they began with
    clashes: tuple[Clash, ...] = ()  #: while there is one, nothing is changed
    same: bool = False  #: nothing is different
    kept: bool = False  #: files that the author left out of an archive stay


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why the changes cannot be taken, and what helps."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class _Theirs:
    """What the author made of one version."""

    base: Revision
    files: Tree
    how: str
    moved: Mapping[Path, Path] = field(default_factory=dict)
    whole: bool = True


def taken(order: Admitted, project: Project, chosen: Mapping[int, Side] | None = None) -> Taken | Trouble:
    """The next version of *project* by the hand of the order's author; *chosen* settles clashes by their number."""
    head = project.head
    if head is None:
        return Trouble(reason=_NO_VERSION)
    theirs = _theirs(order, project, order.intent.edit or Edited())
    if isinstance(theirs, Trouble):
        return theirs
    base, yours = theirs.base.draft.files, head.draft.files
    if reason := _refused(theirs.files, base):
        return Trouble(reason=reason)
    made = merged(base, theirs.files, yours, moved=theirs.moved, chosen=chosen)
    if not made.clashes and (reason := _refused(made.files, yours)):
        return Trouble(reason=reason)
    same = dict(made.files) == dict(yours) and not made.clashes
    return Taken(
        files=made.files,
        how=theirs.how,
        base=theirs.base.number,
        clashes=made.clashes,
        same=same,
        kept=not theirs.whole and any(path not in theirs.files for path in base),
    )


def _theirs(order: Admitted, project: Project, edit: Edited) -> _Theirs | Trouble:
    """What the author changed, whatever form it came in; where several came, each has its turn."""
    inputs = order.inputs
    if text := _patches(inputs, edit):
        return _by_patch(text, inputs, project, edit)
    if any(one.kind == "bundle" for one in inputs):
        return _by_bundle(inputs, project)
    if handed := unpacked(inputs):
        return _by_archive(handed, project, edit)
    if edit.pasted:
        return _by_paste(edit, project)
    return _by_files(inputs, project, edit)


def _patches(inputs: Sequence[Input], edit: Edited) -> str:
    """All patches of a mail one after another, those of files in the order of their names: 0001-, 0002-."""
    files = sorted((one for one in inputs if one.kind == "patch" and one.content), key=lambda one: one.name)
    texts = [one.content[:MAX_PATCH].decode("utf-8", "surrogateescape") for one in files]
    return "\n".join(text for text in (*texts, edit.patch) if text)[:MAX_PATCH]


def _by_patch(text: str, inputs: Sequence[Input], project: Project, edit: Edited) -> _Theirs | Trouble:
    changes = changes_in(text)
    if not changes:
        return Trouble(reason="the patch changes no file that I can read out of it; make it with git diff")
    first: tuple[str, ...] = ()
    for base in _likely(changes, project, edit):
        made = applied(changes, base.draft.files)
        if not made.troubles:
            files = {**made.files, **loose(inputs, made.files)}
            return _Theirs(base=base, files=files, how="patch", moved=made.moved)
        first = first or made.troubles
    told = "; ".join(first[:_NAMED]) + (f"; and {len(first) - _NAMED} more" if len(first) > _NAMED else "")
    return Trouble(reason=f"the patch does not fit v{project.last} or a version before it: {told}")


def _likely(changes: Sequence[Change], project: Project, edit: Edited) -> list[Revision]:
    """The versions that a patch may come from: those that it names by content, the one answered, the newest."""
    known = [one for _, one in sorted(project.revisions.items(), reverse=True)]
    named = [one for one in known if fits(changes, one.draft.files)]
    seen = [one for one in known if one.number == edit.seen]
    return list({one.number: one for one in (*named, *seen, *known)}.values())


def _by_bundle(inputs: Sequence[Input], project: Project) -> _Theirs | Trouble:
    """The files at the head of a bundle; what it builds upon is the version with that commit."""
    one = next(one for one in inputs if one.kind == "bundle")
    if not one.used:
        return Trouble(reason=one.note or "the bundle cannot be read; make it again with git bundle create")
    files = {Path(file.name): file.content for file in one.files}
    base = next((found for found in project.revisions.values() if one.base and found.commit == one.base), None)
    if base is None and (one.base or not files):
        return Trouble(
            reason=f"the bundle builds upon commit {one.base[:10]}, which is none of the last versions of this project"
        )
    base = base or _nearest(files, project)
    whole = "left out" not in one.note
    return _Theirs(base=base, files=files if whole else {**base.draft.files, **files}, how="bundle", whole=whole)


def _by_archive(handed: Handed, project: Project, edit: Edited) -> _Theirs | Trouble:
    base = project.revisions.get(handed.base) if handed.base is not None else _nearest(handed.files, project)
    if base is None:
        return Trouble(
            reason=f"its metadata.json says that it was made from v{handed.base}, and the newest version of this "
            f"project is v{project.last}"
        )
    del edit
    files = changed(handed, base.draft.files, base.draft.title)
    return _Theirs(base=base, files=files, how="archive", whole=handed.whole)


def _by_paste(edit: Edited, project: Project) -> _Theirs | Trouble:
    """A piece of one file, or all of it."""
    assert edit.pasted is not None  # noqa: S101  (the caller has looked)
    base = project.revisions.get(edit.seen or project.last) or project.revisions[project.last]
    path = next(iter(_places(edit.pasted.name, base.draft.files)), Path(edit.pasted.name))
    made = put(edit.pasted.content, base.draft.files.get(path))
    if made is None:
        return Trouble(
            reason=f"I cannot tell which lines of {path} yours shall replace: its first and its last line must stand "
            "in the file, each once; or attach the whole file"
        )
    return _Theirs(base=base, files={**base.draft.files, path: made}, how="pasted")


def _places(name: str, files: Tree) -> list[Path]:
    """The file of that name, wherever it lies, if there is only one."""
    alike = [path for path in files if path == name or path.endswith(f"/{name}")]
    return [Path(name)] if Path(name) in files else alike[:1] if len(alike) == 1 else []


def _by_files(inputs: Sequence[Input], project: Project, edit: Edited) -> _Theirs | Trouble:
    """Files that came one by one; those that are not of the project are new ones."""
    handed = loose(inputs, project.files or {})
    if not handed:
        return Trouble(reason=next((one.note for one in inputs if not one.used and one.note), _NO_FILES))
    base = _nearest(handed, project, edit.seen)
    files = base.draft.files
    own = {path: as_before(content, files.get(path)) for path, content in handed.items()}
    return _Theirs(base=base, files={**files, **own}, how="files")


def _nearest(files: Tree, project: Project, seen: int | None = None) -> Revision:
    """The version that *files* are most like; of equals the one that was answered, then the newest."""
    return max(
        project.revisions.values(),
        key=lambda one: (round(likeness(files, one.draft.files), 6), one.number == seen, one.number),
    )


def _refused(files: Tree, before: Tree) -> str:
    """Why *files* cannot be a version: a name that is not safe, too many, or too much."""
    names = Names()
    for path in sorted(files):
        why = names.add(path) or (refusal(path) if path not in before else "")
        if why:
            return f"the file name {path!r} cannot be taken: {why}; give it another one"
    if len(files) > max(MAX_FILES, len(before)):
        return f"it would have {len(files):,} files, and {MAX_FILES} is the most; leave out what can be made again"
    size = sum(map(len, files.values()))
    if size > MAX_PLAIN:
        return f"it would have {size // 1_000_000} MB, and {MAX_PLAIN // 1_000_000} MB is the most"
    return ""
