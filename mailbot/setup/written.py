"""The files that come of the answers: mailbot.toml with its reasons beside it, and .env where somebody wants one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from mailbot.setup.answers import Account, Answers
from mailbot.setup.presets import PRESETS


def toml_of(answers: Answers, rules: str) -> str:
    """mailbot.toml; *rules* is the folder of rules, empty: the ones that ship."""
    return "\n".join(_lines(answers, rules)) + "\n"


def _lines(answers: Answers, rules: str) -> Iterator[str]:
    yield "# Written by `mailbot init`; every setting is explained in docs/settings.md. After a change: mailbot doctor"
    yield ""
    if answers.domain:
        yield "# The domain of our addresses; mail over loopback proves nothing any more."
        yield f"domain = {_text(answers.domain)}"
    else:
        yield "# No domain: everything stays on this machine, and mail of this machine is answered."
    if answers.data:
        yield f"data = {_text(answers.data)}"
    yield "# Who runs this mailbox: they may use it, and a refusal says to ask them."
    yield f"admins = {_texts(answers.admins)}"
    yield "# Whose signed mail (DKIM) is let in beside them: addresses, domains, * for everybody."
    yield f"allowed_senders = {_texts(answers.allowed)}"
    if rules:
        yield "# Who else, and under which conditions: docs/rules.md. Changes count at once."
        yield f"rules = {_text(rules)}"
    if answers.local:
        yield "\n[addresses]  # local part -> kind of request"
        yield f'{_text(answers.local)} = "build"'
        if answers.kind == "own" and answers.local != "ask":
            yield 'ask = "ask"'
    yield from _receive(answers)
    yield from _deliver(answers)
    yield from _model(answers)
    if answers.nameservers:
        yield "\n[dns]"
        yield f"nameservers = {_texts(answers.nameservers)}"


def _receive(answers: Answers) -> Iterator[str]:
    if box := answers.mailbox:
        yield "\n[[receive]]  # a mailbox that somebody else keeps"
        yield 'kind = "imap"'
        yield from _server(box, answers.ca_file)
        yield f'tls = "{box.security}"'
        yield f"address = {_text(answers.address)}"
        if preset := PRESETS.get(answers.kind):
            yield "# Its own word on who wrote a mail counts; `mailbot doctor --calibrate` proves that it may."
            yield f'trust = {{ provider = "{preset.trust}" }}'
        return
    yield "\n[[receive]]  # our own server for mail"
    yield 'kind = "smtp"'
    yield f"listen = {_text(answers.listen or '127.0.0.1:2525')}"
    if answers.tls_cert:
        yield f"tls_cert = {_text(answers.tls_cert)}"


def _deliver(answers: Answers) -> Iterator[str]:
    relay = answers.relay
    if relay is None:
        yield "\n[[deliver]]  # replies are put into a Maildir in the data folder"
        yield 'kind = "maildir"'
        return
    yield "\n[[deliver]]  # the server that passes our mail on"
    yield 'kind = "smtp"'
    yield from _server(relay, answers.ca_file)
    yield f'security = "{relay.security}"'


def _server(account: Account, ca_file: str) -> Iterator[str]:
    yield f"host = {_text(account.host)}"
    yield f"port = {account.port}"
    if account.user:
        yield f"user = {_text(account.user)}"
    if account.password_file:
        yield f"password_file = {_text(account.password_file)}"
    if account.oauth:
        yield f'oauth = {{ provider = "{account.oauth}", client_id = {_text(account.client_id)} }}'
    if ca_file and account.security != "none":
        yield f"ca_file = {_text(ca_file)}"


def _model(answers: Answers) -> Iterator[str]:
    if not answers.provider:
        yield "\n# No model is named: a local Ollama is used when one answers, else the templates."
        yield "# [[models]]"
        yield '# kind = "ollama"'
        yield '# name = "qwen2.5-coder:7b"'
        return
    yield "\n[[models]]  # who builds"
    yield f'kind = "{answers.provider}"'
    if answers.model:
        yield f"name = {_text(answers.model)}"
    if answers.model_url:
        yield f"url = {_text(answers.model_url)}"
    if answers.key_file:
        yield f"api_key_file = {_text(answers.key_file)}"


def env_of(answers: Answers) -> str:
    """The same for programs that read names of the environment, such as compose; no secret stands in it."""
    found: dict[str, str] = {}
    if answers.address:
        found["FROM_EMAIL"] = answers.address
    for prefix, account in (("IMAP", answers.mailbox), ("SMTP", answers.relay)):
        if account:
            found |= {f"{prefix}_HOST": account.host, f"{prefix}_PORT": str(account.port)}
            found |= {f"{prefix}_USER": account.user} if account.user else {}
            found |= {f"{prefix}_PASSWORD_FILE": account.password_file} if account.password_file else {}
    if answers.relay:
        found["SMTP_USE_TLS"] = str(answers.relay.security != "none").lower()
    if answers.mailbox:
        found["IMAP_USE_SSL"] = str(answers.mailbox.security == "implicit").lower()
    if answers.provider:
        found["LLM_PROVIDER"] = answers.provider
        found |= {"DEFAULT_MODEL": answers.model} if answers.model else {}
    if answers.allowed:
        found["ALLOWED_SENDERS"] = ",".join(answers.allowed)
    head = "# Written by `mailbot init`; .env.example has every name. These go before mailbot.toml.\n"
    return head + "".join(f"{name}={value}\n" for name, value in found.items())


def _text(value: str) -> str:
    """As TOML writes it; JSON's way is one of its own."""
    return json.dumps(value)


def _texts(values: Sequence[str]) -> str:
    return json.dumps(list(values))
