"""Several servers with one model: each writes one answer at a time, and one that is away is passed over."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import ValidationError

from mailbot.domain.errors import Permanent, Temporary
from mailbot.models import hosts
from mailbot.models.hosts import Host, Hosts
from mailbot.models.ollama import Ollama
from tests.models.fake_ollama import PIECES, FakeOllama, Script
from tests.models.rooms import SITE, question, unused_port


def model(*urls, **more):
    return Ollama(kind="ollama", name="m", url=urls[0], more_urls=urls[1:], **more).open(SITE)


def served(*scripts, **more):
    return FakeOllama(*scripts, models=("m",), **more)


async def test_each_server_writes_one_answer_at_a_time():
    """However many questions come: the least busy takes the next one."""
    async with served(Script(stall=0.02)) as one, served(Script(stall=0.02)) as two:
        asked = model(one.url, two.url)
        answers = await asyncio.gather(*(asked.write(question()) for _ in range(10)))
    assert [text for _, text in answers] == ["".join(PIECES)] * 10
    assert (one.most, two.most) == (1, 1)
    assert len(one.asked) + len(two.asked) == 10
    assert min(len(one.asked), len(two.asked)) >= 3


async def test_the_queue_says_how_many_there_are():
    """For the engine: its name, and how many may be written at the same time."""
    asked = model("http://a:1", "http://user:pw@b:2", "http://c:3")
    assert (asked.host, asked.slots) == ("a:1+2", 3)
    assert (model("http://user:pw@b:2").host, model("http://b:2").slots) == ("b:2", 1)


async def test_a_server_that_is_away_is_left_out():
    """The question goes to the next one at once, and the one after it is not tried there any more."""
    async with served() as well:
        asked = model(f"http://127.0.0.1:{unused_port()}", well.url)
        for _ in range(3):
            assert (await asked.write(question()))[1] == "".join(PIECES)
        away = asked.hosts.all[0]
        assert (away.failures, away.answers) == (1, 0)
        assert len(well.asked) == 3


async def test_one_that_comes_back_is_used_again(monkeypatch):
    """After its rest; a whole answer makes it well."""
    monkeypatch.setattr(hosts, "REST", 0.0)
    async with served(Script(status=503, error="server busy"), Script()) as one, served() as two:
        asked = model(one.url, two.url)
        for _ in range(4):
            await asked.write(question())
        await asyncio.gather(*(asked.write(question()) for _ in range(4)))
    assert asked.hosts.all[0].failures == 0
    assert len(one.asked) > 1


@pytest.mark.parametrize(
    "refused", [Script(status=503, error="server busy, please try again."), Script(status=502, error="bad gateway")]
)
async def test_a_full_queue_sends_the_question_on(refused):
    """To the next server, without a word to anybody."""
    async with served(refused) as full, served() as free:
        assert (await model(full.url, free.url).write(question()))[1] == "".join(PIECES)


async def test_a_model_that_only_one_server_has_is_found_there():
    """Where none has it, the admin is told; where another one is only away, it is waited for."""
    async with FakeOllama(models=()) as bare, served() as one:
        assert (await model(bare.url, one.url).write(question()))[1] == "".join(PIECES)
    async with FakeOllama(models=()) as bare, FakeOllama(models=()) as other:
        with pytest.raises(Permanent, match="ollama pull m"):
            await model(bare.url, other.url).write(question())
        with pytest.raises(Temporary, match="no Ollama answers"):
            await model(bare.url, f"http://127.0.0.1:{unused_port()}").write(question())


async def test_an_answer_that_broke_off_is_not_begun_elsewhere():
    """That is for the one retry policy; but the next question goes elsewhere."""
    async with served(Script(done=False)) as one, served() as two:
        asked = model(one.url, two.url)
        with pytest.raises(Temporary, match="broke off"):
            await asked.write(question())
        assert (await asked.write(question()))[1] == "".join(PIECES)
        assert (len(one.asked), len(two.asked)) == (1, 1)


async def test_a_cancelled_question_frees_its_server():
    """The next one begins at once."""
    async with served(Script(stall=30), Script()) as one:
        asked = model(one.url)
        first = asyncio.create_task(asked.write(question()))
        await one.heard.wait()
        second = asyncio.create_task(asked.write(question()))
        await asyncio.sleep(0)
        first.cancel()
        assert (await second)[1] == "".join(PIECES)
        assert asked.hosts.all[0].busy == 0


def test_the_one_that_remembers_comes_first():
    """A model in memory, and what it read before, save time."""
    hosts_ = Hosts(all=[Host(url="a"), Host(url="b")])
    hosts_.all[1].answered(60)
    assert hosts_._best(()) is hosts_.all[1]
    hosts_.all[1].busy = 1
    assert hosts_._best(()) is hosts_.all[0]
    hosts_.all[0].failed()
    assert hosts_._best(()) is None


def test_a_rest_grows_to_a_limit():
    """A server that is gone for good is asked every ten minutes."""
    host = Host(url="a")
    for _ in range(50):
        host.failed()
    assert host.rests_until < hosts.MAX_REST + 10**9
    assert hosts.REST * 2**host.failures > hosts.MAX_REST


@pytest.mark.parametrize("urls", [("http://a", "http://a"), ("http://a", "ftp://b")])
def test_wrong_servers_are_refused(urls):
    """At the start."""
    with pytest.raises(ValidationError, match=r"named twice|no address"):
        model(*urls)
