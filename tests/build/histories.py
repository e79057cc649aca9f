"""Projects with a history, and the git that everybody has."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

from mailbot.build.history import recorded
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import MessageId, Proof
from mailbot.domain.project import Check, Draft, Finding, Maker, Project, ProjectId, Report, Result, Revision
from mailbot.domain.request import Admitted
from tests.servers import missing

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOTAL = Check(number=1, kind="command", text="The total is 33.75")
SUNNY = Check(number=2, kind="prose", text="It looks sunny")
PASSED = Report(findings=(Finding(check="command", subject=TOTAL.text, result=Result.PASSED),), executed=True)
#: Everything that a tree may hold.
MANY = {
    "README.md": b"# Bees\n",
    "run.sh": b"#!/bin/sh\necho bees\n",
    "src/deep/er/empty.txt": b"",
    "src/windows.txt": b"one\r\ntwo\r\n",
    "src/mixed.txt": b"one\r\ntwo\nthree",
    "src/latin.txt": "Żółć".encode("iso-8859-2"),
    "żółć und mehr.txt": "żółć\n".encode(),
    "logo.png": bytes(range(256)) * 9,
}


def order(text="Make the header blue.", *, title="Bees", author="ana@acme.example", id="<1@acme.example>", joined=()):
    intent = Intent(kind=Kind.REVISE, project=ProjectId("t7k2m9"), title=title, text=text)
    known = {"rule": "r", "reason": "r", "author": author, "proof": Proof.DKIM, "message_id": MessageId(id)}
    return Admitted(intent=intent, joined=joined, **known)


def revised(project, files, wanted=None, *, name="Ana", report=PASSED, checks=(), **draft):
    """The next revision of *project*, as it is recorded."""
    number, wanted = project.last + 1, wanted or order()
    made = Draft(title="Bees", files=files, report=report, maker=Maker(kind="model", name="m"), checks=checks, **draft)
    at = AT.replace(minute=number % 60, hour=12 + number // 60)
    revision = Revision(number=number, draft=made, author=wanted.author, request=f"r{number}", at=at)
    return recorded(project, revision, wanted, name=name, sender="build@mailbot.example")


def after(project, revision):
    """The project once *revision* is recorded."""
    revisions = {**project.revisions, revision.number: revision}
    checks = (*project.checks, *revision.draft.checks)
    return replace(project, last=revision.number, revisions=revisions, checks=checks)


def project(*trees):
    """A project with these versions."""
    made = Project(id=ProjectId("t7k2m9"), owner="ana@acme.example", title="Bees")
    for tree in trees:
        made = after(made, revised(made, tree))
    return made


def sized(number, change=0):
    """A tree of *number* files."""
    tree = {f"src/part{n % 9}/file{n}.py": f"value = {n}\n".encode() * 40 for n in range(number)}
    return tree | {"src/part1/file1.py": tree["src/part1/file1.py"] + b"more = %d\n" % change}


def git(folder, *args, data=None):
    """What git says; it knows nobody, and reads no settings of the machine."""
    if not shutil.which("git"):
        missing("git is not installed: apt-get install git")
    who = {"GIT_AUTHOR_NAME": "Bob", "GIT_AUTHOR_EMAIL": "bob@acme.example"}
    us = {"GIT_COMMITTER_NAME": "Bob", "GIT_COMMITTER_EMAIL": "bob@acme.example"}
    around = {"PATH": os.defpath, "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", **who, **us}
    done = subprocess.run(["git", *args], cwd=folder, capture_output=True, check=False, env=around, input=data)
    assert done.returncode == 0, (args, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def files_in(folder):
    """Every file of a working tree, as a Tree."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
