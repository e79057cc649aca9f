"""The settings: mailbot.toml, the environment and secret files, read once into one frozen value.

Precedence, strongest first: what the caller passes, MAILBOT_X in the environment, MAILBOT_X_FILE (a file that holds the
value), .env in the working folder, names of other programs (settings_env.py), mailbot.toml, the defaults. A mistake is
named with file and line.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)  # fmt: skip

from mailbot import credentials
from mailbot.checks import AnySandbox, Sandboxed
from mailbot.deliver import AnyWay, Fetching, Maildir, Sending, Webhooks, together
from mailbot.deliver.signing import Dkims
from mailbot.domain.errors import Permanent
from mailbot.models import AnyModel, Talking
from mailbot.receive import Channels, Smtp
from mailbot.receive.clamd import AnyAntivirus, NoAntivirus
from mailbot.receive.dns import Dns
from mailbot.receive.scanner import AnyScanner, Builtin
from mailbot.settings_env import OLLAMA_URL, known, meant
from mailbot.store.keeping import Keep
from mailbot.web.settings import MailPage, Web

EMBEDDED_DOMAIN: Final = "mailbot.localhost"  #: ours while no domain is set; RFC 6761 keeps it on this machine
PREFIX: Final = "MAILBOT_"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"


class WrongSettings(Permanent):
    """The settings cannot be used; the message names every mistake with its file and line."""


def _side_by_side(ways: tuple[AnyWay, ...]) -> tuple[AnyWay, ...]:
    if words := together(ways):
        raise ValueError(words)
    return ways


class Settings(BaseSettings):
    """Everything that an admin may set. Every key has a default."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True
    )

    domain: str | None = Field(
        default=None,
        max_length=253,
        pattern=rf"^{_LABEL}(?:\.{_LABEL})+$",
        description="the domain of our addresses; none: the embedded default on loopback",
    )
    data: Path = Field(default=Path("~/.local/share/mailbot"), description="the folder of everything that is kept")
    database_url: str = Field(default="sqlite:///{data}/mailbot.db", description="or postgresql+psycopg://...")
    admins: tuple[str, ...] = Field(default=(), description="who runs this mailbox: whom a refusal says to ask")
    addresses: dict[str, str] = Field(
        default={"build": "build", "ask": "ask"}, description="local part -> kind of request (build, ask)"
    )
    receive: Channels = Field(default=(Smtp(),), description="the ways in")
    dns: Dns = Field(default=Dns(), description="who is asked about names")
    trusted_sealers: tuple[str, ...] = Field(
        default=(), description="domains whose ARC seal on a forwarded mail is believed; it proves as much as SPF does"
    )
    spam: AnyScanner = Field(default=Builtin(), description="the spam filter; the rules say what its score means")
    viruses: AnyAntivirus = Field(default=NoAntivirus(), description="who searches attachments before they are read")
    models: tuple[AnyModel, ...] = Field(
        default=(), max_length=1, description="who builds; none: a local Ollama when one answers, else the templates"
    )
    talk: Talking = Field(default=Talking(), description="the models that programs may talk to")
    ollama_url: str = Field(
        default=OLLAMA_URL, pattern=r"^https?://[^\s/]+", description="where an Ollama is looked for when none is named"
    )
    checks: AnySandbox = Field(default=Sandboxed(), description="where the checks run")
    deliver: Annotated[tuple[AnyWay, ...], AfterValidator(_side_by_side)] = Field(
        default=(Maildir(),), min_length=1, max_length=20, description="the ways out: a Maildir, or one or more relays"
    )
    sending: Sending = Field(default=Sending(), description="how fast mail goes to one domain")
    web: Web | None = Field(default=None, description="the HTTP door; absent: nothing listens for HTTP")
    mail_page: MailPage = Field(default="auto", description="where mails are shown; auto: off where a domain is set")
    api_token: SecretStr | None = Field(default=None, min_length=16, description="a token for the HTTP door")
    webhook_secret: SecretStr | None = Field(default=None, min_length=16, description="by which webhooks are signed")
    webhook: Webhooks = Field(default=Webhooks(), description="who is told by HTTP how an order stands")
    fetch: Fetching = Field(default=Fetching(), description="where calls to URLs of others may go")
    roles: tuple[Literal["web", "worker"], ...] = Field(
        default=("web", "worker"), min_length=1, description="what this process does; one alone needs PostgreSQL"
    )
    dkim: Dkims = Field(default=(), description="the keys of our mails, several sign each; `mailbot dkim` makes them")
    sent_from: str = Field(
        default="",
        max_length=320,
        pattern=r"^([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,255})?$",
        description="the From of our mails where the relay allows only its own account; none: our address",
    )
    question_hours: int = Field(
        default=24,
        ge=0,
        le=720,
        description="a question of ours waits so long, then its defaults are built; 0: for ever",
    )
    held_days: int = Field(default=7, ge=1, le=365, description="days after which undecided held mail is refused")
    keep: Keep = Field(default=Keep(), description="how long things are kept")
    allowed_senders: tuple[str, ...] = Field(
        default=(),
        max_length=1_000,
        description="* or addresses and domains whose signed mail (DKIM) is let in, beside whom the rules let in",
    )
    blocked_senders: tuple[str, ...] = Field(default=(), max_length=1_000, description="whose mail gets no answer")
    rules: Path | None = Field(default=None, description="your folder of rules; none: the ones that ship")
    templates: Path | None = Field(default=None, description="your folder of mail templates; none: the ones that ship")
    signature: str = Field(default="", max_length=500, description="your signature, for your own templates of answers")
    disclaimer: str = Field(default="", max_length=500, description="what stands below an answer of ask@; none: ours")
    prompts: Path | None = Field(default=None, description="your folder of prompts; none: the ones that ship")

    @property
    def site_domain(self) -> str:
        """The domain on the wire."""
        return self.domain or EMBEDDED_DOMAIN

    @property
    def folder(self) -> Path:
        """The data folder, whole."""
        return self.data.expanduser().absolute()


