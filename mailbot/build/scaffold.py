"""The builder without a model: a request read by a fixed grammar, drawn from templates. Same brief, same bytes.

What is understood is done, what is not is handed back in its author's words; nothing is built that was not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from mailbot.build.answer import applied
from mailbot.build.plan import Brief, Said
from mailbot.build.scaffold_asked import Start
from mailbot.build.scaffold_begin import shows_only
from mailbot.build.scaffold_change import changed
from mailbot.build.scaffold_columns import HEAD
from mailbot.build.scaffold_draw import render
from mailbot.build.scaffold_items import pairs_in, with_pairs
from mailbot.build.scaffold_kinds import needs_a_table, wanted
from mailbot.build.scaffold_own import with_own
from mailbot.build.scaffold_phrases import phrase
from mailbot.build.scaffold_refresh import State, kept, left_out, refreshed
from mailbot.build.scaffold_said import creatable, possible
from mailbot.build.scaffold_spec import SPEC_FILE, Spec, from_json
from mailbot.build.scaffold_stack import foreign, unmet
from mailbot.build.scaffold_start import started
from mailbot.build.scaffold_table import DATA_FILE, Table, table_in
from mailbot.build.scaffold_text import bare, wishes
from mailbot.build.scaffold_tongue import english, recoloured, spoken
from mailbot.domain.intent import Kind
from mailbot.domain.project import Maker, Path

__all__ = ["render", "scaffold"]

_HEADINGS: Final = frozenset({"contact", "kontakt"})


def scaffold(brief: Brief, templates: Mapping[str, str]) -> Said:
    """Answer *brief* from *templates* (their sources by name, such as ``tracker/app.py.j2``)."""
    match brief.kind:
        case Kind.QUESTION if brief.files:
            return Said(text="", maker=_maker(""))  # the reply says what the records know
        case Kind.QUESTION:
            return _no_model(brief)
        case Kind.REVISE | Kind.REFRESH | Kind.FIX if brief.files:
            return _revised(brief, templates)
        case _:
            return _created(brief, templates)


# A first request.


def _created(brief: Brief, templates: Mapping[str, str]) -> Said:
    language = _language(brief)
    asked, turned = _read(brief.text, language)
    table = table_in(brief.inputs)
    came = table if isinstance(table, Table) else None
    subject = english(brief.title, language)
    start = started(subject, turned, table=came, language=language, title=brief.title)
    if start is not None and start.spec.variant == "quiz":
        text, pairs = pairs_in(brief.text)
        asked, turned = _read(text, language)
        start = started(subject, turned, table=came, language=language, title=brief.title) or start
        start = _with_questions(start, pairs, language)
    if start is None and isinstance(table, str) and any(_about_a_table(one) for one in (subject, *turned)):
        return _cannot(table[0].upper() + table[1:] + ".", language)
    if start is None:
        lacks = came is None and any(map(needs_a_table, [english(brief.title, language), *turned]))
        why = "For this I need the data: attach it as a CSV file." if lacks else "I did not recognise what to build."
        return _cannot(phrase(language, why), language)
    if why := foreign(brief.wants, start.spec, brief.text):
        return _cannot(why, language)
    spec, done, not_done = _begun(start, asked, turned, language)
    said = _drawn(spec, brief, templates, came)
    not_done += unmet(brief.wants, spec, brief.text, [*done, *not_done, *asked])
    assumed = (*start.assumed, *_unwritten(spec), *left_out(spec, came), *_unused(spec, came))
    not_done = _unchecked(not_done, brief)
    done = [one for one in done if one not in not_done]  # of a sentence that is done in part, nothing is claimed
    return replace(said, done=_once([start.said, *done]), not_done=_once(not_done), assumed=assumed)


def _unchecked(wishes: Sequence[str], brief: Brief) -> list[str]:
    """Those that no machine will look at by itself: the others stand in the table of checks, with their result."""
    machine = [one for one in brief.wants.criteria if one.kind != "prose" or one.spec]
    known = {_plain(one.text) for one in machine}
    return [wish for wish in wishes if _plain(wish) not in known and not wish.rstrip().endswith(":")]


def _plain(words: str) -> str:
    return " ".join(words.casefold().split()).strip(" .!-*")


def _about_a_table(wish: str) -> bool:
    found = wanted(bare(wish), table=True)
    return needs_a_table(wish) or (found is not None and found.template == "viewer")


def _unused(spec: Spec, table: Table | None) -> tuple[str, ...]:
    """A file that came and is not in what was built: nobody shall think that it is."""
    if table is None or spec.template == "viewer" or (spec.variant == "quiz" and spec.items):
        return ()
    return (phrase(spec.language, "%s is not used in it", table.name),)


def _with_questions(start: Start, pairs: tuple[tuple[str, str], ...], language: str) -> Start:
    """A quiz with the questions that stand in the mail."""
    if not pairs:
        return start
    said = phrase(language, "questions from your mail: %s", len(pairs))
    return replace(start, spec=with_pairs(start.spec, pairs), said=f"{start.said}; {said}", assumed=())


def _read(text: str, language: str) -> tuple[list[str], list[str]]:
    """The wishes of a mail as they were written, and in the words of the grammar."""
    asked = wishes(text)
    return asked, [english(wish, language) for wish in asked]


def _begun(
    start: Start, asked: Sequence[str], turned: Sequence[str], language: str
) -> tuple[Spec, list[str], list[str]]:
    """The project after every wish of the first request: what was done, and what was not."""
    spec, done, not_done = start.spec, list[str](), list[str]()
    at = next(iter(sorted(start.used)), -1)
    for piece in start.left:
        if spec.template == "viewer" and (HEAD.fullmatch(piece) or shows_only(spec, piece)):
            continue
        step = changed(spec, piece, first=True)
        spec = step.spec
        own = asked[at] if language != "en" and at >= 0 else ""
        done += [own] if own and step.done else step.done
        not_done += [own] if own and step.not_done else step.not_done
    for number, wish in enumerate(asked):
        if number not in start.used:
            spec, did, left = _wished(spec, wish, turned[number], language, first=True)
            done += did
            not_done += left
    return spec, done, not_done


def _wished(
    spec: Spec, wish: str, turned: str, language: str, *, first: bool = False
) -> tuple[Spec, Sequence[str], Sequence[str]]:
    """One wish; in other languages than English it is quoted as done, since the grammar only knows English."""
    if language == "en":
        step = changed(spec, wish, first=first)
        return step.spec, step.done, step.not_done
    for words in (recoloured(wish, language), turned):
        step = changed(spec, words, first=first)
        if step.done and not step.not_done:
            return step.spec, (wish.rstrip(" .!"),), ()
    return spec, (), (wish,)


def _language(brief: Brief) -> str:
    return brief.language or spoken(f"{brief.title}. {brief.text}")


# A change.


def _revised(brief: Brief, templates: Mapping[str, str]) -> Said:
    language = _language(brief)
    stored = brief.files.get(Path(SPEC_FILE))
    spec = from_json(stored.decode("utf-8", "replace")) if stored is not None else None
    if spec is None:
        return _cannot(
            f"This project has no {SPEC_FILE} that I can read, so it was not made from my templates, and no AI model "
            "is configured that could change it. I can build something new.",
            language,
        )
    table = kept(spec, brief.files)
    if spec.template == "viewer" and table is None:
        return _cannot(f"{DATA_FILE} does not hold the table of this page any more. Send the table anew.", language)
    came = table_in(brief.inputs) if spec.template == "viewer" else None
    stood = State(spec=spec, table=table)
    if came is None:
        return _changed(brief, templates, stood, stood, language)
    fresh = refreshed(spec, table, came)
    if isinstance(fresh, str):
        return Said(text="", maker=_maker(spec.name), title=spec.title, asks=(fresh,), options=_options(spec))
    return _changed(brief, templates, fresh, stood, language)


def _changed(brief: Brief, templates: Mapping[str, str], state: State, stood: State, language: str) -> Said:
    spec, done, not_done = state.spec, [state.said] if state.said else [], list[str]()
    text = "" if brief.kind is Kind.REFRESH and state.said else brief.text or brief.title
    if spec.variant == "quiz":
        text, pairs = pairs_in(text)
        spec = with_pairs(spec, pairs)
        done += [phrase(language, "questions from your mail: %s", len(pairs))] if pairs else []
    for wish in wishes(text):
        spec, did, left = _wished(spec, wish, english(wish, language), language)
        done += did
        not_done += left
    said = _drawn(spec, brief, templates, state.table, stood)
    if applied(said.text, brief.files) == brief.files:
        return _nothing_new(spec, done, not_done, language)
    if state.said and len(done) == 1 and not not_done:
        done.append(phrase(spec.language, "no code changed, only the data"))
    assumed = left_out(spec, state.table) if state.said else ()
    left = _once(_unchecked(not_done, brief))
    return replace(said, done=_once(done), not_done=left, options=_options(spec), assumed=assumed)


# What is said.


def _drawn(
    spec: Spec, brief: Brief, templates: Mapping[str, str], table: Table | None, stood: State | None = None
) -> Said:
    files = render(spec, templates, table)
    if stood:  # its author may have changed the files by hand since
        files = with_own(files, render(stood.spec, templates, stood.table), brief.files)
    same = {path for path, text in files.items() if brief.files.get(path) == text.encode("utf-8")}
    blocks = [
        f"=== FILE: {path} ===\n{text}=== END FILE ===\n" for path, text in sorted(files.items()) if path not in same
    ]
    return Said(text="".join(blocks), maker=_maker(spec.name), title=spec.title)


def _nothing_new(spec: Spec, done: list[str], not_done: list[str], language: str) -> Said:
    """A revision that changes nothing is no revision: say what is already so, and ask for the rest."""
    already = [phrase(language, "This is so already: %s.", ", ".join(_once(done)))] if done else []
    unclear = [
        phrase(language, 'I did not understand "%s"; please say it in other words.', wish) for wish in _once(not_done)
    ]
    asks = (*already, *unclear) or (phrase(language, "I found no wish in this mail; what should be different?"),)
    return Said(text="", maker=_maker(spec.name), title=spec.title, asks=asks, options=_options(spec))


def _options(spec: Spec) -> tuple[str, ...]:
    """What can be changed, by example: each is understood, one after the other."""
    kept: list[str] = []
    for example in possible(spec):
        step = changed(spec, example.strip('"'))
        if step.done and not step.not_done:
            spec = step.spec
            kept.append(example)
    return tuple(kept)


def _cannot(what: str, language: str) -> Said:
    ask = "%s What should it be? No AI model is configured here, so I build only what I have templates for."
    return Said(text="", maker=_maker(""), asks=(phrase(language, ask, what),), options=creatable(language))


def _no_model(brief: Brief) -> Said:
    language = _language(brief)
    ask = "I cannot answer questions: no AI model is configured here, only templates. What should I build for you?"
    return Said(text="", maker=_maker(""), asks=(phrase(language, ask),), options=creatable(language))


def _unwritten(spec: Spec) -> tuple[str, ...]:
    """What a page still says in the template's words."""
    empty = [
        one.heading for one in spec.sections if not one.text and not (one.heading.lower() in _HEADINGS and spec.contact)
    ]
    if not empty:
        return ()
    ask = 'you will send the words for %s: reply for instance "%s: ..."'
    return (phrase(spec.language, ask, ", ".join(empty), empty[0]),)


def _once(said: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said))


def _maker(template: str) -> Maker:
    return Maker(kind="scaffold", name=template or "templates", provider="scaffold")
