"""The ways out. To add one: one file here, one name in AnyWay."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mailbot.deliver.maildir import Maildir
from mailbot.deliver.smtp import SmtpRelay

AnyWay = Annotated[Maildir | SmtpRelay, Field(discriminator="kind")]

__all__ = ["AnyWay", "Maildir", "SmtpRelay"]
