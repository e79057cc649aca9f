"""What is in a mail: who sent what, which version, what was checked."""

from __future__ import annotations

import re
from typing import Iterator

from mailbot.client.about import about
from mailbot.client.found import Package
from mailbot.client.trouble import shown

_ID = re.compile(r"<([a-z0-9]{6})\.([a-z0-9]{1,12})\.[a-z0-9]{1,32}\.[a-z2-7]{10}@")
_MOST_FILES = 40
_MOST_CHECKS = 60
_MARKS = {"passed": "ok", "pass": "ok", "ok": "ok", "failed": "WRONG", "fail": "WRONG"}


def info(package: Package) -> list[str]:
    """All that a person asks about one package, line by line."""
    return [*_letter(package), *_program(package), *_checks(package), *_files(package)]


def _letter(package: Package) -> Iterator[str]:
    if package.mail is None:
        return
    for name in ("From", "To", "Date", "Subject"):
        yield f"{name + ':':9} {shown(package.mail.field(name))}"
    found = _ID.match(package.mail.field("Message-ID"))
    if found:
        yield f"{'Project:':9} {found[1]}, " + (f"version {found[2]}" if found[2].isdigit() else found[2])


def _program(package: Package) -> Iterator[str]:
    said = about(package)
    yield f"{'Package:':9} {package.folder}, {package.size}, came as {package.form}"
    if not said.known:
        yield f"{'About:':9} it has no metadata.json that can be read"
        return
    name, kind, runtime = (said.words("app_metadata", key) for key in ("name", "type", "runtime"))
    yield f"{'Program:':9} {', '.join(one for one in (name, kind, runtime) if one) or 'not said'}"
    needs = said.lines("app_metadata", "dependencies")
    yield f"{'Needs:':9} {', '.join(needs[:20]) or 'no packages'}"
    maker = said.words("llm_model") or said.words("generator", "kind")
    version = said.words("package_version")
    yield f"{'Made:':9} {said.words('generated_at') or '?'} by {maker or '?'}" + (
        f", version {version}" if version else ""
    )
    yield f"{'Request:':9} {said.words('request_id') or '?'}"
    yield f"{'Status:':9} {said.words('status') or 'not said'}"


def _checks(package: Package) -> Iterator[str]:
    findings = about(package).records("checks", "findings")
    if findings:
        yield "Checked, as its maker says:"
    for one in findings[:_MOST_CHECKS]:
        result = str(one.get("result", "?"))
        what = " ".join(str(one.get(key, "")) for key in ("check", "subject"))
        detail = str(one.get("detail") or "")
        yield f"  {_MARKS.get(result, shown(result, 12)):6} {shown(what, 60)}" + (
            f": {shown(detail, 100)}" if detail else ""
        )
    if len(findings) > _MOST_CHECKS:
        yield f"  and {len(findings) - _MOST_CHECKS} more in metadata.json"


def _files(package: Package) -> Iterator[str]:
    yield "Files:"
    for name in sorted(package.files)[:_MOST_FILES]:
        yield f"  {len(package.files[name]):>10,}  {name}"
    if len(package.files) > _MOST_FILES:
        yield f"  and {len(package.files) - _MOST_FILES} more"
    for name, content in sorted(package.extra.items()):
        yield f"  {len(content):>10,}  {name} (attached beside the package)"
