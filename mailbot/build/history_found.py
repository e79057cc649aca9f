"""What a mail of ours brings of a project: read again out of its attachments, whatever form they have.

Nobody knows whose hands the mail went through, so everything here is a claim until it is held against its commit. To
be run where a bad mail can do no harm. Only Unreadable comes out.
"""

from __future__ import annotations

import binascii
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mailbot.build.history_objects import Crate, crated
from mailbot.build.history_record import signed
from mailbot.build.package import MAX_FILES, MAX_PLAIN, METADATA
from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Attachment
from mailbot.domain.project import Check, Draft, Finding, Maker, Path, ProjectId, Report, Result, Tree

MAX_METADATA: Final = 4_000_000  #: bytes
MAX_CHECKS: Final = 1_000
MAX_FINDINGS: Final = 5_000
MAX_TEXT: Final = 100_000  #: characters of one line of it
MAX_VERSION: Final = 100_000
_ZIP: Final = b"PK\3\4"
_BUNDLE: Final = re.compile(rb"# v[23] git bundle\n")
_FILE: Final = re.compile(rb"^-- ([^\n]{1,300}) --[ \t]*\r?\n", re.MULTILINE)
_LETTERS: Final = re.compile(rb"[A-Za-z0-9+/=\r\n]+")
_BAD: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, LookupError, OverflowError)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One version, as a mail of ours tells it."""

    number: int
    request: str
    project: ProjectId  #: empty where it does not say
    commit: str
    entry: str
    digest: str  #: of what was signed
    mark: str  #: by which it may be ours
    draft: Draft  #: without its files
    checks: tuple[Check, ...] | None  #: all of the project as it was then; none: it does not say
    trees: tuple[Crate, ...] = ()  #: files that it may have, by their paths
    bundles: tuple[bytes, ...] = ()


def sent(attachments: Sequence[Attachment]) -> Sent | None:
    """The version that *attachments* bring; none where they bring none. Raises Unreadable."""
    about = next((one.content for one in attachments if one.name == METADATA), None)
    crates, bundles = list[Mapping[Path, bytes]](), list[bytes]()
    for one in attachments:
        content = _letters(one.content)
        if _BUNDLE.match(content):
            bundles.append(content)
        elif content.startswith(_ZIP):
            crates.append(_unzipped(content))
        elif _FILE.match(content):
            crates.append(dict(_cut(content)))
    told = [*([about] if about is not None else []), *(tree[METADATA] for tree in crates if METADATA in tree)]
    if not told:
        return None
    known = _object(_loaded(told[0]))
    return _sent(known, tuple(crated(_own(tree, known)) for tree in crates), tuple(bundles))


def _loaded(content: bytes) -> object:
    if len(content) > MAX_METADATA:
        raise Unreadable(f"its metadata.json is larger than {MAX_METADATA // 1_000_000} MB; none of ours is")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable("its metadata.json cannot be read") from error


def _letters(content: bytes) -> bytes:
    """What stands in letters of base64; else as it is."""
    if content[:4] in {b"UEsD", b"IyB2"} and _LETTERS.fullmatch(content):
        try:
            return binascii.a2b_base64(content)
        except binascii.Error:
            return content
    return content


def _unzipped(content: bytes) -> dict[Path, bytes]:
    """The files below the one folder of a ZIP; those that end in .txt for the mail's sake get their names back."""
    found: dict[Path, bytes] = {}
    room = MAX_PLAIN * 2
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = archive.infolist()
            if len(inside) > MAX_FILES + 10:
                raise Unreadable(f"its ZIP holds more than {MAX_FILES} files; none of ours does")
            for entry in inside:
                with archive.open(entry) as file:
                    body = file.read(room + 1)
                room -= len(body)
                if room < 0:
                    raise Unreadable("its ZIP is larger than any of ours")
                found[Path(entry.filename.partition("/")[2])] = body
    except _BAD as error:
        raise Unreadable("its ZIP cannot be read") from error
    own = _object(_object(_loaded(found.pop(Path("RENAME.json"), b"{}"))).get("files"))
    return {Path(_text(own.get(path)) or path): body for path, body in found.items()}


