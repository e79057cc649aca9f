"""A wheel built from the tree works away from the tree, with its rules and prompts."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The wheel, built and unpacked in an empty folder."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_what_it_needs(unpacked):
    """Rules, prompts, the words of our mails in every language, templates, migrations; and nothing of the tests."""
    for pattern in ("_defaults/rules/*.yaml", "_defaults/prompts/*.j2", "reply/templates/*.j2", "store/versions/*.py"):
        assert list((unpacked / "mailbot").glob(pattern)), pattern
    assert len(list((unpacked / "mailbot").glob("reply/locale/*/LC_MESSAGES/mailbot.mo"))) == 3
    assert list((unpacked / "mailbot" / "build" / "templates").rglob("*.j2"))
    assert (unpacked / "mailbot" / "_defaults" / "rules" / "schema.json").is_file()
    assert len(list((unpacked / "mailbot" / "_defaults" / "rules" / "examples").glob("*.yaml"))) == 3
    assert not (unpacked / "tests").exists()


def test_the_wheel_goes_round(unpacked, tmp_path):
    """The demo, run from the wheel's own files."""
    code = f"import sys; sys.path.insert(0, {str(unpacked)!r}); sys.argv = ['mailbot', 'demo']\n"
    code += f"import mailbot; assert mailbot.__file__.startswith({str(unpacked)!r}), mailbot.__file__\n"
    code += "from mailbot.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # noqa: TID251  (the environment of a process)
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "v3 holds the files of v1" in done.stdout
