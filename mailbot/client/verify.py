"""Does everything that came fit together, and who signed it? What cannot be found out is said, not passed over."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Callable, Iterator

from mailbot.client.about import METADATA, parsed
from mailbot.client.found import BUNDLE_FORM, LOOSE_FORM, Package
from mailbot.client.sshsig import Signature, signature_of
from mailbot.client.trouble import shown

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
PROVENANCE = "provenance.json"
SBOM = "sbom.cdx.json"
PROOFS = frozenset({SUMS, SIGNATURE, PROVENANCE, SBOM})
AUTHORS = ("signature", "DKIM")  #: what proves a maker; a sum that nobody signed only shows that nothing broke
_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.{1,400})")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_NAMED = 3

Dkim = Callable[[bytes], "Finding"]  #: proves a mail; the house's, where there is one


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    mark: str  #: ok, wrong, or ? for what could not be verified
    what: str
    words: str


def verify(package: Package, signers: Path | None = None, dkim: Dkim | None = None) -> list[Finding]:
    """Everything that can be found out about one package."""
    proofs = _proofs(package)
    found = [*_whole(package), *_metadata(package), *_sums(package, proofs), *_signed(package, proofs, signers)]
    return [*found, *_provenance(package), *_sent(package, dkim)]


def verdict(findings: list[Finding], *, strict: bool) -> tuple[str, bool]:
    """All findings in one sentence, and whether that is good enough."""
    marks = {one.mark for one in findings}
    if "wrong" in marks:
        return 'NOT as it was sent. Do not run it; ask for it again: reply "resend".', False
    if "ok" not in marks:
        return "Nothing of it could be verified.", False
    if not any(one.mark == "ok" and one.what in AUTHORS for one in findings):
        return "It is whole. Whether its maker is who it says, could NOT be verified.", not strict
    if "?" in marks:
        return "What could be verified holds; a ? says what could not.", not strict
    return "All of it holds.", True


@dataclass(frozen=True)
class _Proof:
    """Sums, and what was signed of them: those in the package, or those that are attached beside it."""

    what: str
    inside: bool
    sums: bytes | None
    signature: bytes | None


def _proofs(package: Package) -> list[_Proof]:
    """What there is of them; in a bundle, a file of such a name is the project's own."""
    inside = {} if package.form == BUNDLE_FORM else package.files
    found: list[_Proof] = []
    for where, here in ((inside, True), (package.beside, False)):
        if SUMS in where or SIGNATURE in where:
            what = f"attached {SUMS}" if found else SUMS
            found.append(_Proof(what, here, where.get(SUMS), where.get(SIGNATURE)))
    return found


def _whole(package: Package) -> Iterator[Finding]:
    broken = [one for one in package.notes if "cut off" in one or "damaged" in one or "not known" in one]
    for words in broken:
        yield Finding("wrong", "mail", shown(words))
    doubles = [
        name
        for name, content in package.beside.items()
        if name in package.files and package.files[name] != content and name not in {SUMS, SIGNATURE}
    ]
    for name in doubles:
        yield Finding("wrong", name, "is attached with other content than the one in the package")


def _metadata(package: Package) -> Iterator[Finding]:
    apart = package.form == BUNDLE_FORM  # of which it is no part: it is attached beside it
    content = package.beside.get(METADATA) if apart else package.files.get(METADATA)
    if content is None:
        yield Finding("?", METADATA, "the package has none")
        return
    read = parsed(content)
    listed = read.get("files") if read else None
    if not isinstance(listed, list) or not all(
        isinstance(one, dict) and isinstance(one.get("path"), str) for one in listed
    ):
        yield Finding("wrong", METADATA, "cannot be read, or lists no files")
        return
    sums = {str(one["path"]): str(one.get("sha256", "")) for one in listed}
    if len(sums) < len(listed):
        yield Finding("wrong", METADATA, "lists a file twice")
    if package.form == LOOSE_FORM and not any(name in package.files for name in sums):
        yield Finding("?", METADATA, f"the {len(sums)} files that it lists did not come along")
        return
    if apart:  # and what was only added to a package is in no bundle
        added = {str(one["path"]) for one in listed if one.get("added_by") == "mailbot"}
        sums = {name: value for name, value in sums.items() if name in package.files or name not in added}
    yield _compared(package, sums, METADATA, {METADATA, *PROOFS})


def _sums(package: Package, proofs: list[_Proof]) -> Iterator[Finding]:
    covered: set[str] = set()
    for proof in proofs:
        if proof.sums is None:
            yield Finding("wrong", proof.what, "is missing, and its signature is there")
            continue
        sums = _listed(proof.sums)
        if not sums:
            yield Finding("wrong", proof.what, "holds a line that is no sum, or a name twice")
            continue
        if proof.inside:
            top = package.folder + "/"
            sums = {name[len(top) :] if name.startswith(top) else name: value for name, value in sums.items()}
            yield _compared(package, sums, proof.what, {SUMS, SIGNATURE})
        else:
            covered |= set(sums)
            yield _attached(package, sums, proof.what)
    if not proofs:
        yield Finding("?", SUMS, "the package has none; it is not signed")
        return
    open_ = [name for name in package.extra if name not in covered | {SUMS, SIGNATURE}]
    if open_:
        yield Finding("?", "attached", f"{_named(open_)}: no sum covers what is attached beside the package")


