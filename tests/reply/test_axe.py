"""The pages of our mails in a real browser: axe finds nothing wrong, in both colour schemes, on a phone and a desk."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.request import Built, Told
from mailbot.reply.digest import digest
from mailbot.reply.notice import notice
from mailbot.reply.screen import written
from tests.reply.axe import Eye, eye
from tests.reply.people import ANA, FIRST, LETTERHEAD, MESSAGE, answer, project
from tests.reply.test_compose import OCCASIONS, reply_to
from tests.reply.test_journeys import FIGURES, WEEK, two_wrote
from tests.reply.test_notice import FAILED, SLOW, wait
from tests.reply.test_picture import PICTURED

__all__ = ["eye"]
WIDTHS, SCHEMES = (375, 700), ("light", "dark")


def shown(reply: Any) -> str:
    """The page as a mail program shows it: with its picture in it."""
    if not reply.picture:
        return str(reply.html)
    data = f"data:{reply.picture.media_type};base64,{base64.b64encode(reply.picture.content).decode()}"
    return str(reply.html.replace(f"cid:{reply.picture.id}", data))


def _occasion(name: str) -> str:
    return shown(reply_to(name))


#: Each of them is a page of its own: the rest is like one of these.
PAGES: dict[str, Callable[[], str]] = {name: partial(_occasion, name) for name in OCCASIONS} | {
    "pictured": lambda: shown(answer(Built(draft=PICTURED, number=1))),
    "notice": lambda: notice("progress", wait(30, (SLOW, FAILED)), MESSAGE, project(FIRST), LETTERHEAD).html,
    "erasing": lambda: answer(Told(topic="erase-asked", figures=FIGURES), Kind.ERASE, project(FIRST)).html,
    "digest": lambda: digest(WEEK, ANA, "week-47", LETTERHEAD).html,
    "voices": lambda: written(OCCASIONS["revised"][0], two_wrote(), {"subject": "Re: x", "picture": None})[1],
}


@pytest.mark.parametrize("name", list(PAGES))
def test_axe_finds_nothing_wrong_with_the_page_of_a_mail(eye: Eye, name: str) -> None:
    """Contrast, headings, names of pictures and links, landmarks, language; nothing is wider than the window."""
    html = PAGES[name]()
    for width in WIDTHS:
        for scheme in SCHEMES:
            found = eye.look(html, width, scheme)
            assert found["violations"] == [], (width, scheme)
            assert "color-contrast" not in found["unsure"], (width, scheme)
            assert found["passes"] > 10
            assert found["wide"] <= width
    assert [url for url in eye.asked if not url.startswith(("about:", "data:"))] == []


def test_it_would_notice(eye: Eye) -> None:
    """A grey that is too pale in one scheme, a picture without words, a line without an end."""
    html = _occasion("revised")
    pale = html.replace("#b4b9c6", "#44484f")
    assert eye.look(pale, 375, "light")["violations"] == []
    assert "color-contrast" in str(eye.look(pale, 375, "dark")["violations"])
    assert "image-alt" in str(eye.look(html.replace("<h1", "<img src='data:,'><h1"), 700, "light")["violations"])
    assert eye.look(html.replace("<h1", "<pre>" + "x" * 400 + "</pre><h1"), 375, "light")["wide"] > 375
