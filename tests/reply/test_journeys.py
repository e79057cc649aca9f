"""The mails that no build answers with: to be forgotten, an admin's week, several people; each as a person reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.message import Address
from mailbot.domain.request import Told
from mailbot.domain.work import Count
from mailbot.reply.digest import Digest, digest
from mailbot.reply.heard import Clash, Voices
from mailbot.reply.mime import seal
from mailbot.reply.occasion import Occasion
from mailbot.reply.screen import written
from mailbot.reply.voices import voices
from tests.reply.people import ANA, FIRST, LETTERHEAD, MESSAGE, NOW, answer, project, request
from tests.reply.snapshots import agreed
from tests.reply.test_compose import OCCASIONS, page

LANGUAGES = ("en", "pl", "fr", "de")
FIGURES = (("projects", 4), ("mails", 31))
WEEK = Digest(
    since=NOW - timedelta(days=7),
    until=NOW,
    count=Count(received=412, answered=397, held=2, in_flight=2, closed={"spam": 11}),
    failing=("relay smtp.example.org: 421 try later",),
    refusals={"10-default/strangers: you are not on the list": 9, "quota: 20 a day": 4},
    held=("r4qst  2026-11-20 10:02 UTC  bob@acme.example  about a page: the rules want a person to look",),
)
HEARD = Voices(
    built=((Address("bob@acme.example"), "export button"), (ANA, "German labels")),
    clashes=(Clash(about="header colour", wishes=((ANA, "blue"), (Address("bob@acme.example"), "green"))),),
    readers=(Address("chef@acme.example"),),
)


def two_wrote() -> Occasion:
    """Ana and Bob wrote about her project."""
    return Occasion(
        request=request(Kind.REVISE),
        message=MESSAGE,
        project=project(FIRST),
        letterhead=LETTERHEAD,
        enclosed=("sales-page-v2.zip", "metadata.json"),
        heard=HEARD,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_j17_to_be_forgotten_takes_two_mails(language: str) -> None:
    """What would go, and for how long a yes counts; then when it went, and that this is the last mail."""
    for topic in ("erase-asked", "erased"):
        reply = answer(Told(topic=topic, figures=FIGURES), Kind.ERASE, project(FIRST), language=language)
        agreed(f"J17-{topic}", reply.text, language)
        assert ("Ref " in reply.text) == (topic == "erase-asked")
        assert page(reply.html).words.count("31") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_j18_the_week_of_an_admin(language: str) -> None:
    """The law that nothing is lost, what fails, why people were refused, and what waits to be named in a reply."""
    reply = digest(WEEK, ANA, "week-47", LETTERHEAD, language)
    agreed("J18-digest", f"{reply.subject}\n\n{reply.text}", language)
    assert (reply.kind, reply.to, reply.cc) == ("digest", ANA, ())
    assert seal(reply, "email", NOW, LETTERHEAD).message_id.startswith("<new.digest.")


def test_j18_a_count_that_does_not_add_up_stands_in_the_first_line() -> None:
    """It is the one thing that must not be overlooked; and what is long is folded."""
    wrong = replace(WEEK, count=replace(WEEK.count, received=413), held=tuple(f"id{number}" for number in range(40)))
    text = digest(wrong, ANA, "week-47", LETTERHEAD).text
    assert text.startswith("The count does not add up: Received 413 =")
    assert "- and 35 more" in text


def test_j7_several_people_are_told_whose_wish_was_built() -> None:
    """Where two want different things nothing of it is built, and the owner may choose with one click."""
    values = voices(two_wrote())
    assert values["voices"] == [
        "Built: export button (bob).",
        "Built: German labels (ana).",
        "Not built, you disagree: header colour. ana: blue · bob: green. ana decides, as the owner.",
        'chef can read; the owner lets them change things by "add chef@acme.example".',
    ]
    assert [one.words for one in values["choices"]] == ["blue", "green"]


def test_j7_it_stands_in_the_mail() -> None:
    """Between what was done and what was checked; the choices are links of the page."""
    event = OCCASIONS["revised"][0]
    text, html = written(event, two_wrote(), {"subject": "Re: Sales page", "picture": None})
    agreed("J7-voices", text)
    assert "Built: export button (bob)." in html
    assert "body=green" in html
