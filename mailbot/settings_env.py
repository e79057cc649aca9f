"""Settings by the names that other programs use for them in the environment, such as OLLAMA_URL and SMTP_HOST.

They are weaker than every MAILBOT_ name and stronger than mailbot.toml. A key alone changes nothing but the model that
it belongs to: whoever has OPENAI_API_KEY in the environment for something else sends no mail there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

SEPARATORS: Final = re.compile(r"[\s,;]+")
MAX_VALUE: Final = 20_000  #: characters of one of them
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})
_ADDRESS: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63})@([A-Za-z0-9.-]{1,253})")
_KEYED: Final = ("openai", "anthropic")
_PROVIDERS: Final = ("ollama", "openai", "anthropic", "scaffold")
IMPLICIT_TLS: Final = 465
OLLAMA_URL: Final = "http://127.0.0.1:11434"


@dataclass(frozen=True, kw_only=True)
class Name:
    """One of the names."""

    about: str
    example: str = ""
    secret: bool = False  #: then NAME_FILE may name a file that holds it


#: In the order in which .env.example shows them.
NAMES: Final[Mapping[str, Name]] = {
    "LLM_PROVIDER": Name(about="who builds: ollama, openai, anthropic or scaffold", example="ollama"),
    "DEFAULT_MODEL": Name(about="the model, as its server names it; openai and anthropic need it"),
    "OLLAMA_URL": Name(about="where Ollama listens", example=OLLAMA_URL),
    "OPENAI_BASE_URL": Name(about="any server that speaks as OpenAI does, up to and with /v1"),
    "OPENAI_API_KEY": Name(about="the key of a model of kind openai that has none of its own", secret=True),
    "ANTHROPIC_API_KEY": Name(about="the same for anthropic", secret=True),
    "LLM_API_KEY": Name(about="the key of whatever LLM_PROVIDER names, where it has none by its own name", secret=True),
    "SMTP_HOST": Name(about="the relay that takes our mail", example="smtp.example.org"),
    "SMTP_PORT": Name(about="its port; 465 is TLS from the first byte on", example="587"),
    "SMTP_USER": Name(about="who logs in there; the mailbox at IMAP_HOST, too, unless IMAP_USER says otherwise"),
    "SMTP_PASSWORD": Name(about="the password; the mailbox's, too, unless IMAP_PASSWORD says otherwise", secret=True),
    "SMTP_USE_TLS": Name(about="true or false; false only for a relay on this machine", example="true"),
    "FROM_EMAIL": Name(about="our address: what we are written to and answer from", example="build@example.org"),
    "IMAP_HOST": Name(about="a mailbox that is read: then it is the way in", example="imap.example.org"),
    "IMAP_PORT": Name(about="its port", example="993"),
    "IMAP_USER": Name(about="who logs in there; none: SMTP_USER"),
    "IMAP_PASSWORD": Name(about="the password; none: SMTP_PASSWORD", secret=True),
    "IMAP_USE_SSL": Name(about="true: TLS from the first byte on; false: STARTTLS", example="true"),
    "IMAP_FOLDER": Name(about="the folder that is read", example="INBOX"),
    "EMAIL_CHECK_INTERVAL": Name(about="seconds between two looks, where the server cannot tell of mail", example="30"),
    "ALLOWED_SENDERS": Name(about="* or addresses and domains whose signed mail is let in, with commas between"),
    "BLOCKED_SENDERS": Name(about="addresses and domains whose mail gets no answer at all"),
    "API_HOST": Name(about="the address that the HTTP door listens on; with it, or with API_PORT, the door is open"),
    "API_PORT": Name(about="its port", example="8000"),
    "API_WORKERS": Name(about="taken for the sake of other programs' files: one process answers all calls"),
    "API_KEY_HEADER": Name(about="the header that holds a token beside Authorization: Bearer", example="X-API-Key"),
    "RATE_LIMIT_PER_MINUTE": Name(about="calls of one token", example="60"),
    "RATE_LIMIT_PER_HOUR": Name(about="the same, in an hour", example="1000"),
    "MODEL_CONFIG_PATH": Name(about="models.yaml or models.json: models by name"),
    "MODEL_CACHE_DIR": Name(about="the folder of the weights that this file names"),
    "MAX_PROMPT_LENGTH": Name(about="characters of a prompt", example="4096"),
    "API_TOKEN": Name(about="a token for the HTTP door, of 16 characters or more; there is none by default"),
    "LOG_LEVEL": Name(about="DEBUG, INFO, WARNING or ERROR: what the log says", example="INFO"),
    "LOG_FORMAT": Name(about="json or console: how; without it console at a terminal, else json", example="json"),
    "WEBHOOK_SECRET": Name(about="by which webhooks are signed (Standard Webhooks: whsec_...)"),
}
_KEYS: Final = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
_FILE: Final = "_FILE"
_WEB: Final = {
    "API_KEY_HEADER": "key_header",
    "RATE_LIMIT_PER_MINUTE": "per_minute",
    "RATE_LIMIT_PER_HOUR": "per_hour",
}
_TALK: Final = {"MODEL_CONFIG_PATH": "file", "MODEL_CACHE_DIR": "folder", "MAX_PROMPT_LENGTH": "max_prompt"}


def known(environment: Mapping[str, str | None]) -> dict[str, str]:
    """What *environment* says under these names; raise ValueError where one cannot be."""
    found = {name: value.strip() for name, value in environment.items() if value and value.strip() and _is_one(name)}
    for name, value in found.items():
        if len(value) > MAX_VALUE or any(sign in value for sign in "\r\n\0"):
            raise ValueError(f"{name} is longer than {MAX_VALUE} characters, or has more than one line")
        if name.endswith(_FILE) and name.removesuffix(_FILE) in found:
            raise ValueError(f"both {name.removesuffix(_FILE)} and {name} are set; take one of them out")
    return found


def meant(found: Mapping[str, str], toml: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that *found* stands for, where *toml* is what mailbot.toml says; ValueError says what is wrong."""
    return dict(_meant(found, toml))


