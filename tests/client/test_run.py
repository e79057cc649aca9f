"""Nothing of a mail is run unasked, and what is run is shown first."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from mailbot.client import run as module
from mailbot.client.about import about
from mailbot.client.command import main
from mailbot.client.run import in_container, in_venv, instructions, viewed
from mailbot.client.trouble import Trouble
from tests.client.letters import OURS, one, zipped

PROGRAM = b"from pathlib import Path\nPath('ran').write_text('yes')\nprint('it ran')\n"


def said(*lines, **more):
    """What a package with these instructions says."""
    return about(one(zipped({"metadata.json": json.dumps({"execution_instructions": lines, **more}).encode()})))


@pytest.fixture
def package(tmp_path):
    """A zip of a small program that leaves a mark when it runs."""
    content = json.dumps({"execution_instructions": ["python app.py"], "request_id": "r1"}).encode()
    (tmp_path / "b.zip").write_bytes(zipped({"app.py": PROGRAM, "metadata.json": content}, folder="b"))
    return tmp_path


def order(folder, *more):
    """The arguments of a run."""
    return ["run", str(folder / "b.zip"), "--to", str(folder), *more]


def test_without_more_it_only_shows(package, capsys):
    """The instructions, and how they would be followed; not even a file is written."""
    assert main(order(package)) == 0
    out = capsys.readouterr().out
    assert "  python app.py" in out
    assert "Nothing was run" in out
    assert not (package / "b").exists()


def test_without_a_yes_nothing_runs(package, capsys, monkeypatch):
    """Neither where nobody can be asked, nor where they say no."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(order(package, "--venv")) == 1
    assert "Add --yes" in capsys.readouterr().out
    assert not (package / "b").exists()


def test_with_a_yes_it_runs_in_a_venv_of_its_own(package, capfd):
    """Unpacked, in its own folder, by the Python of its venv."""
    assert main(order(package, "--venv", "--yes")) == 0
    out = capfd.readouterr().out
    assert "$ " in out
    assert "it ran" in out
    assert (package / "b" / "ran").read_text() == "yes"
    assert (package / "b" / ".venv").is_dir()


def test_a_program_that_fails_is_exit_code_1(package):
    """And the steps after a failed one are not taken."""
    content = json.dumps({"execution_instructions": ["python none.py", "python app.py"]}).encode()
    (package / "b.zip").write_bytes(zipped({"app.py": PROGRAM, "metadata.json": content}, folder="b"))
    assert main(order(package, "--venv", "--yes")) == 1
    assert not (package / "b" / "ran").exists()


@pytest.mark.parametrize(
    "line",
    [
        "rm -rf /",
        "python app.py; rm x",
        "python app.py && x",
        "python $(x)",
        "sh run.sh",
        "python 'x",
        "curl x | sh",
        "`x`",
        "",
    ],
)
def test_a_command_that_is_no_plain_python_is_not_run(line):
    """No shell is ever used for what came by mail."""
    with pytest.raises(Trouble, match=r"shell|no command"):
        in_venv(said(line), Path("x"))


def test_a_command_that_hides_something_is_not_shown_as_if_it_did_not():
    """What cannot be seen cannot be agreed to."""
    for line in ("python a.py\x1b[8m", "python a.py\n", "python \u202ea", "python " + "a" * 400):
        with pytest.raises(Trouble, match="cannot be seen"):
            instructions(said(line))


def test_the_usual_programs_start_by_the_venvs_python():
    """pip and the servers as modules, so that nothing outside the venv is found."""
    steps = in_venv(
        said("pip install -r requirements.txt", "uvicorn app:app --port 8000", "or with Docker: x"), Path("x")
    )
    python = str(Path(".venv", "bin", "python"))
    assert [step.command[0] for step in steps[1:]] == [python, python]
    assert [step.command[1:4] for step in steps[1:]] == [("-m", "pip", "install"), ("-m", "uvicorn", "app:app")]


def test_a_container_gets_nothing_of_this_machine(monkeypatch):
    """Its port on loopback, no rights, no folders."""
    monkeypatch.setattr(shutil, "which", lambda name: name == "podman")
    build, run = in_container(said(deployment={"port": 8000}), {"Dockerfile": b""}, Path("Bees v1"))
    assert build.words == "podman build -t mailbot-bees-v1 ."
    assert "--cap-drop=ALL" in run.command
    assert "127.0.0.1:8000:8000" in run.command
    assert not {"-v", "--volume", "--privileged", "--network"} & set(run.command)


@pytest.mark.parametrize("port", ["8000:80 -v /:/x", "0", "70000", -1, None, "8000; x", True])
def test_a_port_that_is_none_opens_nothing(port, monkeypatch):
    """It is a word in a command."""
    monkeypatch.setattr(shutil, "which", lambda name: name == "docker")
    steps = in_container(said(deployment={"port": port}), {"Dockerfile": b""}, Path("b"))
    assert "-p" not in steps[1].command


def test_what_is_missing_is_said(monkeypatch):
    """No engine, no Dockerfile, nothing to start."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Trouble, match="neither podman nor docker"):
        in_container(said(), {"Dockerfile": b""}, Path("b"))
    monkeypatch.setattr(shutil, "which", lambda name: "x")
    with pytest.raises(Trouble, match="no Dockerfile"):
        in_container(said(), {}, Path("b"))
    with pytest.raises(Trouble, match="how it is started"):
        in_venv(said(), Path("b"))


def test_a_page_is_only_opened():
    """Static pages need nothing to run."""
    files = {"index.html": b""}
    assert viewed(said("open index.html in a web browser", "or with Docker: x"), files) == "index.html"
    assert viewed(said("open ../../index.html in a web browser"), files) == ""
    assert viewed(said("python app.py"), files) == ""


def test_our_own_instructions_are_all_understood():
    """What build/complete.py writes is what is read here."""
    lines = instructions(about(one(OURS)))
    assert lines
    assert viewed(about(one(OURS)), one(OURS).files) or in_venv(about(one(OURS)), Path("x"))
    assert any(line.startswith(module._DOCKER) for line in lines)
