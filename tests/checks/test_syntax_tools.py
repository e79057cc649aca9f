"""Scripts as the languages themselves read them, in every kind of sandbox."""

from __future__ import annotations

import pytest

from mailbot.checks import syntax_tools
from mailbot.checks.around import Around
from mailbot.checks.static import Reading
from mailbot.checks.syntax_tools import better
from mailbot.domain.project import Result

CASES = [
    ("a.js", "import a from './b.js';\nawait a;", ""),
    ("a.js", "#!/usr/bin/env node\nconst a = require('x');\nreturn", ""),
    ("a.js", "let a = 1;\nlet a = 2;\n", "line 2: Identifier 'a' has already been declared"),
    ("a.js", "\n\nfunction (", "line 3"),
    ("a.js", "const A = () => <b>x</b>;", ""),
    ("a.mjs", "return 1", "Illegal return"),
    ("a.cjs", "import a from 'a'", "line 1: Cannot use import"),
    ("a.sh", "if true; then\n echo x\n", "syntax error: unexpected end of file"),
    ("a.sh", "#!/bin/sh\na=(1 2)\n", "line 2: Syntax error"),
    ("a.sh", "#!/usr/bin/env bash\na=(1 2)\necho ${a[@]}\n", ""),
    ("-x.sh", "echo a", ""),
    ("start", "#!/bin/bash\nfi\n", "line 2: syntax error"),
    ("a.html", "<!doctype html>\n<title>x</title>\n<script>\nlet a = ;\n</script>", "line 4: Unexpected token ';'"),
    ("a.html", "<!doctype html><title>x</title><script type=module>import 'x'</script><script src=a></script>", ""),
    ("a.html", "<!doctype html><title>x</title><script type='application/json'>{</script>", ""),
]


async def read(cage, files):
    tree = {name: text.encode() for name, text in files.items()}
    found = await better(Around(cage=cage), tree, await Reading().syntax(tree))
    return {one.subject: one for one in found}


async def test_the_language_itself_has_the_last_word(cage):
    """All in one go; each with the line that it names."""
    files = {f"{number}/{name}": text for number, (name, text, _) in enumerate(CASES)}
    found = await read(cage, files)
    for number, (name, text, words) in enumerate(CASES):
        one = found[f"{number}/{name}"]
        assert one.result is (Result.FAILED if words else Result.PASSED), (name, text, one.detail)
        assert words in one.detail


async def test_a_script_is_read_and_never_run(cage):
    """Neither what it says at once, nor what closes a function around it."""
    run = "echo x >/box/ran; exit 3"
    found = await read(
        cage, {"a.js": "}); process.exit(1); (() => {", "b.js": "process.exit(1)", "c.sh": run, "d.js": "("}
    )
    assert [found[name].result.value for name in ("a.js", "b.js", "c.sh", "d.js")] == [
        "failed", "passed", "passed", "failed",
    ]  # fmt: skip


async def test_without_the_tools_the_findings_stay_as_they_are(full, monkeypatch):
    """What nobody reads is left unchecked."""
    monkeypatch.setattr(syntax_tools.shutil, "which", lambda *_, **__: None)
    found = await read(full, {"a.js": "let a; let a;"})
    assert found["a.js"].detail != "line 1: Identifier 'a' has already been declared"


@pytest.mark.parametrize(
    "text", ["<script>" * 120_000, "<script " * 120_000, "<script></script>" * 50_000, "<script>x" + " " * 900_000]
)
def test_scripts_are_found_in_one_walk_through_a_page(text):
    """Whatever a page is made of."""
    assert len(list(syntax_tools._scripts({"a.html": text.encode()}))) <= syntax_tools.MOST


async def test_a_page_that_fails_keeps_its_own_mistake(full):
    """Its scripts are the smaller trouble."""
    found = await read(full, {"a.html": "<!doctype html><title>x</title><div><script>let a = ;</script>"})
    assert "never closed" in found["a.html"].detail


async def test_what_is_not_understood_of_the_answer_changes_nothing(full, monkeypatch):
    """A sandbox that says something else is no judge."""
    monkeypatch.setattr(syntax_tools, "_PROGRAM", "print('[all fine')")
    assert (await read(full, {"a.sh": "if"}))["a.sh"].result is Result.UNCHECKED
