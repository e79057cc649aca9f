"""Secrets in what leaves: found by their form or by our own value, and never shown. Every secret here is made up."""

from __future__ import annotations

import base64
import random
import time

import pytest

from mailbot.build.leaks import BLACK, MAX_TEXT, MOST, blacked, leaks, line_of, sealed

LOT = random.Random(7)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


def lot(number, letters=LETTERS):
    """Letters drawn by lot; digits among them."""
    drawn = "".join(LOT.choice(letters) for _ in range(number - 4))
    return drawn[: number // 2] + "7k4Q" + drawn[number // 2 :]


KEY = base64.b64encode(LOT.randbytes(600)).decode()
PEM = "-----BEGIN {}PRIVATE KEY-----\n{}\n-----END {}PRIVATE KEY-----"
BAD = {
    "a private key": PEM.format("RSA ", "\n".join(KEY[at : at + 64] for at in range(0, 800, 64)), "RSA "),
    "an AWS access key": f"id = AKIA{'Q7RTZ4WKM2PLDNXV'}",
    "a GitHub token": f"ghp_{lot(36)}",
    "a GitLab token": f"glpat-{lot(20)}",
    "a Slack token": f"xoxb-24817362541-{lot(24)}",
    "a Slack webhook": f"https://hooks.slack.com/services/T{lot(8)}/B{lot(8)}/{lot(24)}",
    "a Google API key": f"AIza{lot(35)}",
    "a Google client secret": f"GOCSPX-{lot(28)}",
    "a Stripe key": f"sk_live_{lot(24)}",
    "a Stripe secret": f"whsec_{lot(32)}",
    "a key of a model's provider": f"sk-proj-{lot(48)}",
    "a Hugging Face token": f"hf_{lot(34)}",
    "an npm token": f"npm_{lot(36)}",
    "a PyPI token": f"pypi-AgE{lot(60)}",
    "a Telegram bot token": f"110201543:AA{lot(33)}",
    "a SendGrid key": f"SG.{lot(22)}.{lot(43)}",
    "an Azure storage key": f"AccountName=x;AccountKey={lot(86)}==",
    "a signed web token": f"eyJ{lot(20)}.eyJ{lot(40)}.{lot(43)}",
    "a password in an address": "postgres://bob:s3cr3tP4ss@db.acme.example/app",
    "a secret in SECRET_KEY": f"SECRET_KEY = '{lot(24)}'",
    "a secret in api_key": f"api_key: {lot(32, '0123456789abcdef').lower()}",
    "a secret in client_secret": f'"client_secret": "{lot(32)}"',
    "a secret in DB_PASSWORD": f"export DB_PASSWORD={lot(20)}",
}
GOOD = [
    "API_KEY = 'KEY_KEY_KEY_KEY_11'", "SECRET = 'PRODUCTION2024MAIN'",
    "API_KEY = 'your-api-key-here-please-change'", "password: str = Field(min_length=12)",
    "token = os.environ['TOKEN']",
    "secret_key = secrets.token_hex(32)", "postgres://user:password@localhost/db",
    "postgres://postgres:postgres@db:5432/app",
    "redis://:${REDIS_PASSWORD}@redis", "AKIAIOSFODNN7EXAMPLE",
    "password_hash = 'pbkdf2:sha256:260000$abcd1234EFGH5678$aabb'",
    "tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased-v1-2020')", "sk-" + "x" * 48, "ghp_" + "x" * 36,
    "SECRET_KEY = 'django-insecure-change-me-1234567890'",
    "<input type=password name=password autocomplete=current-password>",
    "next_page_token: abc-def-page-number-2020", PEM.format("", "...", ""), PEM.format("",
    "YOUR PRIVATE KEY HERE, in one line", ""),
    "TOKEN_URL=https://auth.company.example/oauth2/v2.0/token1", "access_key: {{ lookup('env','AWS_ACCESS_KEY_ID') }}",
    "password=ProductionDatabasePassword2024", "private_key = ed25519.Ed25519PrivateKey.generate()",
    "api_key = 'changeme'",
    "sk-learn-toolkit-a-very-long-package-name-of-nothing-2", "API_TOKEN=${API_TOKEN:-}",
    "apiKey: 'abcdef1234567890abcdef1234567890'",
    '"integrity": "sha512-' + KEY[:86] + '=="', "csrf_token = '" + lot(32) + "'", "https://example.org/a:b@c",
    "xxxx_token_xxxx",
]  # fmt: skip


@pytest.mark.parametrize("what", list(BAD))
def test_a_secret_is_known_by_its_form(what):
    """With its line; what is left when it is black holds nothing of it."""
    text = f"a = 1\n\n{BAD[what]}\nb = 2\n"
    [leak] = leaks(text)
    assert (leak.what, line_of(text, leak)) == (what, 3)
    black = blacked(text)
    assert BLACK in black
    assert text[leak.start : leak.end] not in black
    assert leaks(black) == []


@pytest.mark.parametrize("text", GOOD)
def test_what_only_looks_like_one_is_none(text):
    """Placeholders, pointers to the environment, examples, names, hashes."""
    assert leaks(text) == []
    assert blacked(text) == text


def test_a_key_in_one_line_of_a_text_is_one():
    """As it stands in JSON, with its line ends written out."""
    assert leaks('"key": "' + PEM.format("", KEY, "").replace("\n", "\\n") + '"')[0].what == "a private key"


def test_our_own_secrets_are_known_by_their_value():
    """Wherever they stand, and however ordinary they look; what knows them does not hold them."""
    ours = sealed(
        ["correct horse battery", "Hunter2Hunter2\n", "short", "password", "s3cret\u017c\u00f3\u0142w"], b"salt" * 4
    )
    text = "say correct horse battery\nx=Hunter2Hunter2y password short s3cret\u017c\u00f3\u0142w"
    found = leaks(text, ours)
    assert [(one.what, line_of(text, one)) for one in found] == [
        ("a secret of this mailbot", line) for line in (1, 2, 2)
    ]
    assert blacked(text, ours) == f"say {BLACK}\nx={BLACK}y password short {BLACK}"
    assert leaks(text, sealed(["correct horse batterz", "Hunter3Hunter2"], b"salt" * 4)) == []
    assert leaks("2retnuH2retnuH", ours) == []
    for secret in ("horse", "Hunter2"):
        assert secret not in repr(ours)


def test_the_knowledge_of_a_secret_depends_on_the_salt():
    """Two houses with the same password cannot be told by it."""
    one, other = (sealed(["correct horse battery"], salt) for salt in (b"a" * 16, b"b" * 16))
    assert one.ours[0].mark != other.ours[0].mark


def test_a_secret_in_another_is_told_once():
    """A key that is assigned to a name is one leak."""
    assert [leak.what for leak in leaks(f'API_TOKEN = "ghp_{lot(36)}"')] == ["a GitHub token"]


def test_many_are_all_blacked():
    """However many are named."""
    tokens = [f"ghp_{lot(36)}" for _ in range(3 * MOST)]
    text = "\n".join(tokens)
    assert len(leaks(text)) == MOST
    black = blacked(text)
    assert not any(token in black for token in tokens)


@pytest.mark.parametrize(
    "junk",
    ["token=", "a", "a://b:", "-----BEGIN PRIVATE KEY-----\n", "eyJ", "token=a1B2c3D4e5F6g7H8i9", "_token", "sk-", "a.",
     "AKIA", "https://hooks.slack.com/services/T", "\ud800"],
)  # fmt: skip
def test_no_text_takes_long(junk):
    """Half a million characters of anything."""
    begun = time.process_time()
    leaks((junk * (MAX_TEXT // len(junk) + 1))[: MAX_TEXT // 4], sealed(["Hunter2Hunter2"], b"salt" * 4))
    assert time.process_time() - begun < 30
