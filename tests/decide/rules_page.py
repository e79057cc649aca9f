"""The tables of docs/rules.md, written by the code: ``python -m tests.decide.rules_page``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mailbot.decide.facts import COUNTS
from mailbot.decide.grammar import IF, SET
from mailbot.domain.grants import HONOURED

PAGE: Final = Path(__file__).parents[2] / "docs" / "rules.md"


def table(keys):
    """One line for each key."""
    return "\n".join(f"| `{name}` | {key.about} |" for name, key in keys.items())


def page(text):
    """*text* with the tables and lists as the code has them."""
    for start, body in (
        ("| key | asks |\n|---|---|\n", table(IF.table)),
        ("| key | means |\n|---|---|\n", table(SET.table)),
    ):
        text = re.sub(re.escape(start) + r"(?:[|I-].*\n|[A-Z_]+\n)*", lambda _, s=start, b=body: f"{s}{b}\n", text)
    text = re.sub(r"before this mail: .*\.\n", f"before this mail: {named(COUNTS)}.\n", text)
    return re.sub(r"(?<=today:\*\* )[^.]*", named(one for one in sorted(HONOURED)), text)


def named(names):
    """As code, with commas."""
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
