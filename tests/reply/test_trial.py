"""An admin's own templates: theirs go before ours, and where one fails, ours is sent and they are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jinja2.exceptions import SecurityError

from mailbot.domain.intent import Kind
from mailbot.domain.request import Told
from mailbot.reply.trial import troubles
from mailbot.reply.wording import MAX_WORDS
from tests.reply.people import LETTERHEAD, MESSAGE, answer, project
from tests.reply.test_compose import OCCASIONS

HELP = Told(topic="help")


def own(**files: str) -> Any:
    """Our letterhead with an admin's files: ``told_txt`` is told.txt.j2, ``base_css`` is base.css."""
    names = {name: f"{name.replace('_', '.')}{'' if name.endswith('css') else '.j2'}" for name in files}
    return replace(LETTERHEAD, own={names[name]: text for name, text in files.items()})


def test_x9_a_file_of_the_admins_replaces_ours_of_its_name() -> None:
    """Words, page and style, each by itself; the rest stays ours."""
    house = own(told_txt="Hello from {{ sender }}.", base_css="h1 { color: #123456 }")
    reply = answer(HELP, Kind.HELP, letterhead=house)
    assert reply.text == "Hello from build@mail.example.org.\n"
    assert 'style="color: #123456;"' in reply.html
    assert "Write to build@mail.example.org" in reply.html
    assert troubles(house) == ()


BROKEN = {
    "syntax": "one\n{% if %}",
    "unknown value": "{{ no_such_value }}",
    "unsafe": "{{ first.__class__.__mro__ }}",
    "too long": "{% for a in range(90000) %}{{ 'abcdefgh' }}{% endfor %}",
    "memory": "{{ 'a' * 10 ** 10 }}",
    "power": "{{ 9 ** 99999999 }}",
    "not there": "{% include 'other.txt.j2' %}",
    "divided": "{{ 1 / 0 }}",
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_x9_where_theirs_fails_ours_is_sent(what: str) -> None:
    """A mail is never lost to a typo; the admin hears in which file, and why."""
    house = own(told_txt=BROKEN[what])
    assert answer(HELP, Kind.HELP, letterhead=house).text == answer(HELP, Kind.HELP).text
    (said,) = troubles(house)
    assert said.startswith("told.txt.j2: ")
    assert said.endswith("ours is sent instead")


def test_a_file_that_no_mail_is_made_of_is_named() -> None:
    """A typo in its name; one that another file includes is none."""
    assert troubles(own(buitl_txt="x")) == (
        "buitl.txt.j2: no mail is made of a file of this name; did you mean built.txt.j2?",
    )
    assert troubles(own(told_txt="{% include 'foot.txt.j2' %}", foot_txt="x")) == ()
    assert troubles(LETTERHEAD) == ()


def test_a_template_makes_no_more_than_a_mail_holds() -> None:
    """Stopped as soon as it is too much, not when it is whole."""
    house = own(told_txt="{% for a in range(90000) %}{{ 'abcdefgh' }}{% endfor %}")
    with pytest.raises(SecurityError, match=f"{MAX_WORDS:,}"):
        house.strictly("told.txt.j2", {})


def test_nc6_an_answer_has_the_values_that_other_bots_give() -> None:
    """By their names, in the text and the page; what a person or a model wrote is never markup."""
    template = (
        "{{ ai_response }}|{{ sender_name }}|{{ original_subject }}|{{ response_date }}|{{ thread_id }}|"
        "{{ signature }}|{{ disclaimer }}"
    )
    house = replace(own(answer_txt=template, answer_html=template), signature="The house", disclaimer="Read it twice.")
    message = replace(MESSAGE, name="<b>Ana</b>", subject="<i>Lists</i>")
    reply = answer(Told(topic="answer", text="Use <script>"), Kind.QUESTION, project(), message, house)
    assert reply.text == (
        "Use <script>|<b>Ana</b>|<i>Lists</i>|20 Nov 2026 10:02 UTC|t7k2mx|The\nhouse|Read it twice.\n"
    )
    assert "Use &lt;script&gt;|&lt;b&gt;Ana&lt;/b&gt;|&lt;i&gt;Lists&lt;/i&gt;|" in reply.html


def test_nc6_our_own_answer_has_them_too() -> None:
    """The signature where one is set, our own words below it else; the page is headed by the question."""
    event, kind, about = OCCASIONS["answered"]
    plain = answer(event, kind, about)
    assert "A language model wrote this answer; nothing in it was checked." in plain.text
    assert ">Sales page</h1>" in plain.html
    signed = answer(
        event, kind, about, letterhead=replace(LETTERHEAD, signature="The house", disclaimer="Read it twice.")
    )
    assert "Read it twice.\n\n--\nThe house\n" in signed.text
    assert "The house" in signed.html
