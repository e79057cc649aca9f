"""What a revision changed, file by file. Counted by lines and in linear time, however long the files are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from mailbot.domain.project import Path, Tree
from mailbot.reply.tongue import ENGLISH, Tongue, phrase
from mailbot.reply.words import line, listed


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The difference between two trees."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()  #: each with its lines: its counts beside its name

    def told(self, tongue: Tongue = ENGLISH) -> str:
        """All of it in one line."""
        parts = (
            (self.changed, phrase("Changed: %(names)s.")),
            (self.added, phrase("New: %(names)s.")),
            (self.removed, phrase("Removed: %(names)s.")),
        )
        said = [tongue.say(words, names=listed(names, tongue=tongue)) for names, words in parts if names]
        return " ".join([*said, tongue.say("Nothing else.")]) if said else tongue.say("No file is different.")


def changes(before: Tree, after: Tree, tongue: Tongue = ENGLISH) -> Changes:
    """What differs between *before* and *after*."""
    return Changes(
        added=tuple(line(path) for path in sorted(after.keys() - before.keys())),
        removed=tuple(line(path) for path in sorted(before.keys() - after.keys())),
        changed=tuple(
            _counted(path, before[path], after[path], tongue)
            for path in sorted(before.keys() & after.keys())
            if before[path] != after[path]
        ),
    )


def _counted(path: Path, old: bytes, new: bytes, tongue: Tongue) -> str:
    """A line that only moved is neither new nor gone: no diff is made, which hostile files could stretch to minutes."""
    name = line(path)
    if b"\0" in old or b"\0" in new:
        return tongue.say("%(name)s (replaced)", name=name)
    was, now = Counter(old.splitlines()), Counter(new.splitlines())
    more, less = (now - was).total(), (was - now).total()
    return f"{name} (+{more} \N{MINUS SIGN}{less})" if more or less else tongue.say("%(name)s (lines moved)", name=name)
