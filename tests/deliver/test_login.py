"""How we log in at a relay: by PLAIN, by LOGIN, and by a token that is renewed when it is not taken."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mailbot.consent.grants import granted
from mailbot.consent.oauth import READS, OAuth
from mailbot.consent.tokens import Tokens
from mailbot.deliver import SmtpRelay
from mailbot.deliver.relayed import Relayed
from mailbot.deliver.session import Denied, RelayFault
from mailbot.ports import Site
from tests.consent.fake_oauth import CLIENT, FakeProvider
from tests.deliver.sink import Sink
from tests.deliver.test_maildir import MAIL, nothing
from tests.fakes import site

SECRET = 'a good + "strange\\ pässword'


def relay(sink: Sink, place: Site, **given: Any) -> Relayed:
    usual = {"host": sink.host, "port": sink.port, "security": "none", "timeout": 2, "user": "ana"}
    return SmtpRelay.model_validate(usual | given).open(place)


def here(tmp_path: Path) -> Site:
    return site(domain="mail.example.org", data=str(tmp_path))


@pytest.mark.parametrize("mechanisms", ["PLAIN LOGIN", "LOGIN", "CRAM-MD5 PLAIN", "CRAM-MD5 LOGIN"])
async def test_e25_every_password_goes_by_plain_or_login(mechanisms: str, tmp_path: Path) -> None:
    """Whatever letters it has, by what the relay offers."""
    with Sink(login=("ana", SECRET), mechanisms=mechanisms) as sink:
        await relay(sink, here(tmp_path), password=SECRET).send(MAIL, nothing)
    assert len(sink.mails) == 1


async def test_a_relay_without_a_login_is_told(tmp_path: Path) -> None:
    """The mail waits until the settings or the relay are mended."""
    with Sink() as sink, pytest.raises(RelayFault, match="offers no login"):
        await relay(sink, here(tmp_path), password="x").send(MAIL, nothing)
    assert not any(b"AUTH" in line for line in sink.heard)


async def consented(provider: FakeProvider, place: Site, account: str) -> str:
    """A person has consented; the first token."""
    answer = provider.grant()
    grant = granted(answer, place.clock(), "the provider")
    await Tokens(Path(place.data) / "tokens", place.clock).keep(account, provider.oauth(), grant)
    return str(answer["access_token"])


async def test_e25_a_relay_is_opened_by_a_token(tmp_path: Path) -> None:
    """XOAUTH2: the user and the token in one message; no password anywhere."""
    place = here(tmp_path)
    with FakeProvider(user="ana") as provider:
        token = await consented(provider, place, "work")
        with Sink(tokens=(token,)) as sink:
            way = relay(sink, place, name="work", oauth=provider.oauth().model_dump())
            await way.send(MAIL, nothing)
            await way.close()
    said = next(line for line in sink.heard if line.startswith(b"AUTH"))
    assert base64.b64decode(said.split()[2]) == f"user=ana\1auth=Bearer {token}\1\1".encode()
    assert len(sink.mails) == 1


async def test_e25_a_token_that_is_not_taken_is_renewed(tmp_path: Path) -> None:
    """Whatever its end: the next mail goes out by a new one. Nothing of it stands in the words."""
    place = here(tmp_path)
    with FakeProvider(user="ana") as provider:
        old = await consented(provider, place, "work")
        with Sink(tokens=("none of ours",)) as sink:
            way = relay(sink, place, name="work", oauth=provider.oauth().model_dump())
            with pytest.raises(Denied, match="token not taken") as error:
                await way.send(MAIL, nothing)
            assert old not in str(error.value)
            with pytest.raises(Denied):
                await way.send(MAIL, nothing)
            await way.close()
    said = [base64.b64decode(line.split()[2]) for line in sink.heard if line.startswith(b"AUTH")]
    assert old.encode() in said[0]
    assert old.encode() not in said[1]
    assert b"auth=Bearer ya29." in said[1]


async def test_a_consent_that_is_missing_is_the_relays_trouble_and_not_the_mails(tmp_path: Path) -> None:
    """It says which command a person has to run; the mail waits."""
    with FakeProvider() as provider, Sink(tokens=("x",)) as sink:
        way = relay(sink, here(tmp_path), name="work", oauth=provider.oauth().model_dump())
        with pytest.raises(RelayFault, match="mailbot oauth login --account work"):
            await way.send(MAIL, nothing)
        await way.close()


@pytest.mark.parametrize("provider", ["gmail", "microsoft365"])
def test_x5_a_relay_asks_for_the_right_to_send(provider: Any) -> None:
    """Gmail has one right for all; Microsoft 365 is asked for both, so that one consent serves reading and sending."""
    oauth = OAuth(provider=provider, client_id=CLIENT)
    entry = SmtpRelay(host="smtp.example.org", user="ana@example.org", oauth=oauth)
    assert entry.oauth
    scope = entry.oauth.endpoints().scope
    if provider == "gmail":
        assert scope == "https://mail.google.com/"
    else:
        assert scope == f"{READS} https://outlook.office.com/SMTP.Send offline_access"
        assert "SMTP.Send" not in oauth.endpoints().scope


def test_one_secret_only() -> None:
    """Consent or a password."""
    oauth = {"provider": "gmail", "client_id": CLIENT}
    with pytest.raises(ValidationError, match="take one of them out"):
        SmtpRelay.model_validate({"host": "h", "user": "u", "password": "p", "oauth": oauth})
    with pytest.raises(ValidationError, match="belong together"):
        SmtpRelay.model_validate({"host": "h", "oauth": oauth})
