"""The settings: one frozen value, and every mistake named with its place and its mend."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mailbot.settings import EMBEDDED_DOMAIN, WrongSettings, load, secrets_in


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """No settings of the machine reach a test."""
    monkeypatch.chdir(tmp_path)
    for name in ("MAILBOT_DOMAIN", "MAILBOT_DATA", "MAILBOT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def written(tmp_path, text):
    path = tmp_path / "mailbot.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path):
    with pytest.raises(WrongSettings) as error:
        load(path)
    return str(error.value)


def test_without_a_file_everything_has_a_default():
    """Loopback in, a Maildir out, our embedded domain."""
    settings = load()
    assert (settings.domain, settings.site_domain) == (None, EMBEDDED_DOMAIN)
    assert (settings.receive[0].listen, settings.deliver[0].kind) == ("127.0.0.1:2525", "maildir")


def test_the_file_of_the_working_folder_is_read(tmp_path):
    """mailbot.toml needs no option."""
    written(tmp_path, 'domain = "acme.example"\n[[receive]]\nkind = "smtp"\nlisten = "127.0.0.1:25"\n')
    assert load().domain == "acme.example"
    assert load().receive[0].listen == "127.0.0.1:25"


def test_a_file_that_is_named_must_be_there(tmp_path):
    """A typo in --config is no empty configuration."""
    assert "nowhere.toml" in mistakes(tmp_path / "nowhere.toml")


def test_the_environment_is_stronger_than_the_file(tmp_path, monkeypatch):
    """And .env stands between them."""
    path = written(tmp_path, 'domain = "toml.example"\ndata = "/toml"\n')
    (tmp_path / ".env").write_text("MAILBOT_DOMAIN=dotenv.example\nOTHER=1\n")
    assert (load(path).domain, str(load(path).data)) == ("dotenv.example", "/toml")
    monkeypatch.setenv("MAILBOT_DOMAIN", "env.example")
    assert load(path).domain == "env.example"
    assert load(path, domain="given.example").domain == "given.example"


def test_a_secret_may_stand_in_a_file(tmp_path, monkeypatch):
    """MAILBOT_X_FILE names a file with the value of MAILBOT_X; both at once is a mistake."""
    (tmp_path / "secret").write_text("postgresql+psycopg://u:p@h/d\n")
    monkeypatch.setenv("MAILBOT_DATABASE_URL_FILE", str(tmp_path / "secret"))
    assert load().database_url == "postgresql+psycopg://u:p@h/d"
    monkeypatch.setenv("MAILBOT_DATABASE_URL", "sqlite://")
    assert "both MAILBOT_DATABASE_URL and MAILBOT_DATABASE_URL_FILE" in mistakes(None)


def test_a_file_of_a_secret_that_is_not_there_is_named(monkeypatch):
    """The variable and the path."""
    monkeypatch.setenv("MAILBOT_DATABASE_URL_FILE", "/nowhere/secret")
    assert "MAILBOT_DATABASE_URL_FILE" in mistakes(None)
    assert "/nowhere/secret" in mistakes(None)


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ('domian = "acme.example"\n', ":1:", "did you mean 'domain'"),
        ('\n\ndomain = "acme example"\n', ":3:", "domain"),
        ('[[receive]]\nkind = "smtp"\nlissen = "x"\n', ":3:", "did you mean 'listen'"),
        ('[[receive]]\nkind = "smtp"\n\n[[receive]]\nkind = "smpt"\n', ":4:", "smtp"),
        ('[[receive]]\nkind = "smtp"\nmax_size = -1\n', ":3:", "max_size"),
        ('[dkim]\nselector = "mb1"\n', ":1:", "key_file"),
        ('[[deliver]]\nkind = "smtp"\nport = 587\n', ":1:", "host"),
        ('domain = "acme.example\n', "line 1", "mailbot.toml"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path, text, where, words):
    """Where it stands, what is wrong, and what was perhaps meant."""
    said = mistakes(written(tmp_path, text))
    assert where in said
    assert words in said


MAILBOX = '[[receive]]\nkind = "imap"\nhost = "h"\nuser = "{}"\nname = "{}"\npassword = "x"\n'


@pytest.mark.parametrize(
    ("rooms", "words"),
    [
        (["a a", "a b"], "a at h stands in receive 2 times"),
        (["a x", "b x"], "x stands in receive 2"),
        (["a a", "b b"], ""),
    ],
)
def test_a_mailbox_is_read_once(tmp_path, rooms, words):
    """Two that read the same one would each keep their own place in it."""
    path = written(tmp_path, "".join(MAILBOX.format(*room.split()) for room in rooms))
    if words:
        assert words in mistakes(path)
    else:
        assert len(load(path).receive) == 2


def test_every_mistake_is_named_at_once(tmp_path):
    """Nobody starts five times to find five mistakes."""
    said = mistakes(written(tmp_path, 'domian = "x"\ndata = 3\n[dkim]\nselector = "?"\n'))
    assert len(said.splitlines()) == 4


def test_a_mistake_in_the_environment_is_named_by_its_variable(monkeypatch):
    """Not by a line of a file that does not have it."""
    monkeypatch.setenv("MAILBOT_DOMAIN", "not a domain")
    assert mistakes(None).startswith("MAILBOT_DOMAIN: ")


def test_the_settings_are_frozen():
    """Read once, handed down, never changed."""
    with pytest.raises(ValidationError, match="frozen"):
        load().domain = "other.example"


def test_every_secret_of_the_settings_is_known(tmp_path):
    """Wherever it stands: a value, a file, a database's address; certificates are none."""
    for name in ("password", "key", "ca"):
        (tmp_path / name).write_text(f"-----BEGIN X-----\n{name}-of-the-file\n")
    text = f"""
        database_url = "postgresql+psycopg://mailbot:of-the-database@db/mailbot"
        [[deliver]]
        kind = "smtp"
        host = "smtp.acme.example"
        user = "build"
        password = "of-the-relay"
        ca_file = "{tmp_path / "ca"}"
        [spam]
        kind = "rspamd"
        password_file = "{tmp_path / "password"}"
        [dkim]
        selector = "mb1"
        key_file = "{tmp_path / "key"}"
    """
    found = set(secrets_in(load(written(tmp_path, text))))
    assert found >= {"of-the-database", "of-the-relay", "password-of-the-file", "key-of-the-file"}
    assert not any("ca-of-the-file" in one for one in found)


def test_a_secret_in_a_file_that_is_away_is_no_mistake_here(tmp_path):
    """Whoever needs it says so."""
    text = f'[dkim]\nselector = "mb1"\nkey_file = "{tmp_path / "nowhere"}"\n'
    assert set(secrets_in(load(written(tmp_path, text)))) <= {""}


def test_dkim_takes_one_key_or_several(tmp_path, monkeypatch):
    """As a table, as several, or in the environment."""
    one = 'selector = "mb1"\nkey_file = "/k1"\n'
    assert [key.selector for key in load(written(tmp_path, f"[dkim]\n{one}")).dkim] == ["mb1"]
    two = f'[[dkim]]\n{one}[[dkim]]\n{one.replace("mb1", "mb2")}domain = "mail.example.org"\n'
    assert [(key.selector, key.domain) for key in load(written(tmp_path, two)).dkim] == [
        ("mb1", ""), ("mb2", "mail.example.org"),
    ]  # fmt: skip
    monkeypatch.setenv("MAILBOT_DKIM__SELECTOR", "mb3")
    monkeypatch.setenv("MAILBOT_DKIM__KEY_FILE", "/k3")
    assert [key.key_file for key in load(written(tmp_path, "")).dkim] == ["/k3"]
