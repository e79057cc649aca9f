"""The files of a project that its author brings along: what stands in their archive, under names that are safe."""

from __future__ import annotations

from collections.abc import Iterable

from mailbot.build.paths import refusal
from mailbot.domain.message import Input
from mailbot.domain.project import Path, Tree


def brought(inputs: Iterable[Input]) -> Tree:
    """All files of the archives, bundles and sources among *inputs*; a folder that holds everything is left out."""
    found = {one.name: one.content for come in inputs if come.used for one in come.files}
    top = {name.partition("/")[0] for name in found}
    if len(top) == 1 and all("/" in name for name in found):
        found = {name.partition("/")[2]: content for name, content in found.items()}
    return {Path(name): content for name, content in sorted(found.items()) if not refusal(name)}
