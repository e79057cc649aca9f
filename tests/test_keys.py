"""The keys in the data folder: made once, rotated, read again while mail is taken."""

from __future__ import annotations

import re
import stat
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.domain.errors import Permanent, Temporary
from mailbot.keys import (
    Held,
    allowed_signers,
    keyring_of,
    made_first,
    managed,
    missing_records,
    published,
    rotate_signing,
    secrets_of,
    signer_of,
    switch_dkim,
    waiting_dkim,
)
from mailbot.reply.dkim import DkimKey, new_key
from mailbot.understand.zone import Records
from tests.client.letters import tool

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  (ssh-keygen asks the clock of this machine)
PEOPLE = ("build@example.org",)
OLD = DkimKey(domain="example.org", selector="old", pem=new_key()[0])


class Zone:
    """A DNS that knows some texts, or is in trouble."""

    def __init__(self, **known):
        self.known = known

    async def look(self, name, kind):
        """What stands at that name."""
        found = self.known.get(name.partition(".")[0], ())
        if isinstance(found, Exception):
            raise found
        return Records(values=tuple(one.encode() for one in found))


def verifies(folder, signature, *more):
    """Whether stock ssh-keygen takes it, by the file that we publish."""
    (folder / "allowed").write_text(allowed_signers(folder, PEOPLE))
    (folder / "sig").write_bytes(signature)
    command = [tool("ssh-keygen"), "-Y", "verify", "-f", folder / "allowed", "-I", *PEOPLE, "-n", "mailbot", "-s"]
    done = subprocess.run([*command, folder / "sig", *more], input=b"x", capture_output=True, check=False, timeout=20)
    return done.returncode == 0


def test_the_first_key_is_made_once_and_is_read_by_nobody_else(tmp_path):
    """Whoever starts again finds it."""
    made_first(tmp_path, NOW)
    first = signer_of(tmp_path)
    made_first(tmp_path, NOW)
    assert signer_of(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "signing-0001.key").stat().st_mode) == 0o600
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["signing-0001.key", "signing-0001.pub"]
    assert allowed_signers(tmp_path, PEOPLE) == f'build@example.org namespaces="mailbot" {first.public}\n'


def test_a_key_without_its_public_file_is_known_all_the_same(tmp_path):
    """A crash between the two."""
    made_first(tmp_path, NOW)
    (tmp_path / "signing-0001.pub").unlink()
    assert published(tmp_path)[0].key == signer_of(tmp_path).public


def test_a_rotated_key_proves_only_what_is_older(tmp_path):
    """The new one signs; the old private half is gone; by the date of the mail the old signature still holds."""
    made_first(tmp_path, NOW - timedelta(days=50))
    old = signer_of(tmp_path).sign(b"x")
    rotate_signing(tmp_path, NOW - timedelta(days=10))
    new = signer_of(tmp_path).sign(b"x")
    assert verifies(tmp_path, new)
    assert not verifies(tmp_path, old)
    assert verifies(tmp_path, old, "-O", f"verify-time={NOW - timedelta(days=20):%Y%m%d}")
    assert not verifies(tmp_path, new, "-O", f"verify-time={NOW - timedelta(days=20):%Y%m%d}")
    assert not (tmp_path / "signing-0001.key").exists()
    assert len(published(tmp_path)) == 2


def test_a_stolen_key_proves_nothing_any_more(tmp_path):
    """Not even what is older: whoever has it can write any date."""
    made_first(tmp_path, NOW - timedelta(days=50))
    old = signer_of(tmp_path).sign(b"x")
    rotate_signing(tmp_path, NOW, stolen=True)
    rotate_signing(tmp_path, NOW)
    assert not verifies(tmp_path, old, "-O", f"verify-time={NOW - timedelta(days=20):%Y%m%d}")
    assert [one.stolen for one in published(tmp_path)] == [True, False, False]
    assert len(allowed_signers(tmp_path, PEOPLE).splitlines()) == 2


