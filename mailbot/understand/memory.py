"""Lines that say what is to be kept in mind, or no longer: "remember: we use tabs", "forget 2", "what do you remember".

They are read like any other command: as whole lines at the top of the author's own words, never in what they quote.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.domain.intent import Command, Kind
from mailbot.understand import memory_words as words
from mailbot.understand.folded import bare

LONGEST: Final = 300  #: characters of what is to be kept
MAX_NAMED: Final = 10  #: numbers of one line
TOO_LONG: Final = f"not kept: what I keep in mind has at most {LONGEST} characters; say it shorter"
_KEEP: Final = re.compile(rf"[\s>*-]{{0,4}}(?:{words.KEEP})\s*(?P<words>\S.*)", re.IGNORECASE | re.DOTALL)
_ASK: Final = frozenset(bare(one) for one in words.ASK.split("|"))
_FORGET: Final = re.compile(
    rf"(?:{'|'.join(sorted({bare(one) for one in words.FORGET.split('|')}, key=len, reverse=True))})"
    r" ?(?P<numbers>#?[0-9]{1,4}(?:(?:[ ,;#&]| and | i | et | und )+[0-9]{1,4}){0,9})"
)


def about_memory(line: str) -> tuple[Command, ...]:
    """The commands that *line* is as a whole; none where it is about something else."""
    if found := _KEEP.fullmatch(line.strip()):
        said = " ".join(found["words"].split())
        note = TOO_LONG if len(said) > LONGEST else ""
        return (Command(line=line, kind=Kind.REMEMBER, words=said[:LONGEST], note=note),)
    return asked_or_forgotten(line, bare(line))


def asked_or_forgotten(line: str, wish: str) -> tuple[Command, ...]:
    """The same of *wish*, which is *line* without its politeness: what is kept is asked, or some of it dropped."""
    if wish in _ASK:
        return (Command(line=line, kind=Kind.REMEMBER),)
    if found := _FORGET.fullmatch(wish):
        numbers = dict.fromkeys(re.findall(r"[0-9]+", found["numbers"]))
        return tuple(
            Command(line=line, kind=Kind.REMEMBER, number=int(one), undo=True) for one in list(numbers)[:MAX_NAMED]
        )
    return ()
