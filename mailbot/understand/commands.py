"""The lines of a mail that are commands and nothing else.

A plain word is one only as a whole line at the top of the mail, so "add a stop button" is a change and no stop.
A line that begins with #mailbot is one anywhere, and what we do not know of it is answered with what was perhaps meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from mailbot.domain.intent import Command, Kind
from mailbot.understand import command_frames as frames
from mailbot.understand import command_words as words
from mailbot.understand.addresses import address
from mailbot.understand.folded import bare, fold, turned
from mailbot.understand.memory import about_memory, asked_or_forgotten

MAX_COMMAND: Final = 80  #: characters of a plain line that can be a command
MAX_LINE: Final = 400  #: of a line that begins with #mailbot, or names people
MAX_COMMANDS: Final = 20  #: that one mail can carry
MAX_GREETINGS: Final = 3  #: lines above the first command
MAX_NAMED: Final = 10  #: people or checks that one line can name
TOO_MANY: Final = f"a mail can carry {MAX_COMMANDS} commands; send this one and those after it in another mail"

_MARK: Final = re.compile(r"\s{0,8}#(?:mailbot|mb)(?![\w-])[ \t:]*", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"<?(?:mailto:)?([^\s<>,;:()\"']{1,64}@[^\s<>,;:()\"'@]{1,253}?)>?(?=[\s,;.!?]*(?:\s|,|;|$))"
)
_WORDS: Final = (
    (Kind.STOP, words.STOP),
    (Kind.STATUS, words.STATUS),
    (Kind.HELP, words.HELP),
    (Kind.ERASE, words.ERASE),
    (Kind.EXPORT, words.EXPORT),
)


def _listed(text: str) -> frozenset[str]:
    return frozenset(bare(one) for one in text.split("|"))


def _any(text: str) -> str:
    signs = {one for one in text.split("|") if not bare(one)}
    return "|".join(re.escape(one) for one in sorted(_listed(text) - {""} | signs, key=_longest))


def _longest(phrase: str) -> tuple[int, str]:
    return -len(phrase), phrase


#: Every phrase -> what it asks for. Where a phrase means two things, the harmless one counts: it comes last.
_PHRASES: Final[Mapping[str, Kind]] = {
    phrase: kind for kind, languages in reversed(_WORDS) for text in languages.values() for phrase in _listed(text)
}
_BACK: Final = _listed(frames.BACK)
_SHARE, _SHARE_END = _listed(frames.SHARE), _listed(frames.SHARE_END) | {""}
_UNSHARE, _UNSHARE_END = _listed(frames.UNSHARE), _listed(frames.UNSHARE_END) | {""}
_BEFORE: Final = re.compile(rf"(?:{_any(frames.BEFORE)})(?: |$)")
_AFTER: Final = re.compile(rf" (?:{_any(frames.AFTER)})$")
_AND: Final = re.compile(rf"[\s,;&+#]+|(?<=[\s,])(?:{_any(frames.AND)})(?=[\s@0-9])")
_GREETING: Final = re.compile(rf"(?:{_any(frames.GREETINGS)})(?: \S{{1,30}}){{0,3}}")
_TO_VERSION: Final = re.compile(
    rf"(?:(?:{_any(frames.BACK)})(?: ?(?:{_any(frames.TO)}))?(?: ?(?:{_any(frames.VERSION)}))?"
    rf"|(?:{_any(frames.BACK_TO)}) ?"
    rf"(?:(?:{_any(frames.TO)})(?: ?(?:{_any(frames.VERSION)}))?|(?:{_any(frames.VERSION)})))"
    r"[ .:]?(?P<number>[0-9]{1,6})"
)
_DROP: Final = re.compile(rf"(?P<verb>{_any(frames.DROP)}) (?P<numbers>[0-9#].*)")
_KEEP: Final = re.compile(rf"(?P<verb>{_any(frames.KEEP)}) (?P<numbers>[0-9#].*)")
_FORMS: Final[Mapping[str, str]] = {word: form for form, text in frames.FORMS.items() for word in _listed(text)}
_RESEND: Final = re.compile(
    rf"(?:{_any(frames.RESEND)})(?: (?:(?:{_any(frames.VERSION)}) ?)?(?P<number>[0-9]{{1,6}}))?"
    rf"(?: (?:{_any(frames.AS)}) (?P<form>{_any('|'.join(_FORMS))}))?"
)
_WHOLE: Final = _listed(frames.WHOLE)
_NUMBER: Final = re.compile(r"[0-9]{1,6}")

#: What a hint shows: how each command is written.
_EXAMPLES: Final[Mapping[str, str]] = {
    "rollback": "rollback to v{number}", "undo": "undo", "revert": "rollback to v{number}", "stop": "stop",
    "cancel": "stop", "status": "status", "progress": "status", "help": "help", "commands": "help",
    "share": "share with {address}", "invite": "share with {address}", "add": "share with {address}",
    "unshare": "remove {address}", "remove": "remove {address}", "drop": "drop {number}", "retire": "drop {number}",
    "resend": "resend as bundle",
    "keep": "keep {number}", "forget": "forget me", "erase": "forget me", "delete": "forget me",
    "export": "export my data",
    "remember": "remember: we use tabs", "memory": "what do you remember",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Commanded:
    """The commands of a text, and what is left of it."""

    commands: tuple[Command, ...]
    rest: str  #: the text without them


def commanded(text: str, ours: Collection[str] = ()) -> Commanded:
    """Take the commands out of *text*; a line of *ours*, our own help that came back unmarked, is none."""
    lines = text.split("\n")
    plain = _at_the_top(lines)
    found: list[Command] = []
    rest: list[str] = []
    for number, line in enumerate(lines):
        marked = _MARK.match(line) if line not in ours else None
        if number in plain and line not in ours:
            found += plain[number]
        elif marked is None:
            rest.append(line)
        elif len(found) < MAX_COMMANDS:
            found += _marked(line, marked.end())
        elif found[-1].note != TOO_MANY:
            found.append(Command(line=line.strip()[:MAX_LINE], note=TOO_MANY))
    return Commanded(commands=tuple(found), rest=trimmed("\n".join(rest)))


def trimmed(text: str) -> str:
    """*text* without empty lines around it; what stands in its first line stays where it stands."""
    start = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, start) + 1 :].rstrip()


def wished(line: str) -> tuple[Command, ...]:
    """The command that *line* is as a whole: several when it names several people or checks."""
    shown = line.strip()
    if turned(line) or len(shown) > MAX_LINE:
        return ()
    if found := about_memory(shown):
        return found
    if "@" in shown:
        return _about_people(shown)
    if len(shown) > MAX_COMMAND:
        return ()
    for wish in _politely(shown):
        if found := _plain(shown, wish):
            return found
    return ()


def greets(line: str) -> bool:
    """Whether *line* only greets."""
    return len(line) <= MAX_COMMAND and _GREETING.fullmatch(bare(line)) is not None


def _at_the_top(lines: list[str]) -> Mapping[int, tuple[Command, ...]]:
    """The plain commands with which a mail begins: line number -> what it says."""
    found: dict[int, tuple[Command, ...]] = {}
    greetings = 0
    for number, line in enumerate(lines):
        if not line.strip() or _MARK.match(line):
            continue
        said = wished(line)
        if not said and not found and greetings < MAX_GREETINGS and greets(line):
            greetings += 1
            continue
        if not said or len(found) >= MAX_COMMANDS or _goes_on(line, lines[number + 1 : number + 2]):
            break
        found[number] = said
    return found


def _goes_on(line: str, after: list[str]) -> bool:
    """Whether a mail program only broke the sentence there: it ends in no point and the next line begins small."""
    small = any(one[:1].islower() and not wished(one) for one in after)
    return small and not line.rstrip().endswith((".", "!", "?", ",", ";"))


def _marked(line: str, start: int) -> tuple[Command, ...]:
    """What a line says after its #mailbot."""
    shown = line.strip()[:MAX_LINE]
    said = line[start:]
    found = wished(said) if not turned(line) else ()
    if found:
        return tuple(_written(one, shown) for one in found)
    return (Command(line=shown, hint=_meant(said[:MAX_LINE])),)


