"""What is known already: the settings that are there, or the names of other programs in the environment, as answers."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.deliver import SmtpRelay
from mailbot.receive import Imap
from mailbot.settings import Settings
from mailbot.setup.presets import PRESETS


def known_answers(settings: Settings) -> dict[str, str]:
    """By the flag that would give each; whoever runs `mailbot init` again has them proposed."""
    return {flag: value for flag, value in _known(settings) if value}


def _known(settings: Settings) -> Iterator[tuple[str, str]]:
    first = settings.receive[0] if settings.receive else None
    build = next((local for local, kind in settings.addresses.items() if kind == "build"), "build")
    yield "--address", f"{build}@{settings.domain}" if settings.domain else ""
    yield "--admin", ",".join(settings.admins)
    yield "--allow", ",".join(settings.allowed_senders)
    yield "--nameserver", ",".join(settings.dns.nameservers)
    if isinstance(first, Imap):
        yield "--mailbox", next((name for name, one in PRESETS.items() if one.imap[0] == first.host), "imap")
        yield "--imap", f"{first.host}:{first.port}"
        yield "--imap-tls", first.tls
        yield "--imap-user", first.user
        yield "--imap-password-file", first.password_file
        yield "--client-id", first.oauth.client_id if first.oauth else ""
    else:
        yield "--mailbox", "own" if settings.domain else "loopback"
        yield "--listen", str(getattr(first, "listen", "")) if settings.domain else ""
        yield "--tls-cert", str(getattr(first, "tls_cert", None) or "")
    relay = next((entry for entry in settings.deliver if isinstance(entry, SmtpRelay)), None)
    if relay:
        yield "--relay", f"{relay.host}:{relay.port}"
        yield "--relay-security", relay.security
        yield "--relay-user", relay.user
        yield "--relay-password-file", relay.password_file
        yield "--ca-file", relay.ca_file
    if settings.models:
        model = settings.models[0]
        yield "--model", f"{model.kind}:{getattr(model, 'name', '')}".removesuffix(":")
        yield "--model-url", getattr(model, "url", "")
        yield "--api-key-file", getattr(model, "api_key_file", "")
