"""What anybody may fetch without a token."""

from __future__ import annotations

from dataclasses import replace

from mailbot.reply.keyring import Keyring
from tests.web.world import application, paper

LINE = 'build@mail.example.org namespaces="mailbot" ssh-ed25519 AAAA\n'


async def test_the_keys_of_our_packages_can_be_fetched(web):
    """As the file that ssh-keygen reads; the ones that are in use now."""
    known = replace(paper(), keys=Keyring(allowed=LINE))
    application(web.doors.settings).state.doors = replace(web.doors, letterhead=known)
    answer = await web.get("/.well-known/mailbot/allowed_signers")
    assert (answer.status_code, answer.text) == (200, LINE)
    assert answer.headers["content-type"].startswith("text/plain")