def _written(command: Command, line: str) -> Command:
    return replace(command, line=line)


def _politely(line: str) -> Iterator[str]:
    """The wish in *line* with less and less politeness around it."""
    wish = bare(line.replace(",", " "))
    yield wish
    for _ in range(6):
        less = _AFTER.sub("", _BEFORE.sub("", wish, count=1)).strip(" .!?")
        if less == wish or not less:
            return
        wish = less
        yield wish


def _plain(line: str, wish: str) -> tuple[Command, ...]:
    if kind := _PHRASES.get(wish):
        return (Command(line=line, kind=kind),)
    if found := asked_or_forgotten(line, wish):
        return found
    if wish in _BACK:
        return (Command(line=line, kind=Kind.ROLLBACK),)
    if to := _TO_VERSION.fullmatch(wish):
        return (Command(line=line, kind=Kind.ROLLBACK, number=int(to["number"])),)
    for pattern, undo in ((_DROP, False), (_KEEP, True)):
        if named := pattern.fullmatch(wish):
            return _about_checks(line, named["numbers"], undo=undo)
    return _resent(line, wish)


def _resent(line: str, wish: str) -> tuple[Command, ...]:
    """A version once more, perhaps an older one, perhaps in another form."""
    if wish in _WHOLE:
        return (Command(line=line, kind=Kind.RESEND, form="bundle"),)
    again = _RESEND.fullmatch(wish)
    if again is None:
        return ()
    number = int(again["number"]) if again["number"] else None
    return (Command(line=line, kind=Kind.RESEND, number=number, form=_FORMS.get(again["form"] or "", "")),)


