"""The ways out. To add one: one file here, one name in AnyWay."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mailbot.deliver.lmtp import Lmtp
from mailbot.deliver.maildir import Maildir
from mailbot.deliver.out import Out
from mailbot.deliver.rates import Sending
from mailbot.deliver.smtp import SmtpRelay

AnyWay = Annotated[Maildir | SmtpRelay | Lmtp, Field(discriminator="kind")]

__all__ = ["AnyWay", "Lmtp", "Maildir", "Out", "Sending", "SmtpRelay"]
