"""The ways in. To add one: one file here, one name in AnyChannel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mailbot.receive.smtp import Smtp

AnyChannel = Annotated[Smtp, Field(discriminator="kind")]

__all__ = ["AnyChannel", "Smtp"]
