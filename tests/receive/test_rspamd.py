"""rspamd: a real one, and one that answers anything."""

from __future__ import annotations

import hashlib
import json

import pytest

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Proof, Spooled
from mailbot.receive.rspamd import RspamdClient
from mailbot.understand.spam_signs import GTUBE
from tests.fakes import envelope, mail
from tests.receive.fake_filter import answering, http
from tests.servers import free_port
from tests.servers_spam import rspamd_url

__all__ = ["rspamd_url"]


def said(**changes):
    known = {"score": 3.0, "required_score": 15.0, "action": "no action", "symbols": {}}
    return http(json.dumps(known | changes).encode())


async def ask(answer, **transport):
    async with answering(answer) as (port, asked):
        spam = await RspamdClient(url=f"http://127.0.0.1:{port}", timeout=5).ask(mail(), envelope(**transport))
    return spam, asked


@pytest.mark.timeout(300)
async def test_a_real_rspamd(rspamd_url, tmp_path):
    """It drops its test text and says why, and a spooled mail goes to it as well as one in memory."""
    client = RspamdClient(url=rspamd_url, timeout=60)
    outside = envelope(proof=Proof.NONE, peer="192.0.2.7", helo="mx.acme.example")
    spam = await client.ask(mail(GTUBE), outside)
    assert spam.score >= 12
    assert "rspamd says" in spam.reasons[0]
    file = tmp_path / "mail"
    file.write_bytes(mail("word " * 100_000))
    raw = Spooled(path=str(file), size=file.stat().st_size, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    assert (await client.ask(raw, outside)).score < 12


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ({}, 2.4), ({"score": 15.0, "action": "reject"}, 12), ({"score": 30.0, "action": "reject"}, 24),
        ({"score": -50.0}, -20), ({"score": 6.0, "thresholds": {"add header": 6.0}}, 6),
        ({"score": 10.5, "thresholds": {"add header": 6.0}}, 9), ({"score": 1.0, "action": "reject"}, 12),
        ({"score": 1.0, "action": "add header"}, 6), ({"score": 1e300}, 100),
    ],
)  # fmt: skip
async def test_its_score_on_our_scale(answer, score):
    """What it would mark is held, what it would reject is dropped."""
    spam, _ = await ask(said(**answer))
    assert spam.score == score


async def test_it_is_told_the_envelope():
    """Who connected, as what, from whom to whom; and nothing in it can begin a header of its own."""
    _, [asked] = await ask(
        said(),
        peer="192.0.2.7",
        helo="mx\r\nPass: all",
        sender="a@b.example",
        recipients=("x@y", "z@y"),
        proof=Proof.NONE,
    )
    head = asked.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
    for line in (b"post /checkv2 http/1.1", b"ip: 192.0.2.7", b"helo: mxpass:all", b"from: a@b.example", b"rcpt: x@y"):
        assert line in head
    assert b"rcpt: z@y" in head
    assert not [line for line in head if line.startswith((b"pass", b"user:"))]


async def test_reasons_are_the_weighty_symbols():
    """Names and points, the weightiest first; a name is never more than a word."""
    symbols = {"A": {"score": 0.1}, "BAD\n<b>": {"score": 5.0}, "GOOD": {"score": -6.0}}
    spam, _ = await ask(said(symbols=symbols))
    assert spam.reasons == ("rspamd says 3.0 of 15.0", "GOOD (-6.0)", "BADb (+5.0)")


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"nonsense\r\n\r\n", http(b"", "403 Forbidden"), http(b"[]"), http(b"{}"), http(b'{"score": "x"}'),
        http(b"\xff"), http(b'{"score": 1, "symbols": [1]}'), http(b"[" * 100_000), http(b" " * 2_100_000),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    ],
)  # fmt: skip
async def test_nonsense_is_temporary(answer):
    """Whatever it answers, what comes out is a score or Temporary."""
    with pytest.raises(Temporary):
        await ask(answer)


async def test_one_that_is_away_or_slow():
    """Nobody listens, or nobody answers: both are said in words."""
    with pytest.raises(Temporary, match="cannot be asked"):
        await RspamdClient(url=f"http://127.0.0.1:{free_port()}").ask(mail(), envelope())
    async with answering(b"", hang=True) as (port, _):
        with pytest.raises(Temporary, match="no answer within"):
            await RspamdClient(url=f"http://127.0.0.1:{port}", timeout=0.1).ask(mail(), envelope())
