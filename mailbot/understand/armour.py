"""What programs wrap around the words of a mail: OpenPGP's armour, in the text itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_SIGNED: Final = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE: Final = "-----BEGIN PGP SIGNATURE-----"
_END: Final = "-----END PGP SIGNATURE-----"
_SEALED: Final = "-----BEGIN PGP MESSAGE-----"
_HEADERS: Final = ("Hash:", "NotDashEscaped:", "Charset:", "Comment:", "Version:")


def unwrapped(text: str) -> str:
    """*text* without the armour of a signature; the words in it and around it stay."""
    return "\n".join(_lines(text)) if _SIGNED in text else text


def sealed(text: str) -> bool:
    """Whether *text* is nothing but an encrypted message."""
    return text.lstrip().startswith(_SEALED)


def _lines(text: str) -> Iterator[str]:
    place = "outside"
    for line in text.split("\n"):
        place, shown = _step(place, line.rstrip())
        if shown:
            yield line.removeprefix("- ") if place == "inside" else line


def _step(place: str, line: str) -> tuple[str, bool]:
    """Where *line* stands, when the one before it stood at *place*, and whether it is one of the words."""
    if place == "header":
        return ("header", False) if line.startswith(_HEADERS) else ("inside", bool(line))
    if place == "inside":
        return ("signature", False) if line == _SIGNATURE else ("inside", True)
    if place == "signature":
        return ("outside" if line == _END else "signature"), False
    return ("header", False) if line == _SIGNED else ("outside", True)
