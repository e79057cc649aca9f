"""A small web page as one file: its scripts, styles and pictures are put inside, or it is left as it is.

Only what surely behaves the same is put together. A page that loads anything at run time, has a second page, names a
place on the network for one of its parts, or forbids inline scripts stays in several files.
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Mapping
from typing import Final

from mailbot.build.stack import stack_of
from mailbot.domain.project import Path, Tree

MAX_PAGE: Final = 2_000_000  #: bytes of the whole page
_PAGE: Final = Path("index.html")
_SCRIPT: Final = re.compile(r"<script\b([^<>]{0,500})>([^<]{0,20}?)</script\s*>", re.IGNORECASE)
_STYLE: Final = re.compile(r"<link\b([^<>]{0,500})>", re.IGNORECASE)
_IMAGE: Final = re.compile(r"<(?:img|source|audio|video|image|use|track)\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z:-]{1,40})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_URL: Final = re.compile(r"""url\(\s*(["']?)([^"'()]{1,400})\1\s*\)""", re.IGNORECASE)
#: What a page does that one file cannot do, or would do otherwise.
_DYNAMIC: Final = re.compile(
    r"\bfetch\s*\(|XMLHttpRequest|\bimport\b|\bexport\b|Worker\b|importScripts|EventSource|WebSocket|document\.write"
    r"|currentScript|sendBeacon|\blocation\s*(?:\.href\s*)?=|new\s+Image\b|\.src\s*="
)
_UNFIT: Final = re.compile(
    r"<(?:base|iframe|frame|object|embed|applet|portal)\b|http-equiv|\bsrcset\b|\bintegrity\s*="
    r"|\bformaction\s*=|<form\b[^<>]{0,500}\baction\s*=|\bmanifest\b",
    re.IGNORECASE,
)
_ANCHOR: Final = re.compile(r"<(?:a|area)\b[^<>]{0,1000}?\bhref\s*=\s*[\"']?([^\"'\s>]{1,400})", re.IGNORECASE)
_FAR: Final = re.compile(r"[a-z][a-z0-9+.-]{0,20}:|//", re.IGNORECASE)
_KINDS: Final[Mapping[str, str]] = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml",
    "webp": "image/webp", "ico": "image/x-icon", "woff2": "font/woff2", "woff": "font/woff", "ttf": "font/ttf",
    "mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4", "webm": "video/webm",
}  # fmt: skip


class _Unfit(Exception):
    """It does not go into one file."""


def single_page(files: Tree) -> bytes:
    """The page of *files* with everything inside; empty where there is none, or it would behave otherwise."""
    page = files.get(_PAGE)
    if page is None or len(page) > MAX_PAGE or stack_of(files).language != "static":
        return b""
    if sum(path.lower().endswith((".html", ".htm")) for path in files) > 1:
        return b""
    try:
        whole = _put_together(_read(page), files).encode("utf-8")
    except _Unfit:
        return b""
    return whole if len(whole) <= MAX_PAGE else b""


def _put_together(page: str, files: Tree) -> str:
    if _UNFIT.search(page) or not re.search(r"<meta[^<>]{0,100}charset\s*=\s*[\"']?utf-8", page, re.IGNORECASE):
        raise _Unfit
    if any(not target.startswith("#") and not _FAR.match(target) for target in _ANCHOR.findall(page)):
        raise _Unfit
    late: list[str] = []
    page = _STYLE.sub(lambda found: _style(found, files), page)
    page = _IMAGE.sub(lambda found: _shown(found, files), page)
    page = _SCRIPT.sub(lambda found: _script(found, files, late), page)
    if re.search(r"<script\b[^<>]{0,500}\bsrc\s*=", page, re.IGNORECASE):
        raise _Unfit
    outside = re.sub(r"<style\b.*?</style>|<script\b.*?</script>", "", page, flags=re.DOTALL | re.IGNORECASE)
    if any(not one[2].startswith(("data:", "#")) for one in _URL.finditer(outside)) or _DYNAMIC.search(page):
        raise _Unfit
    return _at_the_end(page, "".join(late))


def _at_the_end(page: str, scripts: str) -> str:
    """With *scripts* after everything else, as deferred ones run."""
    at = page.lower().rfind("</body")
    if scripts and at < 0:
        raise _Unfit
    return page[:at] + scripts + page[at:] if scripts else page


def _script(found: re.Match[str], files: Tree, late: list[str]) -> str:
    """One script with its source in it; a deferred one goes to the end."""
    given = _attributes(found[1])
    if "src" not in given:
        return found[0]
    source = _read(_local(given["src"], _PAGE, files))
    if re.search(r"</script|<!--", source, re.IGNORECASE) or found[2].strip():
        raise _Unfit
    kind = f' type="{given["type"]}"' if given.get("type") else ""
    if set(given) - {"src", "type", "defer", "async", "charset"} or '"' in kind:
        raise _Unfit
    whole = f"<script{kind}>\n{source}\n</script>"
    if {"defer", "async"} & set(given) and given.get("type", "") != "module":
        late.append(whole + "\n")
        return ""
    return whole


def _style(found: re.Match[str], files: Tree) -> str:
    given = _attributes(found[1])
    kinds, target = given.get("rel", "").lower().split(), given.get("href", "")
    if "stylesheet" not in kinds:
        if "icon" in kinds and target and not _FAR.match(target):
            return found[0].replace(target, _data(target, _PAGE, files))
        if target and _FAR.match(target) and not target.startswith("data:"):
            raise _Unfit
        return found[0]
    media = given.get("media", "")
    source = _read(_local(target, _PAGE, files))
    if "@import" in source or "</style" in source.lower() or '"' in media or "alternate" in kinds:
        raise _Unfit
    place = Path(_resolved(target, _PAGE))
    source = _URL.sub(lambda one: f'url("{_data(one[2], place, files)}")', source)
    return f"<style{f' media={chr(34)}{media}{chr(34)}' if media else ''}>\n{source}\n</style>"


def _shown(found: re.Match[str], files: Tree) -> str:
    """A tag whose pictures or sounds are inside it."""
    tag = found[0]
    for name, value in _attributes(found[1]).items():
        if name in {"src", "poster", "href", "xlink:href", "data"} and value and not value.startswith(("data:", "#")):
            tag = tag.replace(value, _data(value, _PAGE, files))
    return tag


def _attributes(text: str) -> dict[str, str]:
    return {one[1].lower(): one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(text)}


def _data(target: str, place: Path, files: Tree) -> str:
    if target.startswith(("data:", "#")):
        return target
    content = _local(target, place, files)
    kind = _KINDS.get(target.rpartition(".")[2].lower())
    if kind is None:
        raise _Unfit
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _local(target: str, place: Path, files: Tree) -> bytes:
    """The file that *target* names, seen from *place*."""
    content = files.get(Path(_resolved(target, place)))
    if content is None:
        raise _Unfit
    return content


def _resolved(target: str, place: Path) -> str:
    if not target or _FAR.match(target) or target.startswith("/") or set(target) & set("?#%&\\"):
        raise _Unfit
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), target))


def _read(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Unfit from None
