"""The part of the suite that needs no servers, on other Pythons, each in an environment of its own.

python -m tests.campaigns.versions python3.12 python3.13 [-- words for pytest]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent.parent.parent
#: Everything that is pure, and what stands on Python itself: files, SQLite, processes, the loop.
FOLDERS: Final = ("domain", "understand", "decide", "build", "reply", "client", "models", "checks", "engine", "store")
FILES: Final = (
    "test_cli.py", "test_crash.py", "test_credentials.py", "test_disk.py", "test_notify.py", "test_pipeline.py",
    "test_settings.py", "test_settings_env.py",
)  # fmt: skip


def environment(python: str) -> Path:
    """A virtual environment of *python*, with everything installed as constraints.txt says; its interpreter."""
    folder = HERE / "build" / "pythons" / Path(python).name
    interpreter = folder / "bin" / "python"
    if not interpreter.exists():
        subprocess.run([python, "-m", "venv", str(folder)], check=True, timeout=120)
    pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True, timeout=600)
    subprocess.run([*pip, "-c", "constraints.txt", "--group", "dev", "-e", "."], cwd=HERE, check=True, timeout=1800)
    return interpreter


def main(words: Sequence[str]) -> int:
    """Run it on each; exit code 1 says that one failed or is not here."""
    cut = words.index("--") if "--" in words else len(words)
    pythons, more = words[:cut], words[cut + 1 :]
    tests = [f"tests/{name}" for name in (*FOLDERS, *FILES)]
    failed = []
    for python in pythons:
        if shutil.which(python) is None:
            print(f"{python} is not here; install it, or name others", file=sys.stderr)
            failed.append(python)
            continue
        interpreter = environment(python)
        command = ["nice", "-n", "15", str(interpreter), "-m", "pytest", "-q", "-n", "1", *tests, *more]
        print(f"{python}: {' '.join(command[3:])}", flush=True)
        if subprocess.run(command, cwd=HERE, check=False).returncode != 0:
            failed.append(python)
    if failed:
        print(f"test-versions: not well: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
