"""Files as their own parsers read them."""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings

import pytest

from mailbot.checks import syntax
from mailbot.checks.syntax import error_in, tame, why_not

PAGE = "<!doctype html>\n<html lang=en>\n<title>x</title>\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "x = 1\n"), ("a.py", ""), ("a.py", "async def f():\n    return [x async for x in y]\n"),
        ("a.json", "[1]"),
        ("a.json", "1" * 5_000), ("a.toml", "a = 1"), ("a.html", PAGE + "<p>a<p>b<ul><li>1<li>2</ul><br/>A & B"),
        ("A.HTM", PAGE + "<h1>x</h1>\n"), ("a.html", "<p>no doctype"), ("a.html", PAGE + "<svg><path d='M0'/></svg>"),
    ],
)  # fmt: skip
def test_a_file_without_mistake_passes(name, text):
    """What every parser of the language takes, and what pages may leave out."""
    assert error_in(name, text) == ""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.py", "x = 1\ny = (\n", "line 2"), ("a.py", "return 1\n", "outside function"), ("a.py", "x = '\0'",
        "null bytes"),
        ("a.py", "def f():\nx = 1\n", "line 2"), ("a.json", '{"a": 1,}', "line 1"), ("a.json", "[NaN]", "NaN"),
        ("a.json", "", "line 1"), ("a.toml", "a = ", "Invalid value"),
        ("a.html", PAGE + "<div>", "line 4: an element is never closed"),
        ("a.html", PAGE + "<h1>a</h2>", "closing tag"), ("a.html", PAGE + "</span>",
        "line 4: a closing tag closes nothing"),
        ("a.html", PAGE + "<p id=a id=b>x", "twice"), ("a.html", PAGE + '<a href="x>y</a>', "quote of an attribute"),
        ("a.html", PAGE + "<!-- x", "comment"), ("a.html", PAGE + "<script>if (a) {", "never closed"),
        ("a.html", PAGE + "<table><div>x</div></table>", "table"),
    ],
)  # fmt: skip
def test_a_real_mistake_is_named_with_its_line(name, text, words):
    """Only what a parser refuses, or a browser mends by guessing."""
    assert words in error_in(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "-" * 100_000 + "1"), ("a.py", "a" + ".a" * 50_000), ("a.py", "lambda:" * 20_000 + "1"),
        ("a.py", "1" + "+1" * 100_000), ("a.json", "[" * 200_000),
    ],
)  # fmt: skip
def test_a_bomb_for_a_parser_is_a_mistake(name, text):
    """Nothing breaks but the bomb."""
    assert "nested too deep" in error_in(name, text)


def test_a_file_is_read_and_never_run(capsys):
    """Not even imported."""
    assert error_in("a.py", "print('ran')\nraise SystemExit(3)\n") == ""
    assert capsys.readouterr().out == ""


def test_a_warning_is_no_mistake():
    """Not even where warnings are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert error_in("a.py", 'x = "\\d"\nassert (x, "always true")\n') == ""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("style.css", "", "files of this type (.css)"), ("Dockerfile", "", "no ending"), ("a.html",
        "<p>{{ x }}</p>", "template"),
        ("a.html", "{% if x %}<p>", "template"), ("tsconfig.json", "// x", "comments"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_said(name, text, words):
    """With the reason."""
    assert words in why_not(name, text)


def test_what_is_read_has_no_reason_not_to_be():
    """Python, JSON, HTML, TOML."""
    assert [why_not(name, "x") for name in ("a.py", "b.json", "c.html", "d.toml", "E.PY")] == [""] * 5


@pytest.mark.parametrize(
    ("name", "text", "quick"),
    [
        ("a.py", "x = f(g(h(1)))\n" * 1_000, True), ("a.py", "(" * 31 + ")" * 31, False), ("a.py",
        "x" * 100_001, False),
        ("a.html", "<p>x</p>" * 100, True), ("a.html", "<b>" * 300, False), ("a.html", "</b>" * 4_000, False),
    ],
)  # fmt: skip
def test_only_what_is_surely_quick_is_tame(name, text, quick):
    """Deep, long or many-tagged files are read apart."""
    assert tame(name, text) is quick


def test_as_a_program_it_reads_one_file_within_limits(monkeypatch, capsys):
    """From standard input to standard output."""
    limits = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limit: limits.append((what, limit)))
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"name": "a.py", "text": "("})))
    syntax.main()
    assert "line 1" in json.loads(capsys.readouterr().out)["error"]
    assert limits == [(resource.RLIMIT_CPU, (10, 11)), (resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))]
