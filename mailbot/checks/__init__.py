"""Where strangers' code is looked at, and run. To add a room: one file here, one name in AnySandbox."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mailbot.checks.sandbox import Sandboxed
from mailbot.checks.static import Static

AnySandbox = Annotated[Sandboxed | Static, Field(discriminator="kind")]

__all__ = ["AnySandbox", "Sandboxed", "Static"]
