"""The settings themselves: names that mean nothing, secrets that others can read, and whether anybody may write."""

from __future__ import annotations

import difflib
import stat
from collections.abc import AsyncGenerator, Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, SecretStr

from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, ok, warn
from mailbot.settings import PREFIX, Settings
from mailbot.settings_env import NAMES

_FILE: Final = "_FILE"
_MEANT: Final = ("SMTP_", "IMAP_", "OLLAMA_", "LLM_", "EMAIL_")  #: how names begin that were probably meant for us
_OTHERS: Final = frozenset({"OLLAMA_HOST", "OLLAMA_MODELS", "OLLAMA_KEEP_ALIVE", "OLLAMA_NUM_PARALLEL"})


async def environment(patient: Patient) -> AsyncGenerator[Sign]:
    """Names of the environment and of .env that no setting bears."""
    known = ok(f"{patient.file} is read" if patient.file.exists() else "there is no settings file: the defaults count")
    yield known
    wrong = [*_strange(patient.environment, "the environment"), *_strange(patient.dotenv, ".env")]
    for sign in wrong:
        yield sign
    if not wrong:
        yield ok("every MAILBOT_ name of the environment is a setting")


def _strange(names: Mapping[str, str | None], where: str) -> Iterator[Sign]:
    fields = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    fields |= {f"{name}{_FILE}" for name in fields}
    ours = NAMES.keys() | {f"{name}{_FILE}" for name, one in NAMES.items() if one.secret}
    for name in sorted(names):
        upper = name.upper()
        if upper.startswith(PREFIX) and upper.partition("__")[0] not in fields:
            yield _unknown(name, where, sorted(fields))
        elif upper.startswith(_MEANT) and name not in ours | _OTHERS and _near(upper, ours):
            yield _unknown(name, where, sorted(ours))


def _near(name: str, known: set[str]) -> list[str]:
    return difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.8)


def _unknown(name: str, where: str, known: list[str]) -> Sign:
    near = difflib.get_close_matches(name.upper(), known, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return warn(f"{where} has {name}, which is no setting and changes nothing{meant}", f"take {name} out, or rename it")


async def secrets(patient: Patient) -> AsyncGenerator[Sign]:
    """Files with passwords and keys are there, and nobody else's to read."""
    paths = [*_files(patient.settings)]
    if patient.file.exists() and _inline(patient.settings):
        paths.append(patient.file)
    for path in dict.fromkeys(paths):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError as error:
            words = error.strerror or str(error)
            yield warn(f"the secret in {path} cannot be read: {words}", f"write it into {path}, then chmod 600 {path}")
            continue
        if mode & (stat.S_IRWXG | stat.S_IRWXO) and not str(path).startswith("/run/"):
            yield warn(f"{path} holds a secret, and others of this machine may read it", f"chmod 600 {path}")
        else:
            yield ok(f"{path} is readable, and not by everybody")


def _files(room: BaseModel) -> Iterator[Path]:
    for name in type(room).model_fields:
        value = getattr(room, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel):
                yield from _files(one)
            elif name.endswith("_file") and name != "ca_file" and one:
                yield Path(str(one)).expanduser()


def _inline(room: BaseModel) -> bool:
    """Whether a secret stands in the settings themselves."""
    values = [getattr(room, name) for name in type(room).model_fields]
    each = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    return any(isinstance(one, SecretStr) or (isinstance(one, BaseModel) and _inline(one)) for one in each)


async def people(patient: Patient) -> AsyncGenerator[Sign]:
    """Somebody may write."""
    settings = patient.settings
    if settings.domain is None:
        yield ok("no domain is set: whoever writes from this machine is answered (the first try)")
    elif settings.admins or settings.allowed_senders or settings.rules:
        yield ok(f"mail for {patient.address} is judged by the rules; `mailbot rules explain MAIL.eml` tries one")
    else:
        words = "nobody is let in: there are no admins, no allowed senders, and no rules of your own"
        yield warn(words, 'admins = ["you@example.org"] in mailbot.toml')
