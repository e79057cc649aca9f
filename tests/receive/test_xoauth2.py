"""The whole chain against a real server: consent, token, AUTHENTICATE XOAUTH2 at Dovecot, which asks the provider."""

from __future__ import annotations

import imaplib
import tempfile
from pathlib import Path

import pytest

from mailbot.consent.grants import granted
from mailbot.consent.oauth import xoauth2
from mailbot.consent.tokens import Tokens
from tests.consent.fake_oauth import FakeProvider
from tests.receive.clocks import Hands
from tests.receive.imap_world import account, letter, site
from tests.receive.inbox import Inbox
from tests.servers import missing
from tests.servers_dovecot import HOST, USER, Dovecot, unavailable

EXTRA = """
auth_mechanisms = plain xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {file}
}}
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
ASKS = """
introspection_mode = post
introspection_url = {url}/introspect
username_attribute = username
active_attribute = active
active_value = true
"""


@pytest.fixture(scope="module")
def provider():
    with FakeProvider(user=USER) as one:
        yield one


@pytest.fixture(scope="module")
def dovecot(provider):
    if reason := unavailable():
        missing(reason)
    with tempfile.TemporaryDirectory(prefix="dovecot-oauth-") as folder:
        Path(folder).chmod(0o755)  # Dovecot reads it as another user
        file = Path(folder) / "oauth2.conf"
        file.write_text(ASKS.format(url=provider.url))
        with Dovecot(extra=EXTRA.format(file=file)) as server:
            yield server


@pytest.fixture
async def tokens(provider, tmp_path):
    hands = Hands()
    kept = Tokens(tmp_path / "tokens", hands)
    await kept.keep("inbox", provider.oauth(), granted(provider.grant(), hands(), "p"))
    return kept


async def test_dovecot_lets_our_token_in(provider, dovecot, tokens):
    """And neither one that the provider does not know, nor ours under another name."""
    token = await tokens.access("inbox", provider.oauth())
    with imaplib.IMAP4(HOST, dovecot.port) as client:
        assert client.authenticate("XOAUTH2", lambda _: xoauth2(USER, token))[0] == "OK"
        assert client.select()[0] == "OK"
    for user, word in ((USER, "ya29.forged"), ("ask@example.org", token)):
        said = iter([xoauth2(user, word)])
        with imaplib.IMAP4(HOST, dovecot.port) as client, pytest.raises(imaplib.IMAP4.error):
            client.authenticate("XOAUTH2", lambda _, said=said: next(said, b""))


async def test_e25_a_mailbox_is_read_by_consent_alone(provider, dovecot, tokens, tmp_path):
    """A token that the server does not take any more is renewed, and the mail is taken all the same."""
    inbox = Inbox()
    provider.access.clear()  # revoked at the provider, though by our clock it lasts
    dovecot.deliver(letter(1), letter(2))
    where = site(tmp_path, clock=tokens.clock)
    known = {"name": "inbox", "user": USER, "oauth": provider.oauth(), "port": dovecot.port}
    async with account(inbox=inbox, where=where, **known):
        await inbox.until(lambda: len(inbox.mails) == 2)
    assert [asked["grant_type"] for asked in provider.asked] == ["refresh_token"]
