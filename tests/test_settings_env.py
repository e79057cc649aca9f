"""Settings by the names that other programs use (rows E1, E22, NA19, NC1, NC12, D18, X1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.decide.case import Case
from mailbot.decide.match import decide
from mailbot.domain.message import Proof
from mailbot.settings import WrongSettings, load
from mailbot.settings_env import NAMES
from mailbot.site import policy_of
from tests.settings_page import EXAMPLE, example

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """No settings of the machine reach a test."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def loaded(monkeypatch, toml="", **names):
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    Path("mailbot.toml").write_text(toml, encoding="utf-8")
    return load()


@pytest.mark.parametrize("provider", ["ollama", "openai", "anthropic"])
def test_e1_the_provider_is_switched_without_code(monkeypatch, provider):
    """E22, NA19: by LLM_PROVIDER and DEFAULT_MODEL, whatever the file says."""
    toml = '[[models]]\nkind = "scaffold"\n'
    (model,) = loaded(monkeypatch, toml, LLM_PROVIDER=provider, DEFAULT_MODEL="m").models
    assert (model.kind, model.name) == (provider, "m")


def test_e22_ollama_is_found_where_ollama_url_says(monkeypatch):
    """With a model of its own, and without."""
    settings = loaded(monkeypatch, OLLAMA_URL="http://gpu:11434", LLM_PROVIDER="ollama")
    assert (settings.models, settings.ollama_url) == ((), "http://gpu:11434")
    assert loaded(monkeypatch, DEFAULT_MODEL="m").models[0].url == "http://gpu:11434"


@pytest.mark.parametrize(
    ("provider", "name"),
    [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY"), ("openai", "LLM_API_KEY")],
)
def test_d18_a_key_belongs_to_its_provider(monkeypatch, provider, name):
    """By its own name or by LLM_API_KEY; or in a file."""
    (model,) = loaded(monkeypatch, LLM_PROVIDER=provider, DEFAULT_MODEL="m", **{name: "sk-1"}).models
    assert model.secret() == "sk-1"
    monkeypatch.delenv(name)
    (Path() / "key").write_text("sk-2\n")
    (model,) = loaded(monkeypatch, **{f"{name}_FILE": "key"}).models
    assert model.secret() == "sk-2"


def test_a_key_alone_sends_nothing_anywhere(monkeypatch):
    """It may be there for another program."""
    assert loaded(monkeypatch, OPENAI_API_KEY="sk-1", ANTHROPIC_API_KEY="sk-2").models == ()
    toml = '[[models]]\nkind = "openai"\nname = "m"\n'
    assert loaded(monkeypatch, toml).models[0].secret() == "sk-1"
    assert loaded(monkeypatch, toml + 'api_key = "own"\n').models[0].secret() == "own"


def test_e22_the_relay(monkeypatch):
    """SMTP_* and FROM_EMAIL."""
    names = {"SMTP_HOST": "smtp.acme.dev", "SMTP_USER": "u", "SMTP_PASSWORD": "p", "FROM_EMAIL": "bot@acme.dev"}
    settings = loaded(monkeypatch, **names)
    (way,) = settings.deliver
    assert (way.host, way.port, way.security, way.user) == ("smtp.acme.dev", 587, "starttls", "u")
    assert (settings.domain, settings.addresses["bot"]) == ("acme.dev", "build")
    assert loaded(monkeypatch, SMTP_PORT="465").deliver[0].security == "tls"


def test_nc1_a_mailbox_is_read(monkeypatch):
    """IMAP_* and EMAIL_CHECK_INTERVAL; the login of SMTP stands in."""
    settings = loaded(
        monkeypatch, IMAP_HOST="imap.acme.dev", SMTP_USER="u", SMTP_PASSWORD="p", EMAIL_CHECK_INTERVAL="9"
    )
    (room,) = settings.receive
    assert (room.host, room.port, room.user, room.poll, room.folders) == ("imap.acme.dev", 993, "u", 9, ("INBOX",))


def test_nc12_senders_are_let_in_and_shut_out(monkeypatch):
    """Signed mail of the allowed; of the blocked none at all; the rules say the rest."""
    settings = loaded(monkeypatch, ALLOWED_SENDERS="acme.dev, *@b.example", BLOCKED_SENDERS="eve@acme.dev")
    rules = policy_of(settings).rules
    for author, action in (("ana@acme.dev", "allow"), ("bob@b.example", "allow"), ("eve@acme.dev", "discard"),
                           ("ana@c.example", "deny")):  # fmt: skip
        assert decide(rules, Case(author=author, proof=Proof.DKIM)).action == action
    assert decide(rules, Case(author="ana@acme.dev", proof=Proof.SPF)).action == "deny"
    assert decide(rules, Case(author="ana@acme.dev", proof=Proof.DKIM, spam=12.0)).action == "discard"


def test_names_of_mailbot_are_stronger(monkeypatch):
    """And .env is read, too; mailbot.toml is weaker than both."""
    Path(".env").write_text("BLOCKED_SENDERS=a.example\nOLLAMA_URL=http://dotenv:1\n")
    toml = 'ollama_url = "http://toml:1"\n'
    assert loaded(monkeypatch, toml).ollama_url == "http://dotenv:1"
    assert loaded(monkeypatch, toml, OLLAMA_URL="http://env:1").ollama_url == "http://env:1"
    assert loaded(monkeypatch, toml, MAILBOT_OLLAMA_URL="http://mine:1").ollama_url == "http://mine:1"
    assert load().blocked_senders == ("a.example",)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"LLM_PROVIDER": "grok"}, "LLM_PROVIDER=grok"),
        ({"LLM_PROVIDER": "openai"}, "needs DEFAULT_MODEL"),
        ({"SMTP_HOST": "h", "SMTP_PORT": "many"}, "SMTP_PORT=many"),
        ({"SMTP_HOST": "h", "SMTP_USE_TLS": "perhaps"}, "SMTP_USE_TLS"),
        ({"IMAP_HOST": "h"}, "IMAP_HOST needs IMAP_USER"),
        ({"FROM_EMAIL": "Ana <a@b.example>"}, "FROM_EMAIL"),
        ({"OPENAI_API_KEY": "a", "OPENAI_API_KEY_FILE": "b"}, "both OPENAI_API_KEY and OPENAI_API_KEY_FILE"),
        ({"OPENAI_API_KEY": "a\nb"}, "more than one line"),
    ],
)
def test_what_cannot_be_is_named(monkeypatch, names, words):
    """With the name that it stands under."""
    with pytest.raises(WrongSettings, match=words):
        loaded(monkeypatch, **names)


