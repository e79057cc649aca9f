"""What a project and its entries are called, by the words of the request."""

from __future__ import annotations

from typing import Final

from mailbot.build import scaffold_words as words
from mailbot.build.scaffold_spec import MAX_LABEL, MAX_TITLE, clean

_NAME: Final = 60  #: characters of a subject that is a name
_NO_NOUN: Final = frozenset({"simple", "small", "list", "record", "app", "application", "tool", "things", "it", "them"})


def named_by(subject: str) -> str:
    """The subject, where it is a name and not the request itself."""
    plain = clean(subject, MAX_TITLE + 1).strip(" .:!")
    return (
        plain if plain and len(plain) <= _NAME and not words.ASKING.fullmatch(plain) and " with " not in plain else ""
    )


def quoted_in(sentence: str) -> str:
    """A name that stands in quotation marks."""
    found = words.QUOTED.search(sentence)
    return clean(found["name"], MAX_TITLE) if found else ""


def about_in(sentence: str) -> str:
    """What a page is about, by the words of the request."""
    found = words.SUBJECT.search(sentence)
    plain = words.LEADING.sub("", words.AFTER.sub("", found["name"])) if found else ""
    name = clean(words.IN_COLOUR.sub("", plain), MAX_TITLE)
    return name[0].upper() + name[1:] if name else ""


def noun_in(sentence: str, *, cased: bool = False) -> str:
    """What is kept, by the words of the request; *cased*: with its own capitals."""
    found = words.NOUN.search(sentence) or words.NOUN_BEFORE.search(sentence)
    noun = words.LEADING.sub("", clean(found["noun"], MAX_LABEL).strip(" '-")) if found else ""
    shown = noun if cased or noun.isupper() else noun.lower()
    return "" if shown.lower() in _NO_NOUN else shown


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
