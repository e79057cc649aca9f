"""The HTTP door: what mail can ask, a program can ask here.

``uvicorn mailbot.web:app`` serves it by itself, with the house behind it opened from the settings and the environment.
One file per group of routes (routes_*.py); what all of them need of the house is in doors.py.
"""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:  # noqa: ANN401  (an ASGI application, for whoever imports it by name)
    """Give ``app``, made when it is asked for: whoever only reads the settings does not wait for a web framework."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # The one look upwards: a hosting service names the door, and the door has to have a house behind it.
    return importlib.import_module("mailbot.app").asgi()
