"""The questions of `mailbot init`, and what is written of their answers."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.domain.errors import Permanent
from mailbot.settings import load
from mailbot.settings_env import NAMES
from mailbot.setup.answers import Account, Answers, address_of, allowed_of, host_of, model_of
from mailbot.setup.known import known_answers
from mailbot.setup.written import env_of, toml_of
from tests.deliver.sink import Sink
from tests.servers_dns import dns_thread


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """No settings of the machine reach a test."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def init(*words, typed=""):
    return CliRunner().invoke(app, ["init", *words], input=typed)


def test_nothing_but_enter_is_a_first_try(tmp_path):
    """Loopback, a Maildir, whatever model there is; every question has a usual answer."""
    done = init("--data", str(tmp_path / "data"), "--untried", typed="\n" * 10)
    assert done.exit_code == 0, done.output
    settings = load(tmp_path / "mailbot.toml")
    assert (settings.domain, settings.receive[0].listen) == (None, "127.0.0.1:2525")
    assert sorted(path.name for path in (tmp_path / "data" / "keys").iterdir()) == [
        "names-0001.key",
        "signing-0001.key",
        "signing-0001.pub",
    ]


def test_x5_gmail_needs_an_address_and_an_app_password(tmp_path):
    """The rest is known: servers, ports, whose word counts; the password goes into a file of its own."""
    typed = "gmail\nana@gmail.com\n\nsecret words\n\n\nana@gmail.com\n\n"
    done = init("--data", str(tmp_path / "data"), "--untried", typed=typed)
    assert done.exit_code == 0, done.output
    assert "apppasswords" in done.output
    assert "secret words" not in done.output
    settings = load(tmp_path / "mailbot.toml")
    box, relay = settings.receive[0], settings.deliver[0]
    assert (box.host, box.trust.provider, relay.host, relay.user) == (
        "imap.gmail.com",
        "gmail",
        "smtp.gmail.com",
        "ana@gmail.com",
    )
    assert (tmp_path / "secrets" / "imap.password").read_text() == "secret words\n"
    assert (tmp_path / "secrets" / "imap.password").stat().st_mode & 0o777 == 0o600
    assert settings.addresses == {"ana": "build"}
    assert not any((settings.folder / "keys").glob("dkim*"))


def test_x5_microsoft_365_needs_consent(tmp_path):
    """No password at all; what is to be done next is said."""
    words = ["--mailbox=microsoft365", "--address=build@acme.example", "--client-id=abc-1", "--admin=ola@acme.example"]
    done = init("--yes", "--untried", "--data", str(tmp_path / "data"), *words)
    assert done.exit_code == 0, done.output
    assert "mailbot oauth login" in done.output
    settings = load(tmp_path / "mailbot.toml")
    assert settings.receive[0].oauth.provider == settings.deliver[0].oauth.provider == "microsoft365"


def test_what_does_not_work_is_asked_again(tmp_path):
    """The relay's port is wrong at first; the second answer is the one that is written."""
    with Sink() as sink, dns_thread({}) as dns:
        words = ["--mailbox=own", "--address=build@acme.example", "--listen=127.0.0.1:0", "--tls-cert=", "--allow="]
        words += ["--model=scaffold", "--admin=ola@acme.example", f"--nameserver={dns.address}", "--seconds=3"]
        typed = f"127.0.0.1:9\n\ny\n127.0.0.1:{sink.port}\n\n"
        done = init("--data", str(tmp_path / "data"), *words, typed=typed)
    assert done.exit_code == 0, done.output
    assert "Connection refused" in done.output
    assert load(tmp_path / "mailbot.toml").deliver[0].port == sink.port


