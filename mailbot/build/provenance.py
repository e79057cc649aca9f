"""Where a package comes from, as a program reads it: an in-toto statement with SLSA provenance v1.

It names every file with its sum, and what made them: the request (as a hash of its Message-ID), the model, the
prompts, the rules, what the checks said, the commit. It stands in the package, and the signature covers it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mailbot.build.sbom import Made, sbom
from mailbot.build.sshsig import Signer
from mailbot.build.sums import PROVENANCE, SBOM, signed_sums
from mailbot.domain.project import Draft, Maker, Revision, Tree

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://slsa.dev/provenance/v1"
BUILD: Final = "urn:mailbot:build:1"  #: what the parameters below mean
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
Prove = Callable[[Tree, str], Tree]  #: all files and the name of a package -> what proves them


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a draft comes from; the same for every form that it is sent in."""

    draft: Draft
    number: int
    request: str  #: its id
    at: datetime
    mails: tuple[str, ...] = ()  #: Message-IDs of what asked for it
    rules: str = ""  #: the version of the rules that let them in
    revision: Revision | None = None  #: with its commit; none: it is no version
    builder: str = ""  #: our address
    version: str = ""  #: of mailbot


def proving(origin: Origin, signer: Signer | None) -> Prove | None:
    """What adds the proofs to a package; none where there is no key to sign them with."""
    if signer is None:
        return None

    def prove(files: Tree, name: str) -> Tree:
        made = Made(
            name=origin.draft.title or name,
            number=origin.number,
            request=origin.request,
            at=origin.at,
            version=origin.version,
        )
        listed = {**files, SBOM: sbom(files, made)}
        listed[PROVENANCE] = provenance(listed, origin)
        return {**{path: listed[path] for path in (SBOM, PROVENANCE)}, **signed_sums(listed, signer)}

    return prove


def provenance(files: Tree, origin: Origin) -> bytes:
    """The statement about *files*; the same values give the same bytes."""
    statement = {
        "_type": STATEMENT,
        "subject": [
            {"name": path, "digest": {"sha256": hashlib.sha256(content).hexdigest()}}
            for path, content in sorted(files.items())
        ],
        "predicateType": PREDICATE,
        "predicate": {"buildDefinition": _definition(origin), "runDetails": _details(origin)},
    }
    return (json.dumps(statement, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "replace")


def _definition(origin: Origin) -> Mapping[str, object]:
    maker = origin.draft.maker
    return {
        "buildType": BUILD,
        "externalParameters": {
            "messageIdSha256": [hashlib.sha256(one.encode("utf-8", "replace")).hexdigest() for one in origin.mails],
            "revision": origin.number,
        },
        "internalParameters": {
            "maker": maker.kind,
            "rules": origin.rules or None,
            "prompts": maker.prompts or None,
            "tries": maker.tries,
        },
        "resolvedDependencies": [*_model(maker), *_parent(origin)],
    }


def _details(origin: Origin) -> Mapping[str, object]:
    commit = origin.revision.commit if origin.revision else ""
    made: Sequence[object] = [{"name": "commit", "digest": {"gitCommit": commit}}] if commit else []
    return {
        "builder": {"id": f"mailto:{origin.builder}", "version": {"mailbot": origin.version}},
        "metadata": {
            "invocationId": origin.request,
            "startedOn": origin.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "byproducts": [*made, {"name": "checks", "annotations": _checks(origin.draft)}],
    }


def _model(maker: Maker) -> Sequence[Mapping[str, object]]:
    """Who wrote it; a model whose server tells no digest has none."""
    if maker.kind not in {"model", "scaffold"}:
        return []
    known: dict[str, object] = {"name": maker.name, "annotations": {"kind": maker.kind, "provider": maker.provider}}
    if _DIGEST.fullmatch(maker.digest):
        known["digest"] = {"sha256": maker.digest}
    return [known]


def _parent(origin: Origin) -> Sequence[Mapping[str, object]]:
    """The version that it was made of."""
    entry = origin.revision.entry if origin.revision else ""
    lines = entry.split("\n\n", 1)[0].split("\n")
    parents = [one.removeprefix("parent ") for one in lines if one.startswith("parent ")]
    return [{"name": "parent", "digest": {"gitCommit": one}} for one in parents]


def _checks(draft: Draft) -> Mapping[str, object]:
    """What they said, as it was recorded."""
    report = draft.report
    return {
        "executed": report.executed,
        "sandbox": report.where or None,
        "results": [
            {
                "check": one.check,
                "subject": one.subject,
                "result": one.result.value,
                **({"outputSha256": one.sha256} if one.sha256 else {}),
            }
            for one in report.findings
        ],
    }


def mails_in(entry: str) -> tuple[str, ...]:
    """The Message-IDs that the commit of a version names."""
    block = entry.rstrip("\n").rpartition("\n\n")[2]
    start = "Message-ID: "
    return tuple(line.removeprefix(start) for line in block.split("\n") if line.startswith(start))
