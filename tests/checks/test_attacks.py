"""Nothing gets out of any kind of sandbox, whoever mailbot runs as, and nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

import mailbot
from mailbot.checks import tiers
from tests.checks.arena import Arena, cages
from tests.checks.attacks import ATTACKS, SHORT
from tests.checks.cagelike import Open
from tests.servers import missing

#: What can be let loose outside, and what the system lets every program do.
HARMLESS = {
    "tcp to a server of the machine",
    "abstract unix socket",
    "unix socket by its path",
    "environments of all processes",
    "a file by its path",
    "the data folder",
    "users and passwords",
    "homes",
    "existence of outside files",
    "symbolic links",
    "out by dots and roots",
    "memory without a name",
}
#: Those that do not go on until they are ended: what ends them is the same in a sandbox of the same kind.
PATIENT = [attack for attack in ATTACKS if attack.wall > SHORT]
HERE = Path(__file__).parent
SOMEBODY = 61234  #: a user that no file knows
#: What is loaded of mailbot: not the folder's own __init__, which needs libraries.
BEGIN = """\
import sys, types
for name in ("mailbot", "mailbot.checks"):
    folder = types.ModuleType(name)
    folder.__path__ = [name.replace(".", "/")]
    sys.modules[name] = folder
sys.path.insert(0, ".")
sys.argv = ["arena", sys.argv[1]]
import arena
arena.main()
"""


def available(kind):
    """The kind of sandbox, or a test that is skipped."""
    cage = cages()[kind]
    if why := tiers.why_not(cage):
        missing(f"{cage.name}: {why}")
    return cage


@pytest.fixture
def open_folder():
    """A folder that everybody may enter, as a test's own is not."""
    with tempfile.TemporaryDirectory(prefix="mailbot-arena-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_there_are_enough_attacks():
    """On everything that a program can touch."""
    assert len(ATTACKS) >= 70
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize(
    ("kind", "attacks"),
    [("bubblewrap", ATTACKS), ("hidden", PATIENT), ("landlock", ATTACKS), ("landlock1", PATIENT)],
    ids=["bubblewrap", "hidden", "landlock", "landlock1"],
)
async def test_nothing_gets_out(kind, attacks, open_folder):
    """No network, no secret, no other process, no file outside; all of it ends, and nothing is left."""
    with Arena(folder=open_folder, cage=available(kind)) as arena:
        await arena.all(attacks)
    assert arena.wrong == []
    assert len(arena.ran) == len(attacks) >= 40


async def test_the_same_programs_succeed_where_nothing_holds_them(open_folder):
    """So that their failing means something."""
    harmless = [attack for attack in ATTACKS if attack.name in HARMLESS]
    with Arena(folder=open_folder, cage=Open()) as arena:
        await arena.all(harmless)
        assert {name for name, _ in arena.wrong} >= HARMLESS


def somebody(kind, folder):
    """The arena, by a user that is not root, with the system's own Python."""
    python = shutil.which("python3", path="/usr/local/bin:/usr/bin")
    if os.geteuid() != 0 or not python or not shutil.which("setpriv"):
        missing("only root can become another user, with a Python of the system and setpriv")
    package = Path(mailbot.__file__).parent
    for part in ("domain", "checks"):
        shutil.copytree(package / part, folder / "mailbot" / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("arena.py", "attacks.py"):
        shutil.copy(HERE / name, folder)
    command = [
        "setpriv",
        f"--reuid={SOMEBODY}",
        f"--regid={SOMEBODY}",
        "--clear-groups",
        python,
        "-B",
        "-c",
        BEGIN,
        kind,
    ]
    environment = {"PATH": "/usr/bin:/bin", "MAILBOT_PASSWORD": "CANARY-of-the-environment"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["bubblewrap", "denied"])
async def test_nothing_gets_out_where_mailbot_is_an_ordinary_user(kind, open_folder):
    """Not even where a container forbids namespaces: then Landlock is found to be the best, and holds the same."""
    available("bubblewrap" if kind == "bubblewrap" else "landlock")
    said = await asyncio.to_thread(somebody, kind, open_folder)
    assert said["cage"] == {"bubblewrap": "bubblewrap", "denied": "Landlock"}[kind]
    assert said["wrong"] == []
    assert len(said["ended"]) == len(ATTACKS)