def test_what_does_not_work_is_written_all_the_same_and_said(tmp_path):
    """For scripts: exit code 1."""
    words = ["--mailbox=own", "--address=build@acme.example", "--relay=127.0.0.1:9", "--listen=127.0.0.1:0"]
    with dns_thread({}) as dns:
        done = init("--yes", "--data", str(tmp_path / "data"), f"--nameserver={dns.address}", *words)
    assert done.exit_code == 1
    assert "not everything works yet" in done.output
    assert load(tmp_path / "mailbot.toml").domain == "acme.example"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--mailbox=fax"], "there are loopback, own, imap, gmail, microsoft365"),
        (["--mailbox=own", "--address=build"], "no plain address"),
        (["--mailbox=own"], "--address"),
        (["--mailbox=imap", "--address=a@b.example"], "--imap"),
        (["--mailbox=imap", "--address=a@b.example", "--imap=h:99999"], "no host"),
        (["--mailbox=imap", "--address=a@b.example", "--imap=h"], "--imap-password-file FILE"),
        (["--mailbox=own", "--address=a@b.example", "--relay=a b"], "no host"),
        (["--model=gpt"], "auto, scaffold"),
        (["--mailbox=own", "--address=a@b.example", "--admin=ola"], "no plain address"),
        (["--mailbox=own", "--address=a@b.example", "--allow=a@b@c"], "neither an address nor a domain"),
        (["--folder=/proc/none"], "choose another folder"),
    ],
    ids=lambda value: "-".join(value)[:60] if isinstance(value, list) else None,
)
def test_an_answer_that_cannot_be(tmp_path, words, said):
    """It is named with its flag, and nothing is written."""
    done = init("--yes", "--untried", "--data", str(tmp_path / "data"), *words)
    assert done.exit_code == 1
    assert said in done.output
    assert not (tmp_path / "mailbot.toml").exists()


def test_nd4_what_is_there_is_proposed(tmp_path, monkeypatch):
    """Names of other programs in the environment, or an older mailbot.toml."""
    monkeypatch.setenv("SMTP_HOST", "smtp.old.example")
    monkeypatch.setenv("SMTP_USER", "build@old.example")
    monkeypatch.setenv("SMTP_PASSWORD_FILE", "/run/secrets/smtp")
    monkeypatch.setenv("FROM_EMAIL", "build@old.example")
    monkeypatch.setenv("ALLOWED_SENDERS", "old.example, ana@acme.example")
    known = known_answers(load(None))
    assert known["--relay"] == "smtp.old.example:587"
    assert (known["--address"], known["--allow"]) == ("build@old.example", "old.example,ana@acme.example")
    done = init("--yes", "--untried", "--data", str(tmp_path / "data"))
    assert done.exit_code == 0, done.output
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    settings = load(tmp_path / "mailbot.toml")
    assert (settings.deliver[0].host, settings.allowed_senders) == (
        "smtp.old.example",
        ("old.example", "ana@acme.example"),
    )


def test_a_value_is_written_so_that_it_is_read_again(tmp_path):
    """Whatever it holds."""
    odd = 'a "quoted" \\ password file ü'
    relay = Account(host="h.example", port=587, security="starttls", user="u", password_file=odd)
    answers = Answers(kind="own", address="b@x.example", relay=relay, provider="openai", model="m", key_file=odd)
    (tmp_path / "mailbot.toml").write_text(toml_of(answers, "/rules"), "utf-8")
    settings = load(tmp_path / "mailbot.toml")
    assert settings.deliver[0].password_file == settings.models[0].api_key_file == odd
    assert "SMTP_PASSWORD_FILE=" in env_of(answers)


def test_words_are_read_strictly():
    """What is meant is taken, what cannot be is refused."""
    assert host_of("[::1]:26", 25, "-") == ("[::1]", 26)
    assert model_of("ollama:qwen2.5-coder:7b", "-") == ("ollama", "qwen2.5-coder:7b")
    assert allowed_of(("A.example, b@c.example",), "-") == ("a.example", "b@c.example")
    for wrong in ("a@b", "a b@c.example", "", "a@b.example\n[x]"):
        with pytest.raises(Permanent):
            address_of(wrong, "--address")
