"""The contract of the ledger: what the ways in remember."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy.exc import StatementError

from mailbot.domain.errors import Overtaken, Temporary
from mailbot.domain.message import Authentic, Message, MessageId, Proof, Spooled
from mailbot.domain.request import Admitted, Ignored, RequestId
from mailbot.ports import Cursor, Due
from mailbot.store.blobs import FileBlobs
from tests.fakes import NOW, admit, envelope, order

A, B = RequestId("a"), RequestId("b")
CURSOR = Cursor(account="build@x", folder="INBOX", validity=4_294_967_295, uid=7, at=NOW)


async def test_mails_are_stored_with_the_cursor_behind_them(ledger):
    """All of it; what was there already is not stored twice, and the cursor moves on."""
    assert await ledger.cursor("build@x", "INBOX") is None
    await ledger.open_requests([(A, b"one", envelope(channel="imap")), (B, b"two", envelope())], CURSOR)
    await ledger.open_requests([(B, b"two", envelope())], replace(CURSOR, uid=9))
    assert await ledger.cursor("build@x", "INBOX") == replace(CURSOR, uid=9)
    assert await ledger.cursor("build@x", "Other") is None
    assert await ledger.raw(A) == b"one"
    assert (await ledger.count()).received == 2


async def test_a_cursor_never_moves_without_its_mails(sqlite, postgres):
    """A mail that cannot be stored takes the cursor back with it."""
    for ledger in (sqlite, postgres):
        bad = (B, b"two", envelope(received_at="no time"))
        with pytest.raises((AttributeError, StatementError)):
            await ledger.open_requests([(A, b"one", envelope()), bad], CURSOR)
        assert await ledger.cursor("build@x", "INBOX") is None
        assert (await ledger.count()).received == 0


def spooled(tmp_path, content=b"large" * 100_000):
    path = tmp_path / "spooled"
    path.write_bytes(content)
    return Spooled(path=str(path), size=len(content), sha256=hashlib.sha256(content).hexdigest())


async def test_a_spooled_mail_is_taken_over(sqlite, tmp_path):
    """Its file is moved, not copied; the same mail again is known, though its file is elsewhere."""
    for _ in range(2):
        mail = spooled(tmp_path)
        await sqlite.open_request(A, mail, envelope())
        kept = await sqlite.raw(A)
        assert (kept.size, kept.sha256) == (mail.size, mail.sha256)
        assert not (tmp_path / "spooled").exists()


def test_a_spooled_mail_that_is_gone_is_asked_for_again(tmp_path):
    """Unless it was taken over before."""
    blobs, mail = FileBlobs(tmp_path / "blobs"), spooled(tmp_path)
    (tmp_path / "spooled").unlink()
    with pytest.raises(Temporary, match="gone"):
        blobs.adopt(mail)
    assert blobs.adopt(spooled(tmp_path)) == blobs.adopt(mail)


async def test_what_was_found_out_about_an_author_is_kept(ledger):
    """With the first event, whatever that is."""
    await ledger.open_request(A, b"one", envelope(channel="imap", proof=Proof.NONE))
    request = await ledger.request(A)
    known = replace(request.envelope, proof=Proof.DKIM, authentic=Authentic(dmarc="pass", marks=("m1", "m2")))
    await ledger.record(replace(request, envelope=known), Ignored(rule="loop", reason="why"), at=NOW)
    assert (await ledger.request(A)).envelope == known


async def proven(ledger, id, *marks):
    """A request whose author was proven by these signatures."""
    signed = envelope(authentic=Authentic(marks=marks))
    await ledger.open_request(RequestId(id), id.encode(), signed)
    return await ledger.request(RequestId(id))


async def test_a_signature_is_known_again(ledger):
    """As the one of another mail that was let in; never as its own, nor as one of a mail that counted for nothing."""
    message = Message(id=MessageId("<2@x>"), author="ana@acme.example")
    first, ignored = await proven(ledger, "a", "m1", "m2"), await proven(ledger, "b", "m3")
    await ledger.record(first, order(), at=NOW, due=Due(queue="gen:x"))
    await ledger.record(ignored, Ignored(rule="loop", reason="why"), at=NOW)
    later = await proven(ledger, "c", "m2")
    assert (await ledger.facts(message, later.id, ("m9", "m2"))).replay_of == "a"
    assert (await ledger.facts(message, first.id, ("m1",))).replay_of == ""
    assert (await ledger.facts(message, later.id, ("m3",))).replay_of == ""
    assert (await ledger.facts(message, later.id)).replay_of == ""


async def test_one_mail_by_two_ways_is_let_in_once(ledger):
    """Both were judged before either was known; the second is judged again, and is a duplicate then."""
    await admit(ledger, "a", message_id=MessageId("<1@x>"))
    await ledger.open_request(B, b"by another way", envelope())
    second = await ledger.request(B)
    same = order(project="p00002", message_id=MessageId("<1@x>"))
    with pytest.raises(Overtaken):
        await ledger.record(second, same, at=NOW, due=Due(queue="gen:x"))
    assert (await ledger.facts(Message(id="<1@x>", author=same.author), B)).duplicate_of == "a"
    await ledger.record(second, replace(same, author="eve@x.example"), at=NOW, due=Due(queue="gen:x"))
    assert isinstance((await ledger.request(B)).admitted, Admitted)


async def test_words_are_learned_and_forgotten(ledger):
    """Counted by mails; 0 stands for all of them, and nothing falls below zero."""
    await ledger.learn([5, -(2**60), 5], spam=True)
    await ledger.learn([5], spam=False)
    assert await ledger.learned([5, 6, -(2**60)]) == {0: (1, 1), 5: (1, 1), -(2**60): (1, 0)}
    for _ in range(2):
        await ledger.learn([5], spam=True, undo=True)
    assert await ledger.learned([5]) == {0: (0, 1), 5: (0, 1)}
    await ledger.learn(range(1, 2_000), spam=False)
    assert len(await ledger.learned(range(1, 2_000))) == 2_000


async def test_how_a_part_is_can_be_told(sqlite, postgres):
    """The newest word counts."""
    for ledger in (sqlite, postgres):
        await ledger.report("imap build@x", "the password is wrong", NOW)
        assert await ledger.parts() == {"imap build@x": ("the password is wrong", NOW)}
        await ledger.report("imap build@x", "", NOW)
        assert await ledger.parts() == {"imap build@x": ("", NOW)}
