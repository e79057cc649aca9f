"""Documents that cannot lie."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from mailbot.decide.guards import MAX_HOPS, MAX_SENDER, MAX_THREAD
from mailbot.decide.rules import rules_from
from mailbot.domain.message import Proof
from mailbot.settings import load
from tests import words_page
from tests.process import run
from tests.settings_page import PAGE, page


def test_the_page_of_settings_is_what_the_code_says():
    """After a change of the settings: python -m tests.settings_page."""
    assert PAGE.read_text("utf-8") == page()


TRUST = (PAGE.parent / "trust.md").read_text("utf-8")


def blocks(kind):
    """The examples of one kind in docs/trust.md."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", TRUST, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", blocks("toml"))
def test_each_example_of_settings_loads(example, tmp_path):
    """Whole, as it stands: a file that an admin copies."""
    path = tmp_path / "mailbot.toml"
    path.write_text(example, "utf-8")
    assert load(path).receive


def test_the_consent_of_gmail_takes_the_passwords_place(tmp_path):
    """The one line that the text gives beside the example."""
    [oauth] = re.findall(r"`(oauth = .*?)`", TRUST)
    path = tmp_path / "mailbot.toml"
    path.write_text(re.sub(r"password_file = .*", oauth, blocks("toml")[0], count=1), "utf-8")
    assert load(path).receive[0].oauth


def test_the_example_of_rules_is_read():
    """The rules that let people in."""
    [example] = blocks("yaml")
    assert [rule.id for rule in rules_from([("x.yaml", YAML(typ="safe").load(example))])] == ["staff", "strangers"]


def test_every_proof_and_every_command_that_the_page_names_exists():
    """A level that is renamed, or a command that goes, is missed here."""
    assert re.findall(r"^\| ([a-z-]+) \|", TRUST, re.MULTILINE)[1:] == [
        str(proof) for proof in sorted(Proof, key=lambda one: -one.rank)
    ]
    known = {"mails", "why", "health", "replay", "oauth", "user"}
    commands = {group for pair in re.findall(r"`mailbot ([a-z]+)|: mailbot ([a-z]+)", TRUST) for group in pair if group}
    assert commands == known
    assert all(run(command, "--help").returncode == 0 for command in known)


def test_its_limits_are_those_of_the_code():
    """The numbers that an admin reads."""
    for words in (f"more than {MAX_HOPS} mail servers", f"{MAX_THREAD} answers a day", f"{MAX_SENDER} to one address"):
        assert words in TRUST


DOCS = PAGE.parent
PAGES = sorted([*DOCS.glob("*.md"), DOCS.parent / "README.md"])
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_the_page_of_words_is_what_the_code_says():
    """After a class was added or changed: python -m tests.words_page."""
    assert words_page.PAGE.read_text("utf-8") == words_page.page()


def test_every_noun_and_every_door_has_its_word():
    """A file of the core's nouns that the page does not know is missed here, and a class without a line."""
    listed = {file for files in words_page.PARTS.values() for file in files}
    core = words_page.ROOT / "mailbot"
    known = {f"domain/{path.name}" for path in (core / "domain").glob("*.py") if words_page.classes(path)}
    assert known | {"ports.py", "pipeline.py", "desk.py", "outbox.py"} <= listed
    assert [name for file in listed for name, words in words_page.classes(core / file) if not words] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    """To a file that is there."""
    found = _LINK.findall(path.read_text("utf-8"))
    assert [link for link in found if not (path.parent / link).exists()] == []


def test_the_list_of_pages_is_whole():
    """Whoever adds a page says for whom it is."""
    listed = set(_LINK.findall((DOCS / "index.md").read_text("utf-8")))
    assert {path.name for path in DOCS.glob("*.md")} - {"index.md"} <= listed


def test_x3_what_it_is_not_for_is_said_at_the_top():
    """Before anybody installs it."""
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    assert "Review what it sends before you use it where it matters" in readme[: readme.index("## Two commands")]
