"""The picture in a reply: for those who can see it, and nothing is lost for those who cannot."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import mailparser
import pytest

from mailbot.domain.request import Built
from mailbot.reply.mime import seal
from mailbot.reply.picture import MOST, kind_of
from tests.reply.people import DRAFT, LETTERHEAD, NOW, answer

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20
PICTURED = replace(DRAFT, report=replace(DRAFT.report, picture=JPEG))


def read(reply) -> EmailMessage:
    made = message_from_bytes(seal(reply, "email", NOW, LETTERHEAD).wire, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def test_it_stands_beside_the_html_and_the_other_parts_keep_their_order() -> None:
    """E16: text, HTML, zip, metadata.json, Dockerfile; the picture belongs to the HTML."""
    mail = read(answer(Built(draft=PICTURED, number=1)))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/jpeg",
        "application/octet-stream", "application/json", "text/x-dockerfile",
    ]  # fmt: skip
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "sales-page-v1.zip", "metadata.json", "Dockerfile",
    ]  # fmt: skip


def test_the_html_names_it_and_says_it_in_words() -> None:
    """By its identity in this mail, with words out of records; nothing is fetched."""
    reply = answer(Built(draft=PICTURED, number=1))
    part = next(part for part in read(reply).walk() if part.get_content_type() == "image/jpeg")
    (shown,) = re.findall(r"<img [^>]+>", reply.html)
    assert f'src="cid:{part["Content-ID"].strip("<>")}"' in shown
    assert 'alt="How v1 of &quot;Sales page&quot; looks in a browser"' in shown
    assert part.get_content_disposition() == "inline"
    assert part.get_payload(decode=True) == JPEG
    assert not any(part.defects for part in read(reply).walk())


def test_the_text_stands_alone() -> None:
    """It is the same with and without."""
    assert answer(Built(draft=PICTURED, number=1)).text == answer(Built(draft=DRAFT, number=1)).text


def test_the_metadata_has_its_sum() -> None:
    """So whoever has the picture knows what it belongs to."""
    metadata = json.loads(answer(Built(draft=PICTURED, number=1)).attachments[1].content)
    assert metadata["checks"]["picture"]["sha256"] == hashlib.sha256(JPEG).hexdigest()
    assert "picture" not in json.loads(answer(Built(draft=DRAFT, number=1)).attachments[1].content)["checks"]


def test_another_reader_finds_the_same_attachments() -> None:
    """The picture is known by its identity."""
    made = mailparser.parse_from_bytes(seal(answer(Built(draft=PICTURED, number=1)), "email", NOW, LETTERHEAD).wire)
    assert next(one["mail_content_type"] for one in made.attachments) == "image/jpeg"
    assert not made.defects


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg onload=x>", JPEG + b"x" * MOST, b"RIFF1234WAVE"])
def test_what_is_no_light_picture_is_left_out(content: bytes) -> None:
    """And the reply is as if there were none."""
    reply = answer(Built(draft=replace(DRAFT, report=replace(DRAFT.report, picture=content)), number=1))
    assert reply.picture is None
    assert "<img" not in reply.html
    assert "multipart/related" not in [part.get_content_type() for part in read(reply).walk()]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(JPEG, "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"RIFF1234WEBPVP8 ", "image/webp"), (b"", "")],
)
def test_a_picture_is_known_by_how_it_begins(content: bytes, kind: str) -> None:
    """Whatever it is called."""
    assert kind_of(content) == kind


def test_a_title_cannot_leave_its_place() -> None:
    """It is a stranger's word in an attribute."""
    draft = replace(PICTURED, title='"><script>alert(1)</script>')
    assert "<script" not in answer(Built(draft=draft, number=1)).html
