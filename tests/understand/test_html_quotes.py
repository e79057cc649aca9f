"""Which elements mail programs put around what is not new; whole mails of each stand in tests/mails/replies."""

from __future__ import annotations

import pytest

from mailbot.understand.html import MAX_TOKENS, read, visible_text
from mailbot.understand.html_quotes import Place, place_of
from mailbot.understand.quoting import own_words


@pytest.mark.parametrize(
    ("name", "attributes", "place"),
    [
        ("div", {"class": "gmail_quote"}, Place.HOLDER),
        ("div", {"class": "x_x_gmail_quote"}, Place.HOLDER),
        ("div", {"id": "x_divRplyFwdMsg"}, Place.REST),
        ("div", {"class": "ydp0a1byahoo_quoted"}, Place.WHOLE),
        ("div", {"id": "yahoo_quoted_7"}, Place.WHOLE),
        ("div", {"class": "some-program-quote"}, Place.HOLDER),
        ("div", {"class": "some_signature"}, Place.SIGNATURE),
        ("div", {"id": "bloop_sign_12"}, Place.SIGNATURE),
        ("hr", {"id": "zwchr"}, Place.REST),
        ("includetail", {}, Place.WHOLE),
        ("blockquote", {}, Place.QUOTE),
        ("blockquote", {"style": "margin: 0 0 0 40px; border: none;"}, None),
        ("blockquote", {"style": "border:none", "type": "cite"}, Place.QUOTE),
        ("div", {"style": "border:none;border-left:solid blue 1.5pt;padding:0in 0in 0in 4.0pt"}, Place.QUOTE),
        ("div", {"style": "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"}, Place.TITLED),
        ("div", {"style": "border-top:1px solid red"}, None),
        ("div", {"class": "quotes-of-the-day"}, None),
        ("div", {}, None),
    ],
)
def test_what_an_element_is(name, attributes, place):
    """By the names that programs give, by the endings of names, and by the styles of Word."""
    assert place_of(name, attributes) is place


def own(html):
    return own_words(visible_text(html))[0]


def test_an_answer_between_quotes_in_a_quote_stays():
    """Whoever answers inside gmail_quote is read; whoever quotes without a blockquote is not."""
    assert own("a<div class=gmail_quote><blockquote>q</blockquote>b<blockquote>q</blockquote>c</div>") == "a\n\nb\n\nc"
    assert own("a<div class=gmail_quote>q<p>q</div>") == "a"


@pytest.mark.parametrize("place", ["class=gmail_quote", "class=yahoo_quoted", "id=divRplyFwdMsg", "class=signature"])
def test_words_in_a_quote_alone_stay(place):
    """Where nothing is written outside, it may be that somebody wrote inside."""
    assert own(f"<div {place}>make it blue</div>") == "make it blue"
    assert own(f"<p>make it blue</p><div {place}>old words</div>") == "make it blue"


def test_what_follows_a_line_of_outlooks_is_old():
    """The header alone is marked by it, but all that follows is old."""
    assert own("a<div id=appendonsend></div><p>q</p><div>q</div>") == "a"
    assert own("<div>a<div id=divRplyFwdMsg>Mittari: x</div></div>q<p>q") == "a"


def test_a_line_above_what_is_no_header():
    """Word draws such a line above anything that has one."""
    line = "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
    assert own(f"a{line}<p>and b</p></div><p>c</p>") == "a\n\nand b\n\nc"
    assert own(f"a{line}<p><b>Von:</b> x<br><b>An:</b> y</p></div><p>c</p>") == "a"


def test_a_long_signature_is_none():
    """Somebody may write the answer into it."""
    lines = "".join(f"<p>line {number}</p>" for number in range(50))
    assert own(f"a<div id=Signature>{lines}</div>").endswith("line 49")


def test_who_wrote_is_marked_in_any_language():
    """moz-cite-prefix and gmail_attr say so, whatever their words are."""
    assert own("a<div class=moz-cite-prefix>akasema</div><blockquote type=cite>q</blockquote>b") == "a\n\nb"


def test_a_page_is_read_to_a_limit():
    """What is above it is read; that there was more is said."""
    seen = read("<p>make it blue" + "<i x>" * MAX_TOKENS + "more")
    assert (seen.text, seen.whole) == ("make it blue", False)
    assert read("<p>all").whole


@pytest.mark.parametrize(
    "piece",
    [
        "<div class=gmail_quote>x", "<div class=gmail_quote>x</div>", "a<hr id=zwchr>", "a<p class=signature>b</p>",
        "<blockquote>x", "<style>a{color:red}</style>", "<style>/*", "<font color=white>x</font>", "<p>a",
        "<b x><b></b>",
        "<div style='border-top:solid red 1.0pt;padding:3.0pt 0'>a", "<!--", "<", "<![CDATA[", "<td>x</td>", "&lt;",
    ],
)  # fmt: skip
def test_much_of_anything_ends(piece):
    """Regions without end, in each other or one after the other."""
    read(piece * (500_000 // len(piece)))
