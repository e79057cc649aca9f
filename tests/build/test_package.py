"""What is sent: the zip, and what it says about itself (rows E15 and E17)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from mailbot.build import package as module
from mailbot.build.package import package, slug_of, zipped
from mailbot.domain.errors import Permanent
from mailbot.domain.project import Draft, Finding, Maker, Report, Result

AT = datetime(2026, 11, 20, 12, 30, 5, 99, tzinfo=UTC)
FILES = {"app.py": b"import json\n", "run.sh": b"#!/bin/sh\n", "sub/page.html": b"<p>x"}
MODEL = Maker(kind="model", name="qwen", provider="ollama", tries=2, seconds=1.5, tokens=700)


def draft(files=None, maker=MODEL, **more):
    finding = Finding(check="syntax", subject="app.py", result=Result.PASSED)
    known = {"title": "Bees & Co", "report": Report(findings=(finding,)), "done": ("a page",)}
    return Draft(files=FILES if files is None else files, maker=maker, **(known | more))


def packed(number=2, **more):
    return package(draft(**more), request="req1", at=AT, number=number)


def test_e15_the_zip_holds_everything_below_one_folder():
    """Source, Dockerfile, requirements, README, .gitignore and metadata.json."""
    made = packed()
    names = zipfile.ZipFile(io.BytesIO(made.zip)).namelist()
    assert made.name == "bees-co-v2.zip"
    assert {name.split("/")[0] for name in names} == {"bees-co-v2"}
    assert [name.split("/", 1)[1] for name in names] == sorted(made.files)
    assert {"app.py", "Dockerfile", "requirements.txt", "README.md", "metadata.json", ".gitignore"} <= set(made.files)


def test_the_same_draft_gives_the_same_bytes():
    """Whatever the order its files come in."""
    again = package(draft(files=dict(reversed(FILES.items()))), request="req1", at=AT, number=2)
    assert packed() == again


def test_entries_have_fixed_times_and_two_modes_and_are_no_links():
    """Executable is only what says so itself."""
    entries = {entry.filename: entry for entry in zipfile.ZipFile(io.BytesIO(packed().zip)).infolist()}
    modes = {name.split("/", 1)[1]: entry.external_attr >> 16 for name, entry in entries.items()}
    assert modes["run.sh"] == 0o100755
    assert {mode for name, mode in modes.items() if name != "run.sh"} == {0o100644}
    assert {entry.date_time for entry in entries.values()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_zip_unpacks_to_the_same_bytes(tmp_path):
    """Nothing is changed on the way."""
    zipfile.ZipFile(io.BytesIO(packed().zip)).extractall(tmp_path)
    assert all((tmp_path / "bees-co-v2" / name).read_bytes() == content for name, content in FILES.items())


def test_e17_metadata_says_what_it_is_and_how_to_run_it():
    """The row's own keys."""
    found = json.loads(packed().metadata)
    assert (found["version"], found["generated_at"]) == ("1.0", "2026-11-20T12:30:05Z")
    assert (found["llm_model"], found["request_id"], found["package_version"]) == ("qwen", "req1", 2)
    assert found["app_metadata"] == {
        "name": "Bees & Co", "type": "command_line", "runtime": "python>=3.11", "dependencies": [],
    }  # fmt: skip
    assert found["deployment"] == {"method": "docker", "port": None, "environment_vars": []}
    assert found["execution_instructions"][0] == "python app.py"
    assert found["generation_metadata"]["usage"] == {"tokens": 700, "seconds": 1.5, "tries": 2}


def test_e17_metadata_of_a_template_says_that_no_model_was_used():
    """Generator, coverage, status and checks are told as they are."""
    maker = Maker(kind="scaffold", name="record tracker", provider="scaffold")
    found = json.loads(packed(maker=maker, not_done=("Sing.",)).metadata)
    assert found["llm_model"] is None
    assert found["generator"]["template"] == "record tracker"
    assert found["coverage"]["not_understood"] == ["Sing."]
    assert found["coverage"]["requested"] == ["a page", "Sing."]
    assert found["status"] == "partial"
    assert found["checks"]["executed"] is False
    assert found["checks"]["findings"][0]["subject"] == "app.py"