def _is_one(name: str) -> bool:
    plain = name.removesuffix(_FILE)
    return name in NAMES or (plain in NAMES and NAMES[plain].secret)


def _meant(found: Mapping[str, str], toml: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "OLLAMA_URL" in found:
        yield "ollama_url", found["OLLAMA_URL"]
    models = _models(found, toml.get("models", ()))
    if models is not None:
        yield "models", models
    if "SMTP_HOST" in found:
        yield "deliver", [_relay(found)]
    if "IMAP_HOST" in found:
        yield "receive", [_mailbox(found)]
    if "FROM_EMAIL" in found:
        address = _ADDRESS.fullmatch(found["FROM_EMAIL"])
        if address is None:
            raise ValueError("FROM_EMAIL is no plain address such as build@example.org")
        yield "domain", address[2].lower()
        yield "addresses", {"ask": "ask", address[1].lower(): "build"}
    yield from _door(found, toml)
    yield from _plain(found)


def _door(found: Mapping[str, str], toml: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The HTTP door and the models behind it. Only an address or a port opens the door; the rest says how it is."""
    talk = {_TALK[name]: found[name] for name in _TALK if name in found}
    if talk:
        yield "talk", talk
    _number("API_WORKERS", found, 1)
    opened = {"API_HOST", "API_PORT"} & found.keys()
    web: dict[str, Any] = {_WEB[name]: found[name] for name in _WEB if name in found}
    if opened:
        host = found.get("API_HOST", "127.0.0.1")
        host = f"[{host}]" if ":" in host and not host.startswith("[") else host
        web["listen"] = [f"{host}:{_number('API_PORT', found, 8000)}"]
    if opened or (web and "web" in toml):
        yield "web", web


def _plain(found: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Those that are settings by themselves."""
    yield from ((name.lower(), found[name]) for name in ("API_TOKEN", "WEBHOOK_SECRET") if name in found)
    for name in ("ALLOWED_SENDERS", "BLOCKED_SENDERS"):
        if name in found:
            yield name.lower(), [one for one in SEPARATORS.split(found[name]) if one]


def _models(found: Mapping[str, str], listed: Any) -> list[Any] | None:  # noqa: ANN401  (whatever the file holds)
    """Who builds; none: these names say nothing about it."""
    provider = found.get("LLM_PROVIDER", "").lower()
    if provider and provider not in _PROVIDERS:
        raise ValueError(f"LLM_PROVIDER={provider[:40]}: there are {', '.join(_PROVIDERS)}")
    if provider:
        models = listed if isinstance(listed, list) else []
        same = [one for one in models if isinstance(one, dict) and one.get("kind") == provider]
        return [_filled(one, found, provider) for one in same[:1]] or _model(provider, found)
    if not isinstance(listed, list) or not listed:
        return None
    filled = [_filled(one, found, "") if isinstance(one, dict) else one for one in listed]
    return filled if filled != listed else None


def _model(provider: str, found: Mapping[str, str]) -> list[Any]:
    name = found.get("DEFAULT_MODEL", "")
    if provider == "scaffold":
        return [{"kind": "scaffold"}]
    if provider in _KEYED and not name:
        raise ValueError(f"LLM_PROVIDER={provider} needs DEFAULT_MODEL, the name of the model")
    return [_filled({"kind": provider, "name": name}, found, provider)] if name else []


def _filled(model: Mapping[str, Any], found: Mapping[str, str], provider: str) -> dict[str, Any]:
    """*model* with the address and the key that it has not said itself."""
    made, kind = dict(model), str(model.get("kind"))
    urls = {"ollama": "OLLAMA_URL", "openai": "OPENAI_BASE_URL"}
    if "url" not in made and (url := found.get(urls.get(kind, ""))):
        made["url"] = url
    names = [_KEYS[kind]] if kind in _KEYS else []
    names += ["LLM_API_KEY"] if provider == kind and kind in _KEYED else []
    if not {"api_key", "api_key_file"} & made.keys():
        made |= next((_secret("api_key", name, found) for name in names if _secret("api_key", name, found)), {})
    if provider and "DEFAULT_MODEL" in found and kind != "scaffold":
        made["name"] = found["DEFAULT_MODEL"]
    return made


def _secret(setting: str, name: str, found: Mapping[str, str]) -> dict[str, str]:
    if name in found:
        return {setting: found[name]}
    return {f"{setting}_file": found[name + _FILE]} if name + _FILE in found else {}


def _relay(found: Mapping[str, str]) -> dict[str, Any]:
    port = _number("SMTP_PORT", found, 587)
    tls = _truth("SMTP_USE_TLS", found)
    security = ("tls" if port == IMPLICIT_TLS else "starttls") if tls else "none"
    made = {"kind": "smtp", "host": found["SMTP_HOST"], "port": port, "security": security}
    if "SMTP_USER" in found:
        made |= {"user": found["SMTP_USER"], **_secret("password", "SMTP_PASSWORD", found)}
    return made


def _mailbox(found: Mapping[str, str]) -> dict[str, Any]:
    user = found.get("IMAP_USER", found.get("SMTP_USER", ""))
    if not user:
        raise ValueError("IMAP_HOST needs IMAP_USER and IMAP_PASSWORD, or SMTP_USER and SMTP_PASSWORD for both")
    tls = "implicit" if _truth("IMAP_USE_SSL", found) else "starttls"
    made = {"kind": "imap", "host": found["IMAP_HOST"], "port": _number("IMAP_PORT", found, 993), "user": user}
    made |= {"tls": tls, "poll": _number("EMAIL_CHECK_INTERVAL", found, 30)}
    made |= {"folders": [found["IMAP_FOLDER"]]} if "IMAP_FOLDER" in found else {}
    secret = _secret("password", "IMAP_PASSWORD", found) or _secret("password", "SMTP_PASSWORD", found)
    return made | secret


def _number(name: str, found: Mapping[str, str], usual: int) -> int:
    text = found.get(name, str(usual))
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise ValueError(f"{name}={text[:40]} is no number such as {usual}")
    return int(text)


def _truth(name: str, found: Mapping[str, str]) -> bool:
    text = found.get(name, "true").lower()
    if text not in _YES | _NO:
        raise ValueError(f"{name}={text[:40]} is neither true nor false")
    return text in _YES
