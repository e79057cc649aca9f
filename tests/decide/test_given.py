"""What the rules give to a mail, and what it may not bring."""

from __future__ import annotations

import pytest

from mailbot.decide.given import allowed
from mailbot.decide.match import Rule
from mailbot.decide.policy import Facts, Policy
from mailbot.domain.grants import Grants
from mailbot.domain.intent import Command, Intent, Kind
from mailbot.domain.message import Attachment, Input, Message
from mailbot.domain.request import Admitted, Refused
from tests.fakes import envelope

FILE = Attachment(name="a.csv", media_type="text/csv", content=b"1")
SHARE = Command(line="share with bob@x.example", kind=Kind.SHARE, address="bob@x.example")


def judge(kind=Kind.CREATE, commands=(), brought=(), **given):
    message = Message(id="", author="ana@acme.example", text="bees", attachments=brought)
    rule = Rule(id="all", action="allow", set=Grants(**given))
    return Policy(rules=(rule,)).judge(message, envelope(), Intent(kind=kind, commands=commands), None, Facts())


def test_attachments_can_be_rejected():
    """The author is told what helps; a mail without any is let in."""
    found = judge(brought=(FILE,), attachments="reject")
    assert (type(found), found.rule) == (Refused, "all")
    assert "without them" in found.reason
    assert type(judge(attachments="reject")) is Admitted


@pytest.mark.parametrize(
    ("kind", "without"), [(Kind.FIX, Kind.CREATE), (Kind.EDIT, Kind.REVISE), (Kind.REFRESH, Kind.REVISE)]
)
def test_attachments_can_be_left_out(kind, without):
    """What was asked of them becomes a wish in words; each is named, and nothing of it is kept."""
    found = judge(kind, brought=(FILE,), attachments="ignore")
    assert found.intent.kind is without
    [left] = allowed((Input(name="a.csv", used=True, text="1", files=(FILE,), note="1 row"),), found.set)
    assert (left.name, left.used, left.text, left.files) == ("a.csv", False, "", ())
    assert "leave attachments out" in left.note


def test_the_language_can_be_set():
    """Whatever the mail is written in."""
    assert judge(lang="pl").intent.language == "pl"


def test_sharing_can_be_forbidden():
    """Taking somebody out again never is."""
    gone = Command(line="remove bob@x.example", kind=Kind.SHARE, address="bob@x.example", undo=True)
    assert type(judge(commands=(SHARE,), sharing=False)) is Refused
    assert type(judge(commands=(SHARE,), sharing=True)) is Admitted
    assert type(judge(commands=(SHARE,))) is Admitted
    assert type(judge(commands=(gone,), sharing=False)) is Admitted
