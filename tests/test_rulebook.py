"""Rules from a folder: every mistake in one run, and nothing in force that fails its own tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailbot.decide.rules import RulesError
from mailbot.rulebook import MAX_BYTES, MAX_FILES, load_book, read_book

FINE = "version: 1\nrules:\n  - {id: a, then: {action: deny}}\n"

#: Each mistake on a line of its own, which its words name.
ELEVEN_AND_MORE = """\
version: 1
abuot: who may ask                                                      # did you mean 'about'?
lists:
  staff: [acme.example, a b]                                            # a pattern with *
rules:
  - id: one
    if: {form: acme.example}                                            # did you mean 'from'?
    then: {action: alow}                                                # did you mean 'allow'?
  - id: one                                                             # used before
    if:
\t  known_thread: true                                                   # a tab
      urgent: no                                                        # true or false is needed, not 'no'
      urgent: true                                                      # stands here twice
    then: {action: deny}
  - id: two
    if: {from: "@stuff", spam: 6}                                       # did you mean '@staff'?
    then: {action: discard, set: {quota: 3}}                            # did you mean 'quotas'?
  - id: three
    if: {subject: {matches: "((a{99}){99}){99}"}}                       # exceeds size limit
    then: {action: hold}
  - id: four
    when: mail.size > "3"                                               # overload
    then: {action: hold}
  - id: five
    when: mail.size > 3 || mail.form == "x"                             # mail has no 'form'
    then: {action: hold, set: {priority: 10}}                           # from 0 to 9
tests:
  - name: it
    mail: {proof: dkin}                                                 # did you mean 'dkim'?
    expect: {action: refuse}                                            # none of allow, hold, deny, discard
