"""The settings of how long things are kept."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from mailbot.domain.privacy import Spans


class Keep(BaseModel):
    """How long things are kept; what has no answer yet, is held or is being sent stays in any case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mail_days: int = Field(default=30, ge=30, le=3650, description="mails as they came, and ours as they left")
    project_days: int = Field(default=180, ge=30, le=3650, description="projects, after the last mail in them")
    fact_days: int = Field(default=400, ge=30, le=3650, description="who wrote when, and how that was proven")

    @property
    def spans(self) -> Spans:
        """The same as spans of time."""
        days = (timedelta(days=one) for one in (self.mail_days, self.project_days, self.fact_days))
        mails, projects, facts = days
        return Spans(mails=mails, projects=max(mails, projects), facts=max(mails, projects, facts))
