"""A backup is made while mails come in, read back, and becomes a mailbot again elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import shutil
import tarfile
from datetime import timedelta

import pytest

from mailbot.care.archive import check, write
from mailbot.care.backup import ERASED, WARNING, backup
from mailbot.care.restore import PUT, Wanted, restore, told
from mailbot.domain.errors import Permanent
from mailbot.domain.privacy import Erasure
from mailbot.domain.request import RequestId
from mailbot.site import names_of
from mailbot.store import open_ledger
from tests.care.world import NOW, lived_in, opened, settings
from tests.fakes import Time, envelope
from tests.servers import missing


@pytest.fixture
async def home(tmp_path):
    """The settings of a mailbot that has lived, and its ledger."""
    made = settings(tmp_path / "data", rules=tmp_path / "rules")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "my rules.yaml").write_text("- rule: mine\n")
    ledger = await lived_in(tmp_path / "data")
    names_of(made)
    yield made, ledger
    with contextlib.suppress(Exception):
        await ledger.close()


async def test_nd2_backup_under_load_restore_elsewhere_go_on(home, tmp_path):
    """Nothing that was acknowledged before the backup is lost; what was in hand is due, and more mail comes in."""
    made, ledger = home
    acknowledged, busy = [], asyncio.Event()

    async def load():
        for number in range(100_000):
            id, raw = RequestId(f"m{number}"), b"%d" % number * (40_000 if number % 10 == 0 else 10)
            acknowledged.append(await ledger.open_request(id, raw, envelope()))
            busy.set()

    writing = asyncio.create_task(load())
    await busy.wait()
    before, during = (
        list(acknowledged),
        asyncio.to_thread(lambda: asyncio.run(backup(made, None, tmp_path / "copy.tar", NOW))),
    )
    file, archive = await during
    writing.cancel()
    there = settings(tmp_path / "there")
    found = await restore(there, file, Wanted(expect=archive.fingerprint), NOW)
    assert (found.missing, found.forgotten, found.count.holds) == ((), 0, True)
    assert found.count.received <= len(acknowledged) + 4
    again = await opened(tmp_path / "there")
    for id in before:
        assert (await again.request(id)).id == id
    whole = await again.raw(RequestId("three"))
    assert whole.size == 200_005
    assert await again.open_request(RequestId("new"), b"more", envelope()) == "new"
    assert {job.id for job in await again.claim({"gen:*": 5, "send": 9}, NOW)} == {"two", "d-one"}
    await again.close()


async def test_what_was_sent_since_may_be_looked_at_first(home, tmp_path):
    """With --hold nothing leaves until an admin says so."""
    made, _ = home
    file, _ = await backup(made, None, tmp_path / "copies", NOW)
    there = settings(tmp_path / "there")
    found = await restore(there, file, Wanted(hold=True), NOW)
    assert (found.held, "resume" in told(found, there)) == (1, True)
    ledger = await opened(tmp_path / "there")
    assert await ledger.claim({"send": 9}, NOW + timedelta(days=400)) == []
    assert await ledger.resume() == 1
    assert [job.id for job in await ledger.claim({"send": 9}, NOW)] == ["d-one"]
    await ledger.close()


async def test_keys_rules_and_settings_come_along(home, tmp_path):
    """The keys stand where they stood, what the admin wrote is put beside; nobody else may read the file."""
    made, _ = home
    config = tmp_path / "mailbot.toml"
    config.write_text('domain = "acme.example"\n')
    file, _ = await backup(made, config, tmp_path / "copies", NOW)
    await restore(settings(tmp_path / "there"), file, Wanted(), NOW)
    old, new = (next((folder / "keys").glob("names-*.key")) for folder in (tmp_path / "data", tmp_path / "there"))
    assert old.read_bytes() == new.read_bytes()
    put = tmp_path / "there" / PUT
    assert {one.relative_to(put).as_posix() for one in put.rglob("*.*")} == {"mailbot.toml", "rules/my rules.yaml"}
    assert file.stat().st_mode & 0o077 == 0
    assert "passwords" in WARNING


async def test_a_restore_needs_an_empty_folder(home, tmp_path):
    """Nothing is ever written over, and after an error the folder is as empty as it was."""
    made, _ = home
    file, _ = await backup(made, None, tmp_path / "copies", NOW)
    with pytest.raises(Permanent, match="is not empty"):
        await restore(made, file, Wanted(), NOW)
    there = settings(tmp_path / "there")
    with pytest.raises(Permanent, match="another backup"):
        await restore(there, file, Wanted(expect="0" * 32), NOW)
    broken = tmp_path / "broken.tar"
    broken.write_bytes(file.read_bytes()[:-40_000])
    with pytest.raises(Permanent, match="damaged"):
        await restore(there, broken, Wanted(), NOW)
    assert not (tmp_path / "there").exists() or not any((tmp_path / "there").iterdir())


def tar_of(*members):
    """The bytes of a tar."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def listed(*members, **about):
    files = {name: {"sha256": sha, "size": size} for name, sha, size in members}
    return json.dumps({"format": 1, "files": files} | about).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"no tar at all" * 100, "damaged"),
        (tar_of(("data/a", b"a")), "ends before its list"),
        (tar_of(("../a", b"a"), ("manifest.json", listed())), "never put into one"),
        (tar_of(("/etc/a", b"a"), ("manifest.json", listed())), "never put into one"),
        (tar_of(("data/../../a", b"a"), ("manifest.json", listed())), "never put into one"),
        (tar_of(("data/a", b"a"), ("data/a", b"b"), ("manifest.json", listed())), "never put into one"),
        (tar_of(("data/a", b"a"), ("manifest.json", listed(("data/a", "0" * 64, 1)))), "data/a is not what its list"),
        (tar_of(("data/a", b"a"), ("manifest.json", listed())), "data/a is not what its list"),
        (tar_of(("manifest.json", listed(("data/a", "0" * 64, 1)))), "data/a is not what its list"),
        (tar_of(("manifest.json", listed(format=2))), "newer mailbot"),
        (tar_of(("manifest.json", b"[]")), "list cannot be read"),
        (tar_of(("manifest.json", b"{")), "damaged"),
        (tar_of(("manifest.json", listed()), ("data/a", b"a")), "behind its list"),
    ],
    ids=["empty", "no-tar", "cut", "up", "absolute", "up-inside", "twice", "changed", "added", "lost", "newer",
         "no-list", "no-json", "behind"],
)  # fmt: skip
def test_a_broken_or_changed_backup_is_refused_in_words(tmp_path, content, words):
    """Cut short, changed, added to, or made by somebody else: nothing of it is used."""
    file = tmp_path / "copy.tar"
    file.write_bytes(content)
    with pytest.raises(Permanent, match=words):
        check(file)


