"""What is added to a package whose maker forgot it (row E15)."""

from __future__ import annotations

import pytest

from mailbot.build.complete import instructions, marked, start, supplements
from mailbot.build.stack import stack_of


def added(files):
    return {name: text.decode() for name, text in supplements(files, "My *title*", stack_of(files)).items()}


def test_e15_a_bare_python_program_gets_everything_to_set_it_up():
    """README, requirements, Dockerfile and .gitignore, each fit for this program."""
    made = added({"app.py": b"import requests\nif __name__ == '__main__':\n    pass\n"})
    assert set(made) == {"README.md", "requirements.txt", "Dockerfile", ".gitignore"}
    assert made["requirements.txt"].endswith("\nrequests\n")
    assert 'CMD ["python", "app.py"]' in made["Dockerfile"]
    assert "USER app" in made["Dockerfile"]
    assert "__pycache__/" in made[".gitignore"]
    assert made["README.md"].startswith("# My \\*title\\*\n")
    assert "pip install -r requirements.txt" in made["README.md"]


def test_e15_what_is_there_is_never_replaced():
    """In whatever case it is written."""
    files = {"app.py": b"", "readme.md": b"", "requirements.txt": b"", "DOCKERFILE": b"", ".gitignore": b""}
    assert added(files) == {}


def test_e15_the_standard_library_needs_no_package_and_the_list_says_so():
    """The file is there, and empty of names."""
    assert added({"app.py": b"import json\n"})["requirements.txt"] == "# The standard library is all it needs.\n"


def test_e15_a_node_program_and_a_page_get_their_own_dockerfile():
    """And no requirements.txt, which is Python's."""
    node = added({"package.json": b"{}", "server.js": b""})
    page = added({"index.html": b""})
    assert 'CMD ["node", "server.js"]' in node["Dockerfile"]
    assert "node_modules/" in node[".gitignore"]
    assert "nginx" in page["Dockerfile"]
    assert "requirements.txt" not in node | page


def test_e15_where_nothing_says_how_it_starts_no_dockerfile_is_invented():
    """A wrong one is worse than none."""
    assert "Dockerfile" not in added({"a.py": b"", "b.py": b""})
    assert set(added({"notes.txt": b""})) == {"README.md"}


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"app.py": b"from fastapi import FastAPI\napp = FastAPI()\n"}, "uvicorn app:app --host 0.0.0.0 --port 8000"),
        (
            {"app.py": b"from flask import Flask\napp = Flask(__name__)\n"},
            "flask --app app run --host 0.0.0.0 --port 8000",
        ),
        ({"pkg/__main__.py": b""}, "python -m pkg"),
        ({"notes.txt": b""}, ""),
    ],
)
def test_a_program_is_started_the_way_its_framework_wants(files, command):
    """Frameworks without a main of their own are served."""
    assert " ".join(start(stack_of(files))) == command


def test_the_steps_are_those_of_the_stack():
    """A page is opened, a program is started, a container is built."""
    page = instructions(stack_of({"index.html": b""}), container=True, name="bees")
    assert page[0] == "open index.html in a web browser"
    assert "docker run --rm -p 8080:8080 bees" in page[1]
    assert instructions(stack_of({"a.txt": b""}), container=False, name="x") == ()


def test_settings_are_named_in_the_readme():
    """So that nobody has to search the source."""
    assert "- `TOKEN`" in added({"app.py": b'import os\nos.getenv("TOKEN")\n'})["README.md"]


def test_a_title_cannot_write_markdown():
    """Every mark is shown as it is."""
    assert marked("<b>[x](y)# `") == "\\<b\\>\\[x\\]\\(y\\)\\# \\`"
