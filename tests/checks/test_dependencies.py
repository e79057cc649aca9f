"""The packages that a project names: real, meant, old enough, or honestly not verified."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from mailbot.checks import dependencies, dependencies_named
from mailbot.checks.dependencies import FROM_ADDRESS, NOT_ASKED, NOT_LISTED, TOO_MANY, Dependencies, Looking
from mailbot.checks.dependencies_named import Named, named
from mailbot.checks.dependencies_near import nearly
from mailbot.checks.dependencies_popular import POPULAR
from mailbot.checks.index import Entry
from mailbot.domain.errors import Temporary
from mailbot.domain.project import Result
from tests.fakes import Time, site

DAYS = timedelta(days=19)
OLD, NEW = Entry(exists=True, since="2019-05-01T10:00:00Z"), Entry(exists=True, since="2026-11-01T10:00:00Z")
#: Fifty names as models invent them.
ENDS = ("auth", "utils", "client", "tools", "plus", "sdk", "mail", "async", "core", "helper")
INVENTED = [f"{begin}-{end}" for begin in ("potatox", "pyhoney", "beekit", "zugdata", "quickform") for end in ENDS]


class Lists:
    """A list of packages that knows these names; *slow*: it never answers."""

    def __init__(self, known=None, trouble=None, *, slow=False):
        self.known, self.trouble, self.slow, self.asked = known or {}, trouble, slow, []

    async def look(self, index, name):
        self.asked.append((index, name))
        if self.slow:
            await asyncio.Event().wait()
        if self.trouble:
            raise self.trouble
        return self.known.get(name, Entry(exists=False))


def names(files):
    return {(one.index, one.name) for one in named({path: text.encode() for path, text in files.items()})}


async def look(files, index=None, before=None, **more):
    room = Dependencies(index=index, asked=frozenset({"python", "node"} if index else ()), clock=Time(), **more)
    tree = {path: text.encode() for path, text in files.items()}
    return await room.check(tree, {path: text.encode() for path, text in (before or {}).items()})


def results(findings):
    return {(f.subject, f.result.value) for f in findings}


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("a.py", "import os, flask\nfrom yaml.x import y\nimport PIL as p", {"flask", "pyyaml", "pillow"}),
        ("a.py", "from . import x\nfrom .y import z\nimport a", set()),
        ("a.py", '"""\nimport nothing\n"""\ntry:\n    import rich\nexcept ImportError: pass', {"rich"}),
        ("a.py", "def broken(:\n  pass\nimport flask, click as c", {"flask", "click"}),
        ("a.py", "x = " + "(" * 50 + ")" * 50 + "\nimport flask", {"flask"}),
        ("requirements.txt", "# c\nFlask==3 # c\n-r more.txt\n--hash x\nuvicorn[standard]>=1; python_version>'3'",
         {"flask", "uvicorn"}),
        ("dev-requirements.txt", "pytest_cov\n./local", {"pytest-cov"}),
        ("pyproject.toml", '[project]\nname = "me"\ndependencies = ["rich>1", "me"]\n[dependency-groups]\ndev=["ruff"]',
         {"rich", "ruff"}),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "3"\ntyper = "1"\nown = {path = "x"}', {"typer"}),
        ("pyproject.toml", "[[[", set()),
        ("setup.py", "setup(install_requires=['flask>=2', \"click\"])", {"flask", "click"}),
        ("uv.lock", '[[package]]\nname = "anyio"\n[[package]]\nname = "me"\nsource = {editable = "."}', {"anyio"}),
        ("Pipfile", '[packages]\nflask = "*"', {"flask"}),
        ("Dockerfile", "FROM x\nRUN pip install --no-cache-dir -r r.txt \\\n  flask==3 'rich>1' && rm x",
         {"flask", "rich"}),
        ("Dockerfile", 'RUN ["pip", "install", "flask"]\nRUN uv pip install rich\nRUN python3 -m pip install click',
         {"flask", "rich", "click"}),
        ("setup.sh", "sudo pip3 install flask # pip install none\n# pip install none\nPIP=1 pip install -i u rich",
         {"flask", "rich"}),
    ],
)  # fmt: skip
def test_python_packages_are_found_where_they_are_named(path, text, found):
    """Imported, declared, locked or installed; never the standard library, the project itself, or words in a text."""
    assert names({path: text}) == {("python", name) for name in found}


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("a.js", "const x = require('express/lib'); import y from '@a/b/c'", {"express", "@a/b"}),
        ("a.ts", "import {\n a,\n b\n} from 'zod'\nimport 'dayjs'\nexport * from './own'", {"zod", "dayjs"}),
        ("a.mjs", "import fs from 'node:fs'\nimport p from 'path'\nconst l = await import('lodash')", {"lodash"}),
        ("a.js", "// require('none')\n/* import 'none' */\nlog(\"taken from 'none'\")\nrequire('../x'); require('@/x')",
         set()),
        ("package.json", '{"name": "me", "dependencies": {"express": "^4", "own": "file:../x", "me": "1"}}',
         {"express"}),
        ("package.json", '{"devDependencies": {"other": "npm:vite@5"}, "scripts": {"x": "npx -y degit a"}}',
         {"vite", "degit"}),
        ("package.json", '{"dependencies": ["x"]}', set()),
        ("package.json", "[" * 5_000, set()),
        ("package-lock.json", '{"packages": {"": {}, "node_modules/a/node_modules/@b/c": {}}}', {"@b/c"}),
        ("yarn.lock", '"@babel/core@^7.0.0":\n  version "7"\nleft-pad@^1:\n', {"@babel/core", "left-pad"}),
        ("Dockerfile", "RUN npm install -g express@4 @a/b@1.2 && npm ci && npx serve dist",
         {"express", "@a/b", "serve"}),
        ("i.html", '<script src="https://cdn.jsdelivr.net/npm/chart.js@4/x"></script>', {"chart.js"}),
        ("i.html", "<script src=https://unpkg.com/@a/b@1></script>", {"@a/b"}),
    ],
)  # fmt: skip
def test_node_packages_are_found_where_they_are_named(path, text, found):
    """Required, imported, declared, locked, installed, or fetched by a page."""
    assert names({path: text}) == {("node", name) for name in found}


def test_debian_packages_are_found_in_dockerfiles():
    """Without their versions and options."""
    text = "RUN apt-get update && apt-get install -y --no-install-recommends curl libpq5=15.* \\\n && rm -rf /var/lib"
    assert names({"Dockerfile": text}) == {("debian", "curl"), ("debian", "libpq5")}


def test_a_name_that_many_packages_share_is_brought_by_one_that_is_declared():
    """google is no package of the one who imports it."""
    code = "from google.cloud import storage"
    assert ("python", "google") in names({"a.py": code})
    assert names({"a.py": code, "requirements.txt": "google-cloud-storage"}) == {("python", "google-cloud-storage")}


@pytest.mark.parametrize(
    "junk",
    ["import {" * 50_000, "import x " * 50_000, "/*" * 150_000, "'" * 300_000, "RUN pip install " * 20_000,
     "\\\n" * 100_000,
     "import a\n" * 40_000, "require('a');" * 30_000, '"npx' * 80_000, "{" * 300_000, "install_requires=[" * 20_000],
)  # fmt: skip
def test_no_file_keeps_the_reader_long(junk):
    """Whatever it is called."""
    begun = time.process_time()
    for path in ("a.py", "a.js", "Dockerfile", "requirements.txt", "package.json", "setup.py", "yarn.lock", "x.html"):
        assert len(named({path: junk.encode()})) <= dependencies_named.MAX_NAMED
    assert time.process_time() - begun < 60


@pytest.mark.parametrize(
    ("index", "name", "near"),
    [
        ("python", "reqeusts", "requests"), ("python", "request", "requests"), ("python", "requestss", "requests"),
        ("python", "djang0", "django"), ("python", "flasklogin", "flask-login"),
        ("python", "beautifulsoup-4", "beautifulsoup4"),

        ("python", "python-dateutils", "python-dateutil"), ("node", "crossenv", "cross-env"),
        ("node", "loadsh", "lodash"),
        ("node", "expres", "express"), ("node", "babel-core", "@babel/core"), ("node", "jset", "jest"),
        ("python", "requests", ""), ("node", "preact", ""), ("node", "vuex", ""), ("python", "acme-bees", ""),
        ("node", "vux", ""), ("node", "jesp", ""), ("python", "rest", ""), ("debian", "crul", ""), ("python", "", ""),
    ],
)  # fmt: skip
def test_nearly_a_famous_name(index, name, near):
    """One letter more, less or other, two that changed places, or only the hyphens; short names have many like them."""
    assert nearly(index, name) == near


async def test_names_that_everybody_knows_need_no_list():
    """One finding says so of all, with where each stands."""
    [found] = await look({"a.py": "import flask, yaml\nimport os", "i.js": "import e from 'express'"})
    assert (found.check, found.result, found.detail) == ("packages", Result.PASSED, "3 known")
    assert "python pyyaml (a.py line 1): a package that everybody knows" in found.output
    assert len(found.sha256) == 64


async def test_a_project_without_packages_has_no_finding():
    """There is nothing to say."""
    assert await look({"a.py": "import os", "i.html": "<p>flask"}) == []


async def test_without_a_list_an_unknown_name_is_not_verified():
    """It does not fail, and is not passed over."""
    found = await look(
        {
            "a.py": "import beekit_auth",
            "Dockerfile": "RUN apt-get install honeyd",
            "requirements.txt": "x @ git+https://a/b",
        }
    )
    assert {(f.subject.split()[0], f.result.value, f.detail) for f in found} == {
        ("beekit-auth", "unchecked", NOT_ASKED), ("honeyd", "unchecked", NOT_LISTED), ("x", "unchecked", FROM_ADDRESS),
    }  # fmt: skip


async def test_d15_eighteen_invented_names_fail_and_real_ones_pass():
    """Fifty of each: none is taken for the other."""
    real = sorted(POPULAR["python"])[:50]
    lists = Lists({"beekit-real": OLD})
    for name in INVENTED:
        [found] = await look({"requirements.txt": name}, lists)
        assert (found.result, found.subject) == (Result.FAILED, name)
        assert "there is no package of this name" in found.detail
    for name in [*real, "beekit-real"]:
        [found] = await look({"requirements.txt": name}, lists)
        assert found.result is Result.PASSED
    assert len(lists.asked) == len(INVENTED) + 1


async def test_a_young_package_fails_and_an_old_one_passes():
    """What models invent is registered by whoever waits for it; the settings say how old is old."""
    lists = Lists(
        {"beekit-new": NEW, "beekit-old": OLD, "beekit-bad": Entry(exists=True, bad="it is in quarantine there")}
    )
    found = await look({"requirements.txt": "beekit-new\nbeekit-old\nbeekit-bad"}, lists)
    assert results(found) == {("beekit-new", "failed"), ("beekit-bad", "failed"), ("beekit-old", "passed")}
    assert found[0].detail == "requirements.txt line 3: the list of packages knows it, but it is in quarantine there"
    assert "it is only 19 days old" in found[1].detail
    assert "there since 2019-05-01" in found[2].output
    [found] = await look({"requirements.txt": "beekit-new"}, lists, days=DAYS)
    assert found.result is Result.PASSED


async def test_nearly_a_famous_name_fails_without_asking():
    """Whether it exists or not: that is how the trap works."""
    lists = Lists({"reqeusts": OLD})
    [found] = await look({"a.py": "\nimport reqeusts"}, lists)
    assert (found.result, found.subject) == (Result.FAILED, "reqeusts")
    assert found.detail.startswith("a.py line 2: nearly called as the well-known requests")
    assert lists.asked == []


async def test_the_admin_has_the_last_word():
    """A name that is allowed needs no question, nor does one like a famous one; with hyphens or without."""
    files = {"a.py": "import reqeusts, acme_bees", "a.js": "import x from '@acme/wax'"}
    [found] = await look(files, Lists(), allowed=("reqeusts", "acme_*", "@acme/*"))
    assert (found.result, found.detail) == (Result.PASSED, "3 known")


async def test_what_an_admin_has_installed_needs_no_question(tmp_path):
    """It stands in the folders that the settings name."""
    for name in (
        "lib/python3.11/site-packages/beekit_auth-1.0.dist-info",
        "node_modules/wax",
        "node_modules/@acme/bee",
    ):
        (tmp_path / name).mkdir(parents=True)
    room = Looking().dependencies(site(), {"python": str(tmp_path), "node": str(tmp_path)})
    [found] = await room.check({"a.py": b"import beekit_auth", "a.js": b"require('wax'); require('@acme/bee/x')"})
    assert (found.result, found.detail) == (Result.PASSED, "3 known")
    assert "installed on this server by its admin" in found.output
    assert Looking().dependencies(site(), {"python": "/nowhere"}).here == frozenset()


async def test_the_lock_of_the_version_before_counts():
    """What was accepted then is not asked for again; a list without versions is no lock."""
    files = {"requirements.txt": "beekit-auth==1.0"}
    lists = Lists()
    [found] = await look(files, lists, before={"requirements.txt": "Beekit_Auth==1.0"})
    assert (found.result, lists.asked) == (Result.PASSED, [])
    [found] = await look(files, lists, before={"requirements.txt": "beekit-auth"})
    assert (found.result, lists.asked) == (Result.FAILED, [("python", "beekit-auth")])


@pytest.mark.parametrize(
    "entry", [Entry(exists=True), Entry(exists=True, since="soon"), Entry(exists=True, since="2019-05-01")]
)
async def test_a_list_that_does_not_say_since_when_has_not_verified(entry):
    """Nothing is guessed."""
    [found] = await look({"requirements.txt": "beekit-auth"}, Lists({"beekit-auth": entry}))
    assert found.result is Result.UNCHECKED
    assert "since when" in found.detail


async def test_a_list_that_is_away_has_not_verified():
    """With the reason."""
    [found] = await look({"requirements.txt": "beekit-auth"}, Lists(trouble=Temporary("the list is away")))
    assert (found.result, found.detail) == (Result.UNCHECKED, "not verified: the list is away")


async def test_there_is_an_end_to_asking(monkeypatch):
    """By number, and by time."""
    many = "\n".join(f"beekit-{number}-x" for number in range(dependencies.MOST_ASKED + 5))
    lists = Lists()
    found = await look({"requirements.txt": many}, lists)
    assert len(lists.asked) == dependencies.MOST_ASKED
    assert found[-1].detail == TOO_MANY
    monkeypatch.setattr(dependencies, "PATIENCE", 0.05)
    [found] = await look({"requirements.txt": "beekit-auth"}, Lists(slow=True))
    assert found.detail == "not verified: the lists took too long"


def test_the_settings_open_no_list_by_themselves():
    """A name goes out only where an admin said whereto."""
    assert Looking().dependencies(site()).index is None
    room = Looking(python_index="https://packages.example.org/pypi", packages=("acme-*",)).dependencies(site())
    assert (room.asked, room.allowed) == (frozenset({"python"}), ("acme-*",))
    for wrong in ("ftp://x", "https://user@x", "x", "https://x/?q"):
        with pytest.raises(ValueError, match="python_index"):
            Looking(python_index=wrong)


def test_where_a_name_stands_is_told_once():
    """The first place, the written ones before the imported ones."""
    found = named({"a.py": b"import flask", "requirements.txt": b"\nflask"})
    assert found == [Named(index="python", name="flask", place="requirements.txt line 2")]
