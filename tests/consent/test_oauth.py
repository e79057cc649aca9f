"""OAuth as an admin sets it, and the words that show a token to a mail server."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mailbot.consent.oauth import OAuth, xoauth2
from mailbot.domain.errors import Permanent

CUSTOM = {
    "provider": "custom",
    "client_id": "c",
    "scope": "mail offline_access",
    "token_url": "https://id.example/token",
    "device_url": "https://id.example/device",
}


def test_the_known_providers():
    """Google has no device flow for mail; Microsoft asks on any machine, for the tenant's own accounts where told."""
    gmail = OAuth(provider="gmail", client_id="c")
    assert gmail.flow == "browser"
    assert gmail.endpoints().scope == "https://mail.google.com/"
    assert dict(gmail.endpoints().extra) == {"access_type": "offline", "prompt": "consent"}
    office = OAuth(provider="microsoft365", client_id="c", tenant="acme.example")
    assert office.flow == "device"
    assert office.endpoints().token == "https://login.microsoftonline.com/acme.example/oauth2/v2.0/token"
    assert "offline_access" in office.endpoints().scope.split()


def test_a_provider_of_ones_own():
    """By its addresses; the browser where it has no device flow."""
    assert OAuth(**CUSTOM).flow == "device"
    browser = {**CUSTOM, "device_url": None, "authorize_url": "https://id.example/consent"}
    assert OAuth(**browser).flow == "browser"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"token_url": None}, "needs token_url"),
        ({"scope": None}, "needs token_url, scope"),
        ({"device_url": None}, "device_url or authorize_url"),
        ({"token_url": "http://id.example/token"}, "must be https"),
        ({"token_url": "http://127.0.0.1.evil.example/token"}, "must be https"),
        ({"token_url": "https://user:word@id.example/token"}, "without user"),
        ({"token_url": "https:///token"}, "must be https"),
        ({"token_url": "file:///etc/passwd"}, "must be https"),
        ({"device_url": "https://id.example/#x"}, "fragment"),
        ({"scope": 'a"b'}, "pattern"),
        ({"client_id": ""}, "pattern"),
        ({"client_id": "a b"}, "pattern"),
        ({"tenant": "a/b"}, "pattern"),
        ({"provider": "gmail"}, 'only with provider = "custom"'),
        ({"provider": "yahoo"}, "'gmail', 'microsoft365' or 'custom'"),
        ({"client_sekret": "x"}, "Extra inputs"),
    ],
)
def test_a_wrong_setting_is_told(change, said):
    """Before anything is asked: a token never goes in the clear to another machine."""
    with pytest.raises(ValidationError, match=said):
        OAuth(**{**CUSTOM, **change})


def test_http_to_this_machine():
    """For tests, and for a provider on the same machine."""
    for host in ("127.0.0.1:8000", "[::1]:8000"):
        assert OAuth(**{**CUSTOM, "token_url": f"http://{host}/token"})


def test_xoauth2():
    """The bytes that Google's and Microsoft's pages print."""
    shown = xoauth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    assert shown == b"user=someuser@example.com\1auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\1\1"


@pytest.mark.parametrize(
    ("user", "token"), [("a\1auth=Bearer x", "t"), ("a", "t\1"), ("", "t"), ("a", ""), ("a\n", "t")]
)
def test_nobody_adds_a_field_to_it(user, token):
    """A control character would end a field and begin another."""
    with pytest.raises(Permanent):
        xoauth2(user, token)