def test_e17_metadata_lists_every_other_file_with_its_sum():
    """And who made it."""
    made = packed()
    found = {entry["path"]: entry for entry in json.loads(made.metadata)["files"]}
    assert set(found) == set(made.files) - {"metadata.json"}
    assert found["app.py"]["sha256"] == hashlib.sha256(FILES["app.py"]).hexdigest()
    assert (found["app.py"]["added_by"], found["Dockerfile"]["added_by"]) == ("model", "mailbot")


def test_a_failed_draft_is_not_complete():
    """The status follows the checks."""
    bad = Report(findings=(Finding(check="syntax", subject="app.py", result=Result.FAILED),))
    assert json.loads(packed(report=bad).metadata)["status"] == "partial"
    assert json.loads(packed().metadata)["status"] == "complete"


def test_the_metadata_in_the_zip_is_the_one_beside_it():
    """Also where a model wrote a metadata.json of its own."""
    made = packed(files={**FILES, "Metadata.json": b"{}"})
    archive = zipfile.ZipFile(io.BytesIO(made.zip))
    assert archive.read("bees-co-v2/metadata.json") == made.metadata
    assert "bees-co-v2/Metadata.json" not in archive.namelist()


def test_the_dockerfile_is_handed_over_apart():
    """The draft's own, or the one that was added; empty where there is none."""
    assert packed().dockerfile.startswith(b"FROM python")
    assert packed(files={"Dockerfile": b"FROM x\n", "app.py": b""}).dockerfile == b"FROM x\n"
    assert packed(files={"a.txt": b""}).dockerfile == b""


def test_a_recipient_and_a_slug_may_be_given():
    """And without a number the name has none."""
    made = package(draft(), request="r", at=AT, slug="generated app", recipient="a@b.example")
    assert made.name == "generated-app.zip"
    assert json.loads(made.metadata)["recipient"] == "a@b.example"


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Bees & Co", "bees-co"), ("Żółć Łódź", "zolc-lodz"), ("日本", "project"), ("", "project"), ("CON", "project"),
     ("../../etc", "etc"), ("x" * 99, "x" * 40)],
)  # fmt: skip
def test_a_title_becomes_a_safe_short_name(title, slug):
    """Whatever it says."""
    assert slug_of(title) == slug


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({f"f{n}": b"" for n in range(module.MAX_FILES + 1)}, "files"),
        ({"big": b"0" * (module.MAX_PLAIN + 1)}, "MB"),
        ({"../x": b""}, "cannot be packed"),
        ({"a": b"", "A": b""}, "collides"),
    ],
)
def test_what_no_receiver_could_unpack_is_refused_with_what_to_do(files, words):
    """Too much, or under names that do harm."""
    with pytest.raises(Permanent, match=words):
        zipped(files, "x")


def test_a_zip_that_no_mail_server_takes_is_refused(monkeypatch):
    """The limit is that of the usual mail server."""
    monkeypatch.setattr(module, "MAX_ZIP", 100)
    with pytest.raises(Permanent, match="Ask for a smaller one"):
        packed()


def test_metadata_holds_what_each_finding_rests_on():
    """The command, its end, its last lines and their hash; of what was only read, nothing that did not happen."""
    ran = Finding(
        check="command", subject="x", result=Result.PASSED, detail="exit 0", command="python3 app.py", exit_code=0,
        output="33.75", sha256="ab" * 32, seconds=0.25,
    )  # fmt: skip
    read = Finding(check="syntax", subject="app.py", result=Result.PASSED)
    found = json.loads(packed(report=Report(findings=(ran, read), executed=True, where="bubblewrap")).metadata)[
        "checks"
    ]
    assert found["sandbox"] == "bubblewrap"
    assert found["findings"][0] == {
        "check": "command", "subject": "x", "result": "passed", "detail": "exit 0", "command": "python3 app.py",
        "exit_code": 0, "output": "33.75", "output_sha256": "ab" * 32, "seconds": 0.25,
    }  # fmt: skip
    assert found["findings"][1].keys() == {"check", "subject", "result", "detail"}
