"""The packages that strangers' programs may use: folders that an admin has filled, read-only inside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from mailbot.checks.cage import PATH, python_inside

Language = Literal["python", "node"]
_HOME: Final = re.compile(r"^home\s*=\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What programs are run with."""

    python: str = field(default_factory=lambda: python_inside()[0])
    seen: tuple[str, ...] = field(default_factory=lambda: python_inside()[1])
    variables: Mapping[str, str] = field(default_factory=dict)


def kit_of(environments: Mapping[Language, str]) -> Kit:
    """The kit of the admin's *environments*; what is not set is the system's."""
    plain = Kit()
    python, seen, variables, path = plain.python, list(plain.seen), dict(plain.variables), [PATH]
    if "python" in environments:
        folder = Path(environments["python"]).expanduser().absolute()
        python = str(folder / "bin" / "python")
        seen = [str(folder), *_below(folder)]
        path.insert(0, str(folder / "bin"))
    if "node" in environments:
        folder = Path(environments["node"]).expanduser().absolute()
        seen.append(str(folder))
        variables["NODE_PATH"] = str(folder / "node_modules")
        path.insert(0, str(folder / "node_modules" / ".bin"))
    variables |= {"PATH": ":".join(path)} if len(path) > 1 else {}
    return Kit(python=python, seen=tuple(seen), variables=variables)


def _below(folder: Path) -> list[str]:
    """The installation that a virtual environment stands on, where it is no part of the system."""
    try:
        home = _HOME.search((folder / "pyvenv.cfg").read_text("utf-8"))
    except OSError:
        return []  # it stands alone
    base = Path(home[1]).resolve().parent if home else folder
    return [] if base.is_relative_to("/usr") or base == folder or base == Path("/") else [str(base)]
