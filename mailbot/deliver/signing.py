"""The keys that an admin names in the settings, by which our mails are signed (DKIM)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Dkim(BaseModel):
    """A key that signs our mails. Name an RSA key, and an Ed25519 key beside it if you like; none: a provider signs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    selector: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,63}$", description="the DNS name under _domainkey")
    key_file: str = Field(description="private key in PEM: RSA of 2048 bits or more, or Ed25519")
    domain: str = Field(
        default="",
        max_length=253,
        pattern=r"^([a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+)?$",
        description="that it signs for, in small letters; none: `domain`",
    )


def _several(value: object) -> object:
    """One key may stand as it is."""
    return [value] if isinstance(value, dict | Dkim) else () if value is None else value


Dkims = Annotated[tuple[Dkim, ...], BeforeValidator(_several), Field(max_length=8)]
