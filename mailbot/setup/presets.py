"""What is known of large providers: their servers, and how they let a program in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Preset:
    """One of them."""

    imap: tuple[str, int]
    smtp: tuple[str, int]
    trust: str  #: as the settings of a mailbox name it
    oauth: str = ""  #: the only way in is consent
    words: str  #: how to get what is asked for


PRESETS: Final = {
    "gmail": Preset(
        imap=("imap.gmail.com", 993),
        smtp=("smtp.gmail.com", 587),
        trust="gmail",
        words="Gmail wants an app password: turn on 2-step verification, then https://myaccount.google.com/apppasswords",
    ),
    "microsoft365": Preset(
        imap=("outlook.office365.com", 993),
        smtp=("smtp.office365.com", 587),
        trust="microsoft365",
        oauth="microsoft365",
        words="Microsoft 365 takes no passwords: register an app at https://entra.microsoft.com (a public client that "
        "allows the device flow), give its client id here, and run `mailbot oauth login` afterwards",
    ),
}
