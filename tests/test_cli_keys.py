"""`mailbot keys` and `mailbot dkim`, as an admin types them; a real DNS server on loopback."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import dkim
import pytest
from typer.testing import CliRunner

from mailbot import keys as module
from mailbot.app import house
from mailbot.cli import app
from mailbot.domain.request import Built
from mailbot.keys import signer_of
from mailbot.reply.dkim import new_key
from mailbot.reply.mime import seal
from mailbot.settings import load
from mailbot.site import names_of
from tests.reply.people import DRAFT, NOW, answer
from tests.servers import free_port
from tests.servers_dns import dns_thread

DOMAIN = "mail.example.org"
RECORD = re.compile(r"^(\S+)\. IN TXT (.+)$", re.MULTILINE)


@pytest.fixture
def dns():
    """A DNS that knows nothing yet."""
    with dns_thread({}) as server:
        yield server


@pytest.fixture
def config(tmp_path, dns):
    """A mailbot.toml of a mailbot that has been started once."""
    path = tmp_path / "mailbot.toml"
    listen = f'[[receive]]\nkind = "smtp"\nlisten = "127.0.0.1:{free_port()}"\n'
    rooms = '[[models]]\nkind = "scaffold"\n[checks]\nkind = "static"\n'
    head = f'domain = "{DOMAIN}"\ndata = "{tmp_path}/data"\n'
    path.write_text(f'{head}{listen}{rooms}[dns]\nnameservers = ["{dns.address}"]\n')
    (tmp_path / "data").mkdir()
    names_of(load(path))
    return path


def typed(config, *words):
    """One command to its end, in this process."""
    return CliRunner().invoke(app, [*words, "--config", str(config)])


def published(dns, said):
    """Put the records that were printed into the DNS, as an admin does."""
    found = {name.lower(): [("TXT", "".join(re.findall(r'"([^"]*)"', text)))] for name, text in RECORD.findall(said)}
    dns.zone.update(found)
    return list(found)


def test_nc13_dkim_rotate_prints_the_records_and_switches_once_they_are_there(config, dns, tmp_path):
    """First call: keys and records. Then nothing, until the DNS has them. Then two signatures that verify."""
    first = typed(config, "dkim", "rotate")
    assert first.exit_code == 1
    assert "nothing is switched" in first.stderr
    assert max(len(one) for one in re.findall(r'"([^"]*)"', first.stdout)) == 255
    assert typed(config, "dkim", "rotate").stdout == first.stdout
    assert "waits for its DNS record" in typed(config, "dkim", "show").stdout
    names = published(dns, first.stdout)
    assert len(names) == 2
    assert typed(config, "dkim", "rotate").exit_code == 0
    shown = typed(config, "dkim", "show").stdout
    assert shown.count("signs since") == 2
    assert all(name in shown for name in names)


def test_dkim_rotate_can_be_told_not_to_look(config):
    """Where the DNS of this machine is not the one of the world; the keys of the settings then sign no more."""
    key = config.parent / "old.pem"
    key.write_bytes(new_key()[0])
    config.write_text(config.read_text() + f'[dkim]\nselector = "old"\nkey_file = "{key}"\n')
    assert "old (rsa, mail.example.org): signs, by the settings" in typed(config, "dkim", "show").stdout
    done = typed(config, "dkim", "rotate", "--now")
    assert (done.exit_code, "settings (old) sign no more" in done.stdout) == (0, True)
    assert "it signs no more, take it out there" in typed(config, "dkim", "show").stdout


def test_dkim_needs_a_domain(tmp_path):
    """On loopback there is no DNS to put a record into."""
    (tmp_path / "mailbot.toml").write_text(f'data = "{tmp_path}/data"\n')
    done = typed(tmp_path / "mailbot.toml", "dkim", "rotate")
    assert (done.exit_code, "set `domain` first" in done.stderr) == (2, True)
    assert "No DKIM key" in typed(tmp_path / "mailbot.toml", "dkim", "show").stdout


def test_keys_show_and_rotate(config, tmp_path):
    """The file for receivers, the DNS record, the fingerprint; after a rotation both lines, or one."""
    old = signer_of(tmp_path / "data" / "keys")
    shown = typed(config, "keys", "show").stdout
    assert f'build@{DOMAIN} namespaces="mailbot" {old.public}\n' in shown
    assert f'_mailbot.{DOMAIN}. IN TXT "v=mailbot1; k=ssh-ed25519; p=' in shown
    assert old.fingerprint in shown
    assert typed(config, "keys", "rotate").exit_code == 0
    lines = typed(config, "keys", "show", "--allowed-signers").stdout.splitlines()
    assert [("valid-before" in one, "valid-after" in one) for one in lines] == [(True, False), (False, True)]
    typed(config, "keys", "rotate", "--stolen")
    assert len(typed(config, "keys", "show", "--allowed-signers").stdout.splitlines()) == 1


def test_a_mail_from_an_account_elsewhere_says_so(config):
    """The setting: From is the relay's account, and nothing of it is signed by DKIM."""
    config.write_text('sent_from = "me@gmail.com"\n' + config.read_text())
    typed(config, "dkim", "rotate", "--now")
    assert "carry no DKIM of ours" in typed(config, "dkim", "show").stdout
    assert typed(config, "keys", "show", "--allowed-signers").stdout.startswith(f"me@gmail.com,build@{DOMAIN} ")


async def test_a_mailbot_that_serves_signs_by_the_new_keys_within_seconds(config, tmp_path, monkeypatch):
    """Without a restart: both kinds of keys."""
    monkeypatch.setattr(module, "LOOK", 0.02)
    folder = tmp_path / "data" / "keys"
    async with house(load(config)) as home:
        we = home.pipeline.letterhead
        assert we.keys.current.dkim == ()
        before = we.keys.current.signer
        await asyncio.to_thread(typed, config, "keys", "rotate")
        await asyncio.to_thread(typed, config, "dkim", "rotate", "--now")
        for _ in range(500):
            if len(we.keys.current.dkim) == 2 and we.keys.current.signer == signer_of(folder):
                break
            await asyncio.sleep(0.02)
        assert we.keys.current.signer != before
        wire = seal(replace(answer(Built(draft=DRAFT, number=1)), attachments=()), "email", NOW, we).wire
    known = {key.name: key.record.encode() for key in we.keys.current.dkim}
    assert len(known) == 2
    assert dkim.verify(wire, dnsfunc=lambda name, timeout=5: known.get(name.decode().rstrip(".")))
