"""Who may hand us mail with a password."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
from datetime import UTC, datetime

import pytest

from mailbot.domain.errors import Permanent, Temporary
from mailbot.receive import logins as module
from mailbot.receive.logins import Logins
from tests.process import run, settings

SECRET = "correct horse battery"


def clock():
    return datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def logins(tmp_path):
    return Logins(tmp_path / "data" / "logins.json", clock)


async def test_the_right_password_gives_the_addresses(logins):
    """By whatever case of the name; nobody else gets any."""
    logins.add("Ana@Example.org", SECRET, ["ana@example.org", "Build@EXAMPLE.org", "ana@example.org"])
    assert await logins.check("ana@example.ORG", SECRET) == ("ana@example.org", "Build@example.org")
    for name, password in [("ana@example.org", SECRET + "x"), ("ana@example.org", ""), ("bob", SECRET), ("", "")]:
        assert await logins.check(name, password) == ()


async def test_a_name_that_nobody_has_costs_the_same(logins, monkeypatch):
    """One hash for each try, of the same cost: the time tells nobody which names there are."""
    logins.add("ana", SECRET, ["ana@example.org"])
    costs, hashed = [], module._hash

    def counted(secret, salt, cost):
        costs.append(cost)
        return hashed(secret, salt, cost)

    monkeypatch.setattr(module, "_hash", counted)
    for name in ("ana", "nobody"):
        await logins.check(name, "wrong password")
    assert costs == [module.COST] * 2


async def test_the_hash_of_nobody_opens_nothing(logins):
    """Whatever matches the place-holder has no addresses."""
    assert module._NOBODY.addresses == ()


async def test_letters_composed_in_two_ways_are_the_same(logins):
    """One keyboard types e with an accent as one letter, another as two."""
    logins.add("ana", "caf\u00e9 caf\u00e9 caf\u00e9", ["ana@example.org"])
    assert await logins.check("ana", "cafe\u0301 cafe\u0301 cafe\u0301")


async def test_a_change_counts_at_once(logins, tmp_path):
    """Made, changed and removed by another process."""
    other = Logins(tmp_path / "data" / "logins.json", clock)
    assert await logins.check("ana", SECRET) == ()
    other.add("ana", SECRET, ["ana@example.org"])
    assert await logins.check("ana", SECRET)
    other.add("ana", "another password", ["ana@example.org"])
    assert await logins.check("ana", SECRET) == ()
    other.remove("ana")
    assert await logins.check("ana", "another password") == ()


def test_the_file_is_ours_and_tells_no_password(logins, tmp_path):
    """0600; a salt of its own for each; neither file nor repr holds what was typed."""
    for name in ("ana", "bob"):
        logins.add(name, SECRET, [f"{name}@example.org"])
    path = tmp_path / "data" / "logins.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    entries = json.loads(path.read_text())["logins"]
    assert len({entry["salt"] for entry in entries}) == 2
    assert len({entry["hash"] for entry in entries}) == 2
    assert SECRET not in path.read_text()
    assert "hash" not in repr(logins.list())
    assert [(one.name, one.since) for one in logins.list()] == [("ana", "2026-03-01"), ("bob", "2026-03-01")]


@pytest.mark.parametrize(
    ("name", "password", "addresses", "said"),
    [
        ("", SECRET, ["a@b.example"], "no name"),
        ("a b", SECRET, ["a@b.example"], "no name"),
        ("a\0", SECRET, ["a@b.example"], "no name"),
        ("x" * 129, SECRET, ["a@b.example"], "no name"),
        ("ana", "short pas", ["a@b.example"], "at least 10"),
        ("ana", "x" * 1001, ["a@b.example"], "at most 1,000"),
        ("ana", SECRET, [], "--address"),
        ("ana", SECRET, ["not an address"], "no address"),
        ("ana", SECRET, ["a@b.example"] * 101, "--address"),
    ],
)
def test_what_cannot_be_a_login_is_told(logins, name, password, addresses, said):
    """The words say what is allowed; nothing is written."""
    with pytest.raises(Permanent, match=said):
        logins.add(name, password, addresses)
    assert logins.list() == ()


async def test_a_password_without_end_costs_nothing(logins, monkeypatch):
    """It is refused before it is hashed."""
    monkeypatch.setattr(module, "_hash", None)
    assert await logins.check("ana", "x" * 5_000_000) == ()


async def test_names_without_sense_are_nobody(logins):
    """What a stranger sends as a name or password is never an error."""
    for text in ("\0", "\udcff", "x" * 100_000, "\u0130"):
        assert await logins.check(text, text[:100]) == ()


def test_there_is_an_end_to_them(logins, monkeypatch):
    """The last one more is refused; an old one may still be changed."""
    monkeypatch.setattr(module, "MAX_LOGINS", 1)
    logins.add("ana", SECRET, ["ana@example.org"])
    with pytest.raises(Permanent, match="remove one"):
        logins.add("bob", SECRET, ["bob@example.org"])
    logins.add("ana", SECRET + "!", ["ana@example.org"])


ENTRY = {"name": "ana", "addresses": ["a@b.example"], "since": "2026-01-01", "scrypt": [16384, 8, 5]}
BYTES = {"salt": "AAAAAAAAAAAAAAAAAAAAAA==", "hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"logins": 3}',
        '{"logins": [3]}',
        "[" * 100_000,
        "\0",
        *(
            json.dumps({"logins": [{**ENTRY, **BYTES, **wrong}]})
            for wrong in [
                {"scrypt": [2**30, 8, 5]},
                {"scrypt": [16384, 8, 10**9]},
                {"scrypt": [16383, 8, 5]},
                {"scrypt": [16384, -8, -5]},
                {"scrypt": []},
                {"salt": ""},
                {"hash": ""},
                {"hash": "AAAA"},
                {"addresses": "a@b.example"},
                {"name": 3},
            ]
        ),
    ],
)
async def test_a_damaged_file_lets_nobody_in(logins, tmp_path, content):
    """Permanent, with the way to cure it; and nothing is written over it."""
    path = tmp_path / "data" / "logins.json"
    path.parent.mkdir()
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(Permanent, match=r"damaged.*backup"):
        await logins.check("ana", SECRET)
    with pytest.raises(Permanent):
        logins.add("bob", SECRET, ["bob@example.org"])
    assert path.read_text() == content


async def test_two_at_once_and_no_endless_queue(logins, monkeypatch):
    """Guessing takes two threads; who comes when too many wait is told to come later, and the count goes down again."""
    gate, busy, most = threading.Event(), [], []

    def slow(*_):
        busy.append(1)
        most.append(len(busy))
        gate.wait(30)
        busy.pop()
        return bytes(32)

    monkeypatch.setattr(module, "_hash", slow)
    monkeypatch.setattr(module, "MAX_WAITING", 6)
    tries = [asyncio.create_task(logins.check("ana", "x" * 12)) for _ in range(6)]
    while len(busy) < 2:  # noqa: ASYNC110  (threads)
        await asyncio.sleep(0.01)
    with pytest.raises(Temporary, match="too many"):
        await logins.check("bob", "x" * 12)
    tries.pop().cancel()
    gate.set()
    assert await asyncio.gather(*tries) == [()] * 5
    assert max(most) == 2
    assert await logins.check("bob", "x" * 12) == ()


async def test_many_changes_at_once_are_all_kept(logins, tmp_path, monkeypatch):
    """Each process reads, changes and writes under the lock."""
    monkeypatch.setattr(module, "COST", (2, 1, 1))
    others = [Logins(tmp_path / "data" / "logins.json", clock) for _ in range(12)]
    await asyncio.gather(
        *(asyncio.to_thread(one.add, f"u{n}", SECRET, [f"u{n}@b.example"]) for n, one in enumerate(others))
    )
    assert len(logins.list()) == 12


def test_the_commands(tmp_path):
    """Add by a line of standard input, list, remove; no password on the command line."""
    config = settings(tmp_path)
    added = run("user", "add", "Ana", "--address", "ana@example.org", "-c", config, input=f"{SECRET}\n")
    assert added.returncode == 0, added.stderr
    assert "ana may hand in mail from ana@example.org" in added.stdout
    assert "ana  ana@example.org  since " in run("user", "list", "-c", config).stdout
    assert asyncio.run(Logins(tmp_path / "data" / "logins.json", clock).check("ana", SECRET)) == ("ana@example.org",)
    assert run("user", "remove", "ana", "-c", config).returncode == 0
    assert run("user", "list", "-c", config).stdout == ""
    again = run("user", "remove", "ana", "-c", config)
    assert again.returncode == 1
    assert "mailbot user list" in again.stderr


def test_a_command_without_a_password_says_so(tmp_path):
    """An empty standard input is no password."""
    done = run("user", "add", "ana", "--address", "ana@example.org", "-c", settings(tmp_path), input="")
    assert done.returncode == 1
    assert "at least 10 characters" in done.stderr