async def test_nc13_new_dkim_keys_wait_for_their_records(tmp_path):
    """RSA and Ed25519; asked again they are the same; nothing is switched while one record is missing or wrong."""
    new = waiting_dkim(tmp_path, "example.org", NOW)
    assert [one.kind for one in new] == ["rsa", "ed25519"]
    assert waiting_dkim(tmp_path, "example.org", NOW + timedelta(days=1)) == new
    one, two = (key.selector for key in new)
    there = {one: (new[0].record,), two: (new[1].record,)}
    for lacking in (
        {},
        {one: there[one]},
        {**there, two: there[one]},
        {**there, two: (*there[two], *there[one])},
        {**there, two: ("v=spf1 -all",)},
        {**there, two: ("t=y; " + new[1].record,)},
        {**there, one: Temporary("no answer")},
    ):
        assert await missing_records(new, Zone(**lacking)), lacking
    assert await missing_records(new, Zone(**there)) == []
    assert keyring_of(tmp_path, PEOPLE, (OLD,)).dkim == (OLD,)


def test_after_the_switch_the_new_keys_sign_and_the_old_ones_leave_a_week_later(tmp_path):
    """Their records stay so long, for the mails on their way; then their files are gone."""
    first = waiting_dkim(tmp_path, "example.org", NOW)
    switch_dkim(tmp_path, NOW)
    assert keyring_of(tmp_path, PEOPLE, (OLD,)).dkim == first
    second = waiting_dkim(tmp_path, "example.org", NOW)
    assert {one.selector for one in first} & {one.selector for one in second} == set()
    assert keyring_of(tmp_path, PEOPLE).dkim == first
    switch_dkim(tmp_path, NOW)
    assert keyring_of(tmp_path, PEOPLE).dkim == second
    assert [one.until[:10] for one in managed(tmp_path) if one.until] == [f"{NOW + timedelta(days=7):%Y-%m-%d}"] * 2
    waiting_dkim(tmp_path, "example.org", NOW)
    switch_dkim(tmp_path, NOW + timedelta(days=8))
    assert not (tmp_path / f"dkim-{first[0].selector}.pem").exists()
    assert (tmp_path / f"dkim-{second[0].selector}.pem").exists()


def test_a_house_that_runs_takes_new_keys_and_never_broken_ones(tmp_path):
    """It looks at the files; what cannot be read leaves the keys of before in use."""
    made_first(tmp_path, NOW)
    held = Held(folder=tmp_path, load=lambda: keyring_of(tmp_path, PEOPLE))
    before = held.current
    assert held.look()
    assert held.current is before
    rotate_signing(tmp_path, NOW)
    assert held.look()
    assert held.current.signer == signer_of(tmp_path) != before.signer
    (tmp_path / "dkim.json").write_text("{")
    assert not held.look()
    assert held.current.signer == signer_of(tmp_path)
    (tmp_path / "dkim.json").unlink()
    assert held.look()


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"keys": [{}]}',
        '{"keys": [{"selector": "../x", "domain": "x", "kind": "rsa", "made": ""}]}',
        '{"keys": [{"selector": "x", "domain": "x", "kind": "dsa", "made": ""}]}',
        '{"keys": [{"selector": "x", "domain": 1, "kind": "rsa", "made": ""}]}',
    ],
)
def test_a_list_of_keys_that_is_none_is_told(tmp_path, text):
    """Edited by hand, or half a file."""
    (tmp_path / "dkim.json").write_text(text)
    with pytest.raises(Permanent, match=re.escape("keys/dkim.json")):
        keyring_of(tmp_path, PEOPLE)


def test_every_line_of_a_private_key_is_a_secret(tmp_path):
    """By which it is recognised, should it ever stand in a mail."""
    made_first(tmp_path, NOW)
    waiting_dkim(tmp_path, "example.org", NOW)
    found = list(secrets_of(tmp_path))
    assert len(found) > 20
    assert not any("-----" in one for one in found)
