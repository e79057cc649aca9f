"""A mail that is a program as well, for the oldest Python that there is."""

from __future__ import annotations

import ast
import base64
import email
import email.policy
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.client.selfextract import eml_py
from mailbot.client.trouble import Trouble
from tests.client.letters import FILES, OURS, letter, one, zipped

PROGRAM = b"open('ran', 'w').write('yes')\n"
ABOUT = json.dumps({"execution_instructions": ["python app.py", "rm -rf x", "python x; rm y"]}).encode()


def pythons():
    """A Python 3.6 where there is one, and the one that runs this."""
    root = (
        shutil.which("pyenv") and subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout
    )
    old = sorted(Path(root.strip()).glob("versions/3.6.*/bin/python")) if root else []
    return [*map(str, old[:1]), sys.executable]


@pytest.fixture(params=pythons(), ids=lambda path: Path(path).parts[-3])
def play(request, tmp_path):
    """Write a mail as x.eml.py and run it."""

    def run(raw, *words):
        (tmp_path / "x.eml.py").write_bytes(raw)
        command = [request.param, "x.eml.py", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)

    return run


@pytest.mark.parametrize("raw", [OURS, letter(("b.zip", zipped(FILES)), subject='Re: """x""" \\"""\\')])
def test_e29_it_is_a_mail_and_a_program(raw):
    """The standard library finds no defect, Python 3.6 can read it, and our own client opens it like any mail."""
    made = eml_py(raw)
    mail = email.message_from_bytes(made, policy=email.policy.default)
    assert [part.defects for part in mail.walk() if part.defects] == []
    assert ast.parse(made, feature_version=(3, 6))
    assert one(made).files == one(raw).files
    assert eml_py(raw) == made


def test_it_says_who_sent_it(play):
    """info, and help, which is also what nothing means."""
    done = play(eml_py(OURS), "info")
    assert done.returncode == 0, done.stderr
    assert b"From: build@" in done.stdout
    assert b"README.md" in done.stdout
    assert b"extract [DIR]" in play(eml_py(OURS)).stdout
    assert play(eml_py(OURS), "fly").returncode == 2


def test_it_extracts_itself_and_overwrites_nothing(play, tmp_path):
    """Twice is fine; over a changed file it is not."""
    for _ in range(2):
        assert play(eml_py(OURS), "extract").returncode == 0
    folder = tmp_path / "sales-page-v1"
    assert {name: (folder / name).read_bytes() for name in one(OURS).files} == one(OURS).files
    (folder / "README.md").write_bytes(b"mine")
    assert play(eml_py(OURS), "extract").returncode == 1
    assert (folder / "README.md").read_bytes() == b"mine"


def test_it_runs_only_when_told_and_only_python(play, tmp_path):
    """Instructions for a shell are passed over."""
    made = eml_py(letter(("b.zip", zipped({"app.py": PROGRAM, "metadata.json": ABOUT}, folder="b"))))
    done = play(made, "run")
    assert done.returncode == 0
    assert b"Nothing was run" in done.stdout
    assert b"rm" not in done.stdout
    assert not (tmp_path / "b" / "ran").exists()
    assert play(made, "run", "--yes").returncode == 0
    assert (tmp_path / "b" / "ran").read_text() == "yes"


def test_one_that_was_tampered_with_writes_nothing(play, tmp_path):
    """Its zip exchanged for a hostile one."""
    made = eml_py(letter(("b.zip", zipped(FILES))))
    data = made.index(b"UEsD")
    for evil in (
        zipped({"../x": b"1"}, folder=""),
        zipped({"a": b"/etc"}, modes={"a": 0o120777}),
        zipped({".git/x": b""}),
        b"junk",
    ):
        end = made.index(b"\r\n--=_", data)
        done = play(made[:data] + base64.encodebytes(evil).replace(b"\n", b"\r\n") + made[end:], "extract")
        assert done.returncode == 1
        assert b"not done: " in done.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["x.eml.py"]


def test_a_mail_without_one_package_is_not_made_into_one():
    """There is nothing to extract, or too much."""
    for raw in (letter(text="words"), zipped(FILES)):
        with pytest.raises(Trouble):
            eml_py(raw)
