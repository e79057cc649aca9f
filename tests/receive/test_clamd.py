"""ClamAV's clamd before the reader of attachments: found, clean, too large, slow, away, and nonsense."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from pydantic import ValidationError

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Attachment
from mailbot.receive.clamd import NOT_SEARCHED, TOO_LARGE, Clamd, ClamdClient, NoAntivirus
from mailbot.receive.reader import InProcess
from tests.servers import free_port

#: The test file of the antivirus industry, in two parts so that no scanner finds this one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 200_000


async def _said(reader):
    """What clamd says to one question: INSTREAM, then pieces with their length, then one of none."""
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    content = bytearray()
    while size := int.from_bytes(await reader.readexactly(4), "big"):
        content += await reader.readexactly(size)
        if len(content) > LIMIT:
            return b"INSTREAM size limit exceeded. ERROR"
    return b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"


@contextlib.asynccontextmanager
async def clamd(place, *, answer=b"", hang=False):
    """A clamd as it speaks; *answer* is given instead of the true one."""
    tasks = set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            said = await _said(reader)
            if hang:
                await asyncio.Event().wait()
            writer.write((answer or said) + b"\0")
            await writer.drain()
        writer.transport.abort()

    server = await asyncio.start_unix_server(serve, str(place))
    try:
        yield str(place)
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def csv(content=b"name,price\nhoney,3\n", name="a.csv"):
    return Attachment(name=name, media_type="text/csv", content=content)


async def read(place, *attachments, **more):
    return await Clamd(kind="clamd", listen=str(place), **more).guard(InProcess()).inputs(attachments)


async def test_nc11_what_holds_a_virus_is_not_opened(tmp_path):
    """The others are read, each in its place."""
    async with clamd(tmp_path / "s") as place:
        first, bad, last = await read(place, csv(), csv(EICAR, "b.csv"), csv(name="c.csv"))
    assert (first.used, bad.used, last.used) == (True, False, True)
    assert [one.name for one in (first, bad, last)] == ["a.csv", "b.csv", "c.csv"]
    assert "the virus scanner found Eicar-Signature in it, so I did not open it" in bad.note
    assert (bad.text, bad.files) == ("", ())


async def test_more_than_it_takes_is_not_opened_either(tmp_path):
    """With what helps; where the settings let unsearched files pass, it is read and that is said."""
    large = csv(b"a,b\n" + b"1,2\n" * 80_000)
    async with clamd(tmp_path / "s") as place:
        [strict] = await read(place, large)
        [loose] = await read(place, large, away="pass")
    assert (strict.used, TOO_LARGE in strict.note) == (False, True)
    assert (loose.used, "not searched for viruses" in loose.note) == (True, True)


async def test_while_it_is_away_a_mail_waits(tmp_path):
    """It is tried again later; or, if the settings say so, it is read and the reply says that nobody searched it."""
    with pytest.raises(Temporary, match="clamd cannot be asked"):
        await read(tmp_path / "nobody", csv())
    [passed] = await read(tmp_path / "nobody", csv(), away="pass")
    assert passed.used
    assert passed.note.endswith(NOT_SEARCHED)


async def test_one_that_is_slow_or_talks_nonsense_has_said_nothing(tmp_path):
    """Never is that taken for a clean file."""
    async with clamd(tmp_path / "s", hang=True) as place:
        with pytest.raises(Temporary, match="no answer within"):
            await ClamdClient(listen=place, timeout=0.1).found_in(b"x")
    for number, answer in enumerate((b"nonsense", b"stream: ", b"UNKNOWN COMMAND", b"stream: OK FOUND it")):
        async with clamd(tmp_path / f"n{number}", answer=answer) as place:
            with pytest.raises(Temporary, match="clamd answers"):
                await ClamdClient(listen=place).found_in(b"x")


async def test_by_a_port_too():
    """As where it runs on another machine."""
    with pytest.raises(Temporary, match="clamd cannot be asked"):
        await ClamdClient(listen=f"127.0.0.1:{free_port()}").found_in(b"x")


async def test_a_mail_without_attachments_asks_nobody(tmp_path):
    """So it never waits for a scanner."""
    assert await read(tmp_path / "nobody") == ()


def test_the_settings_name_a_place_that_can_be_one():
    """And without a scanner the reader is as it was."""
    reader = InProcess()
    assert NoAntivirus().guard(reader) is reader
    for wrong in ({"listen": "clamd"}, {"listen": "host:port"}, {"away": "hold"}, {"timeout": 0}):
        with pytest.raises(ValidationError):
            Clamd(kind="clamd", **wrong)
