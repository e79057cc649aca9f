"""Tokens: made, hashed, ended; and who tries too many."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailbot.domain.orders import Scope
from mailbot.web.doors import Doors
from mailbot.web.secret import digest, fresh, well_formed
from tests.web.world import ENVIRONMENT, ORDER, here


def test_a_secret_has_256_bits_and_a_checksum():
    """Scanners of secrets know it; a slip is seen."""
    secrets = {fresh() for _ in range(200)}
    assert len(secrets) == 200
    assert all(re.fullmatch(r"mbt_[0-9A-Za-z]{49}", one) and well_formed(one) for one in secrets)
    one = secrets.pop()
    assert not well_formed(one[:-1] + ("0" if one[-1] != "0" else "1"))
    assert not any(map(well_formed, ("", "mbt_", one[4:], one + "0")))


def bytes_in(folder):
    """Everything that the database has written."""
    return b"".join(path.read_bytes() for path in Path(folder).glob("mailbot.db*"))


async def test_only_the_hash_is_stored(web):
    """Whoever reads the database can order nothing."""
    secret = (await web.token())["Authorization"].removeprefix("Bearer ")
    found = await web.ledger.token(digest(secret))
    files = bytes_in(web.doors.site.data)
    assert found.name == "ci"
    assert secret.encode() not in files
    assert digest(secret).encode() in files


async def test_a_token_ends(web):
    """By its time, or because it was revoked; at once."""
    old = await web.token("old", days=1, ago=2)
    assert (await web.get("/status/x", old)).status_code == 401
    token = await web.token("new")
    assert (await web.get("/status/x", token)).status_code == 404
    assert await web.ledger.revoke_token("new", web.doors.site.clock())
    assert (await web.get("/status/x", token)).status_code == 401
    assert not await web.ledger.revoke_token("new", web.doors.site.clock())


async def test_its_last_use_is_known(web):
    """So that one that nobody uses can be found."""
    token = await web.token()
    assert (await web.ledger.tokens())[0].used_at is None
    await web.get("/status/x", token)
    assert (await web.ledger.tokens())[0].used_at is not None


async def test_a_name_is_taken_once(web):
    """A revoked one stays taken: the log says who did what."""
    await web.token("one")
    with pytest.raises(AssertionError):
        await web.token("one")


def test_there_is_no_default_token():
    """Without one in the settings, nothing in the environment counts."""
    assert Doors.__dataclass_fields__["api_token"].default == ""


async def test_an_empty_token_of_the_environment_is_none(tmp_path):
    """Nobody gets in with an empty header."""
    async with here(tmp_path) as web:
        object.__setattr__(web.doors, "api_token", "")
        for headers in ({"X-API-Key": ""}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {ENVIRONMENT}"}):
            assert (await web.post("/generate", ORDER, headers)).status_code == 401


async def test_na5_the_key_header_is_named_by_the_admin(tmp_path):
    """API_KEY_HEADER: the one that is set counts, the usual one does not, and the description names it."""
    async with here(tmp_path, key_header="X-Our-Key") as web:
        assert (await web.get("/status/x", {"X-Our-Key": ENVIRONMENT})).status_code == 404
        assert (await web.get("/status/x", {"X-API-Key": ENVIRONMENT})).status_code == 401
        described = (await web.get("/openapi.json")).json()["components"]["securitySchemes"]["Key"]
        assert described["name"] == "X-Our-Key"


async def test_e24_who_guesses_tokens_is_slowed_down(web):
    """30 wrong ones a minute of one address; then even a right one waits."""
    token = await web.token()
    wrong = [await web.get("/status/x", {"X-API-Key": f"mbt_{number}"}) for number in range(31)]
    assert {one.status_code for one in wrong[:30]} == {401}
    assert (wrong[30].status_code, int(wrong[30].headers["retry-after"]) > 0) == (429, True)
    assert (await web.get("/status/x", token)).status_code == 429


async def test_an_admin_may_all(web):
    """The scope admin is good for everything, API_TOKEN has it not."""
    admin = await web.token("root", scopes=(Scope.ADMIN,), people=("*",))
    assert (await web.post("/generate", ORDER, admin)).status_code == 202
    assert (await web.post("/send-test", {"recipient": "a@b.example"}, admin)).status_code == 202
