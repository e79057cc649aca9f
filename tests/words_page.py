"""docs/words.md, made from the code: every class of the pure core's nouns and of the doors, with its own first line.

After a class was added or changed: python -m tests.words_page
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "words.md"
_HEAD = """\
# Words

Every name that the house has for a thing, and no other. This page is made from the code (`python -m tests.words_page`)
and a test holds that it is complete. **Door**: a protocol through which the pipeline reaches the world. **Room**: a
file behind a door.
"""
#: Which files, in the order in which a reader needs them.
PARTS = {
    "What arrives": ["domain/message.py", "domain/intent.py", "domain/orders.py", "domain/sessions.py"],
    "What becomes of it": [
        "domain/request.py",
        "domain/grants.py",
        "domain/later.py",
        "domain/memory.py",
        "domain/privacy.py",
    ],
    "What is made": ["domain/project.py"],
    "What leaves": ["domain/reply.py", "domain/sending.py", "domain/news.py", "domain/fetching.py", "domain/names.py"],
    "What is due": ["domain/work.py", "domain/errors.py"],
    "Where it happens": ["pipeline.py", "desk.py", "outbox.py", "deadlines.py", "receivers.py"],
    "The doors": ["ports.py", "ports_kept.py", "sendings.py"],
}


def classes(path):
    """The public classes of a file with their first lines."""
    tree = ast.parse(path.read_text("utf-8"))
    found = [one for one in tree.body if isinstance(one, ast.ClassDef) and not one.name.startswith("_")]
    return [(one.name, (ast.get_docstring(one) or "").partition("\n")[0]) for one in found]


def page():
    """The whole page."""
    rows = [_HEAD]
    for title, files in PARTS.items():
        rows.append(f"## {title}\n\n| word | what it is | where |\n|---|---|---|")
        for file in files:
            rows += [f"| {name} | {words} | {file} |" for name, words in classes(ROOT / "mailbot" / file)]
        rows.append("")
    return "\n".join(rows).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
