"""Each thing that is broken is named by `mailbot doctor`, with its mend (issue 10, Shows 2)."""

from __future__ import annotations

import socket
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.doctor.records import signing
from mailbot.keys import switch_dkim, waiting_dkim
from mailbot.models import Ollama
from mailbot.site import names_of
from mailbot.store import open_ledger
from mailbot.store.owner import folder_of_ours
from tests.deliver.certificate import Certificate
from tests.deliver.sink import Fault, Sink
from tests.doctor.patients import ZONE, names, patient, time_server, told
from tests.fakes import Time
from tests.models.fake_ollama import FakeOllama, Script
from tests.models.rooms import KINDS
from tests.process import run
from tests.servers import free_port, missing
from tests.servers_dns import dns_server
from tests.servers_dovecot import PASSWORD, USER, Dovecot, unavailable


@pytest.fixture(scope="module")
def dovecot():
    """A real IMAP server."""
    if reason := unavailable():
        missing(reason)
    with Dovecot() as server:
        yield server


def box(dovecot, **changes):
    """How it is read."""
    known = {"kind": "imap", "host": "127.0.0.1", "port": dovecot.tls_port, "user": USER, "password": PASSWORD}
    return ({**known, "ca_file": dovecot.certificate.file, **changes},)


def relay(sink, **changes):
    """How it is sent by."""
    return ({"kind": "smtp", "host": "127.0.0.1", "port": sink.port, "security": "none", **changes},)


async def test_a_mailbox_that_is_well(dovecot, tmp_path):
    """Login, IDLE and folders of a real server."""
    lines = await told(patient(tmp_path, receive=box(dovecot)), "imap")
    assert names(lines, "ok", "logged in")
    assert names(lines, "ok", "IDLE")
    assert not names(lines, "fail")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong"}, ("refuses the login", "correct `user` and the password")),
        ({"password": None, "password_file": "/nowhere/imap"}, ("cannot be read", "chmod 600")),
        ({"port": free_port()}, ("Connection refused", "993 with implicit TLS")),
        ({"ca_file": ""}, ("self-signed", "ca_file")),
        ({"folders": ("INBOX", "Requests")}, ("Requests", "correct `folders`")),
        ({"host": "nobody.invalid"}, ("nobody.invalid", "correct `host`")),
    ],
    ids=["password", "password-file", "port", "self-signed", "folder", "host"],
)
async def test_a_mailbox_that_is_not(dovecot, tmp_path, change, words):
    """What stands in the way is named, with the setting that mends it."""
    lines = await told(patient(tmp_path, receive=box(dovecot, **change)), "imap")
    assert names(lines, "fail", *words), lines


@pytest.mark.parametrize(
    ("server", "change", "words"),
    [
        ({"fault": Fault("MAIL", "5xx")}, {}, ("MAIL FROM", "never, said the sink", "sent_from")),
        ({"fault": Fault("RCPT", "5xx")}, {}, ("RCPT TO", "never", "pass on mail")),
        ({"login": ("ana", "secret")}, {"user": "ana", "password": "wrong"}, ("the login", "correct `user`")),
        ({"fault": Fault("connect", "garbage")}, {}, ("connecting", "host and port")),
        ({}, {"security": "starttls"}, ("offers no STARTTLS", 'security = "tls"')),
    ],
    ids=["sender", "recipient", "password", "nonsense", "no-starttls"],
)
async def test_a_relay_that_does_not_take_our_mail(tmp_path, server, change, words):
    """At which step, in its own words, and what mends it."""
    with Sink(**server) as sink:
        lines = await told(patient(tmp_path, deliver=relay(sink, **change)), "relay")
        assert names(lines, "fail", *words), lines
        assert sink.mails == []


async def test_a_relay_with_a_certificate_of_its_own(tmp_path):
    """It is refused until it is named, and then it is well."""
    with Sink(tls=Certificate.made(tmp_path), starttls=True) as sink:
        lines = await told(patient(tmp_path, deliver=relay(sink, security="starttls")), "relay")
        assert names(lines, "fail", "self-signed", "ca_file")
        trusted = relay(sink, security="starttls", ca_file=str(tmp_path / "relay.pem"))
        assert names(await told(patient(tmp_path, deliver=trusted), "relay"), "ok", "TLSv1")


async def test_the_dns_is_not_there_yet(tmp_path):
    """Nobody can mail to us, and our mails look forged."""
    async with dns_server({}) as server:
        lines = await told(patient(tmp_path, domain="acme.example", asked=(server.address,)), "dns")
    assert names(lines, "fail", "does not exist in the DNS yet", "IN MX 10 mail.acme.example.")
    assert names(lines, "fail", "no SPF record", '"v=spf1 mx ~all"')


