"""Mails as things, over HTTP and by the command line."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
from datetime import UTC, datetime

from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.web.eml import FORMS, converted, made, validated
from tests.client.letters import letter, zipped
from tests.web.world import ENVIRONMENT

TOKEN = {"X-API-Key": ENVIRONMENT}
PLAIN = (
    b"From: Ana <ana@acme.example>\r\nTo: b@x.example\r\nSubject: Hi\r\nMessage-ID: <1@acme.example>\r\n\r\nHello\r\n"
)


BEES = letter(("bees-v1.zip", zipped({"index.html": b"<h1>Bees"})))


async def posted(web, path, raw):
    return await web.client.post(path, content=raw, headers={**TOKEN, "Content-Type": "message/rfc822"})


async def test_e36_a_mail_is_taken_apart(web):
    """Who, what, which files; and the package in it."""
    found = (await posted(web, "/eml/parse", BEES)).json()
    assert found["package"]["files"]
    plain = (await posted(web, "/eml/parse", PLAIN)).json()
    assert (plain["from_address"], plain["subject"], plain["text"]) == ("ana@acme.example", "Hi", "Hello")
    assert plain["package"] is None


async def test_e36_a_mail_is_looked_over(web):
    """Whole or not, and why not."""
    good = (await posted(web, "/eml/validate", PLAIN)).json()
    assert (good["valid"], good["errors"]) == (True, [])
    two = (await posted(web, "/eml/validate", b"From: a@b.example\r\n" + PLAIN)).json()
    assert (two["valid"], bool(two["errors"])) == (False, True)
    bare = (await posted(web, "/eml/validate", PLAIN.replace(b"\r\n", b"\n"))).json()
    assert (bare["valid"], "line feeds" in bare["warnings"][0]) == (True, True)


async def test_e36_a_mail_is_converted(web):
    """Every form over HTTP; the one that runs unpacks itself."""
    for form in FORMS:
        answer = await posted(web, f"/eml/convert?to={form}", BEES)
        assert answer.status_code == 200, form
        assert answer.content == converted(BEES, form)
    assert (await posted(web, "/eml/convert?to=exe", PLAIN)).status_code == 422
    assert (await posted(web, "/eml/convert?to=zip", PLAIN)).status_code == 422


async def test_e36_a_mail_is_made(web):
    """Of its parts; read back it is what was said; nobody sends it."""
    body = {"recipient": "ana@acme.example", "subject": "Zażółć", "body": {"text": "Hi"}, "headers": {"X-A": "1"}}
    body |= {"attachments": [{"filename": "a.txt", "content": "x", "encoding": "utf-8", "content_type": "text/plain"}]}
    answer = await web.post("/eml/make", body, TOKEN)
    mail = email.message_from_bytes(answer.content, policy=email.policy.default)
    assert (mail["Subject"], mail["To"], mail["X-A"]) == ("Zażółć", "ana@acme.example", "1")
    assert [one.get_filename() for one in mail.iter_attachments()] == ["a.txt"]
    assert validated(answer.content)["valid"]
    assert (await web.ledger.count()).received == 0


async def test_e36_what_is_no_mail_is_told(web):
    """422 for garbage and for nothing; 401 without a token."""
    for raw in (b"", b"\0\xff", b"no mail at all"):
        assert (await posted(web, "/eml/parse", raw)).status_code == 422
    assert (await web.client.post("/eml/parse", content=PLAIN)).status_code == 401


def test_e36_the_same_parts_make_the_same_mail():
    """So that a mail can be made again."""
    parts = {"sender": "a@b.example", "to": "c@d.example", "subject": "S", "text": "T", "html": "<p>T"}
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert made(**parts, at=at) == made(**parts, at=at)


def typed(*words):
    """One command to its end, in this process."""
    return CliRunner().invoke(app, [str(one) for one in words])


def test_e36_by_the_command_line(tmp_path):
    """make, validate, parse, convert: each reads what the one before wrote."""
    mail, program = tmp_path / "a.eml", tmp_path / "a.eml.py"
    done = typed("eml", "make", "Hello", "--from", "a@b.example", "--to", "c@d.example", "-s", "Hi", "-o", mail)
    assert done.exit_code == 0, done.output
    assert typed("eml", "validate", mail).stdout.endswith("whole\n")
    mail.write_bytes(BEES)
    assert json.loads(typed("eml", "parse", mail).stdout)["package"]
    assert typed("eml", "convert", mail, "--to", "eml.py", "-o", program).exit_code == 0
    ran = subprocess.run([sys.executable, program, "info"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr


def test_e36_a_mistake_ends_in_words(tmp_path):
    """What cannot be is said in a line."""
    (tmp_path / "a.eml").write_bytes(b"no mail")
    for words, code in (
        (("eml", "parse", tmp_path / "nowhere.eml"), 1),
        (("eml", "parse", tmp_path / "a.eml"), 1),
        (("eml", "validate", tmp_path / "a.eml"), 1),
        (("eml", "convert", tmp_path / "a.eml", "--to", "exe"), 1),
        (("eml", "make", "x", "--from", "nobody", "--to", "a@b.example"), 2),
    ):
        done = typed(*words)
        assert done.exit_code == code, words
        assert not isinstance(done.exception, Exception), words
