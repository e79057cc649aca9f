"""What metadata.json says so that a project can be made again from the mails alone: its commit, and its checks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Final

from mailbot.domain.project import Project, Revision, latest

MARK: Final = "mark"  #: shows that we wrote it


def record_of(project: Project | None, revision: Revision | None) -> dict[str, object]:
    """The lines about *revision*, on top of *project*; none where it has no commit."""
    if project is None or revision is None or not revision.entry:
        return {}
    maker, draft = revision.draft.maker, revision.draft
    history: dict[str, object] = {
        "project": project.id,
        "commit": revision.commit,
        "entry": revision.entry,
        "made_by": {"kind": maker.kind, "name": maker.name, "provider": maker.provider},
    }
    if revision.number <= project.last:  # it is sent again: the checks of then are in the mail of then
        return {"history": history}
    checks = [
        {"number": one.number, "kind": one.kind, "text": one.text, "spec": one.spec, "retired": one.retired}
        for one in latest((*project.checks, *draft.checks))
    ]
    return {"history": history, "ledger": checks}


def written(about: Mapping[str, object], sign: Callable[[str], str] | None = None) -> bytes:
    """metadata.json: the same values give the same bytes. *sign* makes of its sum the mark that it is ours."""
    plain = _dumped(about)
    return _dumped({**about, MARK: sign(hashlib.sha256(plain).hexdigest())}) if sign else plain


def signed(metadata: Mapping[str, object]) -> tuple[str, str]:
    """The sum of what was signed, and its mark; the mark is empty where there is none."""
    plain = _dumped({name: value for name, value in metadata.items() if name != MARK})
    mark = metadata.get(MARK)
    return hashlib.sha256(plain).hexdigest(), mark if isinstance(mark, str) else ""


def _dumped(about: Mapping[str, object]) -> bytes:
    return (json.dumps(about, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "replace")
