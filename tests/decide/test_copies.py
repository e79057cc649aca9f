"""Who may begin with a copy of somebody else's project."""

from __future__ import annotations

import pytest

from mailbot.decide.match import Rule
from mailbot.decide.policy import Facts, Policy
from mailbot.domain.grants import Grants
from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Message, Proof
from mailbot.domain.project import Project
from mailbot.domain.request import Admitted, Refused
from tests.fakes import envelope


def judge(author="bo@acme.example", owner="ana@acme.example", proof=Proof.DKIM, people=None, **given):
    project = Project(id="p00001", owner=owner, last=3, people=people or {})
    intent = Intent(kind=Kind.CREATE, origin=project.id, revision=2)
    rule = Rule(id="staff", action="allow", set=Grants(**given))
    message = Message(id="<1@x>", author=author, text="make it blue")
    return Policy(rules=(rule,)).judge(message, envelope(proof=proof), intent, project, Facts())


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ({}, Admitted),
        ({"author": "eve@else.example"}, Refused),
        ({"author": "eve@else.example", "copy": True}, Admitted),
        ({"copy": False}, Refused),
        ({"author": "bo@gmail.com", "owner": "ana@gmail.com"}, Refused),
        ({"author": "bo@gmail.com", "owner": "ana@gmail.com", "people": {"bo@gmail.com": "reader"}}, Admitted),
        ({"proof": Proof.SPF}, Refused),
        ({"author": "bo@sub.acme.example"}, Refused),
    ],
    ids=[
        "one house",
        "stranger",
        "a rule lets",
        "a rule keeps out",
        "open provider",
        "takes part",
        "unsigned",
        "below",
    ],
)
def test_p9_who_may_copy(case, verdict):
    """People of one house, those who take part, and whomever a rule lets; by signed mail."""
    assert type(judge(**case)) is verdict


def test_the_refusal_names_the_rule():
    """And what helps."""
    found = judge(author="eve@else.example")
    assert found.rule == "staff"
    assert "(rule staff)" in found.reason
    assert "ask its owner" in found.reason
