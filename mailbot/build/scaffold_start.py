"""Which template a first request asks for, and the project it begins with. Nothing is built that was not asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailbot.build import scaffold_words as words
from mailbot.build.scaffold_asked import Asked, Start
from mailbot.build.scaffold_begin import begun
from mailbot.build.scaffold_fields import Listed, items, listed
from mailbot.build.scaffold_kinds import NEVER, Wanted, wanted
from mailbot.build.scaffold_naming import about_in, named_by, noun_in, quoted_in, singular
from mailbot.build.scaffold_parts import described
from mailbot.build.scaffold_phrases import phrase
from mailbot.build.scaffold_spec import MAX_FIELDS, MAX_LABEL, MAX_SECTIONS, MAX_TITLE, Field, Section, Spec, clean
from mailbot.build.scaffold_table import Table
from mailbot.build.scaffold_text import bare

__all__ = ["Start", "scores", "singular", "started"]

ENOUGH: Final = 3  #: points; below, the author is asked instead
_LONGEST: Final = 2000  #: characters of a sentence that is weighed
_HEADING: Final = 4  #: words of a heading; more are a sentence


def started(
    subject: str, wishes: Sequence[str], *, table: Table | None = None, language: str = "en", title: str = ""
) -> Start | None:
    """What is begun; None where it is nothing that we can build.

    *subject* and *wishes* are in the words of the grammar; *title* is the subject as its author wrote it.
    """
    request = Asked(
        subject=title or subject, main="", more=(), others=tuple(bare(wish)[:_LONGEST] for wish in wishes), at=-1,
        language=language, table=table,
    )  # fmt: skip
    special = _special(bare(subject)[:_LONGEST], wishes, request)
    lists = [(score, -at, template) for at, wish in enumerate(wishes) for template, score in scores(wish).items()]
    best, at, template = max(lists, default=(0, 1, ""))
    if special and special[0].points > best:
        return begun(*special)
    if best >= ENOUGH:
        return _begun(template, replace(request, at=-at), wishes[-at], wishes)
    best, template = max((score, template) for template, score in scores(subject).items())
    if best < ENOUGH or any(words.BEYOND.search(wish) for wish in wishes[:1]):
        return None
    return _begun(template, request, subject, wishes)


def _special(subject: str, wishes: Sequence[str], request: Asked) -> tuple[Wanted, Asked] | None:
    """What the words for the thing itself say: a timer, a form, an interface, a table that came."""
    came, plain = request.table is not None, request.others
    found = next(((at, one) for at, wish in enumerate(plain[:5]) if (one := wanted(wish, table=came))), None)
    if found is None:
        one = wanted(subject, table=came)
        beyond = any(words.BEYOND.search(wish) and not wanted(wish) for wish in plain[:1])
        if one is None or beyond or (one.variant == "todo" and plain):
            return None
        found = -1, one
    at, one = found
    main, more = plain[at] if at >= 0 else subject, list[str]()
    if one.template not in {"tool", "viewer"}:
        main, *more = words.CLAUSE.split(main)
    apart = _apart(wishes, [at])
    listed_apart = (apart, bare(wishes[apart])) if apart is not None else (-1, "")
    return one, replace(request, main=main, more=tuple(more), at=at, apart=listed_apart)


def _begun(template: str, request: Asked, sentence: str, wishes: Sequence[str]) -> Start:
    """The sentence that asks, and the one that lists what it is made of where that stands apart."""
    main, *more = words.CLAUSE.split(bare(sentence)[:_LONGEST])
    request = replace(request, main=main, more=tuple(more))
    used = request.used
    if template == "tracker":
        read = _listed(main)
        if not read.fields and (apart := _apart(wishes, [request.at])) is not None:
            used |= {apart}
            read = _listed(bare(wishes[apart])) if words.FIELDS.match(bare(wishes[apart])) else listed(wishes[apart])
        return _tracker(request, read, used)
    found = words.SECTIONS.search(main)
    if not found:
        named = (at for at, wish in enumerate(wishes) if _SECTIONS_APART.match(bare(wish)))
        apart = next(named, None)
        found = words.SECTIONS.search(bare(wishes[apart])) if apart is not None else None
        used |= {apart} if apart is not None else set()
    return _page(request, items(found["items"] or found["bare"]) if found else [], used)


_SECTIONS_APART: Final = re.compile(r"(?:the )?sections?\b", re.IGNORECASE)


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
        shown = words.PAGE.search(main)
        page -= 4 * bool(shown and NEVER.search(main[: shown.end()]))
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


def _tracker(request: Asked, read: Listed, used: frozenset[int]) -> Start:
    language = request.language
    cased = language != "en"
    noun = noun_in(request.main, cased=cased) or noun_in(bare(request.subject), cased=cased) or "record"
    single = singular(noun) if language == "en" else phrase(language, "record")
    fields, assumed = read.fields[:MAX_FIELDS], tuple[str, ...]()
    if not fields:
        usual = words.USUAL_FIELDS.get(single.rsplit(" ", 1)[-1].lower(), "name, notes: notes")
        fields = listed(usual).fields
        assumed = (phrase(language, "the fields, since you named none: %s", _described(fields, language)),)
    elif read.guessed:
        guessed = _described([field for field in fields if field.label in read.guessed], language)
        assumed = (phrase(language, "from its name, what a field holds: %s", guessed),)
    named = noun if language == "en" else phrase(language, "list of %s", noun)
    title = named_by(request.subject) or clean(named[0].upper() + named[1:], MAX_TITLE)
    spec = Spec(template="tracker", title=title, noun=single, fields=fields, last_key=len(fields), language=language)
    what = _described(fields, language)
    said = phrase(language, "a list in which each entry has %s", what)
    if language == "en":
        said = f"a list in which each {single} has {what}"
    return Start(spec=spec, said=said, used=used, assumed=assumed, left=(*request.more, *read.left))


def _described(fields: Sequence[Field], language: str) -> str:
    return ", ".join(described(field, language) for field in fields)


def _page(request: Asked, names: list[str], used: frozenset[int]) -> Start:
    main, subject, language = request.main, request.subject, request.language
    read = [(name, _heading(name)) for name in names]
    headings = tuple(dict.fromkeys(heading for _, heading in read if heading))[:MAX_SECTIONS]
    left = tuple(name for name, heading in read if not heading)
    assumed = tuple[str, ...]()
    if not headings:
        both = f"{subject} {main}"
        usual = (usual for pattern, usual in words.USUAL_SECTIONS if re.search(pattern, both, re.IGNORECASE))
        headings = tuple(phrase(language, one) for one in next(usual, ("About",)))
        assumed = (phrase(language, "the sections, since you named none: %s", ", ".join(headings)),)
    if not names:
        left = tuple(piece.strip() for piece in main.split(", ")[1:])
        coloured = words.IN_COLOUR.search(main.split(", ", maxsplit=1)[0])
        left += (f"in {coloured['colours']}",) if coloured else ()
    title = quoted_in(main) or named_by(subject) or _about(main, language) or phrase(language, "Welcome")
    sections = tuple(Section(heading=heading) for heading in headings)
    spec = Spec(template="page", title=title, sections=sections, language=language)
    said = phrase(language, 'a page "%s" with %s', title, ", ".join(headings))
    return Start(spec=spec, said=said, used=used, assumed=assumed, left=(*request.more, *left))


def _about(main: str, language: str) -> str:
    """What a page is about; Polish says it in a case that only stands behind its "o"."""
    name = about_in(main)
    return f"O {name[0].lower()}{name[1:]}" if name and language == "pl" else name


def _heading(item: str) -> str:
    """An item of a list as a section's heading; empty where it is a wish of another kind."""
    plain = re.sub(
        r"^(?:an?|the|my|our|sections?|parts?)\s+|\s+sections?$", "", item.strip().strip("\"'"), flags=re.IGNORECASE
    )
    heading = clean(plain, MAX_LABEL)
    if not heading or words.NO_HEADING.search(heading) or len(heading.split()) > _HEADING or "@" in heading:
        return ""
    return heading[0].upper() + heading[1:]