def secrets_in(room: BaseModel) -> Iterator[str]:
    """Every password, key and token that the settings hold, or the files that they name: to be recognised anywhere."""
    for name in type(room).model_fields:
        for value in _each(getattr(room, name)):
            if isinstance(value, SecretStr):
                yield value.get_secret_value()
            elif isinstance(value, BaseModel):
                yield from secrets_in(value)
            elif name.endswith("_file") and name != "ca_file" and value:
                yield from _secrets_of(Path(str(value)))
            elif isinstance(value, str) and "://" in value:
                yield urlsplit(value).password or ""


def _each(value: object) -> Iterable[object]:
    return value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else (value,)


def _secrets_of(path: Path) -> Iterator[str]:
    """Of a file: a password as a whole, a key line by line."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        text = path.expanduser().read_text(encoding="utf-8")
        yield from (text, *(line for line in text.splitlines() if not line.startswith("-----")))


class _Environment(EnvSettingsSource):
    """The environment, in which MAILBOT_X_FILE names a file that holds the value of MAILBOT_X."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        found = dict(super()._load_env_vars())
        for name in [key for key in found if key.startswith(PREFIX.lower()) and key.endswith("_file")]:
            plain, path = name.removesuffix("_file"), found[name]
            if path is None or plain.removeprefix(PREFIX.lower()) not in Settings.model_fields:
                continue  # a setting whose own name ends in _file, such as dkim.key_file
            if plain in found:
                raise WrongSettings(f"both {plain.upper()} and {name.upper()} are set; take one of them out")
            found[plain] = _read(Path(path), f"{name.upper()} names").strip()
            del found[name]
        return found


def load(path: Path | None = None, **given: Any) -> Settings:  # noqa: ANN401  (any setting by its name)
    """Read the settings. Without *path*: mailbot.toml of the working folder, if there is one."""
    file = path or Path("mailbot.toml")
    text = _read(file, "the settings file is") if path or file.exists() else ""
    try:
        toml = tomllib.loads(text)
        return _with(toml, _others(toml))(**given)
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings(f"{file}: {error}") from error
    except ValidationError as error:
        raise WrongSettings("\n".join(_words(e, file, text) for e in error.errors())) from error
    except SettingsError as error:
        raise WrongSettings(f"the environment: {error}: {error.__cause__}") from error


def _others(toml: Mapping[str, Any], given: Mapping[str, str] = os.environ) -> dict[str, Any]:  # noqa: TID251  (here only)
    """What the names of other programs say, in the environment or in .env, and the credentials of systemd."""
    try:
        found = known({**dotenv_values(".env"), **credentials.others(given), **given})
        return {**meant(found, toml), **credentials.settings(given, Settings.model_fields)}
    except ValueError as error:
        raise WrongSettings(f"the environment: {error}") from error


def _with(toml: Mapping[str, Any], others: Mapping[str, Any]) -> type[Settings]:
    """Settings whose last sources are *others* and *toml*."""

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del env_settings, dotenv_settings, file_secret_settings
            dotenv = DotEnvSettingsSource(settings_cls, env_file=".env", dotenv_filtering="match_prefix")
            named = InitSettingsSource(settings_cls, init_kwargs=dict(others))
            last = InitSettingsSource(settings_cls, init_kwargs=dict(toml))
            return init_settings, _Environment(settings_cls), dotenv, named, last

    return Loaded


def _read(path: Path, what: str) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{what} {path}, which cannot be read: {error}") from error


def _words(error: ErrorDetails, file: Path, text: str) -> str:
    """One mistake as a line: where, what, and what was perhaps meant."""
    loc, lines = error["loc"], dict(_lines(text))
    path = _known(loc, lines)
    name = ".".join(str(part) for part in loc)
    variable = PREFIX + "__".join(str(part) for part in loc).upper()
    where = f"{file}:{lines[path]}" if path else variable if variable in os.environ else "the settings"  # noqa: TID251
    said = error["msg"]
    if error["type"] == "extra_forbidden":
        meant = difflib.get_close_matches(str(loc[-1]), _names(loc), n=1)
        said = "there is no such setting" + (f"; did you mean {meant[0]!r}?" if meant else "")
    return f"{where}: {name}: {said}"


def _names(loc: Sequence[str | int]) -> list[str]:
    """The settings that stand beside *loc*."""
    if len(loc) == 1:
        return list(Settings.model_fields)
    rooms = _rooms(Settings.model_fields[str(loc[0])].annotation)
    return [name for room in rooms for name in room.model_fields]


def _rooms(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  (any annotation)
    """The settings classes that *annotation* names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _rooms(part)


def _known(loc: Sequence[str | int], lines: Mapping[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """The longest part of *loc* that stands in the file; the tags of pydantic's unions stand in none."""
    path: tuple[str | int, ...] = ()
    for part in loc:
        if (*path, part) in lines:
            path = (*path, part)
    return path


def _lines(text: str) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Every table and key of a TOML text with its line."""
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[\[([^\]]+)\]\]", line):
            name = _parts(found[1])
            counts[name] = counts.get(name, -1) + 1
            table = (*name, counts[name])
            yield name, number
            yield table, number
        elif found := re.match(r"\s*\[([^\]]+)\]", line):
            table = _parts(found[1])
            yield table, number
        elif found := re.match(r"\s*([\w\"'. -]+?)\s*=", line):
            yield (*table, *_parts(found[1])), number


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