def _about_checks(line: str, text: str, *, undo: bool) -> tuple[Command, ...]:
    """One command for each number, where the line holds nothing but numbers."""
    numbers = [one for one in _AND.sub(" ", f" {text} ").split() if one]
    if not numbers or len(numbers) > MAX_NAMED or not all(_NUMBER.fullmatch(one) for one in numbers):
        return ()
    return tuple(Command(line=line, kind=Kind.RETIRE, number=int(one), undo=undo) for one in dict.fromkeys(numbers))


def _about_people(line: str) -> tuple[Command, ...]:
    """One command for each address, where the line says nothing but that they are let in, or out."""
    named = _ADDRESS.findall(line)
    people = [address("".join(char for char in one if char.isprintable()).rstrip(".")) for one in named]
    if not people or len(people) > MAX_NAMED or None in people:
        return ()
    before, _, after = fold(_ADDRESS.sub(" @ ", line)).partition("@")
    after = after.rpartition("@")[2] if _only_joins(after) else after
    for verb in (wish.rstrip(" :") for wish in (*_politely(before), "")):
        for undo, verbs, ends in ((False, _SHARE, _SHARE_END), (True, _UNSHARE, _UNSHARE_END)):
            if _frames(verb, _less(bare(after)), verbs, ends):
                found = (one for one in dict.fromkeys(people) if one)
                return tuple(Command(line=line, kind=Kind.SHARE, address=one, undo=undo) for one in found)
    return ()


def _frames(verb: str, end: str, verbs: frozenset[str], ends: frozenset[str]) -> bool:
    """Whether this is how letting in, or out, is said: a verb before the people, or one behind them."""
    return (verb in verbs and end in ends) or (not verb and bool(end) and end in ends)


def _only_joins(after: str) -> bool:
    """Whether nothing but "and" and commas stands between the people."""
    return all(not _AND.sub("", f" {one} ").strip() for one in after.split("@")[:-1])


def _less(wish: str) -> str:
    return _AFTER.sub("", f" {wish}").strip()


def _meant(said: str) -> str:
    """How the command that was perhaps meant is written."""
    tokens = fold(said).split()[:12]
    heads = [one.strip(".:,!?") for one in tokens[:3]]
    close = next((match[0] for head in heads if (match := get_close_matches(head[:30], _EXAMPLES, 1, 0.7))), "")
    number = next((one[0] for token in tokens if (one := _NUMBER.search(token)) and "@" not in token), "1")
    person = next((found for token in tokens if "@" in token and (found := address(token))), "name@example.org")
    return _EXAMPLES[close].format(number=number, address=person) if close else "help"
