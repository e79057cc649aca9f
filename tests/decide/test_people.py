"""Who may do what in a project."""

from __future__ import annotations

import pytest

from mailbot.decide.people import MAX_PEOPLE, after, not_theirs, role_of
from mailbot.domain.intent import Command, Intent, Kind
from mailbot.domain.message import Message, Proof
from mailbot.domain.project import Project, ProjectId
from tests.fakes import envelope

ANA, BOB, CHEF, EVE = "ana@acme.example", "Bob@acme.example", "chef@acme.example", "eve@acme.example"
PEOPLE = {"bob@acme.example": "collaborator", CHEF: "reader"}
BEES = Project(id=ProjectId("t7k2m9"), owner=ANA, last=1, people=PEOPLE)
SHARE = Command(line=f"share with {EVE}", kind=Kind.SHARE, address=EVE)
CHANGES = {Kind.REVISE, Kind.ROLLBACK, Kind.STOP, Kind.EDIT, Kind.FIX, Kind.REFRESH}


def judge(author, kind, *commands, proof=Proof.DKIM, project=BEES):
    intent = Intent(kind=kind, project=project and project.id, commands=commands)
    return not_theirs(Message(id="", author=author), envelope(proof=proof), intent, project)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_may_do_their_part(kind):
    """The owner all of it; whoever may change it, all but who takes part and what is checked; a reader asks."""
    asks = kind not in CHANGES | {Kind.SHARE, Kind.RETIRE}
    assert judge(ANA, kind) is None
    assert (judge(BOB, kind) is None) == (asks or kind in CHANGES)
    assert (judge(CHEF, kind) is None) == asks
    assert (judge(EVE, kind) is None) == (asks and kind not in {Kind.STATUS, Kind.RESEND})


@pytest.mark.parametrize("author", [BOB, CHEF, EVE])
@pytest.mark.parametrize("kind", [Kind.REVISE, Kind.QUESTION, Kind.HELP])
def test_what_rides_on_a_wish_is_judged_by_itself(author, kind):
    """A command beside a wish that they may have is still the owner's."""
    assert judge(author, kind, SHARE).rule == "owner"
    assert judge(ANA, kind, SHARE) is None


def test_a_command_that_is_not_followed_is_not_judged():
    """Such as one too many: it says so itself."""
    noted = Command(line="x", kind=Kind.SHARE, address=EVE, note="too many")
    assert judge(BOB, Kind.REVISE, noted, Command(line="?")) is None


@pytest.mark.parametrize("project", [BEES, None])
def test_letting_somebody_in_needs_the_better_proof(project):
    """In the first mail of a thread, too."""
    assert judge(ANA, Kind.CREATE, SHARE, proof=Proof.SPF, project=project).rule == "proof"
    assert judge(ANA, Kind.CREATE, SHARE, project=project) is None


def test_a_project_has_only_so_many_people():
    """One who goes makes room."""
    full = Project(id=ProjectId("t7k2m9"), owner=ANA, people={f"p{n}@x.example": "reader" for n in range(MAX_PEOPLE)})
    gone = Command(line="remove p0@x.example", kind=Kind.SHARE, address="p0@x.example", undo=True)
    assert "remove somebody" in judge(ANA, Kind.SHARE, SHARE, project=full).reason
    assert judge(ANA, Kind.SHARE, gone, SHARE, project=full) is None


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("share with bob@x.example", "collaborator"),
        ("add reader@x.example", "collaborator"),
        ("add bob@read-only.example", "collaborator"),
        ("add chef@x.example as reader", "reader"),
        ("share with chef@x.example, read only", "reader"),
        ("dodaj szef@x.example jako czytelnika", "reader"),
        ("ajoute chef@x.example comme lectrice", "reader"),
        ("füge chef@x.example als Leserin hinzu", "reader"),
    ],
)
def test_a_word_behind_them_makes_readers(line, role):
    """No word in an address does."""
    assert role_of(Command(line=line, kind=Kind.SHARE)) == role


def test_commands_are_followed_in_their_order():
    """The later one wins; nobody is removed who is not there."""
    add = Command(line=f"add {BOB} as reader", kind=Kind.SHARE, address=BOB)
    gone = Command(line=f"remove {CHEF}", kind=Kind.SHARE, address=CHEF, undo=True)
    assert after(PEOPLE, Intent(kind=Kind.SHARE, commands=(add, gone, gone))) == {"bob@acme.example": "reader"}
