"""Projects without a model: asked for, read out of the answer, and their own tests run."""

from __future__ import annotations

import subprocess
import sys

from mailbot.build.answer import applied, problems
from mailbot.build.plan import Brief
from mailbot.build.scaffold import scaffold
from mailbot.build.scaffold_spec import from_json
from mailbot.domain.intent import Kind
from mailbot.domain.message import Attachment
from mailbot.models.scaffold import templates
from mailbot.understand.inputs import input_of
from mailbot.understand.wants import wants_of

TEMPLATES = templates()
SALES = "item,sales,region\napple,10.50,north\npear,20,south\nplum,3.25,north\n"


def asked(text, title="", files=None, csv="", name="sales.csv", kind=None):
    """What the templates say to a mail, with a file where there is one."""
    inputs = (input_of(Attachment(name=name, media_type="text/csv", content=csv.encode())),) if csv else ()
    kind = kind or (Kind.REVISE if files else Kind.CREATE)
    brief = Brief(kind=kind, title=title, text=text, files=files or {}, inputs=inputs, wants=wants_of(text))
    return scaffold(brief, TEMPLATES)


def built(text, title="", files=None, **more):
    """The project after a mail; every file of the answer can be used."""
    said = asked(text, title, files, **more)
    assert problems(said.text, files or {}) == ()
    return applied(said.text, files or {})


def spec_in(files):
    """What the project says of itself."""
    return from_json(files["scaffold.json"].decode())


def what(files):
    """Its template and variant."""
    spec = spec_in(files)
    return f"{spec.template}/{spec.variant}".rstrip("/")


def changes(before, after):
    """The files that differ."""
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def unpacked(files, folder):
    """The files on disk."""
    for path, content in files.items():
        (folder / path).write_bytes(content)
    return folder


def unittested(files, folder):
    """Run the project's own tests with nothing but Python (and Node.js, where the project asks for it)."""
    unpacked(files, folder)
    names = [path.removesuffix(".py") for path in files if path.startswith("test_") and path.endswith(".py")]
    assert names
    command = [sys.executable, "-W", "error", "-m", "unittest", *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def passes(files, folder):
    """Its own tests run, and all pass."""
    done = unittested(files, folder)
    assert done.returncode == 0, done.stderr
    assert "Ran 0 tests" not in done.stderr
    return True
