"""Files out of a model's answer, as models really write them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.build.answer import CUT, MAX_CONTENT, MAX_FILES, MAX_TREE, applied, problems


def block(path, text):
    return f"=== FILE: {path} ===\n{text}\n=== END FILE ===\n"


def texts(answer, before=None):
    return {path: content.decode() for path, content in applied(answer, before or {}).items()}


@pytest.mark.parametrize(
    "answer",
    [
        "Here you are:\n=== FILE: a.py ===\nx = 1\n=== END FILE ===\nEnjoy!",
        "=== FILE: a.py ===\r\nx = 1\r\n=== END FILE ===\r\n",
        "=== FILE: a.py ===\n```python\nx = 1\n```\n=== END FILE ===",
        "=== FILE: `a.py` ===\nx = 1\n=== END ===",
        "**=== FILE: a.py ===**\nx = 1\n**=== END FILE ===**",
        "=== file: ./a.py\nx = 1\n=== end file",
        "--- FILE: a.py ---\nx = 1\n--- END FILE ---",
        "### FILE: a.py\nx = 1\n### END FILE",
        "=== FILE: a.py ===\nx = 1\n",
        "=== FILE: a.py ===\nx = 1",
        "```\n=== FILE: a.py ===\nx = 1\n=== END FILE ===\n```\n",
        "```python a.py\nx = 1\n```",
        '```python title="a.py"\nx = 1\n```',
        "**a.py**\n```python\nx = 1\n```",
        "### `a.py`\n\n```python\nx = 1\n```",
        "File: a.py\n```\nx = 1\n```",
        "1. a.py:\n```py\nx = 1\n```\n",
        '<boltAction type="file" filePath="a.py">\nx = 1\n</boltAction>',
        '<file path="a.py">x = 1</file>',
        '{"files": [{"path": "a.py", "content": "x = 1"}]}',
        '{"files": {"a.py": "x = 1\\n"}}',
        'Sure!\n```json\n{"a.py": "x = 1"}\n```',
        'Sure: {"a.py": "x = 1"}. Done.',
    ],
)
def test_e19_every_usual_way_to_write_a_file_is_read(answer):
    """The asked form and its kin, fences with a name, tags and JSON give the same file."""
    assert texts(answer) == {"a.py": "x = 1\n"}


def test_the_first_line_of_a_fence_may_name_the_file():
    """A comment with a path is a name, and stays in the file."""
    assert texts("```python\n# src/app.py\nx = 1\n```") == {"src/app.py": "# src/app.py\nx = 1\n"}


@pytest.mark.parametrize(
    "answer", ["", "I cannot do that.", "```sh\npip install x\n```", "{}", "[1, 2]", "{" * 100_000]
)
def test_an_answer_without_files_changes_nothing(answer):
    """What holds nothing usable gives the very tree that stood before."""
    before = {"a.py": b"x\n"}
    assert applied(answer, before) is before


def test_a_fence_in_a_readme_belongs_to_it():
    """Markdown keeps its own fences; only a fence that says markdown is wrapping."""
    own = "# Set-up\n\n```sh\npython app.py\n```\n\nDone."
    assert texts(block("README.md", own)) == {"README.md": own + "\n"}
    assert texts(block("README.md", f"```markdown\n{own}\n```")) == {"README.md": own + "\n"}


def test_a_fence_in_code_does_not_end_the_file():
    """Only the outer pair is taken off."""
    code = 'TEXT = """\n```\nexample\n```\n"""'
    assert texts(block("a.py", f"```python\n{code}\n```")) == {"a.py": code + "\n"}


def test_a_fenced_readme_may_hold_fences():
    """Inner fences open and close in pairs."""
    answer = "**README.md**\n```markdown\n# A\n```sh\nls\n```\nend\n```\nBye"
    assert texts(answer) == {"README.md": "# A\n```sh\nls\n```\nend\n"}


@pytest.mark.parametrize(
    "line", ["# --- file: b.py ---", "## FILE: b.py", "-- END", "    === FILE: b.py ===", "x === FILE: b"]
)
def test_code_that_looks_like_another_kind_of_marker_is_code(line):
    """A file is ended by its own kind of marker only."""
    assert texts(block("a.py", f"x = 1\n{line}\ny = 2")) == {"a.py": f"x = 1\n{line}\ny = 2\n"}


def test_a_missing_end_is_forgiven_where_the_next_file_begins():
    """The next marker of the same kind ends the file before."""
    assert texts("=== FILE: a ===\n1\n=== FILE: b ===\n2\n=== END FILE ===") == {"a": "1\n", "b": "2\n"}


def test_a_later_block_of_the_same_file_wins():
    """Models correct themselves."""
    assert texts(block("a.py", "1") + block("a.py", "2")) == {"a.py": "2\n"}


def test_a_file_can_be_deleted_and_another_is_left_alone():
    """Only what an answer names changes."""
    before = {"a.py": b"a\n", "b.py": b"b\n"}
    assert applied("=== DELETE: a.py ===\n" + block("c.py", "c"), before) == {"b.py": b"b\n", "c.py": b"c\n"}


def test_a_cut_answer_keeps_what_was_whole_and_names_the_rest():
    """The file in which the answer ended is not used, and said."""
    answer = block("a.py", "a") + "=== FILE: b.py ===\nhalf of" + CUT
    assert texts(answer) == {"a.py": "a\n"}
    assert [(problem.path, "cut off" in problem.why) for problem in problems(answer, {})] == [("b.py", True)]


def test_a_marker_that_was_cut_is_no_marker():
    """The last partial line of a cut answer names no file."""
    assert texts(block("a.py", "a") + "=== FILE: b" + CUT) == {"a.py": "a\n"}


@pytest.mark.parametrize("path", ["../x.py", "/etc/passwd", ".git/hooks/x", "con.txt", "a\u202eb.py", "C:/x.py"])
def test_an_unsafe_path_is_left_out_and_named(path):
    """The other files of the answer are used all the same."""
    answer = block(path, "x") + block("ok.py", "1")
    assert texts(answer) == {"ok.py": "1\n"}
    assert len(problems(answer, {})) == 1


def test_names_that_collide_are_left_out_and_named():
    """Neither another case nor a file where a folder is."""
    answer = block("A.py", "x") + block("b.py/c.py", "y")
    before = {"a.py": b"1", "b.py": b"2"}
    assert applied(answer, before) == before
    assert ["collides" in problem.why for problem in problems(answer, before)] == [True, True]


def test_composed_letters_are_the_same_name():
    """A decomposed name is taken as its composed one."""
    assert list(texts(block("cafe\u0301.py", "x"))) == ["caf\u00e9.py"]


@pytest.mark.parametrize(
    "line",
    ["# ... rest of the code unchanged", "// existing code here", "<!-- rest of the file -->", "# your code here",
    "/* same styles as before */"],
)  # fmt: skip
def test_a_file_with_something_left_out_is_not_used(line):
    """Elision is a failed file: the old one stays."""
    before = {"a.py": b"old\n"}
    assert applied(block("a.py", f"x = 1\n{line}"), before) == before
    assert "left out" in problems(block("a.py", f"x = 1\n{line}"), before)[0].why


@pytest.mark.parametrize(
    "line", ["# the rest is easy", "print('rest of the code')", "# same as before the war", "x = rest_of_code"]
)
def test_ordinary_remarks_are_no_elision(line):
    """Only a remark that stands for code makes a file unusable."""
    assert texts(block("a.py", line)) == {"a.py": line + "\n"}


def test_damaged_and_empty_files_are_not_used():
    """A replacement character or nothing at all is no content; an empty __init__.py is."""
    answer = block("a.py", "x = '\ufffd'") + block("b.py", "") + block("pkg/__init__.py", "")
    assert texts(answer) == {"pkg/__init__.py": ""}
    assert [problem.path for problem in problems(answer, {})] == ["a.py", "b.py"]


def test_an_answer_has_limits():
    """Neither too many files nor too much of them; what is over is named."""
    many = "".join(block(f"f{n}.py", "x") for n in range(MAX_FILES + 2))
    assert len(applied(many, {})) == MAX_FILES
    assert len(problems(many, {})) == 2
    assert applied(block("big.txt", "x" * (MAX_CONTENT + 1)), {}) == {}
    full = {f"f{n}": b"" for n in range(MAX_TREE)}
    assert applied(block("one-more.py", "x"), full) == full


EDIT = "=== EDIT: a.py ===\n<<<<<<< SEARCH\n{}\n=======\n{}\n>>>>>>> REPLACE\n=== END EDIT ===\n"
BEFORE = {"a.py": b"def f():\n    return 1\n\n\ndef g():\n    return 2\n"}


def test_a_passage_can_be_edited():
    """Found once, it is replaced."""
    after = applied(EDIT.format("    return 1", "    return 3"), BEFORE)
    assert after["a.py"] == BEFORE["a.py"].replace(b"return 1", b"return 3")


def test_two_edits_of_a_file_are_both_made():
    """One after the other, also in one block."""
    pair = EDIT.format("return 1", "return 3") + EDIT.format("return 2", "return 4")
    assert applied(pair, BEFORE)["a.py"].split() == b"def f(): return 3 def g(): return 4".split()


def test_one_edit_that_fails_is_told_although_another_succeeds():
    """Half of the wish must not pass for the whole."""
    pair = EDIT.format("return 9", "return 3") + EDIT.format("return 2", "return 4")
    assert [problem.path for problem in problems(pair, BEFORE)] == ["a.py"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (EDIT.format("return 9", "x"), "not found"),
        (EDIT.format("    return", "x"), "2 times"),
        (EDIT.format("return 1", "x").replace("a.py", "b.py"), "no such file"),
        ("=== EDIT: a.py ===\n<<<<<<< SEARCH\nreturn 1\n=======\nreturn 2", "no end"),
        ("=== EDIT: a.py ===\n<<<<<<< SEARCH\nreturn 1\n=== FILE: b.py ===\nx\n=== END FILE ===", "no end"),
        (EDIT.format(" ", "x"), "no passage"),
    ],
)
def test_an_edit_that_cannot_be_made_changes_nothing_and_says_why(answer, why):
    """The file stays as it is."""
    assert applied(answer, BEFORE)["a.py"] == BEFORE["a.py"]
    assert why in problems(answer, BEFORE)[0].why


@given(st.text(alphabet=st.sampled_from('=FILEND: a.py\n`<>#{}"/*-SEARCH\r\ufffd'), max_size=300))
def test_no_answer_breaks_the_reading(answer):
    """Whatever a model says, the tree stays one of bytes below safe names."""
    after = applied(answer, {"keep.txt": b"1"})
    assert all(isinstance(content, bytes) for content in after.values())
    assert isinstance(problems(answer, {}), tuple)


@given(st.dictionaries(st.sampled_from(["a.py", "b/c.html", "README.md", "d.json"]), st.text(max_size=80), min_size=1))
def test_json_answers_carry_every_text(files):
    """What comes as JSON is the same text, with line ends and blank edges made regular."""
    after = applied(json.dumps({"files": files}), {})
    assert set(after) <= set(files)


def test_a_file_may_follow_an_edit_that_was_not_closed():
    """And one that was."""
    open_ended = EDIT.format("return 1", "return 3").replace("=== END EDIT ===\n", "")
    for edit in (open_ended, EDIT.format("return 1", "return 3")):
        after = applied(edit + block("b.py", "new"), BEFORE)
        assert b"return 3" in after["a.py"]
        assert after["b.py"] == b"new\n"
        assert problems(edit + block("b.py", "new"), BEFORE) == ()


def test_a_project_has_a_limit_of_bytes():
    """It holds over all revisions, not for one answer only."""
    big = {f"f{n}": b"x" * 100_000 for n in range(39)} | {"last": b"x" * 99_000}
    assert "a.py" in applied(block("a.py", "x" * 900), big)
    assert applied(block("a.py", "x" * 1_100), big) == big


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("a.css", "--- a/a.css\n+++ b/a.css\n@@ -1,2 +1,2 @@\n-h1 {}\n+h1 { color: blue }", "differences"),
        ("a.css", "@@ ... @@\n-h1 {}\n+h1 { color: blue }", "differences"),
        ("a.py", "1 | x = 1\n2 | y = 2\n3 | z = 3", "numbers"),
        ("a.html", "&lt;h1&gt;Bees&lt;/h1&gt;", "no HTML"),
        ("a.js", "let x = 1;\n// Rest des Codes bleibt gleich", "left out"),
        ("a.py", "x = 1\n# reszta kodu bez zmian", "left out"),
        ("a.js", "let x = 1;\n// le reste du code", "left out"),
        ("a.py", "x = 1\n[rest of the file unchanged]", "left out"),
    ],
)
def test_what_is_no_file_is_not_used_as_one(path, text, why):
    """A diff, an editor's view, escaped HTML, and remarks in place of code, in four languages."""
    before = {path: b"old\n"}
    assert applied(block(path, text), before) == before
    assert why in problems(block(path, text), before)[0].why


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.patch", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y"), ("a.csv", "1|a\n2|b\n3|c"), ("a.py", "x = [\n  1,\n]"),
     ("a.py", "# bez zmiany nazwy nie dziala\nx = 1"), ("a.md", "1 | x\n2 | y\n3 | z")],
)  # fmt: skip
def test_what_only_looks_so_is_a_file(path, text):
    """A patch, a table, a list."""
    assert path in applied(block(path, text), {})
