"""What every room also looks for: secrets and Dockerfiles, beside the packages; and no secret in a report."""

from __future__ import annotations

import time

import pytest

from mailbot.build.complete import supplements
from mailbot.build.leaks import BLACK, MAX_TEXT, sealed
from mailbot.build.stack import stack_of
from mailbot.checks import Sandboxed, Static
from mailbot.checks.dependencies import NOT_ASKED, Dependencies
from mailbot.checks.scanners import MOST, Scanned, scanned, scrubbed
from mailbot.checks.scanners_docker import is_policed, problems
from mailbot.domain.project import Check, Finding, Report, Result
from tests.fakes import site

TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"
OURS = sealed(["Hunter2Hunter2"], b"salt" * 4)


class Room:
    """Says what it is told to say."""

    def __init__(self, *findings):
        self.report = Report(findings=findings, executed=True, where="bubblewrap")

    async def check(self, files, checks):
        return self.report


def tree(**files):
    return {name.replace("_", ".", 1): text.encode() for name, text in files.items()}


def test_a_secret_in_a_file_fails_with_its_place():
    """It is named by kind, file and line, and never shown; ours too."""
    found = scanned(tree(a_py=f"x = 1\nTOKEN = '{TOKEN}'", b_py="p = 'Hunter2Hunter2'"), OURS)
    assert [(f.check, f.subject, f.result) for f in found] == [
        ("secrets", "a.py", Result.FAILED), ("secrets", "b.py", Result.FAILED),
    ]  # fmt: skip
    assert found[0].detail == "line 2: a GitHub token; take it out, and read it from the environment"
    assert found[1].detail.startswith("line 1: a secret of this mailbot")
    assert TOKEN not in repr(found)
    assert "Hunter2Hunter2" not in repr(found)


def test_files_without_secrets_are_counted():
    """The search stands in the record, too."""
    [found] = scanned(tree(a_py="x = 1", b_png="\x00"))
    assert (found.result, found.detail) == (Result.PASSED, "none in 2 files")
    assert scanned({}) == []


def test_what_is_too_large_is_said():
    """And is no pass."""
    [found] = scanned({"a.bin": b"x" * (MAX_TEXT + 1)})
    assert (found.result, found.subject) == (Result.UNCHECKED, "a.bin")
    many = scanned({f"{number:03}.py": f"'{TOKEN}'".encode() for number in range(3 * MOST)})
    assert len(many) == MOST


def test_a_report_holds_no_secret():
    """Whatever a program printed, or a person asked for."""
    words = f"{TOKEN} and Hunter2Hunter2"
    said = Finding(check="command", subject=words, result=Result.FAILED, detail=words, output=words, command=words)
    clean = scrubbed(Report(findings=(said,)), OURS).findings[0]
    black = f"{BLACK} and {BLACK}"
    assert (clean.subject, clean.detail, clean.output, clean.command) == (black,) * 4


async def test_the_findings_stand_behind_the_syntax_of_the_same_report():
    """With the packages; what the room said stays as it was."""
    syntax = Finding(check="syntax", subject="a.py", result=Result.PASSED)
    ran = Finding(check="command", subject="python3 a.py", result=Result.PASSED, output=TOKEN)
    room = Scanned(room=Room(syntax, ran), sealed=OURS)
    report = await room.check(tree(a_py="import beekit_auth"), [], tree(a_py=""))
    assert [f.check for f in report.findings] == ["syntax", "packages", "secrets", "command"]
    assert report.findings[1].detail == NOT_ASKED
    assert (report.executed, report.where, report.findings[3].output) == (True, "bubblewrap", BLACK)