async def test_resolvers_that_differ_are_named(tmp_path):
    """A change that has not reached everybody is no fault, but is told; a resolver that is silent hides nothing."""
    async with dns_server(ZONE) as new, dns_server({**ZONE, "acme.example": [("TXT", "v=spf1 mx ~all")]}) as old:
        old.faults["_dmarc.acme.example"] = "servfail"
        one = patient(tmp_path, domain="acme.example", asked=(new.address, old.address))
        lines = await told(one, "dns")
    assert names(lines, "warn", "not the same everywhere", old.address, "(MX)")
    assert names(lines, "ok", "DMARC: v=DMARC1")


@pytest.fixture
def keys(tmp_path):
    """DKIM keys that sign, and the records that belong to them."""
    one = patient(tmp_path, domain="acme.example")
    one.settings.folder.mkdir()
    names_of(one.settings)
    waiting_dkim(one.settings.folder / "keys", "acme.example", Time()())
    switch_dkim(one.settings.folder / "keys", Time()())
    return {key.name: [("TXT", key.record)] for key in signing(one.settings)}


async def test_a_domain_that_is_well(tmp_path, keys):
    """MX, SPF, both DKIM keys, DMARC, PTR."""
    with Sink() as sink:
        async with dns_server(ZONE | keys) as server:
            one = patient(tmp_path, domain="acme.example", asked=(server.address,), deliver=relay(sink))
            lines = await told(one, "dns")
    assert not names(lines, "fail")
    assert not names(lines, "warn")
    assert sum("holds the key" in line for line in lines) == 2
    assert names(lines, "ok", "allows 192.0.2.7")
    assert names(lines, "ok", "192.0.2.7 is mail.acme.example")


@pytest.mark.parametrize(
    ("name", "records", "words"),
    [
        ("dkim", [("TXT", "v=DKIM1; k=rsa; p=MIIB")], ("fail", "holds another key", "make it")),
        ("dkim", [], ("fail", "is not in the DNS", "add to the zone")),
        ("acme.example", [("MX", "10 mail.acme.example.")], ("fail", "no SPF record")),
        ("acme.example", [("TXT", "v=spf1 -all"), ("MX", "10 mail.acme.example.")], ("fail", "says fail of 192.0.2.7")),
        (
            "acme.example",
            [("TXT", "v=spf1 mx"), ("TXT", "v=spf1 a"), ("MX", "1 m.acme.example.")],
            ("fail", "2 SPF"),
        ),
        ("_dmarc.acme.example", [], ("warn", "no DMARC", "p=none")),
        ("mail.acme.example", [], ("fail", "has no address", "IN A")),
        ("7.2.0.192.in-addr.arpa", [("PTR", "host7.isp.example.")], ("warn", "no PTR record", "host7.isp.example")),
    ],
    ids=["other-key", "no-key", "no-spf", "spf-without-relay", "two-spf", "no-dmarc", "no-address", "other-ptr"],
)
async def test_a_record_that_is_wrong(tmp_path, keys, name, records, words):
    """Each is named, with the record that belongs there."""
    name = next(iter(keys)) if name == "dkim" else name
    with Sink() as sink:
        async with dns_server({**ZONE, **keys, name: records}) as server:
            one = patient(tmp_path, domain="acme.example", asked=(server.address,), deliver=relay(sink))
            lines = await told(one, "dns")
    assert names(lines, *words), lines


async def test_e2_each_model_is_tested_for_connection(tmp_path):
    """Present, how large, how fast; missing: what fetches it; nobody there: what starts it."""
    async with FakeOllama(Script(pieces=["1 "] * 48)) as server:
        model = {"kind": "ollama", "name": "qwen2.5-coder:7b", "url": server.url}
        lines = await told(patient(tmp_path, models=(model,)), "model")
        assert names(lines, "ok", "is ready at")
        assert names(lines, "ok", "tokens a second") or names(lines, "warn", "tokens a second")
        lines = await told(patient(tmp_path, models=({**model, "name": "nobody:1b"},)), "model")
        assert names(lines, "fail", "is not on", "ollama pull nobody:1b")
    lines = await told(patient(tmp_path, models=(model,)), "model")
    assert names(lines, "fail", "no Ollama answers", "ollama serve")


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_e2_every_provider_can_be_tested(tmp_path, kind):
    """By the same command, without a question that costs anything but at a server of our own."""
    async with kind.serve() as server:
        model = {"kind": kind.name, "name": "m", "url": getattr(server, "base", server.url)}
        assert names(await told(patient(tmp_path, models=(model,)), "model"), "ok", "m is ready at")
        lines = await told(patient(tmp_path, models=({**model, "name": "nobody"},)), "model")
        assert names(lines, "fail", "nobody"), lines
    assert names(await told(patient(tmp_path, models=(model,)), "model"), "fail", "answers at")
    assert names(await told(patient(tmp_path), "model"), "ok", "they need no model")


