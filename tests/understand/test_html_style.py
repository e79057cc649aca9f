"""Which words of a page nobody sees."""

from __future__ import annotations

import pytest

from mailbot.understand.html import read
from mailbot.understand.html_style import MAX_RULES, Styles


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='color:white'>evil</p>",
        "<p style='color:#FEFEFE'>evil</p>",
        "<p style='color:rgb(255, 255, 255)'>evil</p>",
        "<font color=white>evil</font>",
        "<p style='color:transparent'>evil</p>",
        "<div style='background:#000'><span style='color:#000000'>evil</span></div>",
        "<table><tr><td bgcolor=black style='color:#010101'>evil</td></tr></table>",
        "<div style='position:absolute; left:-9999px'>evil</div>",
        "<div style='position:fixed; top:-1000px'>evil</div>",
        "<p style='text-indent:-9999px'>evil</p>",
        "<div style='height:0;overflow:hidden'>evil</div>",
        "<div style='width:0px;overflow:hidden'>evil</div>",
        "<span style='clip:rect(0,0,0,0)'>evil</span>",
        "<span style='clip-path: inset(100%)'>evil</span>",
        "<span style='transform:scale(0)'>evil</span>",
        "<span style='visibility:collapse'>evil</span>",
        "<span style='display:none !important'>evil</span>",
        "<span style='font-size:0.1em'>evil</span>",
        "<style>.a{display:none}</style><p class='b a'>evil</p>",
        "<style>/* x */ #a , h6 { DISPLAY : none }</style><p id=a>evil</p><h6>evil</h6>",
        "<style>p.a{color:#fff}</style><p class=a>evil</p>",
        "<style><!-- i{font-size:0} --></style><i>evil</i>",
    ],
)
def test_words_that_nobody_sees(hidden):
    """Whatever way they are hidden: they are told apart, not read."""
    seen = read(f"<p>make it</p>{hidden}<p>blue</p>")
    assert seen.text.split() == ["make", "it", "blue"]
    assert "evil" in seen.hidden


@pytest.mark.parametrize(
    "shown",
    [
        "<p style='color:#ececec'>word</p>",
        "<div style='background:black'><p style='color:white'>word</p></div>",
        "<div style='background:url(x.png)'><p style='color:white'>word</p></div>",
        "<td background=x.png><p style='color:white'>word</p></td>",
        "<p style='color:var(--x)'>word</p>",
        "<p style='color:rgba(255,255,255,0.9)'>word</p>",
        "<td style='font-size:0px'><div style='font-size:13px'>word</div></td>",
        "<div style='visibility:hidden'><b style='visibility:visible'>word</b></div>",
        "<style>@media print{.a{display:none}}</style><p class=a>word</p>",
        "<style>div .a{display:none}</style><p class=a>word</p>",
        "<style>.a{display:none}.a{display:block}</style><p class=a>word</p>",
        "<style>.a{display:none}</style><p class=a style='display:block'>word</p>",
        "<style>/* .a{display:none} */</style><p class=a>word</p>",
        "<div style='position:absolute; left:-5px'>word</div>",
        "<div style='height:0'>word</div>",
        "<p style='opacity:0.4'>word</p>",
        "<p style='font-size:80%'>word</p>",
        "<p style='font-size:0.9em'>word</p>",
    ],
)
def test_what_only_might_hide_does_not(shown):
    """Losing what a person wrote is worse."""
    seen = read(f"<p>one</p>{shown}")
    assert seen.text.split() == ["one", "word"]
    assert not seen.hidden.strip()


def test_who_writes_in_white_alone_is_read():
    """Whoever writes in a dark window sends white letters on no paper; what is hidden otherwise stays hidden."""
    seen = read("<div style='color:white'>make it<p hidden>evil</p></div><blockquote type=cite>old</blockquote>")
    assert seen.text.split("\n")[0] == "make it"
    assert seen.hidden.strip() == "evil"


def test_only_so_many_rules_are_read():
    """A sheet of a megabyte costs no more than one of a tenth."""
    styles = Styles()
    styles.take("".join(f".a{number}{{display:none}}" for number in range(2 * MAX_RULES)) + "p{display:none}")
    assert len(styles.rules) == MAX_RULES
    assert styles.of("p", {}) == {}
    styles.take("x" * 200_000)
    assert styles.read == 100_000


def test_what_is_inside_ends_with_it():
    """After the element its colours and sizes are those of before."""
    assert read("<b style='font-size:0'>x<i>y</b>seen<b style='color:#fff'>z</b> too").text == "seen too"
