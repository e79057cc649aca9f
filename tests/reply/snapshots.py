"""Mails as a person reads them, one file each: tests/reply/snapshots/<name>.<language>.txt.

After a wanted change: ``MAILBOT_SNAPSHOTS=write pytest tests/reply`` writes them anew; read what git shows.
"""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).parent / "snapshots"


def agreed(name: str, text: str, language: str = "en") -> None:
    """*text* is word for word what was agreed, on one screen, in lines that no program breaks."""
    file = HERE / f"{name}.{language}.txt"
    if os.environ.get("MAILBOT_SNAPSHOTS") == "write":  # noqa: TID251  (a switch for people, as pytest has them)
        HERE.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 25
    assert max(len(line) for line in text.splitlines()) <= 76
