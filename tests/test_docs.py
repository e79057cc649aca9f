"""Documents that cannot lie."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from mailbot.decide.guards import MAX_HOPS, MAX_SENDER, MAX_THREAD
from mailbot.decide.rules import rules_from
from mailbot.domain.message import Proof
from mailbot.settings import load
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
