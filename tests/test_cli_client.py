"""`mailbot open` and its sisters, as a person types them; DKIM by the house's own verifier."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from mailbot import cli_client
from mailbot.cli_client import add, dkim_of
from mailbot.client.command import _parser
from mailbot.domain.errors import Temporary
from mailbot.reply.dkim import DkimKey, new_key, sign
from mailbot.understand.zone import Records
from tests.client.letters import OURS
from tests.reply.people import NOW

PEM, RECORD = new_key()
DOMAIN = OURS[OURS.index(b"From: build@") + 12 :].split(b"\r\n")[0].decode()
SIGNED = sign(OURS, DkimKey(domain=DOMAIN, selector="mb1", pem=PEM), NOW)


class Zone:
    """A DNS that knows one key."""

    def __init__(self, record=RECORD):
        self.record = record

    async def look(self, name, kind):
        """The key, where it is asked for by its name."""
        if isinstance(self.record, Exception):
            raise self.record
        there = name.rstrip(".") == f"mb1._domainkey.{DOMAIN}" and kind == "TXT"
        return Records(values=(self.record.encode(),)) if there else Records(exists=False)


@pytest.fixture
def run(tmp_path):
    """Type a command; the mail is reply.eml of an empty folder."""
    app = typer.Typer(pretty_exceptions_enable=False)
    add(app)
    (tmp_path / "reply.eml").write_bytes(OURS)
    return lambda name, *words: CliRunner().invoke(app, [name, str(tmp_path / "reply.eml"), *map(str, words)])


def test_open_info_and_run(run, tmp_path):
    """They do what client/ does, and their exit codes are its own."""
    assert run("open", "--to", tmp_path).exit_code == 0
    assert (tmp_path / "sales-page-v1" / "README.md").exists()
    assert "Program:  Sales page" in run("info").stdout
    assert "Nothing was run" in run("run", "--to", tmp_path).stdout
    assert run("apply", "--to", tmp_path / "none").exit_code == 1
    assert run("open", "--what").exit_code == 2


def test_verify_asks_the_dns_unless_told_not_to(run, monkeypatch):
    """The finding of the house's verifier stands among the others."""
    monkeypatch.setattr(cli_client, "proven", lambda raw: cli_client.Finding("ok", "DKIM", "signed by its house"))
    assert "signed by its house" in run("verify").stdout
    assert "not verified here" in run("verify", "--offline").stdout
    assert run("verify", "--strict").exit_code == 1


def test_every_option_of_the_single_file_is_one_of_the_command(run):
    """And the other way round, but for --offline, which only makes sense where a DNS is asked."""
    orders = _parser()._subparsers._group_actions[0].choices
    for name, parser in orders.items():
        told = {
            word
            for word in run(name, "--help").stdout.replace("│", " ").replace(",", " ").split()
            if word.startswith("--")
        }
        own = {option for action in parser._actions for option in action.option_strings if option.startswith("--")}
        assert own == told - {"--offline"}, name


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
async def test_a_signed_mail_is_proven_whatever_line_ends_its_file_has(ends):
    """Mail programs save with those of their own system."""
    found = await dkim_of(SIGNED.replace(b"\r\n", ends), Zone(), NOW)
    assert (found.mark, found.what) == ("ok", "DKIM")


@pytest.mark.parametrize("part", [b"Subject: Re", b"Hello", b"attachment;", b"UEsD"])
async def test_one_flipped_bit_of_a_signed_mail_is_found(part):
    """In a signed header, in the words, in an attachment."""
    at = SIGNED.find(part)
    at = at if at >= 0 else len(SIGNED) // 2
    changed = SIGNED[: at + 2] + bytes([SIGNED[at + 2] ^ 1]) + SIGNED[at + 3 :]
    assert (await dkim_of(changed, Zone(), NOW)).mark == "wrong"


@pytest.mark.parametrize(
    ("raw", "record", "words"),
    [
        (OURS, RECORD, "not signed by"),
        (SIGNED, Temporary("the DNS cannot say now"), "not verified"),
        (SIGNED, "v=DKIM1; p=", "not verified"),
        (SIGNED.replace(b"From: build@" + DOMAIN.encode(), b"From: build@other.example"), RECORD, "not signed by"),
    ],
)
async def test_what_cannot_be_proven_is_not_called_proven(raw, record, words):
    """No signature, no answer, no key, another domain."""
    found = await dkim_of(raw, Zone(record), NOW)
    assert found.mark == "?"
    assert words in found.words
