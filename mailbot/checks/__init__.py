"""Where strangers' code is looked at. To add a room: one file here, one name in AnySandbox."""

from __future__ import annotations

from mailbot.checks.static import Static

AnySandbox = Static  # a union by ``kind`` as soon as there is a second room

__all__ = ["AnySandbox", "Static"]
