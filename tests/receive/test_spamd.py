"""SpamAssassin's spamd: a real one, and one that answers anything."""

from __future__ import annotations

import pytest

from mailbot.domain.errors import Temporary
from mailbot.receive.spamd import MAX_SENT, SpamdClient
from mailbot.understand.spam_signs import GTUBE
from tests.fakes import envelope, mail
from tests.receive.fake_filter import answering
from tests.servers import free_port
from tests.servers_spam import spamd_port

__all__ = ["spamd_port"]
GOOD = b"SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\nSpam: False ; %s / 5.0\r\n\r\nAWL,BAYES"


async def ask(answer, raw=b"Subject: x\r\n\r\nx"):
    async with answering(answer) as (port, asked):
        spam = await SpamdClient(host="127.0.0.1", port=port, user="ola", timeout=5).ask(raw, envelope())
    return spam, asked


@pytest.mark.timeout(300)
async def test_nc11_a_real_spamassassin_may_judge(spamd_port):
    """It drops its test text and says why; a plain mail passes; a large one is judged by its beginning."""
    client = SpamdClient(host="127.0.0.1", port=spamd_port, timeout=60)
    spam = await client.ask(mail(GTUBE), envelope())
    assert spam.score >= 12
    assert "GTUBE" in spam.reasons
    assert (await client.ask(mail(), envelope())).score < 6
    assert (await client.ask(mail("word " * MAX_SENT), envelope())).score < 12


@pytest.mark.parametrize(
    ("said", "score"), [(b"5.0", 6), (b"10.0", 12), (b"-1.0", -1.2), (b"1000.0", 100), (b"-99", -20)]
)
async def test_its_score_on_our_scale(said, score):
    """What it calls spam is held; twice as much is dropped."""
    spam, [asked] = await ask(GOOD % said)
    assert spam.score == score
    assert spam.reasons[1:] == ("AWL", "BAYES")
    assert asked.startswith(b"SYMBOLS SPAMC/1.5\r\nContent-length: 15\r\nUser: ola\r\n\r\nSubject: x")


async def test_one_that_calls_everything_spam():
    """A bar of nothing is no division by it."""
    spam, _ = await ask(b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1.0 / 0.0\r\n\r\nAWL")
    assert spam.score == 60


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"nonsense", b"SPAMD/1.1 74 EX_IOERR\r\n\r\n", b"SPAMD/1.1 0 EX_OK\r\n\r\n",
        b"SPAMD/1.1 0 EX_OK\r\n" + b"x" * 200_000,
        GOOD % b"1.2.3", GOOD % b"nan",
    ],
)  # fmt: skip
async def test_nonsense_is_temporary(answer):
    """Whatever it answers, what comes out is a score or Temporary."""
    with pytest.raises(Temporary):
        await ask(answer)


async def test_one_that_is_away_or_slow():
    """Nobody listens, or nobody answers: both are said in words."""
    with pytest.raises(Temporary, match="cannot be asked"):
        await SpamdClient(host="127.0.0.1", port=free_port()).ask(mail(), envelope())
    async with answering(b"", hang=True) as (port, _):
        with pytest.raises(Temporary, match="no answer within"):
            await SpamdClient(host="127.0.0.1", port=port, timeout=0.1).ask(mail(), envelope())