def test_x1_every_name_stands_in_the_example():
    """With what it is for, and nothing that is in force."""
    text = EXAMPLE.read_text("utf-8")
    assert text == example(), "python -m tests.settings_page writes it"
    lines = text.splitlines()
    shown = {line.lstrip("# ").partition("=")[0] for line in lines if "=" in line}
    assert set(NAMES) <= shown
    assert all(not line or line.startswith("#") for line in lines)


def test_na19_the_door_and_its_models(monkeypatch):
    """API_HOST or API_PORT opens it; what else is named says how it is, and the file says the rest."""
    names = {"API_HOST": "0.0.0.0", "API_PORT": "9000", "API_WORKERS": "4", "API_KEY_HEADER": "X-Key"}
    names |= {"RATE_LIMIT_PER_MINUTE": "7", "RATE_LIMIT_PER_HOUR": "70", "MAX_PROMPT_LENGTH": "99"}
    settings = loaded(monkeypatch, "[web]\nmax_body = 5000\n", **names, MODEL_CONFIG_PATH="m.yaml", MODEL_CACHE_DIR="w")
    web, talk = settings.web, settings.talk
    assert (web.listen, web.key_header, web.per_minute, web.per_hour) == (("0.0.0.0:9000",), "X-Key", 7, 70)
    assert (web.max_body, str(talk.file), str(talk.folder), talk.max_prompt) == (5000, "m.yaml", "w", 99)
    assert loaded(monkeypatch, API_HOST="::1").web.listen == ("[::1]:9000",)


def test_na19_what_is_only_named_beside_opens_no_door(monkeypatch):
    """A limit alone is no wish to listen; with [web] in the file it counts."""
    assert loaded(monkeypatch, RATE_LIMIT_PER_MINUTE="7").web is None
    assert loaded(monkeypatch, "[web]\n").web.per_minute == 7


@pytest.mark.parametrize("names", [{"API_PORT": "http"}, {"API_WORKERS": "many"}, {"API_PORT": "70000"}])
def test_na19_a_wrong_number_is_said(monkeypatch, names):
    """With its name, or that of what it means."""
    with pytest.raises(WrongSettings, match=r"API_|listen"):
        loaded(monkeypatch, **names)
