"""The builder without a model, from a request to files that run."""

from __future__ import annotations

import contextlib
import html
import json
import re
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinyhtml5.parser import HTMLParser

from mailbot.build.answer import applied, problems
from mailbot.build.plan import Brief
from mailbot.build.scaffold import render, scaffold
from mailbot.build.scaffold_spec import Field, Section, Spec, clean, from_json
from mailbot.checks.syntax import error_in
from mailbot.domain.intent import Kind
from mailbot.models.scaffold import templates

TEMPLATES = templates()
BOOKS = (
    "Track my books with title, author, pages: number, bought: date, status: open/closed, site: link, "
    "read yes/no and notes."
)
HOSTILE = '"""\'\'\'{{ 7*7 }}</title><script>alert(1)</script>\\" === FILE: x ===`$(id)` %s {% raw %} -- \U0001f41d'


def asked(text, title="", files=None):
    kind = Kind.REVISE if files else Kind.CREATE
    return scaffold(Brief(kind=kind, title=title, text=text, files=files or {}), TEMPLATES)


def built(text, title="", files=None):
    said = asked(text, title, files)
    assert problems(said.text, files or {}) == ()
    return applied(said.text, files or {})


def unpacked(files, folder):
    for path, content in files.items():
        (folder / path).write_bytes(content)
    return folder


def unittested(folder):
    """Run the project's own tests, with nothing but Python."""
    command = [sys.executable, "-I", "-W", "error", "-c"]
    path = f"import sys, unittest; sys.path.insert(0, {str(folder)!r})"
    program = f"{path}; unittest.main('test_app', argv=['t'], warnings='error')"
    return subprocess.run([*command, program], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


class Running:
    """A record tracker that was started as its README says, on a free port."""

    def __init__(self, folder):
        known = {"PATH": "/usr/bin:/bin", "PORT": "0", "DATABASE": str(folder / "data.db")}
        self.process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=folder,
            env=known,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self):
        self.url = re.search(r"http://\S+?(?=/)", self.process.stdout.readline())[0]
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def ask(self, path, form=None, **headers):
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.mark.parametrize(
    "text",
    [BOOKS, "Inventory of tools", "Track x with a, b:number, c:date, d yes/no",
    "Keep a list of people with email, homepage (link), size: S/M/L"],
)  # fmt: skip
def test_every_tracker_passes_its_own_tests(text, tmp_path):
    """Whatever fields it has."""
    done = unittested(unpacked(built(text), tmp_path))
    assert done.returncode == 0, done.stderr
    assert "Ran 13 tests" in done.stderr


def test_a_tracker_runs_and_keeps_what_is_entered(tmp_path):
    """Started for real: a record is added, listed, escaped, changed, found, exported and deleted over HTTP."""
    with Running(unpacked(built(BOOKS, "Books"), tmp_path)) as app:
        assert "Nothing here yet." in app.ask("/")[1]
        entered = {
            "f1": '<b>Bees & "Co"</b>',
            "f3": "120.50",
            "f4": "2026-11-20",
            "f5": "open",
            "f7": "yes",
            "f8": "a\nb",
        }
        assert app.ask("/new", entered)[0] == 200
        listed = app.ask("/")[1]
        assert "&lt;b&gt;Bees &amp; &quot;Co&quot;&lt;/b&gt;" in listed
        assert "<b>Bees" not in listed
        assert "120.50</td>" in listed
        assert "a<br>b" in listed
        assert app.ask("/edit/1", {"f1": "=1+1", "f3": "7"})[0] == 200
        assert app.ask("/export.csv")[1].splitlines()[1].startswith("'=1+1,,7,")
        assert "Nothing was found." in app.ask("/?q=100%25")[1]
        assert app.ask("/new", {"f1": "x", "f3": "many"})[0] == 400
        assert app.ask("/new", {"f1": "x"}, Origin="https://elsewhere.example")[0] == 403
        assert app.ask("/delete/1", {})[0] == 200
        assert "Nothing here yet." in app.ask("/")[1]


def test_a_tracker_sorts_pages_and_adds_up(tmp_path):
    """Numbers by their value, long lists in parts, totals over all of them."""
    unpacked(built("Track jobs with name, price: number"), tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "data.db")) as database, database:
        database.execute("CREATE TABLE records (id INTEGER PRIMARY KEY, f1 TEXT, f2 TEXT)")
        rows = [(f"job{number:03}", str(number)) for number in range(203)]
        database.executemany("INSERT INTO records (f1, f2) VALUES (?, ?)", rows)
    with Running(tmp_path) as app:
        first = app.ask("/?sort=f2&down=1")[1]
        assert first.index("job202") < first.index("job099")
        assert "job001" not in first
        assert f'<td class="number">{sum(range(203))}</td>' in first
        assert "job001" in app.ask("/?sort=f2&down=1&start=200")[1]
        assert app.ask("/?sort=f2;drop&start=-1")[0] == 200


