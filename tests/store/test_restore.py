"""Projects that come back into a ledger: what is there already stays, and nothing is written twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.domain.errors import Permanent
from mailbot.domain.project import ProjectId
from tests.build.histories import MANY, SUNNY, TOTAL, after, project, revised

MADE = project(MANY, {"a.txt": b"1"}, MANY)
WITH = after(MADE, revised(MADE, {"a.txt": b"2"}, checks=(TOTAL, SUNNY)))
OTHER = after(MADE, revised(MADE, {"a.txt": b"evil"}))


@pytest.fixture(params=["sqlite", "postgres"])
async def ledger(opening, request):
    """On each kind of database."""
    made = await opening(request.param)
    yield made
    await made.close()


def only(made, *numbers):
    """The same project with these versions alone."""
    return replace(made, revisions={number: made.revisions[number] for number in numbers})


async def whole(ledger):
    return await ledger.project(WITH.id, 1, 2, 3, 4)


async def test_it_is_there_as_it_was(ledger):
    """Every version with its commit, every check; and the books still agree."""
    assert await ledger.restore(WITH, {4: (TOTAL, SUNNY)}) == [1, 2, 3, 4]
    assert await whole(ledger) == WITH
    count = await ledger.count()
    assert (count.holds, count.received, count.closed) == (True, 4, {"rebuilt": 4})


async def test_twice_is_once_and_a_gap_is_filled_later(ledger):
    """By other mails that turn up."""
    assert await ledger.restore(only(WITH, 1, 4), {4: (TOTAL, SUNNY)}) == [1, 4]
    assert await ledger.restore(WITH, {4: (TOTAL, SUNNY)}) == [2, 3]
    assert await ledger.restore(WITH, {4: (TOTAL, SUNNY)}) == []
    assert await whole(ledger) == WITH


async def test_another_version_of_the_same_number_changes_nothing(ledger):
    """Not even the versions that would fit."""
    await ledger.restore(only(WITH, 1, 4), {})
    with pytest.raises(Permanent, match="v4 of project t7k2m9 is here already, and is another one; nothing was"):
        await ledger.restore(OTHER, {})
    assert sorted((await whole(ledger)).revisions) == [1, 4]


async def test_one_that_went_on_is_not_taken_back(ledger):
    """Mails of older versions alone do not make the newest one an older one."""
    await ledger.restore(WITH, {})
    assert await ledger.restore(replace(only(WITH, 1, 2), last=2), {}) == []
    assert (await whole(ledger)).last == 4


async def test_two_projects_do_not_meet(ledger):
    """Each has its own versions, also where their requests have the same names."""
    await ledger.restore(WITH, {})
    await ledger.restore(replace(OTHER, id=ProjectId("zzzzzz")), {})
    assert (await ledger.project(ProjectId("zzzzzz"), 1)).head.commit == OTHER.head.commit
    assert await whole(ledger) == replace(WITH, checks=())
