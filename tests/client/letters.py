"""Mails as a receiver has them: of ours, in every form, and of people who mean harm."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import stat
import subprocess
import zipfile

from mailbot.client.found import packages
from mailbot.client.trouble import Trouble
from mailbot.domain.request import Built
from mailbot.reply.mime import seal
from tests.reply.people import DRAFT, LETTERHEAD, NOW, answer
from tests.servers import missing

#: A mail of the house as it goes out today.
OURS = seal(answer(Built(draft=DRAFT, number=1)), "email", NOW, LETTERHEAD).wire
FILES = {
    "app.js": b"console.log(1)\n",
    "run.cmd": b"@echo off\r\n",
    "docs/README.md": b"# Bees\n",
    "go": b"#!/bin/sh\n",
}


def letter(*attached, text="Here it is.\n", sender="build@example.org", subject="Re: Bees", inline=False):
    """A mail with attachments, each (name, content) or (name, content, media type)."""
    head = f"From: {sender}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    head += 'Content-Type: multipart/mixed; boundary="=_b"\r\n\r\n'
    body = "--=_b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    parts = [head.encode(), body.encode(), text.encode().replace(b"\n", b"\r\n")]
    for name, content, *kind in attached:
        how = "inline\r\nContent-ID: <1>" if inline else f'attachment; filename="{name}"'
        top = f'\r\n--=_b\r\nContent-Type: {kind[0] if kind else "application/octet-stream"}; name="{name}"\r\n'
        top += f"Content-Transfer-Encoding: base64\r\nContent-Disposition: {how}\r\n\r\n"
        parts += [top.encode(), base64.encodebytes(content).replace(b"\n", b"\r\n")]
    return b"".join(parts) + b"\r\n--=_b--\r\n"


def zipped(files, *, folder="bees-v1", modes=None, flags=None):
    """A zip; *files* may be a list of pairs, so that a name can come twice."""
    buffer = io.BytesIO()
    pairs = files.items() if isinstance(files, dict) else files
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            entry = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = (modes or {}).get(name, stat.S_IFREG | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def metadata(files, **more):
    """A metadata.json that lists *files*."""
    listed = [{"path": name, "size": len(body), "sha256": sha256(body)} for name, body in files.items()]
    return json.dumps({"version": "1.0", "request_id": "req1", "files": listed, **more}).encode()


def sha256(content):
    """Its sum in letters."""
    return hashlib.sha256(content).hexdigest()


def sums(files):
    """A SHA256SUMS of *files*."""
    return "".join(f"{sha256(body)}  {name}\n" for name, body in sorted(files.items())).encode()


def one(*raw):
    """The only package in some mails."""
    [found] = packages(raw)
    return found


def tool(name):
    """A program that the test needs."""
    if shutil.which(name) is None:
        missing(f"{name} is not installed")
    return name


def names(folder):
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def ends_well(work, *args):
    """Do it; the only thing that may be raised is Trouble with words."""
    try:
        work(*args)
    except Trouble as error:
        return bool(str(error))
    return True


def git(folder, *words, **more):
    """Run git as the author of a test."""
    me = ["-c", "user.name=Ana", "-c", "user.email=ana@acme.example", "-c", "commit.gpgsign=false"]
    command = [tool("git"), *me, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def repository(folder, files=None):
    """A repository with one commit on main."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    return commit(folder, FILES if files is None else files, "v1")


def commit(folder, files, words):
    """One more commit; its name."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", words)
    return git(folder, "rev-parse", "HEAD").decode().strip()


def bundle(folder, *what):
    """A bundle of a repository, whole or of a range."""
    git(folder, "bundle", "create", "-q", "out.bundle", *(what or ("HEAD", "main")))
    content = (folder / "out.bundle").read_bytes()
    (folder / "out.bundle").unlink()
    return content