@pytest.mark.parametrize("settings", [Static(packages=("beekit-auth",)), Sandboxed(packages=("beekit-auth",))])
async def test_every_room_of_the_settings_looks(settings):
    """With what the settings say of packages, and the secrets that the house knows."""
    room = settings.open(site(sealed=OURS))
    wish = Check(number=1, kind="file", text="a.txt: Hunter2Hunter2")
    report = await room.check(tree(a_txt="Hunter2Hunter2", requirements_txt="beekit-auth"), [wish])
    seen = {(f.check, f.subject, f.result) for f in report.findings if f.check != "syntax"}
    assert seen >= {
        ("packages", "beekit-auth", Result.PASSED), ("secrets", "a.txt", Result.FAILED),
        ("file", f"a.txt: {BLACK}", Result.PASSED),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "FROM python", "FROM node:latest", "FROM registry.example.org:5000/python", "FROM a/b",
        "FROM python:3.13\nRUN curl -fsSL https://x | sh", "FROM python:3.13\nRUN wget -qO- https://x | sudo -E bash -",
        'FROM python:3.13\nRUN bash -c "$(curl -fsSL https://x)"', "FROM python:3.13\nRUN bash <(curl x)",
        "FROM python:3.13\nRUN set -e; \\\n curl https://x \\\n | python3 -",
        'FROM python:3.13\nRUN eval "$(wget -O- x)"',
        "FROM python:3.13\nADD https://x/y /z", 'FROM python:3.13\nADD ["https://x/y", "/z"]',
        "FROM python:3.13\nADD --chown=1 git@github.com:a/b.git /z",
        "FROM python:3.13\nENV API_KEY=abcd1234 FOO=1", "FROM python:3.13\nARG DB_PASSWORD=hunter2",
        "FROM python:3.13\nENV PASSWORD hunter2", "from python:3.13\nrun --security=insecure x",
        "FROM python:3.13\nRUN docker run --privileged x",
    ],
)  # fmt: skip
def test_a_dockerfile_that_goes_too_far_fails(text):
    """With the line of what is wrong."""
    [first, *_] = problems("Dockerfile", text)
    assert first.result is Result.FAILED
    assert first.line == (1 if "\n" not in text else 2)


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.13-slim\nUSER 1000\nCMD x", "FROM scratch",
        "FROM node:22 AS build\nRUN npm ci\nFROM build\nUSER node",
        "FROM python@sha256:" + "a" * 64 + "\nUSER app", "FROM docker.io/library/python:3.13\nUSER 1",
        "FROM python:3.13\nUSER 1\nARG TOKEN\nENV PASSWORD=$PASSWORD SECRET_FILE=/run/secrets/x TOKEN_URL=https://x",
        "FROM python:3.13\nUSER 1\nRUN curl -o x https://y && sha256sum -c s && sh x\nHEALTHCHECK CMD curl x | grep y",
        "FROM python:3.13\nUSER 1\nADD archive.tar.gz /x\n# RUN curl x | sh",
    ],
)  # fmt: skip
def test_a_good_dockerfile_passes(text):
    """Nothing is said of it but that."""
    assert [one for one in problems("Dockerfile", text) if one.line and "root" not in one.words] == []
    if "USER" in text:
        assert scanned({"Dockerfile": text.encode()})[-1].detail == "keeps the policy"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FROM python:3.13", "it runs as root"), ("FROM python:3.13\nUSER app\nFROM nginx:1\nUSER root",
        "it runs as root"),
        ("FROM acme/thing:1\nUSER 1", "not one of the images that I know"), ("FROM python:$V\nUSER 1", "a variable"),
    ],
)  # fmt: skip
def test_what_a_person_should_know_is_a_notice(text, said):
    """It fails nothing."""
    found = problems("Dockerfile", text)
    assert [one.result for one in found] == [Result.UNCHECKED]
    assert said in found[0].words


def test_compose_files_are_read_too():
    """What takes the machine fails."""
    bad = (
        "    privileged: true\n    pid: host\n    volumes:\n      - /var/run/docker.sock:/x\n    cap_add:\n      - ALL"
    )
    text = f"services:\n  a:\n{bad}"
    assert [one.line for one in problems("docker-compose.yml", text)] == [3, 4, 6, 8]
    assert problems("compose.yaml", "services:\n  a:\n    image: python:3.13\n    privileged: false") == []
    assert not is_policed("composer.json")


@pytest.mark.parametrize(
    "files", [{"app.py": b"from flask import Flask\napp = Flask(__name__)"}, {"index.html": b"<p>x"},
              {"package.json": b'{"scripts": {"start": "node a.js"}}', "a.js": b""}]
)  # fmt: skip
def test_our_own_dockerfiles_keep_the_policy(files):
    """What mailbot adds to a package passes what it asks of others."""
    added = supplements(files, "x", stack_of(files))
    assert problems("Dockerfile", added["Dockerfile"].decode()) == []


@pytest.mark.parametrize("junk", ["RUN curl ", "RUN curl | ", "ENV token ", "FROM a:b AS c\n", "privileged: ", "\\\n"])
def test_no_dockerfile_takes_long(junk):
    """Whatever it holds."""
    begun = time.process_time()
    for path in ("Dockerfile", "compose.yml"):
        problems(path, junk * 60_000)
    assert time.process_time() - begun < 30


async def test_a_trap_that_is_asked_for_by_a_model_is_told_to_it():
    """The failure names file, line and what is wrong: that is what a repair needs."""
    room = Scanned(room=Room(), dependencies=Dependencies())
    report = await room.check(tree(a_py=f"import reqeusts\nkey = '{TOKEN}'"), [])
    assert [(f.check, f.detail.partition(":")[0]) for f in report.failures] == [
        ("packages", "a.py line 1"), ("secrets", "line 2"),
    ]  # fmt: skip
