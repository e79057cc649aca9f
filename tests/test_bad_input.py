"""What can go wrong around the real process: each has a clear outcome, and none loses anything."""

from __future__ import annotations

import re
import resource
import smtplib
import sqlite3
import time

import pytest

from tests.fakes import mail
from tests.process import run, serving, settings
from tests.servers import free_port


def port_of(config):
    return int(re.search(r'listen = "127\.0\.0\.1:(\d+)"', config.read_text())[1])


def offer(config, raw):
    """One mail over SMTP; the server's answer to the data."""
    with smtplib.SMTP("127.0.0.1", port_of(config), timeout=60) as client:
        client.ehlo()
        client.mail("ana@acme.example")
        client.rcpt("build@mailbot.localhost")
        return client.data(raw)


def replies(tmp_path, count, seconds=20):
    """The replies in the Maildir, as soon as there are so many."""
    for _ in range(int(seconds * 10)):
        found = sorted((tmp_path / "data" / "sent" / "new").glob("*"))
        if len(found) >= count:
            return found
        time.sleep(0.1)
    return []


def test_a_disk_without_space(tmp_path):
    """451 while there is none; the same mail is taken and answered when there is some again."""
    config = settings(tmp_path)
    with serving(config) as process:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        code, words = offer(config, mail("A page about bees."))
        assert (code, b"could not be stored" in words) == (451, True)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert offer(config, mail("A page about bees."))[0] == 250
        assert len(replies(tmp_path, 1)) == 1


def test_a_disk_that_fills_up_in_the_middle(tmp_path):
    """What was accepted is answered when there is space again, without anybody's doing."""
    config = settings(tmp_path)
    with serving(config) as process:
        assert offer(config, mail("A page about bees."))[0] == 250
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        time.sleep(1)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert len(replies(tmp_path, 1)) == 1


def test_a_locked_database(tmp_path):
    """Another process that writes is waited for; then 451, and nothing is lost."""
    config = settings(tmp_path)
    with serving(config):
        other = sqlite3.connect(tmp_path / "data" / "mailbot.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert offer(config, mail("A page about bees."))[0] == 451
        other.execute("ROLLBACK")
        other.close()
        assert offer(config, mail("A page about bees."))[0] == 250
        assert len(replies(tmp_path, 1)) == 1


@pytest.mark.parametrize(
    ("raw", "state", "words"),
    [
        (b"no mail at all", "closed", "unreadable"),
        (mail().replace(b"From: Ana <ana@acme.example>\r\n", b""), "closed", "From"),
        (mail("", subject=""), "answered", "told"),
        (mail(Auto_Submitted="auto-generated"), "closed", "machine"),
    ],
)
def test_an_odd_mail_has_an_outcome_with_a_reason(tmp_path, raw, state, words):
    """Accepted, kept, and explained by `mailbot mails`."""
    config = settings(tmp_path)
    with serving(config):
        assert offer(config, raw)[0] == 250
        listed = listed_with(config, words)
    assert state in listed
    assert words in listed


def test_a_mail_over_the_limit_of_the_wire(tmp_path):
    """37 MB: refused in the session, with the limit in the answer; nothing is kept."""
    config = settings(tmp_path)
    with serving(config):
        code, words = offer(config, mail("x" * 70 + "\r\n" + ("y" * 998 + "\r\n") * 37_000))
        assert code == 552
        assert b"36000000 bytes are the most" in words
    assert "received 0" in run("mails", "-c", config).stdout


def test_a_relay_that_is_not_there(tmp_path):
    """The reply waits in the outbox, through a restart too; `mails` says until when, `why` says why."""
    config = settings(tmp_path)
    relay = f'[[deliver]]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {free_port()}\nsecurity = "none"\n'
    config.write_text(config.read_text() + relay)
    with serving(config):
        assert offer(config, mail("A page about bees."))[0] == 250
        listed = listed_with(config, "to be sent by email, at")
    with serving(config):
        assert "to be sent by email, at" in listed
        assert "to be sent by email, at" in run("mails", "-c", config).stdout
    life = run("why", listed.split()[0], "-c", config).stdout
    assert "refused" in life.lower(), life


def listed_with(config, words):
    """What `mailbot mails` says, as soon as it says it."""
    end = time.monotonic() + 60
    while words not in (listed := run("mails", "-c", config).stdout) and time.monotonic() < end:
        time.sleep(0.1)
    return listed
