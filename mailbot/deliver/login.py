"""How we log in at a relay: a password that is read anew each time, or a token that is renewed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from mailbot.consent.oauth import OAuth, xoauth2
from mailbot.consent.tokens import TOKENS, Tokens
from mailbot.deliver.session import RelayFault
from mailbot.domain.errors import Permanent
from mailbot.ports import Site


@dataclass(kw_only=True)
class Login:
    """The login of one account."""

    account: str
    user: str
    password: SecretStr | None
    password_file: str
    oauth: OAuth | None
    site: Site
    _tokens: Tokens = field(init=False, repr=False)
    _last: str = field(default="", init=False, repr=False)
    _refused: str = field(default="", init=False, repr=False)

    def __post_init__(self) -> None:
        self._tokens = Tokens(Path(self.site.data) / TOKENS, self.site.clock)

    async def secret(self) -> str | bytes:
        """A password, or the one message of XOAUTH2."""
        if self.oauth is None:
            return await asyncio.to_thread(self.read)
        try:
            self._last = await self._tokens.access(self.account, self.oauth, refused=self._refused)
            return xoauth2(self.user, self._last)
        except Permanent as error:  # a person must act; nothing is wrong with the mail
            raise RelayFault(str(error)) from error

    def denied(self) -> None:
        """What secret() gave last was not taken: a token is renewed, whatever its end."""
        self._refused = self._last

    def read(self) -> str:
        """The password, so that a changed file needs no restart."""
        if self.password is not None:
            return self.password.get_secret_value()
        if not self.password_file:
            return ""
        try:
            return Path(self.password_file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise RelayFault(f"the password of the relay cannot be read from {self.password_file}: {error}") from error

    async def close(self) -> None:
        """Let what has been asked be answered and written."""
        await self._tokens.close()
