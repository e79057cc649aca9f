"""`mailbot init`, `doctor` and `serve` against a real Dovecot and Postfix, with a DNS of our own (issue 10)."""

from __future__ import annotations

import json
import stat

import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.doctor.records import signing, waiting
from mailbot.settings import load
from tests.fakes import Time
from tests.journeys.mailbot import until
from tests.journeys.people import Person, packed, read
from tests.journeys.test_imap import AUTH, LOGIN, PASSWORD
from tests.process import serving
from tests.servers import free_port, missing
from tests.servers_dns import dns_thread
from tests.servers_dovecot import Dovecot
from tests.servers_dovecot import unavailable as no_dovecot
from tests.servers_postfix import Postfix
from tests.servers_postfix import unavailable as no_postfix

ANA, OWN = Person("somebody@ana.example"), Person("build@example.org")
ZONE = {
    "example.org": [("MX", "10 mail.example.org."), ("TXT", "v=spf1 mx ~all")],
    "_dmarc.example.org": [("TXT", "v=DMARC1; p=none")],
    "mail.example.org": [("A", "192.0.2.7")],
    "gmail.com": [("MX", "5 localhost.")],
}


@pytest.fixture(scope="module")
def servers():
    """A Dovecot, a Postfix that asks it for passwords and hands everything to it, and a DNS."""
    if reason := no_dovecot() or no_postfix():
        missing(reason)
    auth = free_port()
    dovecot = Dovecot(users=[ANA.address, OWN.address], password=PASSWORD, extra=AUTH.format(port=auth))
    with dovecot, dns_thread(ANA.records | ZONE) as dns:
        login = LOGIN.format(certificate=dovecot.certificate, port=auth) + "recipient_delimiter = +\n"
        everybody = {"*": f"lmtp:inet:127.0.0.1:{dovecot.lmtp_port}"}
        with Postfix(relay=free_port(), routes=everybody, extra=login) as postfix:
            yield dovecot, postfix, dns


def mailbot(*words, ends=0):
    """A command to its end."""
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == ends, done.output
    return done.output


@pytest.fixture(scope="module")
def place(servers, tmp_path_factory):
    """What `mailbot init` has written."""
    folder = tmp_path_factory.mktemp("first")
    dovecot, postfix, dns = servers
    (folder / "password").write_text(PASSWORD, "utf-8")
    (folder / "password").chmod(0o600)
    login = [f"--{what}-password-file={folder / 'password'}" for what in ("imap", "relay")]
    account = [f"--imap=127.0.0.1:{dovecot.tls_port}", "--imap-tls=implicit", f"--relay=127.0.0.1:{postfix.port}"]
    account += [f"--relay-user={OWN.address}", "--relay-security=starttls", f"--ca-file={dovecot.certificate.file}"]
    people = ["--admin=ola@example.org", "--allow=ana.example", f"--nameserver={dns.address}", "--model=scaffold"]
    where = ["--folder", folder, "--data", folder / "data", "--mailbox=imap", f"--address={OWN.address}", "--env"]
    said = mailbot("init", "--yes", *where, *account, *login, *people)
    assert "logged in" in said
    assert "takes our mail" in said
    return folder, said


def test_e33_init_writes_what_serves(place):
    """Settings for our eyes only, rules, keys, .env without a secret, and the records to paste."""
    folder, said = place
    assert stat.S_IMODE((folder / "mailbot.toml").stat().st_mode) == 0o600
    assert (folder / "rules" / "10-default.yaml").exists()
    assert PASSWORD not in (folder / ".env").read_text("utf-8")
    settings = load(folder / "mailbot.toml")
    assert settings.allowed_senders == ("ana.example",)
    assert [key.kind for key in waiting(settings, Time())] == ["rsa", "ed25519"]
    for word in ("v=spf1", "v=DMARC1; p=none", "v=DKIM1; k=rsa", '" "', "v=mailbot1"):
        assert word in said
    assert "\nfail" not in said


def test_nc13_a_thread_of_three_mails_and_doctor_finds_everything(place, servers, monkeypatch):
    """The records are pasted, the keys switched; three mails are answered; doctor sees no failure, and says so."""
    monkeypatch.setenv("MAILBOT_CHECKS__KIND", "static")  # a browser is started for no purpose of this test
    (folder, _), (dovecot, postfix, dns) = place, servers
    config = folder / "mailbot.toml"
    for key in waiting(load(config), Time()):
        dns.zone[key.name] = [("TXT", key.record)]
    mailbot("dkim", "rotate", "-c", config)
    assert len(signing(load(config))) == 2
    with serving(config):
        until(lambda: OWN.address in CliRunner().invoke(app, ["health", "-c", str(config)]).output, "the mailbox")
        letter = ANA.writes(OWN.address)
        for number in (1, 2, 3):
            dovecot.deliver(letter.wire, user=OWN.address, sender=letter.sender)
            found = until(lambda n=number: len(m := dovecot.mails(ANA.address)) >= n and m, f"mail {number}")
            answer = read(found[-1])
            assert answer["In-Reply-To"] == letter.id
            assert b"DKIM-Signature" in found[-1]
            letter = ANA.answers(answer, f"Make the header {('blue', 'red', 'green')[number - 1]}.")
        assert "style.css" in packed(answer)
        done = CliRunner().invoke(app, ["doctor", "--json", "--mail", "-c", str(config)])
    told = json.loads(done.output)
    bad = [sign for sign in told["signs"] if sign["level"] == "fail"]
    assert (bad, done.exit_code) == ([], 1)  # the public clocks cannot be asked from here
    words = " ".join(sign["words"] for sign in told["signs"])
    for word in ("a mailbot serves it", "IDLE", "holds the key", "came back after", "plus-addresses", "3 mails"):
        assert word in words, words
    postfix.empty()


def test_init_again_keeps_what_is_there(place):
    """Nothing is replaced without a yes; what is there is proposed, so that the same comes of it."""
    folder, _ = place
    before = (folder / "mailbot.toml").read_text("utf-8")
    mailbot("init", "--yes", "--untried", "--folder", folder, "--data", folder / "data", "--allow=acme.example", ends=1)
    assert (folder / "mailbot.toml").read_text("utf-8") == before
    again = ["init", "--yes", "--untried", "--force", "--folder", folder, "--data", folder / "data"]
    mailbot(*again)
    assert (folder / "mailbot.toml").read_text("utf-8") == before