def _cut(text: bytes) -> Iterator[tuple[Path, bytes]]:
    """The files of a text, each behind the line with its name."""
    marks = list(_FILE.finditer(text))[: MAX_FILES + 10]
    ends = [one.start() for one in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        yield Path(mark[1].decode("utf-8", "replace")), text[mark.end() : end]


def _own(tree: Tree, about: Mapping[str, Any]) -> dict[str, bytes]:
    """*tree* without what was only packed around it: signatures and the like are not even listed."""
    listed = [_object(one) for one in _list(about.get("files"), MAX_FILES * 2)]
    own = {_text(one.get("path")) for one in listed if one.get("added_by") != "mailbot"}
    return {path: content for path, content in tree.items() if path in own}


def _sent(about: Mapping[str, Any], trees: tuple[Crate, ...], bundles: tuple[bytes, ...]) -> Sent:
    history = _object(about.get("history"))
    ledger = about.get("ledger")
    digest, mark = signed(about)
    number = _number(about.get("package_version"))
    if not 0 < number <= MAX_VERSION:
        raise Unreadable("its metadata.json names no version")
    return Sent(
        number=number,
        request=_text(about.get("request_id"))[:64],
        project=ProjectId(_text(history.get("project"))[:64]),
        commit=_text(history.get("commit"))[:40],
        entry=_text(history.get("entry")),
        digest=digest,
        mark=mark[:64],
        draft=_draft(about, history),
        checks=tuple(map(_check, _list(ledger, MAX_CHECKS))) if isinstance(ledger, list) else None,
        trees=trees,
        bundles=bundles,
    )


def _draft(about: Mapping[str, Any], history: Mapping[str, Any]) -> Draft:
    coverage, checks = _object(about.get("coverage")), _object(about.get("checks"))
    made, usage = _object(history.get("made_by")), _object(_object(about.get("generation_metadata")).get("usage"))
    maker = Maker(
        kind=_text(made.get("kind")),
        name=_text(made.get("name")),
        provider=_text(made.get("provider")),
        tries=_number(usage.get("tries")),
        seconds=_amount(usage.get("seconds")),
        tokens=_number(usage.get("tokens")),
    )
    report = Report(
        findings=tuple(map(_finding, _list(checks.get("findings"), MAX_FINDINGS))),
        executed=checks.get("executed") is True,
        where=_text(checks.get("sandbox")),
    )
    return Draft(
        title=_text(_object(about.get("app_metadata")).get("name")),
        files={},
        report=report,
        maker=maker,
        done=_texts(coverage.get("done")),
        not_done=_texts(coverage.get("not_understood")),
        assumed=_texts(coverage.get("assumed")),
    )


def _check(value: object) -> Check:
    one = _object(value)
    words = {name: _text(one.get(name)) for name in ("kind", "text", "spec")}
    return Check(number=_number(one.get("number")), retired=one.get("retired") is True, **words)


def _finding(value: object) -> Finding:
    one = _object(value)
    result, code = _text(one.get("result")), one.get("exit_code")
    return Finding(
        check=_text(one.get("check")),
        subject=_text(one.get("subject")),
        result=Result(result) if result in set(Result) else Result.UNCHECKED,
        detail=_text(one.get("detail")),
        command=_text(one.get("command")),
        exit_code=_number(code) if code is not None else None,
        output=_text(one.get("output")),
        sha256=_text(one.get("output_sha256")),
        seconds=_amount(one.get("seconds")),
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object, most: int) -> list[Any]:
    return value[:most] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value[:MAX_TEXT].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(_text, _list(value, MAX_CHECKS)))


def _number(value: object) -> int:
    return value if type(value) is int and abs(value) < 1 << 31 else 0


def _amount(value: object) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value < 1e9 else 0.0  # noqa: PLR2004  (years)
