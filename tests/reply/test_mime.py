"""The bytes of a mail, read back by others."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import dkim
import mailparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.domain.intent import Kind
from mailbot.domain.message import Address, Attachment, MessageId
from mailbot.domain.request import Built, Told
from mailbot.reply.compose import compose
from mailbot.reply.dkim import DkimKey, new_key
from mailbot.reply.keyring import Keyring
from mailbot.reply.mime import seal
from tests.reply.people import (
    ANA,
    DRAFT,
    FIRST,
    LETTERHEAD,
    MESSAGE,
    NAMES,
    NOW,
    PROJECT,
    answer,
    project,
    request,
)  # fmt: skip

BUILT = answer(Built(draft=DRAFT, number=1), message=replace(MESSAGE, subject="Größe"))
TOLD = answer(Told(topic="help"), about=replace(project(), id=""))


def read(wire: bytes) -> EmailMessage:
    """As the standard library reads it, every header parsed."""
    made = message_from_bytes(wire, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def test_e16_parts_stand_in_their_order() -> None:
    """mixed[alternative[text, html], zip, metadata.json, Dockerfile]."""
    mail = read(seal(BUILT, "email", NOW, LETTERHEAD).wire)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
        "application/octet-stream", "application/json", "text/x-dockerfile",
    ]  # fmt: skip
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["sales-page-v1.zip", "metadata.json", "Dockerfile"]


def test_attachments_arrive_byte_for_byte() -> None:
    """The zip opens, the metadata is JSON, the Dockerfile keeps its line ends."""
    mail = read(seal(BUILT, "email", NOW, LETTERHEAD).wire)
    contents = [part.get_payload(decode=True) for part in mail.iter_attachments()]
    assert contents == [one.content for one in BUILT.attachments]
    assert zipfile.ZipFile(io.BytesIO(contents[0])).testzip() is None
    assert json.loads(contents[1])["version"] == "1.0"


def test_the_standard_library_finds_no_defect() -> None:
    """Neither in the parts nor in any header."""
    mail = read(seal(BUILT, "email", NOW, LETTERHEAD).wire)
    assert not any(part.defects for part in mail.walk())
    assert not any(header.defects for part in mail.walk() for header in part.values())


def test_mail_parser_reads_the_same() -> None:
    """Another reader, the same mail."""
    made = mailparser.parse_from_bytes(seal(BUILT, "email", NOW, LETTERHEAD).wire)
    assert not made.defects
    assert made.subject == "Re: Größe"
    assert made.to == [("", ANA)]
    assert made.text_plain[0].replace("\r\n", "\n").strip() == BUILT.text.strip()
    assert [one["filename"] for one in made.attachments] == ["sales-page-v1.zip", "metadata.json", "Dockerfile"]


def test_the_headers_are_those_of_an_automatic_reply_in_its_thread() -> None:
    """Each once; nobody but the author is named."""
    delivery = seal(BUILT, "email", NOW, LETTERHEAD)
    mail = read(delivery.wire)
    assert dict(mail.items()) == {
        "Date": "Fri, 20 Nov 2026 10:02:00 +0000",
        "From": "build@mail.example.org",
        "To": ANA,
        "Reply-To": NAMES.thread_address(PROJECT, "build"),
        "Subject": "Re: Größe",
        "Message-ID": delivery.message_id,
        "In-Reply-To": MESSAGE.id,
        "References": MESSAGE.id,
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "X-Mailbot-Loop": "mail.example.org",
        "X-Mailbot-Return": delivery.sender,
        "X-Generated-By": "mailbot 0.1.0",
        "X-Request-ID": "r4qst",
        "X-Package-Version": "1",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }


def test_the_names_of_the_delivery_are_signed() -> None:
    """Message-ID, return path and reply address each lead back."""
    delivery = seal(BUILT, "email", NOW, LETTERHEAD)
    assert delivery.message_id.startswith(f"<{PROJECT}.1.{delivery.id}.")
    assert NAMES.project_of_message_id(delivery.message_id) == PROJECT
    assert NAMES.delivery_of(delivery.sender) == delivery.id == NAMES.delivery_id("r4qst", "email", "zip")
    assert NAMES.project_of_address(str(read(delivery.wire)["Reply-To"])) == PROJECT
    assert (delivery.recipients, delivery.form, delivery.way) == ((ANA,), "zip", "email")


def test_without_a_project_replies_go_to_the_plain_address() -> None:
    """And the Message-ID says so, with the kind of mail."""
    delivery = seal(TOLD, "email", NOW, LETTERHEAD)
    assert read(delivery.wire)["Reply-To"] == "build@mail.example.org"
    assert delivery.message_id.startswith("<new.told.")


def test_without_a_message_id_there_is_no_thread_to_name() -> None:
    """The fields are left out, not empty."""
    lost = replace(TOLD, in_reply_to=MessageId(""), references=())
    mail = read(seal(lost, "email", NOW, LETTERHEAD).wire)
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


def test_the_same_reply_gives_the_same_bytes() -> None:
    """Another way is another delivery; another time changes the date and nothing of its identity."""
    first = seal(BUILT, "email", NOW, LETTERHEAD)
    assert first == seal(BUILT, "email", NOW, LETTERHEAD)
    assert first.id != seal(BUILT, "other", NOW, LETTERHEAD).id
    later = seal(BUILT, "email", NOW + timedelta(days=1), LETTERHEAD)
    assert (later.id, later.message_id) == (first.id, first.message_id)


def test_a_signed_mail_verifies_and_is_the_same_twice() -> None:
    """Where there is a key. The signature stands before everything."""
    pem, record = new_key()
    own = replace(LETTERHEAD, keys=Keyring(dkim=(DkimKey(domain="mail.example.org", selector="mb1", pem=pem),)))
    delivery = seal(BUILT, "email", NOW, own)
    assert delivery == seal(BUILT, "email", NOW, own)
    assert delivery.wire.startswith(b"DKIM-Signature: ")
    assert dkim.verify(delivery.wire, dnsfunc=lambda name, timeout=5: record.encode())


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("plain\n", "7bit"),
        ("From here on\n", "quoted-printable"),
        ("x\n.\nFrom there\n", "quoted-printable"),
        ("ein Haus und ein größeres Haus " * 9 + "\n", "quoted-printable"),
        ("日本語の文\n" * 9, "base64"),
        ("x" * 2_000 + "\n", "quoted-printable"),
        ("--=_boundary\n", "quoted-printable"),
        ("nul \x00 bell \x07 \x7f\n", "quoted-printable"),
        ("half \ud83d\r\nno end", "7bit"),
    ],
)
def test_words_are_encoded_as_far_as_they_need(text: str, how: str) -> None:
    """Nothing in a line can be altered on the way, and it reads the same."""
    wire = seal(replace(TOLD, text=text), "email", NOW, LETTERHEAD).wire
    part = next(part for part in read(wire).walk() if part.get_content_type() == "text/plain")
    assert part["Content-Transfer-Encoding"] == how
    assert b"\nFrom " not in wire
    assert max(len(line) for line in wire.split(b"\r\n")) <= 78


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\r\n. =_-F\t"))),
    subject=st.text(),
    name=st.text(),
    content=st.binary(),
)
def test_any_reply_survives(text: str, subject: str, name: str, content: bytes) -> None:
    """seal() compares what it made with what it meant, and finds no difference."""
    attached = (Attachment(name=name, media_type="text/x-thing", content=content),)
    wire = seal(
        replace(TOLD, text=text, html=text, subject=subject, attachments=attached), "email", NOW, LETTERHEAD
    ).wire
    assert wire.isascii()
    assert b"\n" not in wire.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "change",
    [
        {"to": Address("a@b.example, c@d.example")},
        {"to": Address("a@b.example\r\nBcc: c@d.example")},
        {"extra": (("To", "second@example.org"),)},
        {"extra": (("Bcc", "second@example.org"),)},
        {"extra": (("X-A\r\nBcc", "second@example.org"),)},
        {"references": (MessageId("<a>\r\nBcc: c@d.example"),)},
    ],
)
def test_what_would_reach_somebody_else_is_never_sealed(change: dict[str, Any]) -> None:
    """A second recipient, however it came in, is a bug that stops here."""
    with pytest.raises(AssertionError):
        seal(replace(TOLD, **change), "email", NOW, LETTERHEAD)


def test_further_headers_are_carried() -> None:
    """For instance who asked for it."""
    mail = read(seal(replace(TOLD, extra=(("X-Mailbot-Note", "für Ana"),)), "email", NOW, LETTERHEAD).wire)
    assert mail["X-Mailbot-Note"] == "für Ana"


def test_an_address_beyond_ascii_is_written_as_it_is() -> None:
    """As RFC 6532 has it; the relay is asked whether it can."""
    delivery = seal(replace(TOLD, to=Address("jürgen@example.org")), "email", NOW, LETTERHEAD)
    assert "To: jürgen@example.org\r\n".encode() in delivery.wire


def test_an_unknown_media_type_is_just_a_file() -> None:
    """No words of ours or others can break out of the header."""
    odd = Attachment(name="x", media_type='text/html; x="\r\nBcc: y@z.example"', content=b"x")
    mail = read(seal(replace(TOLD, attachments=(odd,)), "email", NOW, LETTERHEAD).wire)
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["application/octet-stream"]


def test_a_large_package_is_carried_whole() -> None:
    """Six megabytes, in lines of 76."""
    large = Attachment(name="x.zip", media_type="application/octet-stream", content=bytes(range(256)) * 24_000)
    delivery = seal(replace(TOLD, attachments=(large,)), "email", NOW, LETTERHEAD)
    assert len(delivery.wire) < len(large.content) * 1.38


def test_a_revision_names_its_number() -> None:
    """v2's mail is known by its Message-ID alone."""
    reply = answer(Built(draft=DRAFT, number=2), Kind.REVISE, project(FIRST))
    assert seal(reply, "email", NOW, LETTERHEAD).message_id.startswith(f"<{PROJECT}.2.")


