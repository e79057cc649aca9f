"""Which template a first request asks for, and the project it begins with. Nothing is built that was not asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.build import scaffold_words as words
from mailbot.build.scaffold_fields import Listed, items, listed
from mailbot.build.scaffold_parts import described
from mailbot.build.scaffold_spec import MAX_FIELDS, MAX_LABEL, MAX_SECTIONS, MAX_TITLE, Section, Spec, clean
from mailbot.build.scaffold_text import bare

ENOUGH: Final = 3  #: points; below, the author is asked instead
_LONGEST: Final = 2000  #: characters of a sentence that is weighed
_NAME: Final = 60  #: characters of a subject that is a name
_HEADING: Final = 4  #: words of a heading; more are a sentence
_NO_NOUN: Final = frozenset({"simple", "small", "list", "record", "app", "application", "tool", "things", "it", "them"})


@dataclass(frozen=True, kw_only=True)
class Start:
    """A project as its first request begins it."""

    spec: Spec
    said: str  #: what was understood, in words
    used: frozenset[int]  #: the sentences that are answered by it
    assumed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()  #: further wishes in those sentences


def started(subject: str, wishes: Sequence[str]) -> Start | None:
    """What is begun; None where it is nothing that we can build."""
    scored = [(score, -at, template) for at, wish in enumerate(wishes) for template, score in scores(wish).items()]
    best, at, template = max(scored, default=(0, 1, ""))
    if best >= ENOUGH:
        return _begun(template, [-at], subject, wishes)
    best, template = max((score, template) for template, score in scores(subject).items())
    if best < ENOUGH or any(words.BEYOND.search(wish) for wish in wishes[:1]):
        return None
    return _begun(template, [], subject, wishes)


def _begun(template: str, head: list[int], subject: str, wishes: Sequence[str]) -> Start:
    """The sentence that asks, and the one that lists what it is made of where that stands apart."""
    asked = bare(wishes[head[0]] if head else subject)[:_LONGEST]
    main, *more = words.CLAUSE.split(asked)
    used = set(head)
    if template == "tracker":
        read = _listed(main)
        if not read.fields and (apart := _apart(wishes, head)) is not None:
            used.add(apart)
            read = _listed(bare(wishes[apart])) if words.FIELDS.match(bare(wishes[apart])) else listed(wishes[apart])
        return _tracker(main, subject, read, (frozenset(used), (*more, *read.left)))
    found = words.SECTIONS.search(main)
    if not found:
        apart = next(
            (at for at, wish in enumerate(wishes) if re.match(r"(?:the )?sections?\b", bare(wish), re.IGNORECASE)), None
        )
        found = words.SECTIONS.search(bare(wishes[apart])) if apart is not None else None
        used |= {apart} if apart is not None else set()
    return _page(main, subject, items(found["items"] or found["bare"]) if found else [], (frozenset(used), tuple(more)))


def scores(wish: str) -> dict[str, int]:
    """How much a sentence asks for each template."""
    main = words.CLAUSE.split(bare(wish)[:_LONGEST])[0]
    read = _listed(main)
    typed = any(field.kind != "text" for field in read.fields)
    tracker = 3 * bool(words.KEEP.search(main)) + 3 * bool(words.KEEPER.search(main))
    if tracker:
        fields = words.FIELDS.search(main)
        head = main[: fields.start()] if fields else main
        tracker += 2 * (len(read.fields) > 1) + typed - 4 * bool(words.BEYOND.search(head))
    page = 3 * bool(words.PAGE.search(main))
    if page:
        named = words.SECTIONS_NAMED.search(main)
        page += bool(named) - 4 * bool(words.BEYOND.search(main[: named.start()] if named else main))
    return {"tracker": tracker, "page": page}


def _apart(wishes: Sequence[str], head: list[int]) -> int | None:
    """The sentence that only lists fields."""
    others = [at for at in range(len(wishes)) if at not in head]
    named = (
        at
        for at in others
        if re.match(r"(?:the |with )?(?:the )?(?:fields?|columns?)\b", bare(wishes[at]), re.IGNORECASE)
    )
    return next(named, next((at for at in others if _only_fields(wishes[at])), None))


def _only_fields(wish: str) -> bool:
    read = listed(wish[:_LONGEST])
    return len(read.fields) > 1 and not read.left


def _listed(plain: str) -> Listed:
    found = words.FIELDS.search(plain)
    return listed(found["items"] or found["bare"] or "") if found else Listed(fields=())


def _tracker(main: str, subject: str, read: Listed, rest: tuple[frozenset[int], tuple[str, ...]]) -> Start:
    noun = _noun(main) or _noun(bare(subject)) or "record"
    single = singular(noun)
    fields, assumed = read.fields[:MAX_FIELDS], tuple[str, ...]()
    if not fields:
        usual = words.USUAL_FIELDS.get(single.rsplit(" ", 1)[-1].lower(), "name, notes: notes")
        fields = listed(usual).fields
        assumed = (f"the fields, since you named none: {', '.join(described(field) for field in fields)}",)
    elif read.guessed:
        guessed = [described(field) for field in fields if field.label in read.guessed]
        assumed = (f"from its name, what a field holds: {', '.join(guessed)}",)
    title = _title(subject) or clean(noun[0].upper() + noun[1:], MAX_TITLE)
    spec = Spec(template="tracker", title=title, noun=single, fields=fields, last_key=len(fields))
    said = f"a list in which each {single} has {', '.join(described(field) for field in fields)}"
    return Start(spec=spec, said=said, used=rest[0], assumed=assumed, left=rest[1])


def _page(main: str, subject: str, names: list[str], rest: tuple[frozenset[int], tuple[str, ...]]) -> Start:
    read = [(name, _heading(name)) for name in names]
    headings = tuple(dict.fromkeys(heading for _, heading in read if heading))[:MAX_SECTIONS]
    left = tuple(name for name, heading in read if not heading)
    assumed = tuple[str, ...]()
    if not headings:
        both = f"{subject} {main}"
        usual = (usual for pattern, usual in words.USUAL_SECTIONS if re.search(pattern, both, re.IGNORECASE))
        headings = next(usual, ("About",))
        assumed = (f"the sections, since you named none: {', '.join(headings)}",)
    if not names:
        left = tuple(piece.strip() for piece in main.split(", ")[1:])
        coloured = words.IN_COLOUR.search(main.split(", ", maxsplit=1)[0])
        left += (f"in {coloured['colours']}",) if coloured else ()
    title = _quoted(main) or _title(subject) or _about(main) or "Welcome"
    spec = Spec(template="page", title=title, sections=tuple(Section(heading=heading) for heading in headings))
    said = f'a page "{title}" with {", ".join(headings)}'
    return Start(spec=spec, said=said, used=rest[0], assumed=assumed, left=(*rest[1], *left))


def _heading(item: str) -> str:
    """An item of a list as a section's heading; empty where it is a wish of another kind."""
    plain = re.sub(
        r"^(?:an?|the|my|our|sections?|parts?)\s+|\s+sections?$", "", item.strip().strip("\"'"), flags=re.IGNORECASE
    )
    heading = clean(plain, MAX_LABEL)
    if not heading or words.NO_HEADING.search(heading) or len(heading.split()) > _HEADING or "@" in heading:
        return ""
    return heading[0].upper() + heading[1:]


