"""The ways out. To add one: one file here, one name in AnyWay."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mailbot.deliver.fetch import Fetching
from mailbot.deliver.lmtp import Lmtp
from mailbot.deliver.maildir import Maildir
from mailbot.deliver.out import Out, together
from mailbot.deliver.rates import Sending
from mailbot.deliver.smtp import SmtpRelay
from mailbot.deliver.webhook import Webhooks

AnyWay = Annotated[Maildir | SmtpRelay | Lmtp, Field(discriminator="kind")]

__all__ = ["AnyWay", "Fetching", "Lmtp", "Maildir", "Out", "Sending", "SmtpRelay", "Webhooks", "together"]
