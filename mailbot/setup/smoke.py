"""`mailbot smoke`: a mailbot that serves is given one request by SMTP and one by HTTP, and must answer both."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mailbot.demo import Letter, hand_in
from mailbot.doctor.apart import apart
from mailbot.doctor.patient import time_now
from mailbot.doctor.sign import Sign, fail, ok, warn
from mailbot.domain.errors import MailbotError, Permanent, Temporary
from mailbot.domain.request import State
from mailbot.receive import Smtp
from mailbot.settings import Settings
from mailbot.store import open_ledger
from mailbot.store.reports import Mail

LOOK: Final = 0.3  #: seconds between two looks
WORDS: Final = "A page for our street festival.\n\nSections: Programme, Contact.\n"
MAX_ANSWER: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Smoke:
    """One try."""

    settings: Settings
    token: str  #: for the HTTP door; empty: that of the settings
    sender: str  #: who asks
    wait: float  #: seconds for an answer

    async def signs(self) -> list[Sign]:
        """What came of both."""
        found = []
        for name, way in (("SMTP", self.by_smtp), ("HTTP", self.by_http)):
            try:
                found.append(await way())
            except MailbotError as error:
                found.append(fail(f"by {name}: {error}", "mailbot doctor; is `mailbot serve` running?"))
        return found

    async def by_smtp(self) -> Sign:
        """A mail, as a person's program hands it in."""
        settings = self.settings
        room = next((one for one in settings.receive if isinstance(one, Smtp)), None)
        if room is None:
            return ok("by SMTP: not tried, for mail comes from a mailbox; `mailbot doctor --mail` sends one there")
        subject = f"Smoke {secrets.token_hex(4)}"
        build = next((local for local, kind in settings.addresses.items() if kind == "build"), "build")
        mail = Letter(text=WORDS, subject=subject, sender=self.sender).mail(f"{build}@{settings.site_domain}")
        begun = time_now()
        await apart(lambda: hand_in(room.listen, mail))
        return self._end("SMTP", await self._became(begun), begun)

    async def by_http(self) -> Sign:
        """An order, as a program places it."""
        web, known = self.settings.web, self.settings.api_token
        token = self.token or (known.get_secret_value() if known else "")
        if web is None:
            return ok("by HTTP: not tried, for [web] is not set")
        url = f"{'https' if web.tls_cert else 'http'}://{web.listen[0].replace('0.0.0.0', '127.0.0.1')}"  # noqa: S104
        await apart(lambda: _asked(f"{url}/healthz", "", None))
        if not token:
            return warn(f"by HTTP: {url} is alive; nothing was ordered without a token", "API_TOKEN, or --token-file")
        order = {"app_type": "static_site", "description": WORDS, "recipient_email": self.sender, "requirements": []}
        begun = time_now()
        await apart(lambda: _asked(f"{url}/generate", token, order))
        return self._end("HTTP", await self._became(begun), begun)

    async def _became(self, since: datetime) -> Mail:
        """What has become of the mail of our sender that came *since* then, when it has an end."""
        settings, end = self.settings, time.monotonic() + self.wait
        ledger = await open_ledger(settings.database_url, str(settings.folder), time_now)
        try:
            while time.monotonic() < end:
                mails = [mail for mail in await ledger.mails(200) if mail.received_at >= since]
                found = next((mail for mail in mails if self.sender.lower() == mail.author.lower()), None)
                if found and found.state not in {State.RECEIVED, State.ADMITTED}:
                    return found
                await asyncio.sleep(LOOK)
        finally:
            await ledger.close()
        raise Temporary(f"it has no answer after {self.wait:g} seconds; `mailbot mails` says how far it is")

    def _end(self, way: str, mail: Mail, begun: datetime) -> Sign:
        took = f"{(time_now() - begun).total_seconds():.1f} s"
        if mail.state is State.ANSWERED:
            return ok(f"by {way}: answered after {took} ({mail.next})")
        words = f"by {way}: {mail.state} after {took}, {mail.reason}"
        if self.settings.domain and mail.state is State.CLOSED:
            return warn(f"{words}: nobody signs a mail of this command", "send one from your own mail program")
        return fail(words, f"mailbot why {mail.id}")


def _asked(url: str, token: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """One call; its JSON."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode("ascii") if body is not None else None
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310  (our own server's address)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            return dict(json.loads(answer.read(MAX_ANSWER)))
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(500).decode("utf-8", "replace")
        raise Permanent(f"{url} answers {error.code}: {said}") from error
    except (OSError, ValueError) as error:
        raise Temporary(f"{url} does not answer: {error}") from error
