"""Mails and calendars that came as files."""

from __future__ import annotations

import base64

from mailbot.understand.inputs import input_of
from mailbot.understand.inputs_mail import MAX_CALENDAR
from tests.understand.attachments import CALENDAR, MAIL, attached


def test_a_mail_that_came_as_a_file():
    """Who wrote it, what about, its words and its files."""
    found = input_of(attached("a.eml", MAIL.replace(b"\n", b"\r\n")))
    assert found.text == "From: Bob <bob@acme.example>\nSubject: Upload is broken\n\nAn empty CSV gives a 500."
    assert [(file.name, file.content) for file in found.files] == [("log.txt", b"Traceback")]
    assert input_of(attached("a", b"From: b\n\nHi", "message/rfc822")).note == "mail from b: without a subject"
    assert input_of(attached("a.eml", b"Subject: x\n\nHi")).note == "mail from nobody: x"


def test_a_mail_that_holds_too_much():
    """Its files stay inside, or it is not used; both is said."""
    large = base64.encodebytes(bytes(6_000_000))
    head = b"--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
    body = MAIL.partition(b"--b\n")[0]
    one = input_of(attached("a.eml", body + head + large + b"--b--"))
    assert one.files == ()
    assert one.note.endswith("1 file with it: a.zip; left out: 1 for their size")
    many = input_of(attached("a.eml", body + (head + large) * 5 + b"--b--"))
    assert many.note.endswith("25 MB is the most I can take; send what matters by itself")
    assert not many.used


def test_a_calendar():
    """Events and tasks, without the alarms in them."""
    task = b"BEGIN:VTODO\nSUMMARY:Pay\\; now\\nplease\nDUE:20261201\nX-SECRET:x\nEND:VTODO\n"
    found = input_of(attached("a.ics", CALENDAR.replace(b"END:VCALENDAR", task + b"END:VCALENDAR")))
    assert found.note == "2 events: Demo, with Ana, Pay; now please"
    assert found.text == ("summary: Demo, with Ana, dtstart: 20261120T100000\nsummary: Pay; now please, due: 20261201")
    assert found.rows == 2
    nameless = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR"
    assert input_of(attached("a.ics", nameless)).note == "1 event"


def test_a_calendar_that_is_too_large():
    """With the limit."""
    found = input_of(attached("a.ics", CALENDAR + b" " * MAX_CALENDAR))
    assert found.note == "a calendar has 5 MB at most; send the time that matters"
