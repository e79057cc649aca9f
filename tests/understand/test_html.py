"""The text of an HTML mail that a person sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.html import visible_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Make it <b>blue</b>.", "Make it blue."),
        ("<p>one<p>two", "one\n\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("a &amp; b &lt; c &#8364; &nope; &#x1F600;", "a & b < c € &nope; 😀"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("  a \n\t b  ", "a b"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<html><head><title>T</title><body>x", "x"),
        ("x<!-- a comment -->y<!-->z<!--->w", "xyzw"),
        ("<!doctype html><?xml x?>x</ y>z", "xz"),
        ("<a href='x>y' title=\"</a>\">link</a>", "link"),
        ("&#99999999999999999999999;&#xfffffffffffff;", "��"),
        ("</b></p>x", "x"),
        ("<TEXTAREA>no</TEXTAREA>x", "x"),
        ("", ""),
    ],
)
def test_what_is_seen(html, text):
    """Words and lines as a browser shows them."""
    assert visible_text(html).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>evil()</script>",
        "<style>p { color: red } evil</style>",
        "<div style='display: none'>evil</div>",
        '<div style="color:red; DISPLAY :\nNONE">evil <b>more evil</b></div>',
        "<span style=visibility:hidden>evil</span>",
        "<span style='opacity:0'>evil</span>",
        "<span style='font-size:0'>evil</span>",
        "<span style='font-size: 1px'>evil</span>",
        "<span style='mso-hide:all'>evil</span>",
        "<span style='max-height:0px'>evil</span>",
        "<p hidden>evil</p>",
        "<div hidden><div>evil</div>evil</div>",
        "<div hidden><br>evil<p>evil<ul><li>evil</ul></div>",
        "<ul hidden><li>evil<li>evil</ul>",
        "<template>evil</template>",
        "<svg><text>evil</text></svg>",
        "<!-- evil -->",
        "<!--[if mso]> evil <![endif]-->",
        "<title>evil</title>",
        "<img alt=evil>",
    ],
)
def test_hidden_words_are_left_out(hidden):
    """What a person cannot see is not what a person asks for."""
    assert visible_text(f"<p>make it</p>{hidden}<p>blue</p>") == "make it\n\nblue"


@pytest.mark.parametrize(
    "style", ["opacity:1", "opacity:0.5", "font-size:12px", "font-size:2em", "display:block", "opacity:"]
)
def test_visible_styles_stay(style):
    """Only what hides is taken for hiding."""
    assert visible_text(f"<p style='{style}'>blue</p>") == "blue"


@pytest.mark.parametrize(
    "html",
    [
        "new<blockquote>old</blockquote>",
        "new<blockquote type=cite style='border:none'>old</blockquote>",
        "new<div class='x yahoo_quoted'>old</div>",
        "new<div id=divRplyFwdMsg>old</div>",
    ],
)
def test_quotes_are_marked(html):
    """What a mail program marks as quoted comes out behind a quote mark."""
    assert visible_text(html).replace("\n\n", "\n") == "new\n> old"


def test_an_indent_is_no_quote():
    """Some programs indent with the element for quotes."""
    assert visible_text("a<blockquote style='margin:0 0 0 40px; border: none; padding:0'>b</blockquote>") == "a\n\nb"


def test_a_script_that_is_never_closed_swallows_the_rest():
    """As in a browser."""
    assert visible_text("x<script>evil") == "x"
    assert visible_text("x<a href='evil") == "x"


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<blockquote>", "<a ", "<a x='", "<!--", "<!", "</x>", "<script>", "&amp;", "&#9", "<", "<p><b>", '"<'],
)
def test_hostile_pages_end(piece):
    """Hundreds of kilobytes of anything end."""
    visible_text(piece * (300_000 // len(piece)))
    visible_text("<a " + piece * (200_000 // len(piece)) + ">")


def test_deep_pages_end():
    """Ends that end nothing cost nothing, however deep they stand."""
    visible_text("<div>" * 50_000 + "</p></div>" * 50_000)


def test_words_behind_a_quote_are_the_authors_again():
    """The quote mark ends with the quote."""
    assert visible_text("a<blockquote>b<p>c</blockquote>d") == "a\n\n> b\n>\n> c\n\nd".replace(">\n", "> \n")


@given(st.text(alphabet="<>/!-=\"' abp&#;x", max_size=200))
def test_any_text_is_a_page(html):
    """Nothing raises."""
    assert isinstance(visible_text(html), str)
