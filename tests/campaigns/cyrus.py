"""The IMAP way in against a second real server: Cyrus, fetched from Debian into a temporary folder, and thrown away.

python -m tests.campaigns.cyrus
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

#: Cyrus, and what it needs beside the libraries that Postfix, Dovecot and PostgreSQL have brought.
PACKAGES: Final = ("cyrus-imapd", "cyrus-common", "libical3", "libpcre3", "libxapian30")
HERE: Final = Path(__file__).parent.parent.parent


def unpacked(folder: Path) -> Path:
    """The packages below *folder*; nothing is installed."""
    subprocess.run(["apt-get", "-q", "download", *PACKAGES], cwd=folder, check=True, timeout=300)
    for package in sorted(folder.glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, folder / "root"], check=True, timeout=60)
    return folder / "root"


def main() -> int:
    """Fetch it, and run its tests."""
    with tempfile.TemporaryDirectory(prefix="cyrus-packages-") as name:
        root = unpacked(Path(name))
        Path(name).chmod(0o755)  # Cyrus works as another user
        command = [sys.executable, "-m", "pytest", "-q", "tests/journeys/cyrus.py", *sys.argv[1:]]
        given = os.environ | {"MAILBOT_CYRUS": str(root)}  # noqa: TID251  (a switch of the test run)
        return subprocess.run(command, cwd=HERE, env=given, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
