"""mailbot-open.py: the same in one file, for the oldest Python that there is."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot import client
from mailbot.client.single import single
from tests.client.letters import FILES, OURS, letter, zipped

HERE = Path(client.__file__).parent
CHECKED_IN = HERE.parents[1] / "docs" / "mailbot-open.py"


def pythons():
    """A Python 3.8 where there is one, and the one that runs this."""
    root = (
        shutil.which("pyenv") and subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout
    )
    old = sorted(Path(root.strip()).glob("versions/3.8.*/bin/python")) if root else []
    own = shutil.which("python3.8")
    works = own and subprocess.run([own, "-V"], capture_output=True, check=False).returncode == 0
    return [*map(str, old[:1]), *([own] if works and not old else []), sys.executable]


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """The file, away from everything else."""
    path = tmp_path_factory.mktemp("single") / "mailbot-open.py"
    path.write_text(single(), "utf-8")
    return path


def test_what_is_checked_in_is_what_is_made():
    """After a change in mailbot/client: make client."""
    assert CHECKED_IN.read_text("utf-8") == single()


def test_it_is_made_of_the_standard_library_alone():
    """Every import of every module of the folder."""
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            strange = [one for one in names if one.split(".")[0] not in sys.stdlib_module_names]
            assert all(one.startswith("mailbot.client.") for one in strange), (path, strange)


def test_it_is_read_by_python_3_8():
    """By its grammar, and nothing of mailbot is imported."""
    assert ast.parse(single(), feature_version=(3, 8))
    assert "mailbot.client" not in single().replace("mailbot.client.single", "")


@pytest.mark.parametrize("python", pythons(), ids=lambda path: Path(path).parts[-3])
def test_it_does_all_of_it_alone(script, tmp_path, python):
    """Open, verify, info, run: no module of ours is near."""
    (tmp_path / "x.eml").write_bytes(OURS)
    for args, words in (
        (["open", "x.eml"], "sales-page-v1: "),
        (["verify", "x.eml"], "It is whole."),
        (["info", "x.eml"], "Program:  Sales page"),
        (["run", "x.eml"], "Nothing was run"),
    ):
        command = [python, "-I", str(script), *args]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        assert words in done.stdout
    assert (tmp_path / "sales-page-v1" / "README.md").exists()


@pytest.mark.parametrize("python", pythons(), ids=lambda path: Path(path).parts[-3])
def test_it_refuses_alone(script, tmp_path, python):
    """Traversal in a zip, a bundle that is none, a mail that is none; in a terminal that knows only ASCII."""
    for content in (zipped({"../x": b"1", **FILES}), b"# v2 git bundle\n", b"junk", letter(text="gr\u00f6\u00dfe")):
        (tmp_path / "x").write_bytes(content)
        command = [python, "-I", str(script), "open", "x"]
        around = {"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60, env=around
        )
        assert done.returncode == 1
        assert done.stderr.startswith("mailbot: ")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
