"""Files as the parsers of libraries read them."""

from __future__ import annotations

import io
import json
import resource
import sys

import pytest

from mailbot.checks import syntax_more
from mailbot.checks.syntax_more import DOCKER, LIBRARIES, SQL, error_in, kind_of, missing, why_not


def installed(name):
    """Whoever has not installed a parser is not told that it is broken."""
    from tests.servers import missing as skip  # noqa: PLC0415  (only here)

    if lacking := missing(kind_of(name)):
        skip(f"{lacking} is not installed")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "const a = async () => { for await (const b of c) d?.e ?? f; };\nclass G { #h = 1; static { } }"),
        ("a.js", "import a from './b.js';\nexport default a;"),
        ("a.js", "const A = () => <b key={1}>x</b>;"),
        ("a.js", ""),
        ("a.ts", "enum A { B }\ntype T<X> = X extends infer U ? U : never;\nlet x: number | undefined = 1 as const;"),
        ("a.tsx", "export const A = (p: { a: string }) => <b>{p.a}</b>;"),
        ("a.css", "@media (max-width: 9em) { a:not(.b)::before { content: '}'; --x: {a} } }\n.a { .b & { c: d } }"),
        ("a.css", "a { *zoom: 1; filter: progid:DX.M(a=1, b='2') }\n@import url(x.css);"),
        ("a.css", "/* nothing yet */"),
        ("a.yaml", "a: &x [1, 2]\nb: *x\n---\nc: !Ref d\non: ${{ e }}\n<<: {a: 1}\n"),
        ("a.yml", ""),
        ("a.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);"),
        ("a.sql", "PRAGMA foreign_keys = ON; INSERT INTO t VALUES (1, 'it''s') ON CONFLICT DO NOTHING;"),
        ("a.sql", "CREATE TABLE t (id SERIAL, d JSONB NOT NULL, UNIQUE (d));"),
        ("Dockerfile", '# syntax=docker/dockerfile:1\nFROM a AS b\nRUN <<X\ny\nX\nHEALTHCHECK NONE\nCMD ["c"]'),
    ],
)  # fmt: skip
def test_a_file_without_mistake_passes(name, text):
    """What every user of the language writes."""
    installed(name)
    assert error_in(name, text) == ""
    assert why_not(kind_of(name), text) == ""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.js", "let a = 1;\nlet b = ;\n", "line 2"), ("a.mjs", "function (", "line 1"),
        ("a.js", "if (a) {\n b();\n", "line"), ("a.jsx", "const A = <b>x;", "line 1"),
        ("a.ts", "let x: = 1;", "line 1"), ("a.tsx", "let x = <b>;", "line 1"),
        ("a.css", "a { b: c", "never closed"), ("a.css", "a{b:c}\n}\n", "line 2"),
        ("a.css", "a {\n color red\n}", "line 2: a declaration without a colon"),
        ("a.css", "a { b: 'c\n; d: e }", "line 1"), ("a.css", "/* a", "never closed"),
        ("a.css", "a { b: url(c d) }", "line 1"), ("a.css", "p", "a rule without a block"),
        ("a.yaml", "a: 1\n b: 2", "line 2"), ("a.yaml", "a: 1\nb: 2\na: 3", "line 3: the key 'a' stands twice"),
        ("a.yaml", "a: *b", "undefined alias"), ("a.yaml", "a: [1", "line"), ("a.yaml", "a: \x01", "unacceptable"),
        ("a.sql", "SELECT 1;\nSELEC 2 FRM;", "line 2"), ("a.sql", "INSERT INTO t VALUES (1, 'x'", "line 1"),
        ("Dockerfile", "FORM a", "line 1: there is no instruction FORM"), ("Dockerfile", "RUN x", "begin with FROM"),
        ("Dockerfile", "FROM a\nRUN\n", "line 2: RUN says nothing more"), ("Dockerfile", "", "no instructions"),
    ],
)  # fmt: skip
def test_a_real_mistake_is_named_with_its_line(name, text, words):
    """Only what the language refuses."""
    installed(name)
    assert words in error_in(name, text)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.yaml", "a: {{ b }}", "template"), ("a.sql", "SELECT {{ a }}", "template"),
        ("a.js", "{% if a %}", "template"),
        ("Dockerfile", "FROM a\n{% if b %}", "template"), ("a.js", "/* @flow */ let a: number = 1", "Flow"),
        ("a.ts", "interface A<out T> { b: T }", "form of types"), ("a.sql", "DELIMITER //", "client"),
        ("a.sql", "\\c db", "client"), ("a.sql", "CREATE OR REPLACE FUNCTION f() ...", "programs of one database"),
        ("a.sql", " " * 200_001, "more than 200,000 characters"),
    ],
)  # fmt: skip
def test_what_no_parser_here_knows_is_not_called_a_mistake(name, text, words):
    """It is left unchecked, with the reason."""
    installed(name)
    assert words in why_not(kind_of(name), text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "- " * 50_000), ("a.yaml", "? " * 5_000), ("a.sql", "SELECT " + "(" * 5_000),
        ("a.css", "a{" * 5_000),
        ("a.css", "a{b:" + "f(" * 5_000 + ")" * 5_000 + "}"), ("a.js", "[" * 50_000),
        ("a.ts", "type A=" + "A<" * 9_000),
    ],
)  # fmt: skip
def test_a_bomb_for_a_parser_is_a_mistake(name, text):
    """Nothing breaks but the bomb."""
    installed(name)
    assert error_in(name, text)


def test_aliases_of_aliases_are_looked_at_once():
    """A file of a hundred lines may stand for more than all memory."""
    installed("a.yaml")
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 100))]
    assert error_in("a.yaml", "\n".join(lines)) == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("x/Dockerfile", DOCKER),
        ("a.DOCKERFILE", DOCKER),
        ("dockerfile.md", ""),
        ("a.d.ts", ""),
        ("A.SQL", SQL),
        ("a", ""),
    ],
)
def test_a_file_is_known_by_its_name(name, kind):
    """What is not known is nobody's here."""
    assert kind_of(name) == kind


def test_a_parser_that_is_not_installed_is_named(monkeypatch):
    """Each is optional."""
    monkeypatch.setattr(syntax_more, "LIBRARIES", {**LIBRARIES, SQL: (("no_such_parser.at_all",), 9)})
    missing.cache_clear()
    assert why_not(SQL, "") == "its parser (no_such_parser.at_all) is not installed on this server"
    missing.cache_clear()


def test_as_a_program_it_reads_files_within_limits(monkeypatch, capsys):
    """From standard input to standard output."""
    installed("a.css")
    limits = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limit: limits.append((what, limit)))
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"files": {"a.css": "a{}", "b.css": "a{"}})))
    syntax_more.main()
    assert {name: bool(error) for name, error in json.loads(capsys.readouterr().out)["errors"].items()} == {
        "a.css": False, "b.css": True,
    }  # fmt: skip
    assert limits == [(resource.RLIMIT_CPU, (10, 11)), (resource.RLIMIT_DATA, (500_000_000, 500_000_000))]
