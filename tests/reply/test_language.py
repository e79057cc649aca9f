"""Every mail in every language: tests/reply/mails/<language>/ has one file for each occasion, to be read by a person.

After a wanted change: ``python -m tests.reply.test_language`` writes them anew; read what git shows.
"""

from __future__ import annotations

import re
from dataclasses import replace
from gettext import NullTranslations
from typing import Any

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.message import Envelope, Proof
from mailbot.domain.project import Path as FilePath
from mailbot.domain.project import Report
from mailbot.domain.request import Asked, Built, Refused, Told
from mailbot.reply.content_told import help_lines
from mailbot.reply.evidence import HEADS, HOW
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.tongue import Tongue
from mailbot.understand.intent import intent_of
from tests.reply import catalogs
from tests.reply.people import (
    ANA,
    CATALOGS,
    DRAFT,
    FIRST,
    LETTERHEAD,
    MESSAGE,
    MODEL,
    NAMES,
    NOW,
    PROJECT,
    RUN,
    answer,
    project,
    request,
)  # fmt: skip
from tests.reply.test_compose import BLUE, MAILS, OCCASIONS, page

LANGUAGES = catalogs.LANGUAGES
ALL = [(language, name) for language in LANGUAGES for name in OCCASIONS]
WORD = re.compile(r"[^\W\d_]+")
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def reply_in(language: str, name: str) -> Any:
    """The reply of an occasion; to what was never admitted, in the language of its own header."""
    event, kind, about = OCCASIONS[name]
    return answer(event, kind, about, replace(MESSAGE, text="", language=language), language=language)


@pytest.mark.parametrize(("language", "name"), ALL)
def test_the_text_reads_as_a_native_would_write_it(language: str, name: str) -> None:
    """Word for word as it was agreed, on one screen, in lines that no program breaks."""
    text, file = reply_in(language, name).text, MAILS / language / f"{name}.txt"
    assert text == file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 25
    assert max(len(line) for line in text.splitlines()) <= 76


@pytest.mark.parametrize(("language", "name"), ALL)
def test_the_html_says_its_language_and_the_same_words(language: str, name: str) -> None:
    """A program that reads aloud knows how to; each word of the text is there."""
    reply = reply_in(language, name)
    assert f'<html lang="{language}" dir="ltr">' in reply.html
    said, written = ({w.strip(".:") for w in re.findall(r"[\w.:/-]+", t)} for t in (page(reply.html).words, reply.text))
    assert written - said - {"1", "2", "--", "-", ""} == set()


