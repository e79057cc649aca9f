"""A project of a template whose author changed its files by hand: what is drawn anew leaves their lines where they are.

Where a wish and an own line are about the same place, the wish is the later word, and wins.
"""

from __future__ import annotations

from collections.abc import Mapping

from mailbot.build.merge import merged
from mailbot.domain.project import Path, Tree


def with_own(drawn: Mapping[Path, str], before: Mapping[Path, str], files: Tree) -> dict[Path, str]:
    """*drawn* with whatever is in *files* and was not drawn *before*; a file that was taken out stays out."""
    base = {path: text.encode() for path, text in before.items()}
    mine = {path: files[path] for path in base if path in files}
    yours = {path: text.encode() for path, text in drawn.items()}
    if mine == base:
        return dict(drawn)
    return {path: _text(content) for path, content in merged(base, mine, yours).files.items()}


def _text(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    return text if not text or text.endswith("\n") else f"{text}\n"