def _attached(package: Package, sums: dict[str, str], source: str) -> Finding:
    """What is attached against the sums beside it; the sum of a package covers all that is in it."""
    inside = set(sums) & set(package.files) if package.form != BUNDLE_FORM else set()
    there = {**{name: package.files[name] for name in inside}, **package.beside, package.name: package.packed}
    lost = [name for name in sums if name not in there]
    changed = [name for name, value in sums.items() if name in there and _sum(there[name]) != value]
    for names, words in ((changed, "other content than it was sent with"), (lost, "missing")):
        if names:
            return Finding("wrong", source, f"{_named(names)}: {words}")
    return Finding("ok", source, f"{len(sums)} attached files are as it lists them")


def _listed(content: bytes) -> dict[str, str]:
    """Name -> sum; empty where a line is none, or a name comes twice."""
    lines = content.decode("utf-8", "replace").splitlines()
    read = [_LINE.fullmatch(line) for line in lines if line.strip()]
    sums = {one[2]: one[1].lower() for one in read if one}
    return sums if len(sums) == len(read) else {}


def _compared(package: Package, sums: dict[str, str], source: str, free: set[str]) -> Finding:
    """Each file against the sum that *source* gives it; what it does not name is as wrong as what differs."""
    around = {**package.beside, package.name: package.packed}
    there = {**{name: around[name] for name in sums if name in around}, **package.files}
    lost = [name for name in sums if name not in there]
    changed = [name for name, value in sums.items() if name in there and _sum(there[name]) != value]
    whole = package.name in sums  # the sum of what was attached is a sum of all that is in it
    more = [] if whole else [name for name in package.files if name not in sums and name not in free]
    for names, words in ((changed, "other content than it was made with"), (lost, "missing"), (more, "not listed")):
        if names:
            return Finding("wrong", source, f"{_named(names)}: {words}")
    return Finding("ok", source, f"{len(sums)} files are as it lists them")


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(shown(one, 80) for one in names[:_MOST_NAMED]) + more


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _signed(package: Package, proofs: list[_Proof], signers: Path | None) -> Iterator[Finding]:
    """Each signature; where one of two is missing, the sums without one are only sums."""
    sender = parseaddr(package.mail.field("From"))[1].lower() if package.mail else ""
    if not any(one.signature for one in proofs):
        yield Finding("?", "signature", "there is none")
        return
    for one in proofs:
        what = "signature" if one is proofs[0] else f"signature of {one.what}"
        if one.signature is None or one.sums is None:
            yield Finding("?" if one.signature is None else "wrong", what, "there is none, or nothing that it is of")
            continue
        found = signature_of(one.sums, one.signature, signers, sender, _when(package))
        yield _judged(found, sender, what)


def _when(package: Package) -> str:
    """When it was sent, or says that it was made, as ssh-keygen reads a time; empty: it does not say."""
    try:
        if package.mail:
            at = parsedate_to_datetime(package.mail.field("Date"))
        else:
            read = parsed(package.files.get(METADATA, b"")) or {}
            at = datetime.strptime(str(read.get("generated_at")), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        return at.astimezone().strftime("%Y%m%d%H%M%S")
    except (TypeError, ValueError, IndexError, OverflowError, OSError):
        return ""


def _judged(found: Signature, sender: str, what: str) -> Finding:
    if found.state == "good" and sender and found.by.lower() != sender:
        return Finding("wrong", what, f"is by {shown(found.by)}, the mail says it is from {shown(sender)}")
    if found.state == "good":
        return Finding("ok", what, f"by {shown(found.by)}, key {shown(found.key)}" + shown(found.words))
    return Finding("wrong" if found.state == "bad" else "?", what, shown(found.words))


def _provenance(package: Package) -> Iterator[Finding]:
    content = package.files.get(PROVENANCE, package.beside.get(PROVENANCE))
    if content is None:
        return
    read = parsed(content)
    subjects = read.get("subject") if read else None
    if not isinstance(subjects, list) or not subjects or not all(isinstance(one, dict) for one in subjects):
        yield Finding("wrong", PROVENANCE, "cannot be read, or names no file")
        return
    known = {**package.beside, **package.files}
    sums = {_sum(one) for one in [*known.values(), package.packed]}
    named = {str(one.get("name", "")): one.get("digest") for one in subjects}
    for name, digest in named.items():
        value = digest.get("sha256") if isinstance(digest, dict) else None
        if not isinstance(value, str) or not _DIGEST.fullmatch(value):
            yield Finding("?", PROVENANCE, f"gives {shown(name, 80)} no sum that is known here")
            return
        at = known.get(
            name, known.get(name[len(package.folder) + 1 :] if name.startswith(package.folder + "/") else "")
        )
        if (at is not None and _sum(at) != value) or (at is None and value not in sums):
            yield Finding("wrong", PROVENANCE, f"{shown(name, 80)} is not what it was made as")
            return
    yield Finding("ok", PROVENANCE, f"{len(named)} files are what it says was made")


def _sent(package: Package, dkim: Dkim | None) -> Iterator[Finding]:
    """Whether the mail is from whom it says: only asked where there is a mail."""
    if package.mail is None:
        return
    if dkim is not None:
        yield dkim(package.mail.raw)
        return
    yield Finding("?", "DKIM", "not verified here: use `mailbot verify` on a machine with mailbot")
