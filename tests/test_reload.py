"""The rules, replaced while mail is judged."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from mailbot.decide.policy import Facts, Policy
from mailbot.decide.rules import RulesError
from mailbot.domain.errors import Temporary
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Message
from mailbot.domain.request import Admitted
from mailbot.reload import Reloading
from mailbot.rulebook import load_book
from tests.fakes import envelope

BROKEN = (
    "version: 1\nrules: [{id: a, then: {action: alow}}]\n",
    "version: 1\nrules: [{id: a, then: {action: deny}}]\ntests: [{name: t, mail: {}, expect: {action: allow}}]\n",
    "",
    "\tversion: 1\n",
)
MESSAGE, INTENT = Message(id="", author="ana@acme.example", text="bees"), Intent(kind=Kind.CREATE)


def rules(number):
    """Two rules that say the same number: a verdict of half of one version and half of another would show it."""
    return (
        f"version: 1\nrules:\n  - {{id: half-{number}, then: {{set: {{priority: {number % 10}}}, tag: t{number}}}}}\n"
        f"  - {{id: all-{number}, then: {{action: allow, reason: version {number}}}}}\n"
    )


def put(folder, text):
    """As an editor saves: whole, under its name at once."""
    (folder / "new").write_text(text, "utf-8")
    (folder / "new").rename(folder / "1.yaml")


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    put(folder, rules(1))
    return folder


@pytest.fixture
def told():
    return []


@pytest.fixture
def live(place, told):
    """The rules of that folder, as a mailbot that serves has them."""

    def load():
        book = load_book(place)
        return Policy(rules=book.rules, version=book.version)

    async def report(trouble):
        told.append(trouble)

    return Reloading(load=load, report=report)


def judged(policy):
    return policy.judge(MESSAGE, envelope(), INTENT, None, Facts())


async def test_new_rules_take_the_place_of_the_old_ones(live, place, told):
    """Whole; and rules that are as they were change nothing."""
    before = live.current
    assert await live.reload()
    assert live.current is before
    put(place, rules(2))
    assert await live.reload()
    assert (judged(live.current).rule, judged(before).rule) == ("all-2", "all-1")
    assert told == []


@pytest.mark.parametrize("text", [*BROKEN, None])
async def test_wrong_rules_never_take_force(live, place, told, text):
    """The last good ones stay, and it is told once; when they are well again, that is told, too."""
    before = live.current
    put(place, text) if text is not None else shutil.rmtree(place)
    assert not await live.reload()
    assert not await live.reload()
    assert live.current is before
    assert len(told) == 1
    assert told[0].startswith(f"new rules are not in force, those of version {before.version} are: ")
    place.mkdir(exist_ok=True)
    put(place, rules(1))
    assert await live.reload()
    assert told[1:] == [""]


async def test_a_reader_that_breaks_changes_nothing(live, told):
    """Whatever is wrong with mailbot itself."""
    before, live.load = live.current, lambda: 1 / 0
    assert not await live.reload()
    assert live.current is before
    assert "ZeroDivisionError" in told[0]


async def test_a_ledger_that_is_away_stops_no_reload(live, place):
    """What could not be told is told the next time."""

    async def away(_trouble):
        raise Temporary("the disk is full")

    live.report = away
    put(place, rules(2))
    assert await live.reload()
    put(place, BROKEN[0])
    assert not await live.reload()
    assert judged(live.current).rule == "all-2"


def test_nothing_starts_with_wrong_rules(place):
    """There are no last good ones."""

    def load():
        return load_book(place)

    put(place, BROKEN[0])
    with pytest.raises(RulesError):
        Reloading(load=load, report=None)


@pytest.mark.timeout(300)
async def test_a_hundred_reloads_while_a_thousand_mails_are_judged(live, place):
    """Each verdict is wholly of one version, and of one that was good; every third version is broken."""
    good, judgements = {live.current.version: 1}, []

    async def reloads():
        for number in range(2, 102):
            put(place, BROKEN[number % 4] if number % 3 == 0 else rules(number))
            if await live.reload():
                good[live.current.version] = number

    async def judges():
        while len(judgements) < 1000 or not writer.done():
            policy = live.current
            judgements.append((policy.version, judged(policy)))
            await asyncio.sleep(0)

    writer = asyncio.create_task(reloads())
    await judges()
    await writer
    assert len(good) == 68
    seen = set()
    for version, verdict in judgements:
        number = good[version]
        seen.add(number)
        assert (type(verdict), verdict.rule, verdict.rules) == (Admitted, f"all-{number}", version)
        assert (verdict.priority, verdict.set.tags) == (number % 10, (f"t{number}",))
    assert len(seen) > 10


async def until(live, rule):
    """Wait for it."""
    async with asyncio.timeout(60):
        while judged(live.current).rule != rule:  # noqa: ASYNC110  (nobody tells that rules were replaced)
            await asyncio.sleep(0.02)


def replaced(place):
    """Another folder under the same name."""
    other = place.with_name("other")
    other.mkdir()
    put(other, rules(3))
    place.rename(place.with_name("old"))
    other.rename(place)


async def test_a_change_of_a_file_is_seen(live, place):
    """Also when the whole folder is replaced; it does not matter when the watch begins."""
    put(place, rules(2))
    watch = asyncio.create_task(live.watch(place))
    try:
        await until(live, "all-2")
        replaced(place)
        await until(live, "all-3")
        put(place, rules(4))
        await until(live, "all-4")
    finally:
        watch.cancel()
