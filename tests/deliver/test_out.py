"""All entries of [[deliver]] together."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.deliver import Lmtp, Maildir, Out, Sending, SmtpRelay
from mailbot.deliver.sent import SentFolder
from mailbot.settings import WrongSettings, load
from tests.deliver.sink import Sink
from tests.deliver.test_maildir import MAIL, nothing
from tests.deliver.test_smtp import SITE

ONE = '[[deliver]]\nkind = "smtp"\nhost = "127.0.0.1"\nport = 2525\nsecurity = "none"\n'
LOCAL = '[[deliver]]\nkind = "lmtp"\nhost = "127.0.0.1"\n'


async def nobody(_part: str, _trouble: str) -> None:
    """Nobody listens."""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ONE + '[[deliver]]\nkind = "maildir"\n', "a Maildir stands alone"),
        (ONE + ONE, "two relays are called 127.0.0.1:2525; give each a `name`"),
        (ONE + "[sending]\ndomain_per_minute = -1\n", "greater than or equal to 0"),
        (ONE + 'copy_to = "two words"\n', "copy_to"),
    ],
)
def test_what_cannot_stand_together_is_told_at_once(text: str, words: str, tmp_path: Path) -> None:
    """With the reason, before any mail."""
    (tmp_path / "mailbot.toml").write_text(text)
    with pytest.raises(WrongSettings, match=words):
        load(tmp_path / "mailbot.toml")


def test_e26_several_relays_stand_side_by_side(tmp_path: Path) -> None:
    """Of both kinds, each with its weight."""
    (tmp_path / "mailbot.toml").write_text(ONE + "weight = 30\n" + ONE + 'name = "second"\n' + LOCAL)
    entries = load(tmp_path / "mailbot.toml").deliver
    assert [type(entry).__name__ for entry in entries] == ["SmtpRelay", "SmtpRelay", "Lmtp"]
    out = Out.opened(entries, Sending(), SITE, nobody)
    assert list(out.ways) == ["email"]
    assert out.pool


async def test_e26_each_relay_is_told_of_from_the_start() -> None:
    """`mailbot health` names every relay and every folder of sent mail."""
    told: list[tuple[str, str]] = []

    async def report(part: str, trouble: str) -> None:
        told.append((part, trouble))

    sent = SentFolder(host="imap.example.org")
    relay = SmtpRelay(host="smtp.example.org", user="ana", password_file=__file__, sent=sent, name="work")
    out = Out.opened([relay, Lmtp(host="127.0.0.1")], Sending(), SITE, report)
    await out.begin()
    assert told == [("relay work", ""), ("relay 127.0.0.1:24", ""), ("sent folder of work", "")]
    assert list(out.copies) == ["sent-copy:work"]
    await out.close()


async def test_a_mail_names_its_relay_when_the_dot_goes_out() -> None:
    """That is what the ledger remembers."""
    named: list[str] = []

    async def committing(relay: str = "") -> None:
        named.append(relay)

    with Sink() as sink:
        relay = SmtpRelay(host=sink.host, port=sink.port, security="none", name="work")
        out = Out.opened([relay], Sending(), SITE, nobody)
        await out.ways["email"].send(MAIL, committing)
        await out.close()
    assert named == ["work"]


async def test_a_maildir_is_a_way_by_itself(tmp_path: Path) -> None:
    """No relay, no copy."""
    out = Out.opened([Maildir(folder=str(tmp_path / "sent"))], Sending(), SITE, nobody)
    await out.begin()
    await out.ways["email"].send(MAIL, nothing)
    await out.close()
    assert (tmp_path / "sent/new" / MAIL.id).read_bytes() == MAIL.wire
