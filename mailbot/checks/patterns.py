"""Look for a person's pattern in a stranger's text, as a program of its own, which may never come to an end.

Reads {"pattern", "texts": {name: text}} as JSON and prints {"found": name or null, "error": ""}.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Mapping

CPU_SECONDS = 3
MEMORY = 512_000_000


def found(pattern: str, texts: Mapping[str, str]) -> tuple[str | None, str]:
    """The name of the first text that *pattern* is found in; a mistake of the pattern."""
    try:
        wanted = re.compile(pattern, re.MULTILINE)
    except (re.error, RecursionError, OverflowError) as error:
        return None, f"the pattern cannot be used: {error}"
    return next((name for name, text in texts.items() if wanted.search(text)), None), ""


def main() -> None:
    """Look once, within limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    given = json.load(sys.stdin)
    name, error = found(given["pattern"], given["texts"])
    json.dump({"found": name, "error": error}, sys.stdout)


if __name__ == "__main__":
    main()
