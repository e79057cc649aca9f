"""Answers as models really write them, cut into any pieces and cut off anywhere: right files or a named failure."""

from __future__ import annotations

import json
import random

import pytest

from mailbot.build.answer import CUT, applied, problems, was_cut
from mailbot.build.blocks import Reading, steps

APP = 'def total(rows):\n    """Add up."""\n    text = "=== not a marker"\n    return sum(rows)  # ``` is no fence\n'
README = "# Sales\n\n## Set-up\n\n```sh\npython app.py\n```\n\nThen open the page.\n"
SCRIPT = "const rows = [1, 2];\n\nfunction show() {\n  return rows.length > 1 ? '<b>' : \"\";\n}\n"
FILES = {"app.py": APP, "README.md": README, "static/show.js": SCRIPT}


def each(form):
    return "".join(form(path, text) for path, text in FILES.items())


def language(path):
    return {"py": "python", "md": "markdown", "js": "javascript"}[path.rsplit(".", 1)[-1]]


SHAPES = {
    "as asked": each(lambda p, t: f"=== FILE: {p} ===\n{t}=== END FILE ===\n"),
    "with words around": "Sure! Here it is.\n\n"
    + each(lambda p, t: f"=== FILE: {p} ===\n{t}=== END FILE ===\n\n")
    + "Let me know!",
    "windows": each(lambda p, t: f"=== FILE: {p} ===\n{t}=== END FILE ===\n").replace("\n", "\r\n"),
    "old mac": each(lambda p, t: f"=== FILE: {p} ===\n{t}=== END FILE ===\n").replace("\n", "\r"),
    "fenced inside": each(lambda p, t: f"=== FILE: {p} ===\n````{language(p)}\n{t}````\n=== END FILE ===\n"),
    "all in one fence": "````\n" + each(lambda p, t: f"=== FILE: {p} ===\n{t}=== END FILE ===\n") + "````\n",
    "bold": each(lambda p, t: f"**=== FILE: {p} ===**\n{t}**=== END FILE ===**\n"),
    "backticks": each(lambda p, t: f"=== FILE: `{p}` ===\n{t}=== END ===\n"),
    "small letters": each(lambda p, t: f"=== file: ./{p} ===\n{t}=== end file ===\n"),
    "dashes": each(lambda p, t: f"--- FILE: {p} ---\n{t}--- END FILE ---\n"),
    "named ends": each(lambda p, t: f"=== FILE: {p} ===\n{t}=== END FILE: {p} ===\n"),
    "no ends": each(lambda p, t: f"=== FILE: {p} ===\n{t}"),
    "named fences": each(lambda p, t: f"````{language(p)} {p}\n{t}````\n"),
    "titled fences": each(lambda p, t: f'````{language(p)} title="{p}"\n{t}````\n\n'),
    "labels": each(lambda p, t: f"**{p}**\n\n````{language(p)}\n{t}````\n\n"),
    "headings": each(lambda p, t: f"### `{p}`\n````{language(p)}\n{t}````\n"),
    "numbered labels": each(lambda p, t: f"1. {p}:\n````{language(p)}\n{t}````\n"),
    "bolt": each(lambda p, t: f'<boltAction type="file" filePath="{p}">\n{t}</boltAction>\n'),
    "tags": each(lambda p, t: f'<file path="{p}">\n{t}</file>\n'),
    "JSON": json.dumps({"files": [{"path": p, "content": t} for p, t in FILES.items()]}, indent=1),
    "fenced JSON": "Here:\n```json\n" + json.dumps({"files": FILES}) + "\n```\n",
}
RIGHT = {path: text.encode() for path, text in FILES.items()}


@pytest.mark.parametrize("shape", list(SHAPES))
def test_e20_every_shape_gives_the_right_files(shape):
    """Byte for byte, and nothing beside them."""
    assert applied(SHAPES[shape], {}) == RIGHT
    assert problems(SHAPES[shape], {}) == ()


@pytest.mark.parametrize("shape", list(SHAPES))
def test_e20_pieces_make_no_difference(shape):
    """Two hundred ways to cut the stream, one piece for each character among them."""
    text, chance = SHAPES[shape], random.Random(shape)
    for way in range(200):
        reading, at = Reading(), 0
        while at < len(text):
            size = 1 if way == 0 else chance.randint(1, 4 ** chance.randint(1, 5))
            reading.feed(text[at : at + size])
            at += size
        assert reading.end(cut=bool(way % 2)) == steps(text, cut=bool(way % 2))


@pytest.mark.parametrize("shape", list(SHAPES))
def test_e20_wherever_it_is_cut_no_file_is_wrong(shape):
    """A file is whole or is not there; an answer without all of them is known to be cut."""
    text = SHAPES[shape]
    for end in range(len(text)):
        answer = text[:end] + CUT
        made = applied(answer, {})
        assert was_cut(answer)
        assert {path: text for path, text in made.items() if RIGHT.get(path) != text} == {}, end


@pytest.mark.parametrize("shape", [name for name in SHAPES if "JSON" not in name])
def test_a_cut_file_leaves_the_old_one_alone(shape):
    """In a project that stands, each file is the old one or the new one, and never a part of it."""
    before = dict.fromkeys(RIGHT, b"old\n")
    for end in range(0, len(SHAPES[shape]), 3):
        made = applied(SHAPES[shape][:end] + CUT, before)
        assert all(made[path] in (b"old\n", RIGHT[path]) for path in RIGHT)


def test_there_are_at_least_fourteen_shapes():
    """The table keeps its size."""
    assert len(SHAPES) >= 14


@pytest.mark.parametrize("line", ["=== DELETE: app", "=== DELETE: app ", "=== EDIT: app", "=== FILE: app"])
def test_a_line_that_was_cut_does_nothing(line):
    """It may have gone on: "app" was perhaps "app.py"."""
    before = {"app": b"1", "app.py": b"2"}
    assert applied(line + CUT, before) == before
    assert problems(line + CUT, before) == ()
