"""Packages that an admin has put into a folder can be used inside, and only read."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from mailbot.checks.environment import kit_of
from mailbot.checks.sandbox import Running
from mailbot.domain.project import Check, Result
from tests.servers import missing


@pytest.fixture
def packages():
    """A virtual environment and a node_modules with a package of bees each, where everybody may look."""
    python = shutil.which("python3", path="/usr/local/bin:/usr/bin") or missing("no Python of the system")
    with tempfile.TemporaryDirectory(prefix="mailbot-kit-") as folder:
        Path(folder).chmod(0o755)
        subprocess.run([python, "-m", "venv", "--without-pip", f"{folder}/py"], check=True)
        (site,) = Path(folder).glob("py/lib/python*/site-packages")
        (site / "beelib.py").write_text("hives = 3")
        (Path(folder) / "js" / "node_modules" / "beelib").mkdir(parents=True)
        (Path(folder) / "js" / "node_modules" / "beelib" / "index.js").write_text("exports.hives = 3")
        yield {"python": f"{folder}/py", "node": f"{folder}/js", "site": str(site)}


async def test_packages_are_there_and_cannot_be_changed(cage, packages):
    """For the project's own run as for what a person asks."""
    room = Running(cage=cage, kit=kit_of(packages))
    site = packages["site"]
    spec = f"python -c 'import beelib' && ! echo x >{site}/x && test ! -e {site}/x"
    check = Check(number=1, kind="command", text="reads only", spec=spec)
    report = await room.check({"main.py": b"import beelib\nassert beelib.hives == 3"}, [check])
    assert [f.result for f in report.findings] == [Result.PASSED] * 3


async def test_packages_of_node_are_there(cage, packages):
    """By require."""
    if not shutil.which("node", path="/usr/local/bin:/usr/bin"):
        missing("node is not installed: apt install nodejs")
    room = Running(cage=cage, kit=kit_of(packages))
    report = await room.check({"package.json": b"{}", "index.js": b"process.exit(require('beelib').hives - 3)"}, [])
    assert report.findings[-1].result is Result.PASSED


def test_what_an_environment_stands_on_is_seen_too(tmp_path):
    """Unless it is a part of the system anyway."""
    (tmp_path / "pyvenv.cfg").write_text("home = /opt/python/bin\nversion = 3.12\n")
    assert kit_of({"python": str(tmp_path)}).seen == (str(tmp_path), "/opt/python")
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\n")
    assert kit_of({"python": str(tmp_path)}).seen == (str(tmp_path),)
    (tmp_path / "pyvenv.cfg").unlink()
    assert kit_of({"python": str(tmp_path)}).seen == (str(tmp_path),)
