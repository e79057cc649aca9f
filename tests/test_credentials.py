"""Secrets as systemd hands them over: files of a folder."""

from __future__ import annotations

import pytest

from mailbot.settings import WrongSettings, load


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """The folder that LoadCredential= fills, and no other settings."""
    made = tmp_path / "credentials"
    made.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(made))
    for name in ("MAILBOT_API_TOKEN", "SMTP_PASSWORD", "SMTP_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    return made


def relay(monkeypatch):
    monkeypatch.setenv("SMTP_HOST", "smtp.example.org")
    monkeypatch.setenv("SMTP_USER", "build@example.org")


def test_a_credential_that_bears_the_name_of_a_setting_is_that_setting(folder, tmp_path):
    """It is stronger than the file, as a secret name is."""
    (tmp_path / "mailbot.toml").write_text('api_token = "of the file, long enough"\n')
    (folder / "api_token").write_text("0123456789abcdef\n")
    assert load().api_token.get_secret_value() == "0123456789abcdef"


def test_a_credential_that_bears_a_name_of_other_programs_is_that(folder, monkeypatch):
    """The password of the relay."""
    relay(monkeypatch)
    (folder / "SMTP_PASSWORD").write_text("hunter22\n")
    assert load().deliver[0].password.get_secret_value() == "hunter22"


def test_the_environment_is_stronger(folder, monkeypatch, tmp_path):
    """By itself, or by a file that it names."""
    relay(monkeypatch)
    (folder / "api_token").write_text("0123456789abcdef")
    (folder / "SMTP_PASSWORD").write_text("of the credential")
    (tmp_path / "other").write_text("of the file")
    monkeypatch.setenv("MAILBOT_API_TOKEN", "fedcba9876543210")
    monkeypatch.setenv("SMTP_PASSWORD_FILE", str(tmp_path / "other"))
    found = load()
    assert found.api_token.get_secret_value() == "fedcba9876543210"
    assert found.deliver[0].password_file == str(tmp_path / "other")


def test_other_files_of_the_folder_are_left_alone(folder):
    """A setting may name them by their path."""
    (folder / "imap").write_text("secret")
    (folder / "LLM_PROVIDER").write_text("nobody")  # a name of other programs, but no secret
    (folder / "domain").mkdir()
    assert load().domain is None


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"x" * 20_001, "more than 20,000 bytes"), (b"\xff\xfe", "is no text")],
    ids=["too long", "no text"],
)
def test_a_credential_that_cannot_be_is_named(folder, content, words):
    """With what is wrong with it."""
    (folder / "api_token").write_bytes(content)
    with pytest.raises(WrongSettings, match=f"the credential api_token.*{words}"):
        load()
