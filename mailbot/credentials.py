"""The credentials that systemd hands to a service (LoadCredential=): files of a folder that only it can read.

A credential is named after what it is: a setting (api_token, database_url) or one of the secret names of other
programs (SMTP_PASSWORD, OPENAI_API_KEY). It is weaker than the environment. Other files of the folder are left alone,
for a setting such as password_file may name them by their path.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from mailbot.settings_env import NAMES

FOLDER: Final = "CREDENTIALS_DIRECTORY"
MAX: Final = 20_000  #: bytes of one of them


def others(environment: Mapping[str, str]) -> dict[str, str]:
    """The credentials that bear a secret name of other programs, where the environment does not say it itself."""
    secrets = [name for name, one in NAMES.items() if one.secret]
    return {name: text for name, text in _given(environment, secrets).items() if f"{name}_FILE" not in environment}


def settings(environment: Mapping[str, str], fields: Collection[str]) -> dict[str, str]:
    """The credentials that bear the name of one of *fields*."""
    return _given(environment, fields)


def _given(environment: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """What stands in the files of these *names*; ValueError says which of them cannot be used."""
    if not environment.get(FOLDER):
        return {}
    folder = Path(environment[FOLDER])
    return {name: _read(folder / name) for name in names if (folder / name).is_file()}


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX + 1)
        if len(content) > MAX:
            raise ValueError(f"the credential {path.name} has more than {MAX:,} bytes; it holds one value and no more")
        return content.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise ValueError(f"the credential {path.name} is no text: {error.reason}") from error
    except OSError as error:
        raise ValueError(f"the credential {path} cannot be read: {error.strerror}") from error
