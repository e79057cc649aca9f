"""What came with a mail."""

from __future__ import annotations

import pytest

from mailbot.domain.message import Attachment, Input, Message
from mailbot.understand.brought import brought, pasted


def came(name, content=b"", media_type="application/octet-stream", **known):
    file = Attachment(name=name, media_type=media_type, content=content)
    return brought(Message(id="", author="ana@acme.example", attachments=(file,)), **known)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.patch", b"", "patches"),
        ("mail.txt", b"diff --git a/x b/x\n", "patches"),
        ("x.txt", b"--- a/x\n+++ b/x\n", "patches"),
        ("x", b"From " + b"a" * 40 + b" Mon Sep 17\n", "patches"),
        ("a.bundle", b"", "bundles"),
        ("a", b"# v3 git bundle\n", "bundles"),
        ("a.zip", b"", "archives"),
        ("a.tar.gz", b"", "archives"),
        ("src/A.PY", b"", "code"),
        ("Dockerfile", b"", "code"),
        ("sales.csv", b"--- nothing", "data"),
        ("logo.png", b"", "others"),
        ("notes.txt", b"", "others"),
        ("", b"", "others"),
    ],
)
def test_kinds(name, content, kind):
    """By the name, or by how it begins."""
    assert getattr(came(name, content), kind) == (name,)


def test_what_is_in_an_archive():
    """Known where it was read."""
    inside = Input(name="a.zip", files=(Attachment(name="src/app.py", media_type="", content=b""),))
    assert came("a.zip", inputs=(inside,)).code == ("src/app.py",)
    assert came("a.csv").only_data
    assert not came("a.zip").only_data


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My style.css:\n```\nx\n```", "style.css"),
        ("```css title=css/style.css\nx\n```", "css/style.css"),
        ("```\nx\n```", ""),
        ("a.py and b.py:\n```\nx\n```", ""),
        ("style.css\n```\nx\n", ""),
        ("see style.css", ""),
        ("a.py\n```\nx\n```\n```\ny\n```", ""),
        ("a.py\n" + "letter\n" * 9 + "```\nx\n```", ""),
    ],
)
def test_pasted(text, name):
    """One block, one name, and hardly a word beside them."""
    assert pasted(text) == name
