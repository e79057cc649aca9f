"""What a project is made of, read from its files."""

from __future__ import annotations

import pytest

from mailbot.build.stack import stack_of


def tree(**files):
    return {name.replace("__", "/").replace("_", "."): text.encode() for name, text in files.items()}


def test_a_python_program_is_known_by_its_entry_imports_and_settings():
    """Only what is neither of the standard library nor its own is a dependency."""
    files = {
        "app.py": b'"""import fake\n"""\nimport os, yaml\nfrom flask import Flask\nimport helper\n'
        b'X = os.environ["TOKEN"]\n'
        b"app = Flask(__name__)\n",
        "helper.py": b"import json\nfrom PIL import Image\nimport requests as r\n",
    }
    stack = stack_of(files)
    assert (stack.language, stack.entry, stack.type, stack.framework) == (
        "python",
        "app.py",
        "web_application",
        "flask",
    )
    assert stack.dependencies == ("flask", "Pillow", "PyYAML", "requests")
    assert stack.environment == ("TOKEN",)
    assert (stack.port, stack.script) == (8000, False)


def test_requirements_are_taken_as_they_stand():
    """Versions and all, without remarks and options."""
    files = {
        "main.py": b"import x\n",
        "requirements.txt": b"# all\nflask==3.0  # web\n-r other.txt\nuvicorn[standard]>=0.2\n",
    }
    assert stack_of(files).dependencies == ("flask==3.0", "uvicorn[standard]>=0.2")


def test_a_node_program_is_known_by_its_manifest():
    """Its start script, its dependencies, its settings."""
    manifest = b'{"scripts": {"start": "node server.js"}, "dependencies": {"express": "^4"}}'
    files = {"package.json": manifest, "server.js": b"require('express'); process.env.PORT; http.createServer()"}
    stack = stack_of(files)
    assert (stack.language, stack.entry, stack.dependencies) == ("node", "npm start", ("express@^4",))
    assert (stack.environment, stack.port) == (("PORT",), 3000)


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{", b"[" * 100_000, b'{"dependencies": 3, "scripts": [], "main": 5}']
)
def test_a_broken_manifest_names_nothing(manifest):
    """The check of its syntax says what is wrong; here nothing breaks."""
    stack = stack_of({"package.json": manifest})
    assert (stack.language, stack.dependencies, stack.entry) == ("node", (), "")


def test_a_page_is_static():
    """Its start is index.html."""
    stack = stack_of({"b.html": b"", "index.html": b"", "style.css": b""})
    assert (stack.language, stack.type, stack.entry) == ("static", "static_site", "index.html")


def test_files_of_no_known_kind_are_files():
    """Nothing is claimed of them."""
    stack = stack_of({"notes.txt": b"x"})
    assert (stack.language, stack.type, stack.runtime) == ("", "files", "unknown")


def test_the_port_is_read_from_the_dockerfile():
    """If it is one."""
    assert stack_of({"app.py": b"", "Dockerfile": b"FROM x\nEXPOSE 5000\n"}).port == 5000
    assert stack_of({"app.py": b"", "Dockerfile": b"EXPOSE 99999\n"}).port is None


@pytest.mark.parametrize(
    ("names", "entry"),
    [
        (["main.py", "app.py"], "app.py"),
        (["tool.py"], "tool.py"),
        (["a.py", "b.py"], ""),
        (["pkg/__init__.py", "pkg/__main__.py"], "pkg/__main__.py"),
        (["test_x.py", "x.py"], "x.py"),
    ],
)
def test_the_entry_is_found_where_it_is_clear(names, entry):
    """By its usual name, or because there is only one."""
    assert stack_of(dict.fromkeys(names, b"x = 1\n")).entry == entry


def test_hostile_sources_are_read_in_linear_time():
    """Unclosed strings, endless lines and broken text only cost their length."""
    for text in ('"""' * 60_000, "import " + "a," * 100_000, "'" * 200_000, "from " * 50_000, "\ufffd" * 100_000):
        assert stack_of({"app.py": text.encode()}).language == "python"
