"""Which commands show that a project works."""

from __future__ import annotations

import json

import pytest

from mailbot.checks.commands import Means, tasks_of


def found(files):
    return [(task.means, " ".join(task.command)) for task in tasks_of({n: t.encode() for n, t in files.items()})]


UNIT = "import unittest\nclass T(unittest.TestCase): ...\n"


@pytest.mark.parametrize(
    ("files", "commands"),
    [
        ({"main.py": "print(1)"}, [(Means.RAN, "python3 main.py")]),
        ({"main.py": "import argparse"}, [(Means.RAN, "python3 main.py --help")]),
        ({"bees/__main__.py": "print(1)"}, [(Means.RAN, "python3 -m bees")]),
        ({"tests/test_a.py": UNIT, "a.py": "", "b.py": ""}, [(Means.TESTED, "python3 -m unittest tests.test_a")]),
        (
            {"test_a.py": "def test_a(): ...", "b.py": "", "c.py": ""},
            [(Means.TESTED, "python3 -m pytest -q -p no:cacheprovider test_a.py")],
        ),
        (
            {"my-tests/test_a.py": UNIT, "b.py": "", "c.py": ""},
            [(Means.TESTED, "python3 -m pytest -q -p no:cacheprovider my-tests/test_a.py")],
        ),
        ({"app.py": "import http.server\nserve()"}, [(Means.SERVES, "python3 app.py")]),
        (
            {"app.py": "from flask import Flask\napp = Flask(__name__)"},
            [(Means.SERVES, "python3 -m flask --app app run --port 8000")],
        ),
        (
            {"main.py": "from fastapi import FastAPI\napp = FastAPI()"},
            [(Means.SERVES, "python3 -m uvicorn main:app --host 127.0.0.1 --port 8000")],
        ),
        ({"manage.py": "import django"}, [(Means.SERVES, "python3 manage.py runserver --noreload 127.0.0.1:8000")]),
        ({"index.html": "<p>"}, [(Means.SERVES, "python3 -m http.server 8000 --bind 127.0.0.1")]),
        ({"package.json": "{}", "index.js": "1"}, [(Means.RAN, "node index.js")]),
        ({"package.json": "{}", "a.test.js": "1"}, [(Means.TESTED, "node --test a.test.js")]),
        ({"notes.txt": "bees"}, []),
        ({"package.json": "[[["}, []),
    ],
)  # fmt: skip
def test_e21_a_project_is_started_as_its_files_say(files, commands):
    """Its tests first, then its smallest run."""
    assert found(files) == commands


@pytest.mark.parametrize(
    ("script", "means"),
    [
        ("node check.js", [(Means.RAN, "/bin/sh -c node check.js")]),
        ('echo "Error: no test specified" && exit 1', []),
        (3, []),
    ],
)
def test_the_script_for_tests_of_a_package(script, means):
    """What npm writes into every new package is none."""
    assert found({"package.json": json.dumps({"scripts": {"test": script}})}) == means


def test_the_start_script_of_a_server_becomes_the_server():
    """So that ending it ends the server."""
    files = {"package.json": json.dumps({"scripts": {"start": "node s.js"}}), "s.js": "http.createServer()"}
    assert found(files) == [(Means.SERVES, "/bin/sh -c exec node s.js")]


def test_a_page_that_is_not_the_index_is_asked_for_by_its_name():
    """And the table names the page, not our server."""
    (task,) = tasks_of({"bees.html": b"<p>"})
    assert (task.page, task.words) == ("/bees.html", "the page bees.html")


def test_tests_of_a_page_are_run_too():
    """A static site may bring tests in Python, which look at its files."""
    files = {"index.html": b"<!doctype html><title>x</title>", "test_page.py": b"import unittest\n"}
    [task] = [one for one in tasks_of(files) if one.means is Means.TESTED]
    assert task.words == "python3 -m unittest"
