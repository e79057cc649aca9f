"""What a project is made of, as a program reads it: CycloneDX 1.6, from the dependencies that it declares.

Only what is declared is known. What those packages need in turn is not looked up, so the list calls itself incomplete,
and no licence is guessed: each says "unknown".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mailbot.build.stack import Stack, stack_of
from mailbot.domain.project import Path, Tree

_PYTHON: Final = re.compile(r"([A-Za-z0-9][\w.-]{0,100})(?:\[[\w, -]{0,100}\])?[ \t]*([^#;\n]{0,100})")
_PINNED: Final = re.compile(r"===?[ \t]*([\w.!+-]{1,60})")
_NODE: Final = re.compile(r"(@?[^@\s]{1,200})@(.{0,200})", re.DOTALL)
_EXACT: Final = re.compile(r"[v=]?(\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+][\w.+-]{1,60})?)")
_FROM: Final = re.compile(
    r"^FROM[ \t]+(?:--\S{1,80}[ \t]+)?([a-z0-9][\w./:-]{0,200}?)(?:@(sha256:[0-9a-f]{64}))?"
    r"(?:[ \t]+AS[ \t]+(\S{1,80}))?[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_ROOT: Final = "project"
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~")


@dataclass(frozen=True, kw_only=True)
class Made:
    """What the list is of."""

    name: str
    number: int
    request: str
    at: datetime
    version: str  #: of mailbot


def sbom(files: Tree, made: Made) -> bytes:
    """The list for *files*; the same values give the same bytes."""
    components = list({str(one["bom-ref"]): one for one in _components(files)}.values())
    refs = sorted(str(one["bom-ref"]) for one in components)
    about: dict[str, object] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{_uuid(files, made)}",
        "version": 1,
        "metadata": {
            "timestamp": made.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": {"components": [{"type": "application", "name": "mailbot", "version": made.version or "unknown"}]},
            "component": {"type": "application", "bom-ref": _ROOT, "name": made.name, "version": str(made.number)},
        },
        "components": sorted(components, key=lambda one: str(one["bom-ref"])),
        "dependencies": [{"ref": _ROOT, "dependsOn": refs}, *({"ref": one} for one in refs)],
        "compositions": [{"aggregate": "incomplete", "assemblies": [_ROOT]}],
    }
    return (json.dumps(about, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "replace")


def _components(files: Tree) -> Iterator[dict[str, object]]:
    stack = stack_of(files)
    for declared in stack.dependencies:
        yield _library(declared, stack)
    recipe = files.get(Path("Dockerfile"), b"")[:100_000].decode("utf-8", "replace")
    stages = {found[3].lower() for found in _FROM.finditer(recipe) if found[3]}
    for found in _FROM.finditer(recipe):
        if found[1].lower() not in {*stages, "scratch"}:
            yield _image(found[1], found[2] or "")


def _library(declared: str, stack: Stack) -> dict[str, object]:
    """One package; its version only where that is pinned."""
    if stack.language == "node":
        parts = _NODE.fullmatch(declared)
        name, wanted = (parts[1], parts[2].strip()) if parts else (declared, "")
        exact = _EXACT.fullmatch(wanted)
        scope, _, last = name.rpartition("/")
        purl = f"pkg:npm/{_quoted(scope) + '/' if scope else ''}{_quoted(last)}"
    else:
        parts = _PYTHON.match(declared)
        name, wanted = (parts[1], parts[2].strip()) if parts else (declared, "")
        exact = _PINNED.fullmatch(wanted)
        purl = f"pkg:pypi/{_quoted(re.sub(r'[-_.]+', '-', name).lower())}"
    return _component("library", name, purl, exact[1] if exact else "", wanted)


def _image(name: str, digest: str) -> dict[str, object]:
    """What a Dockerfile starts from."""
    place, _, tag = name.rpartition(":") if ":" in name.rpartition("/")[2] else (name, "", "")
    purl = "pkg:docker/" + "/".join(_quoted(one) for one in place.split("/"))
    return _component("container", place, purl, digest or tag, tag, pinned=bool(digest))


def _component(kind: str, name: str, purl: str, version: str, wanted: str, *, pinned: bool = True) -> dict[str, object]:
    whole = f"{purl}@{_quoted(version)}" if version else purl
    said: dict[str, object] = {"type": kind, "bom-ref": whole, "name": name, "purl": whole}
    said["licenses"] = [{"license": {"name": "unknown"}}]
    if version:
        said["version"] = version
    if not version or not pinned:
        said["properties"] = [{"name": "mailbot:declared", "value": wanted or "any version"}]
    return said


def _quoted(text: str) -> str:
    """*text* as a part of a purl."""
    return "".join(
        one if one in _PLAIN else "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "replace")) for one in text
    )


def _uuid(files: Tree, made: Made) -> str:
    """Of the project and its request, so that a crash makes the same one again."""
    digest = hashlib.sha256(repr((made.name, made.number, made.request, sorted(files))).encode("utf-8", "replace"))
    raw = bytearray(digest.digest()[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x80, raw[8] & 0x3F | 0x80  # version 8: of our own making
    hexed = raw.hex()
    return f"{hexed[:8]}-{hexed[8:12]}-{hexed[12:16]}-{hexed[16:20]}-{hexed[20:]}"
