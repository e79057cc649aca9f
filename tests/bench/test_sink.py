"""The receivers' server and the sender, against each other."""

from __future__ import annotations

import asyncio

import pytest

from tests.bench.letters import SIZE, Letter, hand_over, letters, page
from tests.bench.sink import HOST, Sink

REPLY = b"Subject: x\r\nMessage-ID: <r@x>\r\nIn-Reply-To: <1@people.example>\r\n\r\n..dots\r\nlast\r\n"


async def spoken(sink: Sink, *pieces: bytes) -> bytes:
    """Say it in these pieces; everything that was answered."""
    reader, writer = await asyncio.open_connection(HOST, sink.port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0)
    answered = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answered


async def test_mails_arrive_whole_and_named() -> None:
    """Each of five sessions' mails, under its own Message-ID, in the order that was asked for."""
    async with Sink() as sink:
        sent = letters("t", 12, "x@sink.example")
        handed = await hand_over(sink.port, sent, sessions=5)
        arrived = await sink.all_of([mail.name for mail in sent], 5)
    assert [one.wire for one in arrived] == [mail.wire for mail in sent]
    assert {one.name for one in handed} == {mail.name for mail in sent}
    assert all(len(mail.wire) in range(SIZE, SIZE + 100) for mail in sent)


@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_a_reply_is_known_by_what_it_answers(size: int) -> None:
    """However the bytes are cut: pipelined, dots single again, the next mail of the session untouched."""
    told = b"EHLO x\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n" + REPLY.replace(b"\r\n..", b"\r\n...") + b".\r\n"
    told = told + told.replace(b"<1@", b"<2@") + b"QUIT\r\n"
    async with Sink() as sink:
        answered = await spoken(sink, *(told[start : start + size] for start in range(0, len(told), size)))
    assert answered.endswith(b"250 2.0.0 taken\r\n221 bye\r\n")
    assert [one.wire for one in sink.arrivals["<1@people.example>"]] == [REPLY]
    assert list(sink.arrivals) == ["<1@people.example>", "<2@people.example>"]


async def test_a_second_reply_is_not_overlooked() -> None:
    """Both stand under the mail that they answer."""
    mail = Letter(name="", sender="a@x", to="b@x", wire=REPLY.replace(b"..", b"."))
    async with Sink() as sink:
        await hand_over(sink.port, [mail, mail])
    assert [len(found) for found in sink.arrivals.values()] == [2]


async def test_missing_replies_end_the_wait() -> None:
    """With their number."""
    async with Sink() as sink:
        with pytest.raises(TimeoutError, match="2 of 2 replies did not come"):
            await sink.all_of(["<1@x>", "<2@x>"], 0.01)


async def test_a_refusal_ends_the_sending() -> None:
    """A mail that is not taken would make every figure wrong."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 x\r\n250 x\r\n452 4.3.1 full\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(refuse, HOST, 0)
    async with server:
        with pytest.raises(ConnectionError, match=r"452 4\.3\.1 full.*to 'MAIL FROM"):
            await hand_over(server.sockets[0].getsockname()[1], letters("t", 1, "x@x"))


def test_the_page_is_always_the_same() -> None:
    """And long enough for a zip of 5 KB."""
    assert page() == page()
    assert 6_000 < len(page()) < 8_000