def _title(subject: str) -> str:
    """The subject, where it is a name and not the request itself."""
    plain = clean(subject, MAX_TITLE + 1).strip(" .:!")
    return (
        plain if plain and len(plain) <= _NAME and not words.ASKING.fullmatch(plain) and " with " not in plain else ""
    )


def _quoted(sentence: str) -> str:
    found = words.QUOTED.search(sentence)
    return clean(found["name"], MAX_TITLE) if found else ""


def _about(sentence: str) -> str:
    """What a page is about, by the words of the request."""
    found = words.SUBJECT.search(sentence)
    plain = words.LEADING.sub("", words.AFTER.sub("", found["name"])) if found else ""
    name = clean(words.IN_COLOUR.sub("", plain), MAX_TITLE)
    return name[0].upper() + name[1:] if name else ""


def _noun(sentence: str) -> str:
    found = words.NOUN.search(sentence) or words.NOUN_BEFORE.search(sentence)
    noun = words.LEADING.sub("", clean(found["noun"], MAX_LABEL).strip(" '-")) if found else ""
    shown = noun if noun.isupper() else noun.lower()
    return "" if shown in _NO_NOUN else shown


def singular(noun: str) -> str:
    """One of them, by the rules that hold for most English nouns."""
    head, _, last = noun.rpartition(" ")
    irregular = {
        "people": "person",
        "children": "child",
        "men": "man",
        "women": "woman",
        "mice": "mouse",
        "feet": "foot",
    }
    if last in irregular:
        last = irregular[last]
    elif last.endswith("ies") and last not in {"movies", "cookies", "series", "pies", "ties"}:
        last = last[:-3] + "y"
    elif last.endswith(("sses", "xes", "ches", "shes")):
        last = last[:-2]
    elif last.endswith("s") and not last.endswith(("ss", "us", "is", "series", "news")):
        last = last[:-1]
    return f"{head} {last}".strip()