@pytest.mark.parametrize("name", list(OCCASIONS))
def test_the_four_languages_are_all_different_and_share_the_subject(name: str) -> None:
    """The subject is the thread's, whatever its language."""
    replies = [reply_in(language, name) for language in ("", *LANGUAGES)]
    assert len({reply.text.splitlines()[0] for reply in replies}) >= (1 if name in {"revised", "answered"} else 4)
    assert len({reply.text for reply in replies}) == 4
    assert {reply.subject for reply in replies} == {"Re: Sales page"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_untranslated(language: str) -> None:
    """Of the code or the templates; and the catalog has none that nobody says."""
    words, sentences = catalogs.catalog(language), catalogs.extracted()
    assert {one.id for one in words} == {one.id for one in sentences} | {""}
    for one in words:
        strings = [one.string] if isinstance(one.string, str) else one.string
        assert all(strings), one.id
        assert not one.fuzzy, one.id


class _Heard(NullTranslations):
    """Keeps what it is asked to translate."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()

    def gettext(self, message: str) -> str:
        self.words.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.words.add(msgid1)
        return super().ngettext(msgid1, msgid2, n)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    """No placeholder is lost, none is new; Babel finds the formats the same."""
    words = catalogs.catalog(language)
    for one in words:
        ids, strings = ([v] if isinstance(v, str) else list(v) for v in (one.id, one.string))
        for string in strings if one.id else ():
            assert set(PLACEHOLDER.findall(string)) == set(PLACEHOLDER.findall(ids[-1])), string
        assert list(one.check(words)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalog_is_that_of_the_words(language: str) -> None:
    """Whoever changes a translation compiles it: ``make words``."""
    assert catalogs.place(language, "mo").read_bytes() == catalogs.compiled(language)
    assert catalogs.place(language).read_bytes() == catalogs.written(catalogs.catalog(language))


class _Masked(_Heard):
    """Says every sentence without a letter of its own."""

    def gettext(self, message: str) -> str:
        parts = re.split(r"(%\(\w+\)\w+)", super().gettext(message))
        return "".join(part if at % 2 else re.sub(r"[^\W\d]", "ẍ", part) for at, part in enumerate(parts))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(super().ngettext(msgid1, msgid2, n))


def heard_by(catalog: _Heard, name: str) -> Any:
    """The reply of an occasion in the language of *catalog*."""
    event, kind, about = OCCASIONS[name]
    own = replace(LETTERHEAD, catalogs={})
    own.__dict__["_tongues"] = {"pl": Tongue(code="pl", catalog=catalog)}
    return answer(event, kind, about, replace(MESSAGE, text="", language="pl"), own, "pl")


@pytest.mark.parametrize("name", list(OCCASIONS))
def test_every_sentence_that_is_said_was_found_to_be_translated(name: str) -> None:
    """A sentence that the extraction overlooks would stay English in silence."""
    heard = _Heard()
    heard_by(heard, name)
    known = {one.id if isinstance(one.id, str) else one.id[0] for one in catalogs.extracted()}
    assert heard.words
    assert heard.words - known == set()


@pytest.mark.parametrize("name", list(OCCASIONS))
def test_no_word_of_ours_is_said_past_the_catalog(name: str) -> None:
    """Neither in a template nor put together in the code: what is left are names, and words from outside."""
    reply = heard_by(_Masked(), name)
    event, kind, about = OCCASIONS[name]
    outside = WORD.findall(f"{event!r} {about!r} {request(kind)!r} {MESSAGE!r} build@ ask@ mail.example.org")
    names = {"body", "zip", "metadata", "json", "Dockerfile", "page", "sales", "mailbot", "why", "Re", "v", "s"}
    for words in (reply.text, page(reply.html).words):
        said = set(WORD.findall(words.replace(NAMES.reference(PROJECT), "")))
        assert {word for word in said - set(outside) - names if set(word) != {"ẍ"}} == set()


def test_a_sentence_without_a_translation_is_said_in_english() -> None:
    """And so is everything in a language that we do not have."""
    bare = Letterhead(names=LETTERHEAD.names, addresses={}, templates=LETTERHEAD.templates)
    event = Told(topic="status")
    english = answer(event, Kind.STATUS).text
    assert answer(event, Kind.STATUS, letterhead=bare, language="pl").text == english
    assert answer(event, Kind.STATUS, language="cs").text == english
    assert LETTERHEAD.tongue("pl").say("A sentence of tomorrow: %(what)s.", what="x") == "A sentence of tomorrow: x."
    assert LETTERHEAD.tongue("pl").many("%(num)s new thing", "%(num)s new things", 5) == "5 new things"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1 próba"), (2, "2 próby"), (4, "4 próby"), (5, "5 prób"), (11, "11 prób"), (12, "12 prób"),
        (14, "14 prób"), (21, "21 prób"), (22, "22 próby"), (25, "25 prób"), (112, "112 prób"), (0, "0 prób"),
    ],
)  # fmt: skip
def test_polish_counts_as_polish_does(number: int, said: str) -> None:
    """Three plural forms, and the teens."""
    assert LETTERHEAD.tongue("pl").many("%(num)s try", "%(num)s tries", number) == said


@pytest.mark.parametrize(("number", "said"), [(0, "0 essai"), (1, "1 essai"), (2, "2 essais")])
def test_french_counts_nothing_as_one(number: int, said: str) -> None:
    """Zero is singular in French, and plural in English and German."""
    assert LETTERHEAD.tongue("fr").many("%(num)s try", "%(num)s tries", number) == said
    assert LETTERHEAD.tongue("de").many("%(num)s try", "%(num)s tries", 0) == "0 Versuche"
    assert LETTERHEAD.tongue("").many("%(num)s try", "%(num)s tries", 0) == "0 tries"


def test_numbers_and_dates_are_written_as_people_write_them() -> None:
    """A thin space, a point or a comma; the month in words."""
    tongues = [LETTERHEAD.tongue(language) for language in ("en", "pl", "fr", "de")]
    assert [one.number(1234567) for one in tongues] == [
        "1,234,567",
        "1\xa0234\xa0567",
        "1\u202f234\u202f567",
        "1.234.567",
    ]
    assert [one.number(0.5, 1) for one in tongues] == ["0.5", "0,5", "0,5", "0,5"]
    assert [one.date(NOW.replace(day=5)) for one in tongues] == [
        "05 Nov 2026 10:02", "5 listopada 2026, 10:02", "5 novembre 2026 à 10:02", "5. November 2026, 10:02",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_keeps_its_columns(language: str) -> None:
    """The heads and the ways of checking fit where they stand."""
    say = LETTERHEAD.tongue(language).say
    assert all(len(say(how)) <= 16 for how in HOW.values())
    assert (len(say(HEADS[0])) <= 36, len(say(HEADS[1])) <= 16) == (True, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_we_tell_is_one_that_we_understand(language: str) -> None:
    """What the reply tells a person to write works when they write it."""
    say, envelope = LETTERHEAD.tongue(language).say, Envelope(
        channel="smtp", sender=ANA, recipients=("build@mail.example.org",), received_at=NOW, proof=Proof.DKIM
    )  # fmt: skip
    back = say("rollback to v%(number)s", number=1)
    line = say("status (where it stands), stop (drop what is being built)")
    status, stop = re.findall(r"([^\W\d]+) \(", line)
    named = re.findall(r"[«„]\s?(\w+)\s?[”“»]", say(
        'What helps: reply "status" to see which version is the newest, then name one up to that.'
    ))  # fmt: skip
    for words, kind in ((back, Kind.ROLLBACK), (status, Kind.STATUS), (stop, Kind.STOP), (named[0], Kind.STATUS)):
        made = intent_of(replace(MESSAGE, text=words), envelope, project(FIRST), LETTERHEAD.addresses)
        assert made.kind is kind, words
        assert kind is not Kind.ROLLBACK or made.revision == 1


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_words_from_outside_are_no_sentences_and_no_formats(language: str) -> None:
    """A title that reads like one of ours stays; a percent sign breaks nothing; no markup lives."""
    title = "%(name)s 100% <b>Done:</b> %s %"
    draft = replace(DRAFT, title=title, done=("Nothing else.",), maker=replace(MODEL, name="rollback %d"))
    reply = answer(Built(draft=draft, number=1), language=language)
    assert title in reply.text.replace("\n", " ")
    assert "- Nothing else." in reply.text
    assert "<b>" not in reply.html
    asked = answer(Asked(questions=("50 % or %(num)s?",), options=("%",)), language=language)
    assert "50 % or %(num)s?" in asked.text


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_rarer_sentences_are_whole_too(language: str) -> None:
    """Many rows, many files, a link, a program, no sandbox name: no gap and no placeholder is left."""
    many = Report(findings=tuple(replace(RUN.findings[-1], subject=f"row {n}") for n in range(15)), executed=True)
    files = {FilePath(f"data{n}.csv"): b"a" for n in range(7)}
    draft = replace(BLUE, files=files, report=many, url="https://pages.example/x", done=tuple("abcdefghij"))
    reply = answer(Built(draft=draft, number=2), about=project(FIRST), language=language)
    for words in (reply.text, page(reply.html).words):
        assert "%(" not in words
        assert "https://pages.example/x" in words
    assert '<a href="https://pages.example/x"' in reply.html


def test_a_refusal_is_in_the_language_of_the_mail() -> None:
    """It was never admitted, so nothing else says which."""
    refused = Refused(rule="x", reason="you are not on the list")
    german = replace(MESSAGE, text="Bitte eine Seite mit unseren Preisen bauen, danke.")
    assert answer(refused, None, message=german).text.startswith("Ich habe das nicht gemacht: you are")
    assert answer(refused, None, message=replace(MESSAGE, text="", language="fr-FR")).text.startswith("Je ne l")
    assert answer(refused, None, message=replace(MESSAGE, text="ok")).text.startswith("I did not do this")


def test_our_help_is_known_line_by_line() -> None:
    """In every language, as it is sent, so that it does nothing when it comes back; a wish of one line is not in it."""
    known = help_lines(LETTERHEAD)
    for language in ("", *LANGUAGES):
        sent = reply_in(language, "help").text.splitlines()
        assert {line for line in sent if line and not line.startswith("Ref ")} <= known
    assert not known & {"rollback to v1", "wróć do wersji 1", "make the header blue", ""}


def test_a_region_is_no_other_language() -> None:
    """A rule may say pl-PL."""
    assert [LETTERHEAD.tongue(code).code for code in ("pl-PL", "PL", "de-AT", "es", "")] == [
        "pl",
        "pl",
        "de",
        "en",
        "en",
    ]


def test_all_catalogs_are_there() -> None:
    """The tests read what ships."""
    assert set(CATALOGS) == set(LANGUAGES)


if __name__ == "__main__":
    for tongue, occasion in ALL:
        (MAILS / tongue).mkdir(exist_ok=True)
        (MAILS / tongue / f"{occasion}.txt").write_text(reply_in(tongue, occasion).text, encoding="utf-8")
