"""The Maildir way: stored once, whole, under the delivery's name."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.deliver import Maildir
from mailbot.domain.errors import Overtaken, Temporary
from mailbot.domain.message import Address, MessageId
from mailbot.domain.reply import Delivery, DeliveryId
from mailbot.ports import Way
from tests.fakes import site

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MAIL = Delivery(
    id=DeliveryId("abc234abc234"),
    request="r",
    way="maildir",
    form="zip",
    message_id=MessageId("<x@example.org>"),
    sender="b+x@example.org",
    recipients=(Address("ana@example.org"),),
    wire=b"Subject: x\r\n\r\n.dot\r\n",
    first_at=NOW,
)


def way_in(folder: Path, pattern: str = "{data}/sent") -> Way:
    return Maildir(folder=pattern).open(site(domain="example.org", embedded=False, data=str(folder)))


async def nothing() -> None:
    """Record nothing."""


async def test_a_reply_is_stored_byte_for_byte_under_its_delivery(tmp_path: Path) -> None:
    """The file in new/ has the delivery's name and its bytes, and nothing is left in tmp/."""
    said = await way_in(tmp_path).send(MAIL, nothing)
    assert (tmp_path / "sent/new/abc234abc234").read_bytes() == MAIL.wire
    assert list((tmp_path / "sent/tmp").iterdir()) == []
    assert said == f"stored as {tmp_path}/sent/new/abc234abc234"


@pytest.mark.parametrize("place", ["new/abc234abc234", "cur/abc234abc234:2,S"])
async def test_a_second_sending_changes_nothing(tmp_path: Path, place: str) -> None:
    """Neither while the mail is new nor when a reader has moved and flagged it."""
    way = way_in(tmp_path)
    await way.send(MAIL, nothing)
    (tmp_path / "sent/new/abc234abc234").rename(tmp_path / "sent" / place)
    assert "already" in await way.send(MAIL, nothing)
    assert len(list((tmp_path / "sent").rglob("*abc234*"))) == 1


async def test_committing_comes_before_the_file_is_seen(tmp_path: Path) -> None:
    """At that instant the mail is on disk, but in tmp/ where no reader looks."""
    seen: list[int] = []

    async def committing() -> None:
        seen.extend(len(list((tmp_path / "sent" / name).iterdir())) for name in ("tmp", "new"))

    await way_in(tmp_path).send(MAIL, committing)
    assert seen == [1, 0]


async def test_file_and_folder_are_on_disk_before_it_counts_as_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file before it is named, the folder after: a power cut loses neither."""
    synced: list[tuple[bool, bool]] = []

    def fsync(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), (tmp_path / "sent/new/abc234abc234").exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    await way_in(tmp_path).send(MAIL, nothing)
    assert synced == [(False, False), (True, True)]


async def test_what_committing_raises_stops_the_delivery(tmp_path: Path) -> None:
    """Whoever lost his place delivers nothing and leaves nothing behind."""

    async def committing() -> None:
        raise Overtaken("somebody else has it")

    with pytest.raises(Overtaken):
        await way_in(tmp_path).send(MAIL, committing)
    assert not list((tmp_path / "sent").rglob("abc*"))


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
async def test_a_full_disk_is_temporary_and_leaves_nothing_in_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Whichever step hits it; once there is room again the same delivery goes through."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    way = way_in(tmp_path)
    with monkeypatch.context() as patch:
        where = {"write": (os, "open"), "fsync": (os, "fsync"), "rename": (Path, "rename")}[call]
        patch.setattr(*where, full)
        with pytest.raises(Temporary, match=r"No space left on device; it is tried again"):
            await way.send(MAIL, nothing)
    assert not list((tmp_path / "sent").rglob("new/*"))
    assert "stored" in await way.send(MAIL, nothing)


async def test_a_folder_that_cannot_be_made_is_temporary(tmp_path: Path) -> None:
    """A file stands where the folder should: named in the error, tried again later."""
    (tmp_path / "sent").write_text("in the way")
    with pytest.raises(Temporary, match=f"cannot store the reply in {tmp_path}/sent"):
        await way_in(tmp_path).send(MAIL, nothing)


async def test_any_folder_may_be_named(tmp_path: Path) -> None:
    """A path without {data} is taken as it is."""
    way = way_in(Path("/nowhere"), f"{tmp_path}/outbox")
    await way.send(MAIL, nothing)
    assert (tmp_path / "outbox/new/abc234abc234").exists()
    assert way.idempotent
