"""How large a mail becomes, what can stay behind, and how the rest is divided (row E31)."""

from __future__ import annotations

import email
import random
from dataclasses import replace
from email.message import EmailMessage

import pytest

from mailbot.build import split
from mailbot.build.forms import Form
from mailbot.build.size import encoded, payload, without_remade
from mailbot.build.split import divided
from mailbot.client.found import packages
from mailbot.client.trouble import Trouble
from tests.build.test_forms import NODE, PROVIDERS, goods
from tests.client.letters import letter

GOOGLE = PROVIDERS.of("google")


def noise(number, seed=1):
    """Bytes that do not pack."""
    return random.Random(seed).randbytes(number)


@pytest.mark.parametrize("length", [0, 1, 2, 3, 56, 57, 58, 1_000, 1_000_000])
def test_the_encoded_length_is_exact(length):
    """As it stands in a mail."""
    message = EmailMessage()
    message.set_content(bytes(length), maintype="a", subtype="b")
    body = message.as_bytes().partition(b"\n\n")[2].rstrip(b"\n")
    lines = body.split(b"\n") if body else []
    assert encoded(length) == sum(len(line) + 2 for line in lines)
    assert encoded(payload(9_500_000)) < 9_500_000
    assert email.message_from_bytes(message.as_bytes()).get_payload(decode=True) == bytes(length)


def test_only_what_its_tools_make_again_stays_behind():
    """Folders, by the file beside them that says how; a folder of that name alone says nothing."""
    files = {
        "package.json": b"{}", "package-lock.json": b"{}", "node_modules/a/i.js": b"12", "node_modules/b.js": b"3",
        "app/__pycache__/a.pyc": b"4", "target/readme.md": b"5", "vendor/a.js": b"6", "web/node_modules/x.js": b"7",
    }  # fmt: skip
    kept, left = without_remade(files)
    assert left == {"node_modules": 3, "app/__pycache__": 1}
    assert set(files) - set(kept) == {"node_modules/a/i.js", "node_modules/b.js", "app/__pycache__/a.pyc"}


def parts(files, form=Form.ZIP, limit=700_000):
    whole = goods(files)
    return whole, divided(whole, form, GOOGLE, PROVIDERS, limit)


@pytest.mark.parametrize("form", [Form.ZIP, Form.RENAMED])
def test_parts_are_joined_by_the_receiver(form):
    """Each is a zip of its own below the same folder; each fits; together they are all files."""
    whole, found = parts({**NODE, **{f"big{n}.txt": noise(220_000, n) for n in range(4)}}, form)
    assert len(found) > 1
    assert all(len(one.content) <= payload(700_000) for one in found)
    [joined] = packages([letter((one.name, one.content)) for one in found])
    assert joined.files == dict(whole.package.tree)


def test_one_file_that_is_too_large_is_cut_into_pieces():
    """And is not taken for whole where one is missing."""
    whole, found = parts({"a.bin": noise(500_000), "b.txt": b"x\n"}, limit=500_000)
    assert [one.name for one in found][:2] == ["bees-v2.zip.001", "bees-v2.zip.002"]
    mails = [letter((one.name, one.content)) for one in found]
    [joined] = packages(mails)
    assert joined.files == dict(whole.package.tree)
    with pytest.raises(Trouble, match="is missing"):
        packages(mails[1:])


def test_too_many_parts_are_none(monkeypatch):
    """Nobody joins a hundred mails."""
    monkeypatch.setattr(split, "MOST_PARTS", 2)
    assert parts({f"big{n}.txt": noise(220_000, n) for n in range(4)})[1] == ()
    small = goods({"a.txt": b"x\n"})
    assert divided(replace(small), Form.ZIP, GOOGLE, PROVIDERS, 9_500_000) == ()
