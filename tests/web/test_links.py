"""A package by a link: looked at as often as one likes, downloaded some times, and by nobody else's link."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from mailbot.build.links import MAX_DOWNLOADS, link
from tests.fakes import admit
from tests.store.values import built
from tests.web.world import BASE

ID = "abcdefghij234567abcd"


async def linked(web, number=1, request=ID, days=0, name="bees-v1.zip", key=None):
    """The path of a link to the first version of a project."""
    at = web.doors.site.clock() - timedelta(days=days)
    made = link(BASE, request, number, name, at=at, key=key or web.doors.letterhead.names.keys[0])
    return made.removeprefix(BASE)


@pytest.fixture
async def version(web):
    """A project with one version in the ledger."""
    request = await admit(web.ledger, ID)
    event, stored = built(request, content=b"<h1>Bees</h1>")
    await web.ledger.record(request, event, at=web.doors.site.clock(), answered=stored)


@pytest.mark.usefixtures("version")
async def test_a_link_shows_a_button_and_the_button_gives_the_package(web):
    """The page loads nothing and runs nothing; what is downloaded is a file to be saved."""
    path = await linked(web)
    page = await web.get(path)
    assert (page.status_code, '<form method="post">' in page.text) == (200, True)
    assert "sandbox" in page.headers["content-security-policy"]
    answer = await web.client.post(path)
    assert answer.headers["content-disposition"] == 'attachment; filename="bees-v1.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("bees-v1/index.html") == b"<h1>Bees</h1>"


@pytest.mark.usefixtures("version")
async def test_looking_is_not_counted_and_downloads_are(web):
    """Scanners of mail follow every link; after so many downloads it is over, and says what helps."""
    path = await linked(web)
    for _ in range(MAX_DOWNLOADS + 5):
        assert (await web.get(path)).status_code == 200
    told = [(await web.client.post(path)).status_code for _ in range(MAX_DOWNLOADS + 1)]
    assert told == [200] * MAX_DOWNLOADS + [429]
    assert "resend as link" in (await web.client.post(path)).json()["detail"]


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize(
    "changes",
    [
        {"days": 8},
        {"key": b"x" * 32},
        {"number": 2},
        {"request": "zbcdefghij234567abcd"},
    ],
    ids=["over", "of somebody else", "no such version", "no such request"],
)
async def test_a_link_that_leads_nowhere(web, changes):
    """Every reason is the same answer, by looking and by downloading."""
    path = await linked(web, **changes)
    for answer in (await web.get(path), await web.client.post(path)):
        assert (answer.status_code, "resend as link" in answer.json()["detail"]) == (404, True)


@pytest.mark.usefixtures("version")
async def test_a_changed_link_is_not_ours(web):
    """Another name, another time, another letter of the signature."""
    path = await linked(web)
    sign = path[-1]
    changed = [
        path.replace("bees-v1", "bees-v2"),
        path.replace("until=", "until=9"),
        path[:-1] + ("a" if sign != "a" else "b"),
        path.partition("?")[0],
    ]
    assert {(await web.get(one)).status_code for one in changed} <= {404, 422}
    assert {(await web.client.post(one)).status_code for one in changed} <= {404, 422}


async def test_the_counts_of_links_that_are_over_are_forgotten(web):
    """Each use removes them."""
    now = web.doors.site.clock()
    assert await web.ledger.use_link("a" * 26, now - timedelta(days=1), 1, now - timedelta(days=2))
    assert not await web.ledger.use_link("a" * 26, now - timedelta(days=1), 1, now - timedelta(days=2))
    assert await web.ledger.use_link("a" * 26, now + timedelta(days=1), 1, now)
