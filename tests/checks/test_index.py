"""Lists of packages over HTTP: what they say is kept, and nothing but a clear answer counts."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest

from mailbot.checks import index
from mailbot.checks.dependencies import Looking
from mailbot.checks.index import Entry, Kept, Remote
from mailbot.domain.errors import Temporary
from mailbot.domain.project import Result
from tests.checks.fake_lists import lists
from tests.fakes import Time, site
from tests.servers import free_port

FLASK = {
    "files": [{"upload-time": "2019-05-01T10:00:00.5Z"}, {"upload-time": "2024-01-01T10:00:00Z"}, {"filename": "x"}]
}
VITE = {"versions": {"1.0.0": {}}, "time": {"created": "2020-04-21T05:00:00.000Z", "modified": "2026-01-01T00:00:00Z"}}


@contextlib.asynccontextmanager
async def remote(tmp_path, pages, **more):
    async with lists(pages, **more) as (url, asked):
        clock = Time()
        kept = Kept(file=tmp_path / "packages.json")
        yield Remote(urls={"python": url, "node": f"{url}/npm/"}, clock=clock, kept=kept), asked, clock


async def test_what_the_lists_say_is_understood(tmp_path):
    """Of PyPI by its simple API, of npm by its registry: whether it is there, since when, and what is wrong with it."""
    pages = {
        "/simple/flask/": FLASK, "/npm/vite": VITE, "/npm/@a%2Fb": VITE | {"versions": {}},
        "/simple/bad/": FLASK | {"project-status": {"status": "quarantined"}}, "/simple/empty/": {"files": []},
    }  # fmt: skip
    async with remote(tmp_path, pages) as (room, asked, _):
        assert await room.look("python", "flask") == Entry(exists=True, since="2019-05-01T10:00:00.5Z")
        assert await room.look("node", "vite") == Entry(exists=True, since="2020-04-21T05:00:00.000Z")
        assert (await room.look("node", "@a/b")).bad == "there is nothing to install"
        assert (await room.look("python", "bad")).bad == "it is in quarantine there"
        assert (await room.look("python", "empty")).bad == "there is nothing to install"
        assert await room.look("python", "beekit") == Entry(exists=False)
    assert asked[:2] == ["/simple/flask/", "/npm/vite"]


async def test_nobody_is_asked_twice(tmp_path):
    """Not within a month, nor after a start; a name without a package is asked for again after an hour."""
    async with remote(tmp_path, {"/simple/flask/": FLASK}) as (room, asked, clock):
        for _ in range(3):
            await room.look("python", "flask")
            await room.look("python", "beekit")
        again = Remote(urls=room.urls, clock=clock, kept=Kept(file=room.kept.file))
        await again.look("python", "flask")
        assert asked == ["/simple/flask/", "/simple/beekit/"]
        clock.pass_by(hours=2)
        await again.look("python", "beekit")
        await again.look("python", "flask")
        clock.pass_by(days=31)
        await again.look("python", "flask")
    assert asked[2:] == ["/simple/beekit/", "/simple/flask/"]


@pytest.mark.parametrize(
    "content", ["", "nonsense", "[]", "[" * 100_000, '{"python flask": 3}', '{"python flask": {"at": 3}}']
)
async def test_what_is_kept_may_be_lost_or_broken(tmp_path, content):
    """Then it is asked again."""
    (tmp_path / "packages.json").write_text(content)
    async with remote(tmp_path, {"/simple/flask/": FLASK}) as (room, asked, _):
        assert (await room.look("python", "flask")).exists
    assert len(asked) == 1
    assert "python flask" in json.loads((tmp_path / "packages.json").read_text())


async def test_where_nothing_can_be_kept_it_is_still_asked(tmp_path):
    """A full disk stops no check."""
    async with remote(tmp_path / "nowhere", {"/simple/flask/": FLASK}) as (room, _, _clock):
        assert (await room.look("python", "flask")).exists


def test_only_so_many_names_are_kept(tmp_path, monkeypatch):
    """The oldest go."""
    monkeypatch.setattr(index, "MAX_KEPT", 3)
    kept, clock = Kept(file=tmp_path / "packages.json"), Time()
    for number in range(5):
        kept.put("python", str(number), Entry(exists=True), clock())
    assert [bool(kept.get("python", str(number), clock())) for number in range(5)] == [False, False, True, True, True]
    assert kept.get("python", "4", clock() - timedelta(days=1)) is None


@pytest.mark.parametrize("page", [b"", b"nonsense", b"[]", b"3", b"{}", b'{"files": 3}', b"[" * 200_000, b"\xff"])
async def test_nonsense_is_no_answer(tmp_path, page):
    """And is not kept."""
    async with remote(tmp_path, {"/simple/flask/": page}) as (room, _, _clock):
        with pytest.raises(Temporary, match="answers nonsense"):
            await room.look("python", "flask")
    assert not (tmp_path / "packages.json").exists()


@pytest.mark.parametrize(("status", "why"), [(500, "answers 500"), (302, "answers 302"), (403, "answers 403")])
async def test_only_a_clear_answer_counts(tmp_path, status, why):
    """A list that sends us elsewhere is not followed."""
    async with remote(tmp_path, {"/simple/flask/": FLASK}, status=status) as (room, asked, _):
        with pytest.raises(Temporary, match=why):
            await room.look("python", "flask")
    assert asked == ["/simple/flask/"]


async def test_a_flood_a_silence_and_nobody_are_no_answer(tmp_path, monkeypatch):
    """Each within its limit."""
    monkeypatch.setattr(index, "MAX_ANSWER", 1_000)
    async with remote(tmp_path, {"/simple/flask/": b" " * 2_000}) as (room, _, _clock):
        with pytest.raises(Temporary, match="too much"):
            await room.look("python", "flask")
    monkeypatch.setattr(index, "TIMEOUT", 0.1)
    async with remote(tmp_path, {"/simple/flask/": FLASK}, hang=True) as (room, _, _clock):
        with pytest.raises(Temporary, match=r"does not answer within|cannot be asked"):
            await room.look("python", "flask")
    url = f"http://127.0.0.1:{free_port()}"
    nobody = Remote(urls={"python": url}, clock=Time(), kept=Kept(file=tmp_path / "x"))
    for kind, why in (("python", "cannot be asked"), ("node", "no list of node packages is set")):
        with pytest.raises(Temporary, match=why):
            await nobody.look(kind, "flask")


async def test_a_name_is_only_ever_a_part_of_the_path(tmp_path):
    """Whatever it is made of."""
    async with remote(tmp_path, {}) as (room, asked, _):
        await room.look("python", "../x?y#z")
        await room.look("node", "@a/../../b?c")
    assert asked == ["/simple/..%2Fx%3Fy%23z/", "/npm/@a%2F..%2F..%2Fb%3Fc"]


async def test_the_settings_open_it(tmp_path):
    """From the name in a file to the finding."""
    async with lists({"/simple/beekit-old/": FLASK}) as (url, _):
        room = Looking(python_index=url).dependencies(site(data=str(tmp_path)))
        found = await room.check({"requirements.txt": b"beekit-old\nbeekit-auth"})
    assert {(f.subject, f.result) for f in found} == {("beekit-old", Result.PASSED), ("beekit-auth", Result.FAILED)}
    assert (tmp_path / "packages.json").exists()