async def test_a_model_that_is_too_large_for_the_memory(tmp_path):
    """It is not even loaded."""
    async with FakeOllama() as server:
        server.tags = {"models": [{"name": "m:70b", "model": "m:70b", "size": 40_000_000_000}]}
        model = Ollama(kind="ollama", name="m:70b", url=server.url)
        lines = await told(patient(tmp_path, models=(model,), memory=16_000_000_000), "model")
        assert names(lines, "fail", "46.0 GB", "16.0 GB", "a smaller model")
        assert server.loads == []


async def test_a_port_that_another_program_has(tmp_path):
    """By its number, and how to find out who has it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = f"127.0.0.1:{other.getsockname()[1]}"
        lines = await told(patient(tmp_path, receive=({"kind": "smtp", "listen": place},)), "ports")
    assert names(lines, "fail", place, "another program", "ss -ltnp")


async def test_a_folder_that_cannot_be_written(tmp_path):
    """Before anything is served."""
    (tmp_path / "file").write_text("no folder")
    lines = await told(patient(tmp_path, data=tmp_path / "file" / "data"), "data")
    assert names(lines, "fail", "cannot be made", "set another folder")
    lines = await told(patient(tmp_path, data="/proc/self"), "data")
    assert names(lines, "fail", "cannot be written")


async def test_a_database_of_another_age(tmp_path):
    """An old one is brought up by serving; a newer one needs its own version; a damaged one a backup."""
    one = patient(tmp_path)
    await (await open_ledger(one.settings.database_url, str(one.settings.folder), Time())).close()
    assert names(await told(one, "data"), "ok", "is whole")
    file = one.settings.folder / "mailbot.db"
    for schema, words in (("0003", ("warn", "is old", "0003")), ("9999", ("fail", "newer mailbot"))):
        with sqlite3.connect(file) as base:
            base.execute("UPDATE alembic_version SET version_num = ?", (schema,))
        base.close()
        assert names(await told(one, "data"), *words)
        assert not await told(one, "mails")
    file.write_bytes(b"no database at all" * 1000)
    assert names(await told(one, "data"), "fail", "cannot be used")


async def test_two_servers_on_one_folder(tmp_path):
    """Whoever has the folder is named; its own ports are no trouble."""
    place = f"127.0.0.1:{free_port()}"
    one = patient(tmp_path, receive=({"kind": "smtp", "listen": place},))
    with folder_of_ours(one.settings.folder):
        lines = await told(one, "data", "ports")
        assert names(lines, "fail", "another mailbot", "serves", "stop process")
        with socket.create_server(("127.0.0.1", int(place.rpartition(":")[2]))):
            lines = await told(one, "data", "ports")
        assert not names(lines, "fail")


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (timedelta(days=1), ("fail", "1.0 days behind", "timedatectl")),
        (timedelta(days=-1), ("fail", "1.0 days ahead")),
        (timedelta(seconds=-90), ("warn", " seconds ahead")),
        (timedelta(), ("ok", "the clock is right")),
    ],
    ids=["behind", "ahead", "a-little", "right"],
)
async def test_the_clock(tmp_path, off, words):
    """By the Date of somebody else's answer."""
    async with time_server(off) as url:
        lines = await told(patient(tmp_path, times=(url,), checks={"kind": "static"}), "machine")
    found = [line for line in lines if "clock" in line]
    assert names(found, *words), lines


async def test_mail_of_the_future_shows_a_clock_that_went_back(tmp_path):
    """Without anybody to ask."""
    one = patient(tmp_path, clock=lambda: Time()() - timedelta(days=2))
    ledger = await open_ledger(one.settings.database_url, str(one.settings.folder), Time())
    from tests.fakes import envelope  # noqa: PLC0415

    await ledger.open_request("r1", b"Subject: x\r\n\r\n", envelope())
    await ledger.close()
    assert names(await told(one, "mails"), "fail", "in the future", "gone back")