def test_a_tracker_refuses_what_is_no_form_of_its_own(tmp_path):
    """Endless bodies, unknown places, other sites."""
    with Running(unpacked(built("Track jobs with name"), tmp_path)) as app:
        assert app.ask("/new", {"f1": "x" * 20_000})[0] == 400
        assert app.ask("/new", {"f1": "x"}, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
        assert app.ask("/elsewhere", {"f1": "x"})[0] == 404
        assert app.ask("/../app.py")[0] == 404
        assert app.ask("/new", {"f1": "x" * 1_100_000})[0] == 413


def test_the_data_outlives_a_revision(tmp_path):
    """A renamed field keeps its data, a new one is empty, a removed one is hidden."""
    before = built("Track jobs with name, price: number, note: text")
    with Running(unpacked(before, tmp_path)) as app:
        app.ask("/new", {"f1": "first", "f2": "5", "f3": "secret"})
    after = built("Rename name to title, remove note and add a field due: date. Price should be a text.", files=before)
    with Running(unpacked(after, tmp_path)) as app:
        listed = app.ask("/")[1]
        assert "first" in listed
        assert "Title" in listed
        assert "secret" not in listed
    back = built("add a field price again: number", files=after)
    with Running(unpacked(back, tmp_path)) as app:
        assert app.ask("/")[0] == 200


def test_a_title_cannot_leave_its_place_in_any_language(tmp_path):
    """Python, HTML, Markdown, JSON, CSS and the answer's own format: it stays words."""
    files = built('Track "x" things with name, cost: number', HOSTILE[:60]) | {}
    spec = Spec(template="tracker", title=clean(HOSTILE, 80), noun=clean(HOSTILE, 60), fields=(
        Field(key="f1", label=clean(HOSTILE, 60)), Field(key="f2", label="K", kind="choice",
        options=(clean(HOSTILE, 60), "b")),
    ))  # fmt: skip
    made = render(spec, TEMPLATES)
    assert {path: error_in(path, text) for path, text in made.items() if path.endswith((".py", ".json"))} == {
        "app.py": "", "test_app.py": "", "scaffold.json": "",
    }  # fmt: skip
    done = unittested(unpacked({path: text.encode() for path, text in made.items()}, tmp_path))
    assert done.returncode == 0, done.stderr
    assert files


@given(st.text(min_size=1, max_size=90))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_title_is_the_files_come_back_whole(title):
    """What was drawn is what is read out of the answer; the page parses and shows just these characters."""
    page = Spec(
        template="page", title=clean(title, 80), tagline=clean(title, 90), sections=(Section(heading="A", text=title),)
    )
    files = render(page, TEMPLATES)
    answer = "".join(f"=== FILE: {path} ===\n{text}=== END FILE ===\n" for path, text in files.items())
    assert problems(answer, {}) == ()
    assert applied(answer, {}) == {path: text.encode() for path, text in files.items()}
    parser = HTMLParser(namespace_html_elements=False)
    shown = parser.parse(files["index.html"]).find(".//h1").text or ""
    assert shown.split() == page.title.split()
    assert error_in("index.html", files["index.html"]) == ""


def test_a_page_says_what_its_author_said():
    """Title, sections, words, contact, colours."""
    files = built(
        'A landing page for my bakery "Golden Crust" with sections about, menu and contact.\nMake the header brown.\n'
        "About: We bake bread. Since 1950.\nEmail: bread@example.org\n"
    )
    page, style = files["index.html"].decode(), files["style.css"].decode()
    assert "<h1>Golden Crust</h1>" in page
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["About", "Menu", "Contact"]
    assert "<p>We bake bread. Since 1950.</p>" in page
    assert '<a href="mailto:bread@example.org">' in page
    assert "--header: #a52a2a;\n  --header-ink: #ffffff;" in style
    own = {"index.html", "style.css", "README.md", "Dockerfile", "scaffold.json", ".gitignore", "test_page.py"}
    assert set(files) == own
    assert error_in("index.html", page) == ""


def test_a_page_loads_nothing_from_elsewhere():
    """It works offline, and tells nobody who reads it."""
    page = built("One page about bees.")["index.html"].decode()
    assert re.findall(r'(?:src|href)="(?!#)([^"]+)"', page) == ["style.css"]
    assert "<script" not in page


def test_the_same_brief_gives_the_same_words():
    """Nothing of time, chance or place gets in."""
    assert asked(BOOKS, "Books") == asked(BOOKS, "Books")


def test_a_revision_changes_only_what_it_must():
    """A colour changes the style and the project's own description."""
    before = built(BOOKS)
    said = asked("Make the header blue.", files=before)
    after = applied(said.text, before)
    assert {path for path in after if after[path] != before.get(path)} == {"style.css", "scaffold.json"}
    assert (said.done, said.not_done, said.asks) == (("the header is blue",), (), ())
    assert from_json(after["scaffold.json"].decode()).colours == (("header", "#0000ff"),)


def test_every_wish_is_done_or_handed_back():
    """Understood ones first, the others in their author's words."""
    said = asked("Make the header blue. Sing a song. Add dark mode and fly to the moon!", files=built(BOOKS))
    assert len(said.done) == 1
    assert said.not_done == ("Sing a song.", "Add dark mode and fly to the moon!")
    first = asked("Track jobs with name. Add a login. Make the header red and add a field due: date.")
    assert len(first.done) == 3
    assert first.not_done == ("Add a login.",)


def test_who_made_it_is_said():
    """By the template's own name; no model is claimed."""
    maker = asked("A page about bees").maker
    assert (maker.kind, maker.name, maker.provider) == ("scaffold", "static page", "scaffold")
    assert asked(BOOKS).maker.name == "record tracker"
    assert asked(BOOKS, "My books").title == "Books"


@pytest.mark.parametrize("text", ["Write a chess engine.", "", "Hello"])
def test_what_cannot_be_built_is_asked_about(text):
    """Nothing unrelated is sent; what can be built is named in words that can be sent back."""
    said = asked(text)
    assert (said.text, len(said.asks)) == ("", 1)
    assert "No AI model" in said.asks[0]
    for option in said.options:
        assert all(built(example) for example in option.split('"')[1::2])


def test_a_revision_that_changes_nothing_is_answered_with_what_is_so():
    """And with what may be said instead; every example of it is understood."""
    before = built("A page about bees. Make the header blue.")
    said = asked("Make the header blue. Dance!", files=before)
    assert said.text == ""
    assert said.asks == (
        "This is so already: the header is blue.",
        'I did not understand "Dance!"; please say it in other words.',
    )
    examples = [re.search(r'"(.+)"', option)[1] for option in said.options]
    after = before
    for example in examples:
        step = asked(example, files=after)
        assert step.not_done == (), example
        after = applied(step.text, after)


def test_an_empty_revision_asks_what_should_be_different():
    """Thanks alone are no wish."""
    assert "no wish" in asked("Thank you!", files=built(BOOKS)).asks[0]


@pytest.mark.parametrize("stored", [None, b"{}", b"\xff", b"[" * 9_999])
def test_a_project_that_was_not_made_here_is_not_touched(stored):
    """Its description is missing or cannot be read: that is said."""
    files = {"app.py": b"x"} | ({"scaffold.json": stored} if stored is not None else {})
    said = asked("make the header blue", files=files)
    assert said.text == ""
    assert "scaffold.json" in said.asks[0]


def test_a_question_is_not_answered_by_a_template():
    """It says so, and what it can do."""
    said = scaffold(Brief(kind=Kind.QUESTION, title="", text="Why is the sky blue?"), TEMPLATES)
    assert "no AI model is configured" in said.asks[0]
    assert len(said.options) == 7


def test_files_of_the_author_stay():
    """A revision draws its own files only."""
    before = built("A page about bees") | {"photo.txt": b"mine"}
    assert built("make it green", files=before)["photo.txt"] == b"mine"


@pytest.mark.parametrize(
    ("wish", "line"),
    [("add dark mode", "color-scheme: light dark;"), ("make it dark", "--page: #14171a;"),
    ("make the background black", "--ink: #ffffff;"),
     ("make the footer navy", "--footer: #000080;"), ("make the headings red", "--heading: #ff0000;")],
)  # fmt: skip
def test_a_look_is_drawn(wish, line):
    """With an ink that can be read."""
    assert line in built(wish, files=built("A page about bees"))["style.css"].decode()


def test_the_readme_and_the_dockerfile_are_those_of_the_template():
    """Set-up in steps, and a container that does not run as root."""
    files = built(BOOKS, "Books *")
    readme, container = files["README.md"].decode(), files["Dockerfile"].decode()
    assert readme.startswith("# Books \\*\n")
    assert "python app.py" in readme
    assert "Status (choice: open, closed)" in readme
    assert "USER app" in container
    assert json.loads(files["scaffold.json"])["template"] == "tracker"


def test_html_of_words_is_the_words():
    """A hostile heading is shown, not obeyed."""
    page = built(f"A page about bees\n\nAbout: {HOSTILE}")["index.html"].decode()
    assert "<script>" not in page
    assert html.escape("<script>alert(1)", quote=False) in page


def test_hostile_mails_are_understood_in_time():
    """Long runs of anything cost no more than a few moments."""
    for text in (
        "and " * 5_000,
        "make " * 4_000,
        "track " * 3_000,
        "a, " * 6_000,
        ": " * 9_000,
        "with " * 4_000,
        "blue " * 4_000,
        '"' * 20_000,
    ):
        assert asked(text)
        assert asked(text, files=built("A page about bees"))


def test_templates_are_files_of_the_package():
    """Each below the name of its template."""
    folder = Path(__file__).parents[2] / "mailbot" / "build" / "templates"
    assert set(TEMPLATES) == {str(path.relative_to(folder)) for path in folder.rglob("*.j2")}
