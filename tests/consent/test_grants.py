"""What a provider grants: every way in which it can answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.consent import grants
from mailbot.consent.grants import ConsentEnded, Denied, Grant, ask, client_form, granted, number
from mailbot.domain.errors import Permanent, Temporary
from tests.consent.fake_oauth import CLIENT, FakeProvider

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CANARY = "1//canary-that-nobody-may-see+/=& x"
FORM = {"client_id": CLIENT, "grant_type": "refresh_token", "refresh_token": CANARY}


@pytest.fixture
def provider():
    with FakeProvider() as one:
        yield one


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        ("500", Temporary, "cannot answer now"),
        ("503", Temporary, "cannot answer now"),
        ("429", Temporary, "cannot answer now"),
        ("busy", Temporary, "temporarily_unavailable"),
        ("garbage", Temporary, "no provider of tokens"),
        ("list", Temporary, "no provider of tokens"),
        ("deep", Temporary, "no provider of tokens"),
        ("page", Temporary, "a login page"),
        ("huge", Temporary, "more than 1,000,000 bytes"),
        ("reset", Temporary, "cannot be asked"),
        ("invalid_grant", ConsentEnded, "has ended: run `mailbot oauth login` again"),
        ("invalid_client", Permanent, "correct client_id or client_secret_file"),
        ("moved", Permanent, "follows no redirect"),
        ("404", Permanent, "refused"),
        ("odd", Denied, "some_new_error: Something for a person"),
        ("echo", Permanent, "refused"),
    ],
)
async def test_every_refusal_has_its_meaning(provider, fault, kind, said):
    """Temporary what passes, Permanent what a person must mend; never a word of what was sent in confidence."""
    provider.faults = [fault]
    with pytest.raises(kind, match=said) as caught:
        await ask(f"{provider.url}/token", FORM, "the provider")
    assert len(provider.asked) == 1
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("fault", ["hang", "trickle"])
async def test_a_provider_that_hangs_is_left(provider, monkeypatch, fault):
    """After a limit for the whole answer, however alive it seems."""
    monkeypatch.setattr(grants, "TOTAL", 0.3)
    provider.faults = [fault]
    with pytest.raises(Temporary, match="did not answer in time") as caught:
        await ask(f"{provider.url}/token", FORM, "the provider")
    assert caught.value.__cause__ is None


async def test_a_provider_that_is_not_there():
    """Nobody listens: it is tried again."""
    with FakeProvider() as gone:
        url = gone.url
    with pytest.raises(Temporary, match="ConnectError"):
        await ask(f"{url}/token", FORM, "the provider")


@pytest.mark.parametrize("fault", ["control", "mac", "empty"])
async def test_a_token_that_cannot_be_used_is_none(provider, fault):
    """A control character would add a field to the login; an answer without a token is no answer."""
    provider.faults = [fault]
    answer = await ask(f"{provider.url}/token", FORM, "the provider")
    with pytest.raises(Temporary, match="without an access token"):
        granted(answer, NOW, "the provider")


def test_a_refresh_token_that_is_not_renewed_stays():
    """Google sends one with the consent only; a consent without one is none."""
    before = Grant(access="a", refresh="r", given_at=NOW, ends_at=NOW)
    answer = {"access_token": "b", "token_type": "bearer", "expires_in": 3600}
    assert granted(answer, NOW, "p", before=before).refresh == "r"
    assert granted({**answer, "refresh_token": "s"}, NOW, "p", before=before).refresh == "s"
    with pytest.raises(Permanent, match="no refresh token"):
        granted(answer, NOW, "p")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (3599, 3599),
        pytest.param("3599", 3599, id="text"),
        (None, 3600),
        ("soon", 3600),
        (-5, 1),
        (10**12, 86_400),
        (True, 3600),
        pytest.param("9" * 5000, 3600, id="endless"),
    ],
)
def test_when_it_ends(said, seconds):
    """Some providers send the number as text; what makes no sense is an hour, and nothing is believed for ever."""
    answer = {"access_token": "a", "refresh_token": "r", "expires_in": said}
    assert granted(answer, NOW, "p").ends_at == NOW + timedelta(seconds=seconds)


def test_numbers_have_bounds():
    """Below, within, above."""
    assert [number(n, 5, 1, 60) for n in (0, 7, 100, None)] == [1, 7, 60, 5]


def test_no_token_is_ever_shown():
    """Neither by repr nor by str."""
    grant = Grant(access=CANARY, refresh=CANARY, given_at=NOW, ends_at=NOW)
    assert "canary" not in repr(grant) + str(grant)


async def test_the_clients_secret_comes_from_its_file(provider, tmp_path):
    """Read at each question, so that a new one counts at once."""
    file = tmp_path / "secret"
    file.write_text("s3cret\n")
    assert await client_form(provider.oauth(client_secret_file=str(file))) == {
        "client_id": CLIENT,
        "client_secret": "s3cret",
    }
    assert await client_form(provider.oauth()) == {"client_id": CLIENT}


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"two\nlines", b"x" * 5000])
async def test_a_secret_that_cannot_be_read(provider, tmp_path, content):
    """The words name the setting, and hold nothing of the file."""
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Permanent, match="client_secret_file") as caught:
        await client_form(provider.oauth(client_secret_file=str(file)))
    assert "two" not in str(caught.value)