async def test_rules_that_are_broken(tmp_path):
    """Every mistake with its place."""
    (tmp_path / "1.yaml").write_text("version: 1\nrules: [{id: a, then: {action: alow}}]\n")
    lines = await told(patient(tmp_path, rules=tmp_path), "rules")
    assert names(lines, "fail", "1.yaml:2", "did you mean 'allow'", "mailbot rules check")


async def test_there_is_no_sandbox(tmp_path, monkeypatch):
    """Programs are never run; where a tier is named, nothing starts."""
    from mailbot.checks import tiers  # noqa: PLC0415

    monkeypatch.setattr(tiers, "candidates", list)
    lines = await told(patient(tmp_path), "machine")
    assert names(lines, "warn", "no sandbox", "bubblewrap")
    lines = await told(patient(tmp_path, checks={"kind": "sandbox", "tier": "landlock"}), "machine")
    assert names(lines, "fail", "does not start")


async def test_the_disk_is_full(tmp_path):
    """Or nearly so."""
    assert names(await told(patient(tmp_path, free=lambda _: 10**7), "data"), "fail", "disk is full")
    assert names(await told(patient(tmp_path, free=lambda _: 9 * 10**8), "data"), "warn", "nearly full")


def test_a_setting_that_is_none(tmp_path):
    """Every mistake of the file is a line of its own, and the exit code says so."""
    (tmp_path / "mailbot.toml").write_text('dat = "x"\nheld_days = 900\n')
    done = run("doctor", "--only", "settings", "-c", tmp_path / "mailbot.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert "mailbot.toml:1: dat: there is no such setting; did you mean 'data'?" in done.stdout
    assert "mailbot.toml:2: held_days" in done.stdout


async def test_names_of_the_environment_that_mean_nothing(tmp_path):
    """With the one that was probably meant; other programs' names are left alone."""
    known = dict.fromkeys(["MAILBOT_DOMAINS", "MAILBOT_WEB__LISTEN", "SMTP_PASWORD", "OLLAMA_HOST", "PATH"])
    lines = await told(patient(tmp_path, environment=known), "settings")
    assert names(lines, "warn", "MAILBOT_DOMAINS", "did you mean MAILBOT_DOMAIN?")
    assert names(lines, "warn", "SMTP_PASWORD", "SMTP_PASSWORD?")
    assert sum(line.startswith("warn") for line in lines) == 2


async def test_one_that_hangs_and_one_that_breaks_hide_nothing(tmp_path, monkeypatch):
    """Each check has its time, and its own faults."""
    hang = threading.Event()

    def free(_folder):
        hang.wait(20)

    def breaks(_folder):
        raise ZeroDivisionError

    monkeypatch.setattr("mailbot.doctor.data.holder_of", breaks)
    lines = await told(patient(tmp_path, seconds=1, free=free), "data")
    hang.set()
    assert names(lines, "warn", "disk", "more than 1 seconds")
    assert names(lines, "fail", "owner", "ZeroDivisionError")
    assert names(lines, "ok", "the database")


async def test_secrets_that_others_may_read(tmp_path):
    """A password file is for us alone; one that is not there is told, too."""
    (tmp_path / "pass").write_text("secret")
    for mode, words in (
        (0o644, ("warn", "others of this machine may read it", "chmod 600")),
        (0o600, ("ok", "readable")),
    ):
        (tmp_path / "pass").chmod(mode)
        way = {"kind": "smtp", "host": "localhost", "user": "u", "password_file": str(tmp_path / "pass")}
        assert names(await told(patient(tmp_path, deliver=(way,)), "settings"), *words)
    (tmp_path / "pass").unlink()
    assert names(await told(patient(tmp_path, deliver=(way,)), "settings"), "warn", "cannot be read")


async def test_a_certificate_that_ends(tmp_path):
    """Long before, shortly before, and afterwards; one that is no certificate is told."""
    made = Certificate.made(tmp_path)
    way = {"kind": "smtp", "listen": "127.0.0.1:0", "tls_cert": made.file, "tls_key": made.key}
    ends = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36_500)
    for before, words in ((90, ("ok", "is good until")), (3, ("warn", "ends on")), (-1, ("fail", "ended on"))):
        one = patient(tmp_path, receive=(way,), clock=lambda before=before: ends - timedelta(days=before))
        assert names(await told(one, "certs"), *words)
    other = patient(tmp_path, receive=(way,), domain="acme.example")
    assert names(await told(other, "certs"), "warn", "no host of acme.example")
    (tmp_path / "relay.pem").write_text("nothing")
    assert names(await told(other, "certs"), "fail", "mend tls_cert")
