"""`mailbot backup`, `restore`, `resume`, `erase`, `export` and `digest`, as a person types them."""

from __future__ import annotations

import asyncio
import re
import zipfile

import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.settings import load
from mailbot.site import names_of
from tests.care.world import lived_in
from tests.process import settings


@pytest.fixture
def config(tmp_path):
    """The settings of a mailbot that has lived."""
    made = settings(tmp_path)
    known = load(made)

    async def fill():
        await (await lived_in(known.folder)).close()

    asyncio.run(fill())
    names_of(known)
    return made


def types(*words, answer=None):
    """What a command says, and how it ends."""
    done = CliRunner().invoke(app, [str(word) for word in words], input=answer)
    return done.exit_code, done.output


def test_a_backup_is_made_looked_at_and_put_back(config, tmp_path):
    """The fingerprint is the same each time; what was sent since may be looked at first."""
    code, said = types("backup", tmp_path / "copy.tar", "-c", config)
    assert (code, "read back and whole" in said) == (0, True)
    mark = re.search(r"Fingerprint (\w{32})", said)[1]
    assert mark in types("backup", tmp_path / "copy.tar", "--check")[1]
    into = ("--into", tmp_path / "there", "--expect", mark, "--hold", "-c", config)
    code, said = types("restore", tmp_path / "copy.tar", *into)
    assert (code, "1 that would leave" in said) == (0, True), said
    assert types("restore", tmp_path / "copy.tar", *into)[0] == 1


def test_a_person_is_exported_and_forgotten(config, tmp_path):
    """Asked first; then there is nothing of them, and a second time there is nothing to do."""
    code, said = types("export", "ana@acme.example", tmp_path / "ana.zip", "-c", config)
    assert (code, "2 mail(s)" in said) == (0, True), said
    names = zipfile.ZipFile(tmp_path / "ana.zip").namelist()
    assert "everything/projects/p00001/v1/index.html" in names
    assert (tmp_path / "ana.zip").stat().st_mode & 0o077 == 0
    code, said = types("erase", "ana@acme.example", "-c", config, answer="n\n")
    assert (code, "nothing was erased" in said) == (1, True)
    assert "Erased 2 project(s) and 2 mail(s)" in types("erase", "Ana@acme.example", "--yes", "-c", config)[1]
    assert "Erased 0 project(s) and 0 mail(s)" in types("erase", "ana@acme.example", "--yes", "-c", config)[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("erase", "nobody", "--yes"), "is no address; write it as name@example.org"),
        (("export", "ana@acme.example", "mailbot.toml"), "there already; name another file"),
        (("backup", "nothing.tar", "--check"), "there is no file nothing.tar"),
        (("restore", "mailbot.toml"), "is damaged"),
    ],
    ids=["no-address", "file-there", "no-file", "no-backup"],
)
def test_a_mistake_is_named_with_its_mend(config, tmp_path, monkeypatch, words, said):
    """And nothing was done."""
    monkeypatch.chdir(tmp_path)
    code, told = types(*words, "-c", config)
    assert (code, said in " ".join(told.split())) == (1, True), told


def test_the_week_is_printed_and_nothing_is_held_back(config):
    """What the admins are mailed each week."""
    assert "Received" in types("digest", "-c", config)[1]
    assert types("resume", "-c", config)[1].startswith("0 held back")
