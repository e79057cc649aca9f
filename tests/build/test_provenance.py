"""Where a package comes from is said in a form that programs read, and covered by the signature."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

from mailbot.build.package import package
from mailbot.build.provenance import Origin, mails_in, proving
from mailbot.build.sshsig import new_signer
from mailbot.build.sums import PROOFS
from mailbot.domain.project import Draft, Finding, Maker, Report, Result, Revision

SIGNER = new_signer()
AT = datetime(2026, 11, 20, 12, 30, 5, 99, tzinfo=UTC)
REPORT = Report(
    findings=(Finding(check="command", subject="x", result=Result.PASSED, command="x", sha256="ab" * 32),),
    executed=True,
    where="bubblewrap",
)
MAKER = Maker(kind="model", name="qwen", provider="ollama", digest="cd" * 32, prompts="ef" * 32, tries=2)
DRAFT = Draft(title="Bees", files={"app.py": b"import rich\n", "SHA256SUMS": b"old\n"}, report=REPORT, maker=MAKER)
ENTRY = (
    "tree t\nparent 12\nauthor a\ncommitter b\n\nv2: bees\n\n> Message-ID: <no@x>\n\nMessage-ID: <a@x>\nRevision: 2\n"
)


def made(**changes):
    """A package with its proofs."""
    revision = Revision(number=2, draft=DRAFT, author="a@x", request="r1", at=AT, commit="34", entry=ENTRY)
    known = {"draft": DRAFT, "number": 2, "request": "r1", "at": AT, "mails": ("<a@x>",), "rules": "77", **changes}
    origin = Origin(revision=revision, builder="build@example.org", version="0.1.0", **known)
    return package(DRAFT, request="r1", at=AT, number=2, prove=proving(origin, SIGNER))


def test_the_package_holds_its_sums_their_signature_and_where_it_comes_from():
    """The sums are of every file but themselves; a file of the project by such a name gives way."""
    whole = made()
    assert set(whole.tree) >= PROOFS
    lines = dict(reversed(one.split("  ")) for one in whole.tree["SHA256SUMS"].decode().splitlines())
    assert set(lines) == set(whole.files) - {"SHA256SUMS", "SHA256SUMS.sig"}
    assert all(hashlib.sha256(whole.tree[name]).hexdigest() == value for name, value in lines.items())
    assert whole.tree["SHA256SUMS.sig"] == SIGNER.sign(whole.tree["SHA256SUMS"])
    names = zipfile.ZipFile(io.BytesIO(whole.zip)).namelist()
    assert {f"bees-v2/{one}" for one in PROOFS} <= set(names)


def test_the_same_draft_gives_the_same_signed_bytes():
    """A crash before it is stored makes nothing new."""
    assert made() == made()


def test_it_is_an_in_toto_statement_with_slsa_provenance():
    """Every file with its sum; the request only as a hash; model, prompts, rules, commit, checks."""
    whole = made()
    told = json.loads(whole.tree["provenance.json"])
    assert (told["_type"], told["predicateType"]) == (
        "https://in-toto.io/Statement/v1",
        "https://slsa.dev/provenance/v1",
    )
    assert {one["name"] for one in told["subject"]} == set(whole.files) - PROOFS | {"sbom.cdx.json"}
    definition, details = told["predicate"]["buildDefinition"], told["predicate"]["runDetails"]
    assert definition["externalParameters"] == {
        "messageIdSha256": [hashlib.sha256(b"<a@x>").hexdigest()],
        "revision": 2,
    }
    assert definition["internalParameters"] == {"maker": "model", "rules": "77", "prompts": "ef" * 32, "tries": 2}
    model, parent = definition["resolvedDependencies"]
    assert (model["name"], model["digest"], parent["digest"]) == ("qwen", {"sha256": "cd" * 32}, {"gitCommit": "12"})
    commit, checks = details["byproducts"]
    assert (commit["digest"], details["builder"]["version"]) == ({"gitCommit": "34"}, {"mailbot": "0.1.0"})
    assert checks["annotations"]["results"] == [
        {"check": "command", "subject": "x", "result": "passed", "outputSha256": "ab" * 32}
    ]
    assert b"a@x" not in whole.tree["provenance.json"]


def test_without_a_key_nothing_is_added():
    """A package that nobody vouches for does not look like one that somebody does."""
    assert proving(Origin(draft=DRAFT, number=1, request="r", at=AT), None) is None
    plain = package(DRAFT, request="r1", at=AT)
    assert set(plain.files) & PROOFS == {"SHA256SUMS"}
    assert plain.tree["SHA256SUMS"] == b"old\n"


def test_the_mails_are_those_that_the_commit_names():
    """In its last block: whatever an author quotes above it is none."""
    assert mails_in(ENTRY) == ("<a@x>",)
    assert mails_in("") == ()
