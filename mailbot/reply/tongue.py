"""The languages that we answer in: a translator is a value that is handed on, so one reply never speaks two.

Our sentences stand in the code and the templates in English, whole, with ``%(name)s`` for what is filled in.
``locale/<language>/LC_MESSAGES/mailbot.po`` has their translations; what it lacks is said in English.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime
from gettext import GNUTranslations, NullTranslations
from typing import Final

_THOUSANDS: Final = {"pl": "\N{NO-BREAK SPACE}", "fr": "\N{NARROW NO-BREAK SPACE}", "de": "."}
_POINTS: Final = {"pl": ",", "fr": ",", "de": ","}


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """One language, and how its sentences and numbers are said."""

    code: str = "en"  #: ISO 639-1
    catalog: NullTranslations = field(default_factory=NullTranslations, repr=False)

    def say(self, words: str, /, **values: object) -> str:
        """*words* in this language. What is filled in is never itself read as a sentence of ours."""
        return self.catalog.gettext(words) % values if words else ""

    def many(self, one: str, more: str, number: int, /, **values: object) -> str:
        """The sentence for this *number* of things, which it has as ``%(num)s``."""
        return self.catalog.ngettext(one, more, number) % {"num": self.number(number), **values}

    def number(self, number: float, places: int = 0) -> str:
        """A number as it is written in this language."""
        whole, _, rest = f"{number:,.{places}f}".partition(".")
        whole = whole.replace(",", _THOUSANDS.get(self.code, ","))
        return whole + _POINTS.get(self.code, ".") + rest if rest else whole

    def date(self, at: datetime) -> str:
        """A day and its time, without the zone."""
        month = self.say("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[at.month - 1]
        return self.say(
            "%(day)02d %(month)s %(year)d %(time)s", day=at.day, month=month, year=at.year, time=f"{at:%H:%M}"
        )


ENGLISH: Final = Tongue()


def phrase(words: str) -> str:
    """*words* as they are: this marks a sentence that is said later, so that it is translated, too."""
    return words


def tongue_of(code: str, catalog: bytes) -> Tongue:
    """The language *code* with its compiled catalog."""
    return Tongue(code=code, catalog=GNUTranslations(io.BytesIO(catalog)))