"""


def folder(tmp_path, *texts):
    for number, text in enumerate(texts, 1):
        (tmp_path / f"{number}.yaml").write_text(text, "utf-8")
    return tmp_path


def mistakes(tmp_path, *texts):
    with pytest.raises(RulesError) as caught:
        load_book(folder(tmp_path, *texts))
    return str(caught.value).split("\n")


def test_every_mistake_of_a_file_is_told_in_one_run(tmp_path):
    """Sixteen different ones, each on its line with its words, a tab and a key that stands twice among them."""
    found = mistakes(tmp_path, ELEVEN_AND_MORE)
    expected = [
        (number, line.partition("# ")[2]) for number, line in enumerate(ELEVEN_AND_MORE.splitlines(), 1) if "# " in line
    ]
    assert len(expected) >= 11
    for number, words in expected:
        assert any(line.startswith(f"1.yaml:{number}:") and words in line for line in found), (number, words, found)
    lines = [int(line.split(":")[1]) for line in found]
    assert lines == sorted(lines)
    assert len(found) == len(expected) + 1  # line 16 has two


def test_a_test_that_fails_keeps_the_rules_out_of_force(tmp_path):
    """With the place of the test and what each rule said."""
    text = FINE + "tests:\n  - {name: it, mail: {}, expect: {action: allow}}\n"
    first, second = mistakes(tmp_path, text)
    assert first.startswith("1.yaml:5:5: the test 'it' fails: it expects allow, and gets deny by rule 'a'")
    assert second == "    yes 1.yaml:3:5 a: it has no condition -> deny"
    assert len(read_book(tmp_path).trials) == 1


def test_files_are_read_in_the_order_of_their_names(tmp_path):
    """And only *.yaml, in the folder itself."""
    for name in ("20.yaml", "10.yaml", "30.yml", "notes.txt"):
        (tmp_path / name).write_text(FINE.replace("id: a", f"id: r{name[:2]}"), "utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "40.yaml").write_text(FINE, "utf-8")
    assert [rule.id for rule in load_book(tmp_path).rules] == ["r10", "r20"]


def test_the_version_is_a_hash_of_the_files(tmp_path):
    """The same files have the same; another word or another name has another."""
    first = load_book(folder(tmp_path, FINE)).version
    assert first == load_book(tmp_path).version
    (tmp_path / "1.yaml").rename(tmp_path / "2.yaml")
    second = load_book(tmp_path).version
    (tmp_path / "2.yaml").write_text(FINE + "# a word\n", "utf-8")
    assert len({first, second, load_book(tmp_path).version}) == 3


def test_norway_is_a_country(tmp_path):
    """YAML 1.2: no, yes, on and off are words."""
    rule = "version: 1\nrules:\n  - {id: off, if: {lang: no, tag: [on, yes, 012]}, then: {set: {lang: no}, tag: y}}\n"
    text = rule.replace("012", "'012'")
    [one] = load_book(folder(tmp_path, text)).rules
    assert (one.id, one.set.lang, one.set.tags) == ("off", "no", ("y",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nrules: [", "1.yaml:2:9: "),
        ("version: 1\n\t\nrules: {a: \tb}\n", "1.yaml:3:1: rules: a list"),
        ("version: 1\nrules:\n \t- id: a\n", "1.yaml:3:2: a tab stands in front of the line"),
        ("%YAML 1.1\n---\nversion: 1\n", "1.yaml:1:1: a directive"),
        ("version: 1\nrules: &a\n  - *a\n", "1.yaml:2:8: anchors (&) and aliases (*)"),
        ("a: &a [x]\nb: [*a, *a]\n", "1.yaml:2:5: anchors"),
        ("version: 1\nlists: {a: *.example}\n", "1.yaml:2:12: "),
        ("version: 1\n---\nversion: 1\n", "1.yaml:2:1: "),
        ("version: 1\nrules: !!python/object:os.system x\n", "a list"),
        ("version: 1\nrules: !!set {a}\n", "a list"),
        ("version: 1\n? [a, b]\n: c\n", "there is no key"),
        ("version: 1\nrules:\n  - {id: 2001-01-01, then: {action: deny}}\n", "1.yaml:3:6: rules.0.id"),
        ("[" * 500 + "]" * 500, "too deep"),
        ('version: 1\nabout: "\\ud800"\n', "1.yaml"),
        ("\x00", "1.yaml"),
        ("", "1.yaml: keys with values are needed here, not nothing"),
    ],
)
def test_yaml_that_is_none_of_ours(tmp_path, text, words):
    """A place and a word for whatever can be written in YAML."""
    found = mistakes(tmp_path, text)
    assert any(words in line for line in found), found
    assert all(line.startswith("1.yaml") for line in found), found


def test_cel_and_patterns_are_no_anchors(tmp_path):
    """Ampersands and stars where they belong."""
    text = 'version: 1\nrules:\n  - id: a\n    if: {from: "*.example"}\n    when: mail.size > 1 && mail.size * 2 > 3\n'
    assert load_book(folder(tmp_path, text + "    then: {action: deny}\n")).rules


def test_an_empty_folder_serves_nobody(tmp_path):
    """It is an error and no empty set of rules."""
    assert mistakes(tmp_path) == [f"there is no *.yaml in the rules folder {tmp_path}; nobody could be served"]
    with pytest.raises(RulesError, match="there is no"):
        load_book(tmp_path / "nowhere")


def test_a_file_that_vanishes_is_told(tmp_path, monkeypatch):
    """Between the look into the folder and the reading."""
    (tmp_path / "1.yaml").write_text(FINE, "utf-8")
    glob = Path.glob

    def vanish(self, pattern):
        found = list(glob(self, pattern))
        monkeypatch.setattr(Path, "is_file", lambda _: True)
        (tmp_path / "1.yaml").unlink()
        return found

    monkeypatch.setattr(Path, "glob", vanish)
    with pytest.raises(RulesError, match=r"1\.yaml: it cannot be read: No such file"):
        load_book(tmp_path)


def test_files_that_cannot_be_read(tmp_path):
    """Not UTF-8, too many bytes, a name with a colon, too many of them."""
    (tmp_path / "1.yaml").write_bytes(b"version: 1 # \xff\n")
    with pytest.raises(RulesError, match="not UTF-8: invalid start byte at byte 13"):
        load_book(tmp_path)
    (tmp_path / "1.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(RulesError, match="more than 1,000,000 bytes together"):
        load_book(tmp_path)
    os.rename(tmp_path / "1.yaml", tmp_path / "a:b.yaml")  # noqa: PTH104  (as short)
    with pytest.raises(RulesError, match="no colon"):
        load_book(tmp_path)
    for number in range(MAX_FILES):
        (tmp_path / f"{number}.yaml").write_text(FINE, "utf-8")
    with pytest.raises(RulesError, match="101 files"):
        load_book(tmp_path)


@pytest.mark.parametrize("admin", ["acme.example", "*@acme.example", "Ola <ola@acme.example>", "", "@staff"])
def test_an_admin_is_one_address(tmp_path, admin):
    """A domain or a pattern would let in more people than anybody named."""
    with pytest.raises(RulesError, match="no plain address"):
        load_book(folder(tmp_path, FINE), admins=[admin])
