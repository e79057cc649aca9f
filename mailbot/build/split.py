"""A project that is too large for one mail, in several: each brings a zip of some of its files, below the same folder.

`mailbot open part1.eml part2.eml` puts them together, and so does whoever unpacks them all in one place. A single file
that is too large by itself is cut into pieces (.zip.001, .zip.002, ...).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

from mailbot.build.forms import Form, Goods, renaming
from mailbot.build.forms_made import RENAMED_LIST, names_listed, renamed
from mailbot.build.package import zipped
from mailbot.build.providers import Provider, Providers
from mailbot.build.size import payload
from mailbot.domain.message import Attachment
from mailbot.domain.project import Path, Tree

MOST_PARTS: Final = 6  #: mails that one package may take
_ENTRY: Final = 400  #: bytes of a zip beside the content of one file
_BINARY: Final = "application/octet-stream"
_NEAR: Final = ("metadata.json", "README.md", "Dockerfile", "SHA256SUMS")  #: always in the first part


def divided(goods: Goods, form: Form, provider: Provider, providers: Providers, limit: int) -> tuple[Attachment, ...]:
    """One attachment for each mail; none where it cannot be divided so, or would take too many mails."""
    room = payload(limit) - len(goods.package.metadata) - len(goods.package.dockerfile)
    renames = renaming(goods, provider, providers) if form is Form.RENAMED else None
    groups = _groups(goods.package.tree, room)
    if groups:
        whole = tuple(_zip(goods, group, number, renames) for number, group in enumerate(groups, 1))
    else:
        content = _zip(goods, goods.package.tree, 1, renames).content
        cuts = [content[at : at + room] for at in range(0, len(content), max(1, room))]
        names = [f"{goods.package.name}.{number:03}" for number in range(1, len(cuts) + 1)]
        whole = tuple(
            Attachment(name=name, media_type=_BINARY, content=cut) for name, cut in zip(names, cuts, strict=True)
        )
    return whole if 1 < len(whole) <= MOST_PARTS else ()


def _groups(files: Tree, room: int) -> Sequence[Tree]:
    """*files* in groups that fit, the largest files last; none where one file alone is too large."""
    sizes = {path: len(zlib.compress(content, 9)) + _ENTRY for path, content in files.items()}
    if max(sizes.values(), default=0) > room:
        return ()
    groups: list[dict[Path, bytes]] = [{}]
    left = [room]
    for path in sorted(files, key=lambda one: (one not in _NEAR, sizes[one], one)):
        at = next((number for number, free in enumerate(left) if sizes[path] <= free), len(groups))
        if at == len(groups):
            groups.append({})
            left.append(room)
        groups[at][path] = files[path]
        left[at] -= sizes[path]
    return groups


def _zip(goods: Goods, files: Tree, number: int, renames: Provider | None) -> Attachment:
    if renames:
        changed, names = renamed(files, renames)
        files = {**changed, RENAMED_LIST: names_listed(names)} if names else files
    content = zipped(files, goods.stem, sum(map(len, files.values())) + 1_000_000)
    name = goods.package.name if number == 1 else f"{goods.stem}-more{number - 1}.zip"
    return Attachment(name=name, media_type=_BINARY, content=content)