def test_e16_a_patch_stands_first_and_the_package_before_its_metadata() -> None:
    """In whatever order they are handed in."""
    names = ["Dockerfile", "metadata.json", "page.bundle", "page.zip", "v1-v2.patch"]
    files = tuple(Attachment(name=name, media_type="application/octet-stream", content=b"x") for name in names)
    mail = read(seal(replace(TOLD, attachments=files), "email", NOW, LETTERHEAD).wire)
    said = [part.get_filename() for part in mail.iter_attachments()]
    assert said == ["v1-v2.patch", "page.bundle", "page.zip", "metadata.json", "Dockerfile"]


def test_people_on_copy_get_the_same_mail() -> None:
    """Named in Cc, and in the envelope behind the author; the fifth one folds the field and nothing else."""
    people = tuple(Address(f"{'x' * 30}{number}@acme.example") for number in range(5))
    delivery = seal(replace(BUILT, cc=people), "email", NOW, LETTERHEAD)
    assert delivery.recipients == (ANA, *people)
    assert [one.addr_spec for one in read(delivery.wire)["Cc"].addresses] == list(people)


@pytest.mark.parametrize("bad", ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "jürgen@b.example", ""])
def test_no_copy_goes_to_what_is_not_one_address(bad: str) -> None:
    """It stops here, whoever let it through."""
    with pytest.raises(AssertionError):
        seal(replace(BUILT, cc=(Address(bad),)), "email", NOW, LETTERHEAD)


def test_e18_an_order_that_came_by_no_mail_is_named_by_itself() -> None:
    """Its subject, its headers, and the name of its zip; a reply by mail keeps the thread's subject."""
    made = request()
    order = replace(made, envelope=replace(made.envelope, channel="http"))
    reply = compose(Built(draft=DRAFT, number=1), order, MESSAGE, project(), LETTERHEAD)
    mail = read(seal(reply, "email", NOW, LETTERHEAD).wire)
    assert mail["Subject"] == "Generated Application - application (r4qst)"
    assert [mail[f"X-{name}"] for name in ("Generated-By", "Request-ID", "Package-Version")] == [
        "mailbot 0.1.0", "r4qst", "1",
    ]  # fmt: skip
    assert next(mail.iter_attachments()).get_filename() == "generated-app-r4qst.zip"
    assert "generated-app-r4qst.zip" in reply.text


def test_a_notice_has_no_return_path() -> None:
    """RFC 3834: whoever is only told that it takes a while need not hear that this did not arrive."""
    delivery = seal(replace(TOLD, kind="notice"), "email", NOW, LETTERHEAD, "notice-1")
    assert (delivery.sender, delivery.form) == ("", "notice-1")
    assert delivery.message_id.startswith("<new.notice.")
