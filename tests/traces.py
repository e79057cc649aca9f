"""What is left of a person in the files of a data folder."""

from __future__ import annotations

import base64
from pathlib import Path

ANA = "ana@acme.example"
SECRETS = (ANA, "Ana <", "queenbeatrix")


def spellings(words):
    """As text, and as base64 may hold it, wherever it begins."""
    raw = words.encode()
    coded = [base64.b64encode(b"x" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)]
    return {raw.lower(), *(one.lower() for one in coded if len(one) > 8)}


def every_trace(folder, secrets):
    """The files of *folder* that hold one of *secrets*, and which."""
    found = []
    for file in sorted(Path(folder).rglob("*")):
        if file.is_file():
            content = file.read_bytes().lower()
            found += [(file.name, one) for one in secrets if any(spelling in content for spelling in spellings(one))]
    return found
