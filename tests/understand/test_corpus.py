"""Real mails beside the project, where there are any: the scores that were reached are held."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
ADAPTER = """
import binascii, hashlib, sys
sys.path.insert(0, {root!r})
from mailbot.understand import bounce
from mailbot.understand.addresses import addresses
from mailbot.understand.charset import text_of
from mailbot.understand.content import content_of
from mailbot.understand.forward import attached, forwards_of
from mailbot.understand.header import first, words
from mailbot.understand.machine import machine_of
from mailbot.understand.mime import mail_fields
from mailbot.understand.quoting import own_words

def below_the_gate(raw):
    raw = raw if b"\\n" in raw else raw.replace(b"\\r", b"\\n")
    fields, body = mail_fields(raw)
    return raw, fields, body

def extract_reply(raw):
    return own_words(content_of(*below_the_gate(raw)).text)[0]

def classify(raw):
    raw, fields, body = below_the_gate(raw)
    found = content_of(raw, fields, body)
    author = (*addresses(first(fields, "from")), first(fields, "from"))[0]
    return machine_of(fields, author, found.root, own_words(found.text)[0]).kind or "human"

def split_forward(raw):
    raw, fields, body = below_the_gate(raw)
    answers = bool(first(fields, "in-reply-to"))
    split = forwards_of(content_of(raw, fields, body).text, words(first(fields, "subject")), answers=answers)
    newest = next(iter(split.forwarded), None)
    found = {{"body": newest.text, "from": newest.author}} if newest else {{}}
    return {{"forwarded": bool(newest), "own": own_words(split.own)[0]}} | found

def failed_recipients(raw):
    return [one.address for one in bounce.failed_recipients(below_the_gate(raw)[0])]

def kept(found):
    yield found.text
    for mail in attached(found.attachments):
        yield from (mail.name, mail.author or "", *mail.to, mail.subject, mail.date, mail.text)
    for file in found.attachments:
        if file.media_type.startswith("text/") or file.media_type == "message/delivery-status":
            yield text_of(file.content)
        elif file.media_type == "application/octet-stream" and len(file.content) < 100_000:
            lines = range(0, len(file.content), 45)
            yield "".join(binascii.b2a_uu(file.content[at:at + 45], backtick=True).decode() for at in lines)

def parse(raw):
    raw, fields, body = below_the_gate(raw)
    found = content_of(raw, fields, body)
    files = [(f.name, len(f.content), hashlib.sha256(f.content).hexdigest()) for f in found.attachments]
    files = [dict(zip(("filename", "size", "sha256"), one)) for one in files]
    sender = [("", one) for one in addresses(first(fields, "from"))]
    subject = words(first(fields, "subject"), charset=found.charset)
    return {{"subject": subject, "from": sender, "text": "\\n".join(kept(found)), "html": "", "attachments": files}}
"""

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no folder of real mails lies beside the project")


@pytest.fixture
def score(tmp_path):
    """Run one of the scorers; give back what it printed."""
    adapter = tmp_path / "adapter.py"
    adapter.write_text(ADAPTER.format(root=str(ROOT)), encoding="utf-8")

    def run(job):
        command = [sys.executable, str(CORPUS / "score" / f"{job}.py"), str(adapter)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return run


def test_replies(score):
    """The new words whole, with at most a signature's worth too much; hostile bodies end in time."""
    loose, lost = re.findall(r"^ALL\s+\d+\s+\S+%\s+(\S+)%\s+(\S+)%", score("reply"), re.MULTILINE)[-1]
    assert float(loose) >= 97.2
    assert float(lost) <= 1.2
    assert "BAD 0/" in score("reply_dos")


def test_forwards(score):
    """Every forward is seen, in each language: who wrote it, what, and whose words stand above it."""
    found = re.findall(r"(det|own|body|frm)=(\d+)/", score("forward").partition("\nALL ")[2])
    assert [(name, int(right)) for name, right in found] == [("det", 121), ("own", 104), ("body", 107), ("frm", 112)]


def test_machines(score):
    """Machines are caught, people are not taken for machines, and bounces name whom they did not reach."""
    said = score("classify")
    assert float(re.search(r"CAUGHT .* = (\S+)%", said)[1]) >= 99.5
    assert re.search(r"FALSE +0/", said)
    assert float(re.search(r"LABEL +(\S+)%", said)[1]) >= 98.5
    assert "errors 0" in said
    named, bounces = map(int, re.search(r"RECIPIENTS (\d+)/(\d+)", said).groups())
    assert named == bounces


def test_mime(score):
    """Nothing crashes or hangs, and no words are lost.

    An attached mail, a text file and what was uuencoded are no words of the author here, and words to others: so the
    adapter gives back what was kept of them.
    """
    said = score("parse")
    found = {name: float(value) for name, value in re.findall(r"'(\w+)': ([\d.]+)", said.partition("ALL %")[2])}
    assert "crash 0" in said
    assert found["body"] >= 99.6
    assert found["text"] >= 96.5
    assert found["c_subj"] >= 95.7
    assert found["from"] == 100
