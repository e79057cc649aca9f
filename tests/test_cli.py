"""The commands, as a person types them, against the real process."""

from __future__ import annotations

import re
import signal
import time

import pytest

from mailbot.domain.request import diagram
from tests.fakes import mail
from tests.process import run, serving, settings


def test_states_prints_the_table():
    """The diagram of the README."""
    assert run("states").stdout.strip() == diagram()


def test_a_mail_and_what_became_of_it(tmp_path):
    """send shows the reply; mails lists it; why tells its whole life by id and by Message-ID."""
    config = settings(tmp_path)
    with serving(config):
        sent = run("send", "A page about bees. Sections: Honey, Contact.", "-s", "Bees", "-c", config)
        assert sent.returncode == 0, sent.stderr
        assert "Subject: Re: Bees" in sent.stdout
        id = re.search(r"OK (\w+)", sent.stderr)[1]
        listed = run("mails", "-c", config).stdout
    assert id in listed
    assert "answered" in listed
    life = run("why", id, "-c", config).stdout
    for word in ("received", "admitted", "said", "tried", "built", "sent", "first-try"):
        assert word in life, life
    message_id = re.search(r"<[^>]+@localhost>", life)[0]
    assert run("why", message_id, "-c", config).stdout == life


def test_a_mail_that_nobody_vouches_for_is_refused(tmp_path):
    """With a domain set loopback proves nothing: the sender hears why, at once, and nothing is kept."""
    config = settings(tmp_path, domain='"acme.example"')
    with serving(config):
        sent = run("send", "A page about bees.", "--wait", 0, "-c", config)
    assert sent.returncode == 1
    assert "Nobody vouches" in sent.stderr
    assert "received 0" in run("mails", "-c", config).stdout


def test_a_mail_that_nobody_answers_is_explained(tmp_path):
    """Behind a mail server of ours nothing is refused: no answer, and mails says why and what would change it."""
    config = settings(tmp_path, domain='"acme.example"')
    config.write_text(config.read_text().replace("listen =", 'relays = ["127.0.0.0/8"]\nlisten =', 1))
    with serving(config):
        sent = run("send", "A page about bees.", "--wait", 0, "-c", config)
        assert sent.returncode == 0, sent.stderr
        id = re.search(r"OK (\w+)", sent.stderr)[1]
        end = time.monotonic() + 60
        while "prove" not in (listed := run("mails", "-c", config).stdout).lower() and time.monotonic() < end:
            time.sleep(0.1)
    assert "prove" in listed.lower()
    assert "unproven" in run("why", id, "-c", config).stdout


def test_a_second_serve_is_refused(tmp_path):
    """One process serves one data folder; the words say which process has it and what to do."""
    config = settings(tmp_path)
    with serving(config) as first:
        second = run("serve", "-c", config)
    assert second.returncode == 1
    assert f"process {first.pid}" in second.stderr
    assert "another `data` folder" in second.stderr


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_clean(tmp_path, name):
    """SIGTERM and Ctrl-C end it with success."""
    with serving(settings(tmp_path)) as process:
        process.send_signal(name)
        assert process.wait(40) == 0
        assert "has stopped" in process.stderr.read()


def test_a_wrong_setting_is_exit_code_2(tmp_path):
    """Named with file and line, before anything is made."""
    config = tmp_path / "mailbot.toml"
    config.write_text('\ndomian = "x.example"\n')
    done = run("serve", "-c", config)
    assert done.returncode == 2
    assert f"{config}:2: domian: there is no such setting; did you mean 'domain'?" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """And the setting to change."""
    (tmp_path / "file").write_text("")
    config = tmp_path / "mailbot.toml"
    config.write_text(f'data = "{tmp_path}/file/data"\n')
    done = run("serve", "-c", config)
    assert done.returncode == 1
    assert "data folder" in done.stderr


def test_send_without_a_server_says_what_to_start(tmp_path):
    """Nothing is lost, nothing hangs."""
    done = run("send", "hello", "-c", settings(tmp_path))
    assert done.returncode == 1
    assert "mailbot serve" in done.stderr


def test_replay_judges_without_sending(tmp_path):
    """What would become of this mail, by which rule; nothing is stored."""
    file = tmp_path / "x.eml"
    file.write_bytes(mail("A page about bees."))
    done = run("replay", file, "-c", settings(tmp_path))
    assert done.returncode == 0, done.stderr
    for word in ("ana@acme.example", "create", "Admitted", "first-try", "-> allow"):
        assert word in done.stdout, done.stdout
    assert not (tmp_path / "data" / "mailbot.db").exists()


def test_replay_of_what_is_no_mail(tmp_path):
    """It says why the mail cannot be read."""
    file = tmp_path / "x.eml"
    file.write_bytes(b"\x00\x01 no mail\n")
    done = run("replay", file, "-c", settings(tmp_path))
    assert "Ignored" in done.stdout
    assert "unreadable" in done.stdout


def test_why_of_an_unknown_mail(tmp_path):
    """The words say how to find the right id."""
    done = run("why", "nothing", "-c", settings(tmp_path))
    assert done.returncode == 1
    assert "mailbot mails" in done.stderr


def test_the_demo_goes_round(tmp_path):
    """Three mails, three answers, the last one file for file the first."""
    done = run("demo", "--keep", tmp_path / "demo", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "demo" / "v3").is_dir()
    for number in (1, 2, 3):
        assert (tmp_path / "demo" / f"{number}-reply.eml").stat().st_size > 1000
    assert "rollback to v1" in done.stdout
