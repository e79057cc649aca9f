"""The tokens of accounts: kept, renewed, never shown."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
import traceback

import pytest
from structlog.testing import capture_logs

from mailbot.consent import private
from mailbot.consent.grants import ConsentEnded, granted
from mailbot.consent.tokens import Tokens
from mailbot.domain.errors import Permanent, Temporary
from tests.consent.fake_oauth import FakeProvider
from tests.receive.clocks import Hands

ACCOUNT = "build@example.org"


@pytest.fixture
def provider():
    with FakeProvider() as one:
        yield one


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
async def tokens(provider, hands, tmp_path):
    """One account that has consented."""
    kept = Tokens(tmp_path / "tokens", hands)
    await kept.keep(ACCOUNT, provider.oauth(), granted(provider.grant(), hands(), "p"))
    yield kept
    await kept.close()


def stored(tmp_path):
    return json.loads((tmp_path / "tokens" / f"{ACCOUNT}.json").read_text())


async def test_a_token_serves_until_shortly_before_its_end(provider, hands, tokens):
    """Nobody is asked for 55 minutes; then once."""
    first = await tokens.access(ACCOUNT, provider.oauth())
    hands.go(minutes=54, seconds=59)
    assert await tokens.access(ACCOUNT, provider.oauth()) == first
    assert provider.asked == []
    hands.go(seconds=2)
    second = await tokens.access(ACCOUNT, provider.oauth())
    assert second != first
    assert second in provider.access
    assert await tokens.access(ACCOUNT, provider.oauth()) == second
    assert len(provider.asked) == 1


async def test_each_new_refresh_token_is_on_disk_before_its_access_token_is_used(provider, hands, tokens, tmp_path):
    """Ten rounds with a provider that takes the old one away, each by a new process."""
    seen = {stored(tmp_path)["refresh"]}
    for _ in range(10):
        hands.go(hours=2)
        access = await Tokens(tmp_path / "tokens", hands).access(ACCOUNT, provider.oauth())
        assert stored(tmp_path)["access"] == access
        assert stored(tmp_path)["refresh"] in provider.refresh
        seen.add(stored(tmp_path)["refresh"])
    assert len(seen) == 11


async def test_a_provider_that_does_not_rotate(provider, hands, tokens):
    """The one refresh token counts for ever."""
    provider.rotate = False
    for _ in range(3):
        hands.go(hours=2)
        assert await tokens.access(ACCOUNT, provider.oauth()) in provider.access


async def test_many_ask_at_once_and_the_provider_is_asked_once(provider, hands, tokens, tmp_path):
    """In one process and in two: the second finds what the first has written."""
    hands.go(hours=2)
    other = Tokens(tmp_path / "tokens", hands)
    found = await asyncio.gather(*(one.access(ACCOUNT, provider.oauth()) for one in [tokens, other] * 20))
    assert len(set(found)) == 1
    assert len(provider.asked) == 1


async def test_a_token_that_the_server_refused_is_renewed_before_its_end(provider, tokens):
    """Once; what it brought serves everybody who names the old one."""
    old = await tokens.access(ACCOUNT, provider.oauth())
    new = await tokens.access(ACCOUNT, provider.oauth(), refused=old)
    assert new != old
    assert await tokens.access(ACCOUNT, provider.oauth(), refused=old) == new
    assert len(provider.asked) == 1


async def test_short_lives(provider, hands, tokens):
    """A token of a minute is not renewed at each question."""
    provider.lifetime = 60
    hands.go(hours=2)
    for _ in range(5):
        await tokens.access(ACCOUNT, provider.oauth())
    assert len(provider.asked) == 1
    hands.go(seconds=31)
    await tokens.access(ACCOUNT, provider.oauth())
    assert len(provider.asked) == 2


async def test_a_clock_that_went_back(provider, hands, tokens):
    """Nobody knows when the token ends: a new one is asked for."""
    old = await tokens.access(ACCOUNT, provider.oauth())
    hands.go(days=-400)
    assert await tokens.access(ACCOUNT, provider.oauth()) != old


@pytest.mark.parametrize("fault", ["500", "garbage", "reset", "429"])
async def test_a_provider_in_trouble(provider, hands, tokens, fault):
    """What is still good serves on; after its end it is tried again; then all is well."""
    good = await tokens.access(ACCOUNT, provider.oauth())
    hands.go(minutes=57)
    provider.faults = [fault] * 2
    assert await tokens.access(ACCOUNT, provider.oauth()) == good
    hands.go(minutes=10)
    with pytest.raises(Temporary):
        await tokens.access(ACCOUNT, provider.oauth())
    assert await tokens.access(ACCOUNT, provider.oauth()) in provider.access


async def test_a_refused_token_is_not_given_again_in_trouble(provider, tokens):
    """The mail server has said no to it."""
    old = await tokens.access(ACCOUNT, provider.oauth())
    provider.faults = ["500"]
    with pytest.raises(Temporary):
        await tokens.access(ACCOUNT, provider.oauth(), refused=old)


async def test_consent_that_has_ended(provider, hands, tokens):
    """Permanent, with the command; after it all is well."""
    hands.go(hours=2)
    provider.refresh.clear()
    with pytest.raises(ConsentEnded, match=r"consent .* has ended: run `mailbot oauth login` again"):
        await tokens.access(ACCOUNT, provider.oauth())
    await tokens.keep(ACCOUNT, provider.oauth(), granted(provider.grant(), hands(), "p"))
    assert await tokens.access(ACCOUNT, provider.oauth()) in provider.access


async def test_no_consent_yet(provider, tokens):
    """The words name the command with the account."""
    with pytest.raises(Permanent, match="run `mailbot oauth login --account other`"):
        await tokens.access("other", provider.oauth())


async def test_another_client_has_no_consent(provider, tokens):
    """A changed client_id is told before the provider is asked in vain."""
    with pytest.raises(Permanent, match="another client_id"):
        await tokens.access(ACCOUNT, provider.oauth(client_id="other"))
    assert provider.asked == []


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a/b", "a\0b", "a b", "x" * 200, "-x"])
async def test_an_account_whose_name_is_no_file(provider, tokens, name):
    """Nothing leaves the folder."""
    with pytest.raises(Permanent, match="cannot name a file"):
        await tokens.access(name, provider.oauth())


CANARY = "canary-that-nobody-may-see"
WHOLE = {
    "client_id": "c",
    "access": CANARY,
    "refresh": CANARY,
    "given_at": "2026-01-01T00:00:00+00:00",
    "ends_at": "2026-01-01T00:00:00+00:00",
}


@pytest.mark.parametrize(
    "content",
    [
        "",
        f'{{"access": "{CANARY}',
        "[]",
        "{}",
        "[" * 100_000,
        "\0",
        *(
            json.dumps({**WHOLE, **wrong})
            for wrong in [
                {"refresh": ""},
                {"access": 3},
                {"client_id": None},
                {"given_at": CANARY},
                {"ends_at": "2026-01-01T00:00:00"},
            ]
        ),
    ],
)
async def test_a_damaged_file_is_told(provider, tokens, tmp_path, content):
    """With what to do, and nothing of what it holds."""
    (tmp_path / "tokens" / f"{ACCOUNT}.json").write_text(content)
    with pytest.raises(Permanent, match=f"damaged: run `mailbot oauth login --account {ACCOUNT}` again") as caught:
        await tokens.access(ACCOUNT, provider.oauth())
    assert CANARY not in "".join(traceback.format_exception(caught.value))


async def test_the_files_are_ours_alone(tokens, tmp_path):
    """0600 in 0700."""
    for path, mode in ((tmp_path / "tokens", 0o700), (tmp_path / "tokens" / f"{ACCOUNT}.json", 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode


async def test_a_disk_that_fails_loses_no_refresh_token(provider, hands, tokens, tmp_path, monkeypatch):
    """The provider has taken the old one away: the new one waits in memory, and is written before anything is asked."""
    hands.go(hours=2)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(private.os, "fsync", full)
        for _ in range(3):
            with pytest.raises(Temporary, match="No space left"):
                await tokens.access(ACCOUNT, provider.oauth())
    assert len(provider.asked) == 1
    assert stored(tmp_path)["refresh"] not in provider.refresh
    assert await tokens.access(ACCOUNT, provider.oauth()) in provider.access
    assert stored(tmp_path)["refresh"] in provider.refresh
    assert len(provider.asked) == 1


async def test_a_new_consent_wins_over_what_could_not_be_written(provider, hands, tokens, tmp_path, monkeypatch):
    """A person has come meanwhile: what waits in memory is of the old consent."""
    hands.go(hours=2)
    with monkeypatch.context() as patch:
        patch.setattr(private.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(Temporary):
            await tokens.access(ACCOUNT, provider.oauth())
    new = granted(provider.grant(), hands(), "p")
    await tokens.keep(ACCOUNT, provider.oauth(), new)
    assert await tokens.access(ACCOUNT, provider.oauth()) == stored(tmp_path)["access"] == new.access


async def test_whoever_waits_may_be_cancelled(provider, hands, tokens, tmp_path):
    """The answer is written all the same: the provider has taken the old refresh token away."""
    hands.go(hours=2)
    old = stored(tmp_path)["refresh"]
    waiting = asyncio.create_task(tokens.access(ACCOUNT, provider.oauth()))
    while not provider.asked:  # noqa: ASYNC110  (a thread)
        await asyncio.sleep(0.005)
    if waiting.cancel():  # else the answer was faster
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await tokens.close()
    assert stored(tmp_path)["refresh"] in provider.refresh - {old}


async def test_no_token_in_any_word(provider, hands, tokens, tmp_path, caplog):
    """Not in a log, our own or a library's, not in an exception with its whole trace, not in a repr."""
    caplog.set_level(logging.DEBUG)
    said = []
    secrets = {stored(tmp_path)["refresh"], stored(tmp_path)["access"]}
    with capture_logs() as logs:
        for fault in ("ok", "echo", "500", "garbage", "control", "moved", "invalid_grant", "reset", "huge"):
            hands.go(hours=2)
            provider.faults = [fault]
            try:
                secrets.add(await tokens.access(ACCOUNT, provider.oauth()))
            except (Temporary, Permanent) as error:
                said.append("".join(traceback.format_exception(error)))
            secrets |= {stored(tmp_path)["refresh"], stored(tmp_path)["access"]}
        said += [repr(tokens), repr(logs), caplog.text]
    assert len(said) == 11
    assert len(secrets) == 4
    assert [secret for secret in secrets if secret in "".join(said)] == []
    assert "oauth.renewed" in repr(logs)
