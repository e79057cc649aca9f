"""The links of our mails that open a reply: where it goes, and what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.request import Asked, GaveUp, Told
from mailbot.understand.commands import commanded
from tests.reply.people import FIRST, LETTERHEAD, MESSAGE, NAMES, PROJECT, answer, project
from tests.reply.test_compose import OCCASIONS, page, reply_to
from tests.reply.test_language import LANGUAGES, reply_in


def links(html: str) -> list[tuple[str, str, str]]:
    """Each of them: to whom, about what, in which words."""
    found = [urlsplit(link) for link in page(html).links if link.startswith("mailto:")]
    said = [(unquote(one.path), parse_qs(one.query)) for one in found]
    return [(to, given["subject"][0], given["body"][0]) for to, given in said]


@pytest.mark.parametrize("name", list(OCCASIONS))
@pytest.mark.parametrize("language", ["", *LANGUAGES])
def test_every_link_says_what_the_text_says(name: str, language: str) -> None:
    """To the thread's own address, under its subject; whoever reads the text alone can say the same."""
    reply = reply_in(language, name) if language else reply_to(name)
    for to, subject, body in links(reply.html):
        assert NAMES.project_of_address(to) == PROJECT
        assert subject == "Re: Sales page"
        assert body in " ".join(reply.text.split())
    assert len(links(reply.html)) <= 4


@pytest.mark.parametrize("language", ["", *LANGUAGES])
def test_what_a_link_says_is_understood(language: str) -> None:
    """The words of a button are a command, in each language; "go" is an answer."""
    for name, kind in (("revised", Kind.ROLLBACK), ("dropped", Kind.RETIRE), ("asked-defaults", Kind.STOP)):
        reply = reply_in(language, name) if language else reply_to(name)
        bodies = [body for _, _, body in links(reply.html)] or ["stop"]
        assert kind in {one.kind for body in bodies for one in commanded(body).commands}


def test_a_failed_check_can_be_dropped_and_an_option_taken() -> None:
    """One click for each."""
    tried = OCCASIONS["tried"][0]
    assert isinstance(tried, GaveUp)
    known = answer(Asked(questions=("How?",), options=("a static page", "a list")), about=project(FIRST))
    assert [body for _, _, body in links(known.html)] == ["a static page", "a list", "stop"]


def test_without_a_thread_there_is_nothing_to_click() -> None:
    """Its reply would start another one."""
    nobody = replace(project(), id="")
    assert links(answer(Asked(questions=("How? (default: so)",)), about=nobody).html) == []


@pytest.mark.parametrize(
    "subject", ['x" onclick="a()', "&body=stop", "a\r\nBcc: b@c.example", "日本語" * 100, "\ud83d%0d"]
)
def test_a_subject_cannot_leave_its_link(subject: str) -> None:
    """Percent-encoded, short, and nothing in it is a second field."""
    reply = answer(Told(topic="erase-asked"), Kind.ERASE, project(FIRST), replace(MESSAGE, subject=subject))
    (link,) = re.findall(r'href="(mailto:[^"]*)"', reply.html)
    assert len(link) < 1_200
    given = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
    assert set(given) == {"subject", "body"}
    assert given["body"] == ["yes"]
    assert LETTERHEAD.names.domain in link
