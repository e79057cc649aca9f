"""Pack a draft into what is sent: a zip with everything to set it up, and what it says about itself (rows E15 and E17).

The same draft at the same time gives the same bytes: sorted names, fixed times, two modes, one folder at the top.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from mailbot.build.complete import instructions, supplements
from mailbot.build.history_record import written
from mailbot.build.paths import Taken, refusal
from mailbot.build.stack import Stack, stack_of
from mailbot.build.sums import is_proof
from mailbot.domain.errors import Permanent
from mailbot.domain.project import Draft, Finding, Path, Tree

VERSION: Final = "1.0"  #: of the form of metadata.json
MAX_FILES: Final = 500
MAX_PLAIN: Final = 50_000_000  #: bytes before packing
MAX_ZIP: Final = 6_900_000  #: bytes of a payload that fits in 9.5 MB of mail, which every usual server takes
METADATA: Final = Path("metadata.json")
#: Latin letters that Unicode takes for letters of their own.
_LETTERS: Final = str.maketrans(
    {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe",
     "\N{LATIN SMALL LETTER DOTLESS I}": "i", "þ": "th", "ð": "d"}
)  # fmt: skip
_SLUG: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Package:
    """What is sent."""

    name: str  #: of the zip file
    zip: bytes
    metadata: bytes  #: the metadata.json that is also in the zip
    dockerfile: bytes  #: empty: there is none
    files: tuple[str, ...]  #: every name in the zip, below its one folder
    tree: Tree = field(default_factory=dict, repr=False)  #: the same with their contents


@dataclass(frozen=True, kw_only=True)
class _Content:
    """A draft with all that is packed around it."""

    draft: Draft
    files: Tree
    added: tuple[Path, ...]
    stack: Stack
    name: str


def package(  # noqa: PLR0913  (each is a line of metadata.json)
    draft: Draft,
    *,
    request: str,
    at: datetime,
    number: int = 0,
    slug: str = "",
    recipient: str = "",
    left_out: Mapping[str, int] | None = None,
    most: int | None = None,
    record: Mapping[str, object] | None = None,
    sign: Callable[[str], str] | None = None,
    prove: Callable[[Tree, str], Tree] | None = None,
) -> Package:
    """Pack *draft*, the revision *number* (0: not said) for *request*; *slug* names the zip, else its title does.

    *left_out*: folders that were too large to send, with their bytes. *most*: bytes that the zip may have. *record*:
    what the project can be made again from; *sign* marks it as ours. *prove* adds the sums of all files, and a
    signature over them.
    """
    name = slug_of(slug or draft.title) + (f"-v{number}" if number else "")
    content = _completed(draft, name, proven=prove is not None)
    about = _about(content) | {"request_id": request, "generated_at": _moment(at), "package_version": number or None}
    if recipient:
        about["recipient"] = recipient
    if left_out:
        about["left_out"] = dict(sorted(left_out.items()))
    metadata = written(about | dict(record or {}), sign)
    files = {**content.files, METADATA: metadata}
    files |= prove(files, name) if prove else {}
    return Package(
        name=f"{name}.zip",
        zip=zipped(files, name, most),
        metadata=metadata,
        dockerfile=files.get(Path("Dockerfile"), b""),
        files=tuple(sorted(files)),
        tree=files,
    )


def slug_of(title: str) -> str:
    """A short name for files and folders, whatever the title says."""
    plain = unicodedata.normalize("NFKD", title.translate(_LETTERS)).encode("ascii", "ignore").decode("ascii").lower()
    slug = _SLUG.sub("-", plain)[:40].strip("-")
    return slug if slug and not refusal(slug) else "project"


def zipped(files: Tree, folder: str, most: int | None = None) -> bytes:
    """A reproducible zip of *files* below one *folder*, of at most *most* bytes."""
    most = MAX_ZIP if most is None else most
    _fits(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{path}", (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, wherever this runs: else the modes are read as DOS flags
            entry.external_attr = (0o100755 if content.startswith(b"#!") else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    packed = buffer.getvalue()
    if len(packed) > most:
        raise Permanent(
            f"the package is {len(packed) / 1e6:.1f} MB; mail servers take {most / 1e6:.1f} MB. Ask for a smaller "
            "one, for instance without data that it can download or make again."
        )
    return packed


def _fits(files: Tree) -> None:
    """Refuse what no receiver could unpack safely, before any work is done."""
    if sum(not is_proof(path) for path in files) > MAX_FILES:
        raise Permanent(f"the package has {len(files)} files; {MAX_FILES} is the most. Ask for a smaller project.")
    plain = sum(len(content) for content in files.values())
    if plain > MAX_PLAIN:
        raise Permanent(
            f"the files are {plain / 1e6:.0f} MB; {MAX_PLAIN / 1e6:.0f} MB is the most. Ask for a smaller one."
        )
    taken = Taken()
    for path in sorted(files):
        if why := refusal(path) or taken.add(path):
            raise Permanent(f"the file name {path!r} cannot be packed: {why}. Ask for it under another name.")


def _completed(draft: Draft, name: str, *, proven: bool) -> _Content:
    stack = stack_of(draft.files)
    own = {path: content for path, content in draft.files.items() if path.casefold() != METADATA}
    if proven:
        own = {path: content for path, content in own.items() if not is_proof(path)}
    added = supplements(own, draft.title or name, stack)
    return _Content(draft=draft, files={**own, **added}, added=tuple(sorted(added)), stack=stack, name=name)


def _about(content: _Content) -> dict[str, object]:
    draft, stack, maker = content.draft, content.stack, content.draft.maker
    container = "Dockerfile" in content.files
    model = maker.name if maker.kind == "model" else None
    return {
        "version": VERSION,
        "llm_model": model,
        "app_metadata": {
            "name": draft.title or content.name,
            "type": stack.type,
            "runtime": stack.runtime,
            "dependencies": list(stack.dependencies),
        },
        "deployment": {
            "method": "docker" if container else "local",
            "port": stack.port or (8080 if container and stack.language == "static" else None),
            "environment_vars": list(stack.environment),
        },
        "execution_instructions": list(instructions(stack, container=container, name=content.name)),
        "generator": {
            "kind": maker.kind,
            "provider": maker.provider,
            "template": maker.name if maker.kind == "scaffold" else None,
            "model": model,
        },
        "generation_metadata": {"usage": {"tokens": maker.tokens, "seconds": maker.seconds, "tries": maker.tries}},
        "coverage": {
            "requested": [*draft.done, *draft.not_done],
            "done": list(draft.done),
            "not_understood": list(draft.not_done),
            "assumed": list(draft.assumed),
        },
        "status": "partial" if draft.not_done or not draft.report.passed else "complete",
        "checks": _checks(draft),
        "files": _files(content),
    }


def _checks(draft: Draft) -> dict[str, object]:
    report = draft.report
    findings = [_evidence(finding) for finding in report.findings]
    shown = {"picture": {"sha256": hashlib.sha256(report.picture).hexdigest()}} if report.picture else {}
    return {"executed": report.executed, "sandbox": report.where or None, "findings": findings, **shown}


def _evidence(finding: Finding) -> dict[str, object]:
    """One finding with what it rests on, as far as anything was run."""
    said: dict[str, object] = {
        "check": finding.check,
        "subject": finding.subject,
        "result": finding.result.value,
        "detail": finding.detail,
    }
    if finding.command:
        said |= {"command": finding.command, "exit_code": finding.exit_code, "seconds": finding.seconds}
    if finding.sha256:
        said |= {"output": finding.output, "output_sha256": finding.sha256}
    return said


def _files(content: _Content) -> list[dict[str, object]]:
    """Every file but metadata.json, which cannot hold its own sum."""
    return [
        {
            "path": path,
            "size": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            "added_by": "mailbot" if path in content.added else content.draft.maker.kind,
        }
        for path, body in sorted(content.files.items())
    ]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