def test_every_changed_byte_is_noticed(tmp_path):
    """In a content or in the list: the sums, or the fingerprint, are others."""
    made = write(tmp_path / "copy.tar", [("data/a", b"a" * 600)], {"made_at": "now"})
    content = (tmp_path / "copy.tar").read_bytes()
    for at in range(512, 512 + 600, 97):
        (tmp_path / "other.tar").write_bytes(content[:at] + b"!" + content[at + 1 :])
        with pytest.raises(Permanent):
            check(tmp_path / "other.tar")
    (tmp_path / "other.tar").write_bytes(content.replace(b'"now"', b'"not"'))
    assert check(tmp_path / "other.tar").fingerprint != made.fingerprint


async def test_a_backup_brings_nobody_back_who_was_forgotten(home, tmp_path):
    """The list beside the backups says by marks who asked for it since; a restore forgets them again."""
    made, ledger = home
    file, _ = await backup(made, None, tmp_path / "copies", NOW)
    mark = names_of(made).person("ana@acme.example")
    await ledger.forget(Erasure(author="ana@acme.example", mark=mark, at=NOW))
    await backup(made, None, tmp_path / "copies" / "later.tar", NOW)
    beside = (tmp_path / "copies" / ERASED).read_text()
    assert (mark in beside, "acme" in beside) == (True, False)
    found = await restore(settings(tmp_path / "there"), file, Wanted(), NOW)
    assert found.forgotten == 1
    again = await opened(tmp_path / "there")
    assert (await again.theirs("ana@acme.example")).mails == 0
    await again.close()


async def test_nd2_a_backup_of_postgresql_is_restored_into_an_empty_database(postgres_server, tmp_path):
    """By pg_dump and pg_restore; a database that is not empty is never written over."""
    if not shutil.which("pg_dump"):
        missing("pg_dump is not installed: apt install postgresql-client")
    made = settings(tmp_path / "data", database_url=postgres_server.database())
    ledger = await open_ledger(made.database_url, str(tmp_path / "data"), Time())
    await ledger.open_request(RequestId("large"), b"y" * 200_000, envelope())
    await ledger.close()
    file, archive = await backup(made, None, tmp_path / "copy.tar", NOW)
    assert "data/database.pgdump" in archive.files
    with pytest.raises(Permanent, match="not empty"):
        await restore(settings(tmp_path / "one", database_url=made.database_url), file, Wanted(), NOW)
    there = settings(tmp_path / "two", database_url=postgres_server.database(empty=True))
    found = await restore(there, file, Wanted(), NOW)
    assert (found.count.received, found.missing) == (1, ())
    again = await open_ledger(there.database_url, str(tmp_path / "two"), Time())
    assert (await again.raw(RequestId("large"))).size == 200_000
    await again.close()
