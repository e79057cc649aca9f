"""The build as a fold: what follows from what was recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailbot.build.answer import CUT
from mailbot.build.plan import Ask, Said, Tried, Try, next_move, queue_of
from mailbot.domain.intent import Chosen, Intent, Kind
from mailbot.domain.message import MessageId, Proof
from mailbot.domain.project import Check, Draft, Finding, Maker, Project, ProjectId, Report, Result, Revision
from mailbot.domain.request import Admitted, Asked, Built, GaveUp, Told

MAKER = Maker(kind="model", name="m", provider="p", seconds=1.5, tokens=10)
PASSED = Tried(report=Report(findings=(Finding(check="syntax", subject="a.py", result=Result.PASSED),)))


def failed(*subjects):
    found = tuple(Finding(check="syntax", subject=s, result=Result.FAILED, detail="line 1") for s in subjects)
    return Tried(report=Report(findings=found))


def said(text="=== FILE: a.py ===\nx = 1\n=== END FILE ===\n", **more):
    return Said(text=text, maker=MAKER, title="T", **more)


def order(kind=Kind.CREATE, **more):
    intent = Intent(kind=kind, project=ProjectId("p"), title="Bees", text="Build bees.", **more)
    known = {
        "rule": "r",
        "reason": "r",
        "author": "a@b.example",
        "proof": Proof.ACCOUNT,
        "message_id": MessageId("<1@b>"),
    }
    return Admitted(intent=intent, **known)


def project(*trees, **more):
    revisions = {
        number: Revision(
            number=number,
            draft=Draft(title="Bees", files=tree, report=Report(), maker=MAKER, not_done=("x",), assumed=("y",)),
            author="a@b.example",
            request="r",
            at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        for number, tree in enumerate(trees, 1)
    }
    return Project(id=ProjectId("p"), owner="a@b.example", title="Bees", last=len(trees), revisions=revisions, **more)


def test_a_new_request_is_asked_of_the_model():
    """The brief holds the words and nothing of another project."""
    move = next_move(order(), [], project())
    assert isinstance(move, Ask)
    assert (move.brief.title, move.brief.text, move.brief.files) == ("Bees", "Build bees.", {})


def test_an_answer_with_files_is_tried_with_every_check_of_the_project():
    """Checks only grow: the project's and those that the answer adds."""
    old, new = Check(number=1, kind="http", text="a"), Check(number=2, kind="file", text="b")
    move = next_move(order(), [said(checks=(new,))], project(checks=(old,)))
    assert move == Try(files={"a.py": b"x = 1\n"}, checks=(old, new))


def test_what_passes_is_built():
    """The draft carries what was done, by whom, in how many tries."""
    move = next_move(order(), [said(done=("d",), not_done=("n",)), PASSED], project({"old": b""}))
    turns = [said(done=("d",), not_done=("n",)), PASSED]
    assert isinstance(move, Ask)  # turns about revision 0 count for nothing when there is a v1
    move = next_move(order(), turns, project())
    assert isinstance(move, Built)
    assert (move.number, move.draft.files, move.draft.done, move.draft.not_done) == (
        1,
        {"a.py": b"x = 1\n"},
        ("d",),
        ("n",),
    )


def test_what_fails_is_repaired_with_the_failures_in_hand():
    """The model sees the files as they are and what the checks said."""
    move = next_move(order(), [said(), failed("a.py")], project())
    assert isinstance(move, Ask)
    assert move.brief.files == {"a.py": b"x = 1\n"}
    assert move.brief.report.failures[0].subject == "a.py"
    assert move.brief.answer


def test_a_repair_may_hold_only_the_file_that_it_repairs():
    """The other files of the first answer stay."""
    first = said("=== FILE: a.py ===\n(\n=== END FILE ===\n=== FILE: b.py ===\n1\n=== END FILE ===\n")
    turns = [first, failed("a.py"), said("=== FILE: a.py ===\nx\n=== END FILE ===\n"), PASSED]
    move = next_move(order(), turns, project())
    assert isinstance(move, Built)
    assert move.draft.files == {"a.py": b"x\n", "b.py": b"1\n"}
    assert (move.draft.maker.tries, move.draft.maker.seconds, move.draft.maker.tokens) == (2, 3.0, 20)


def test_the_same_answer_again_is_tried_again():
    """Whether it passes is for the checks to say."""
    turns = [said(), failed("a.py"), said()]
    assert next_move(order(), turns, project()) == Try(files={"a.py": b"x = 1\n"}, checks=())


def test_a_file_that_was_cut_off_is_a_failure_although_the_rest_passes():
    """A missing file must not pass for a whole project."""
    cut = said("=== FILE: a.py ===\n1\n=== END FILE ===\n=== FILE: b.py ===\n2" + CUT)
    move = next_move(order(), [cut, PASSED], project())
    assert isinstance(move, Ask)
    assert [(f.check, f.subject) for f in move.brief.report.failures] == [("answer", "b.py")]


def test_after_the_last_repair_the_best_try_is_handed_over():
    """Fewest failures win; the reason is that try's own."""
    one, two = said("=== FILE: a.py ===\n1\n=== END FILE ===\n"), said("=== FILE: a.py ===\n2\n=== END FILE ===\n")
    turns = [one, failed("a.py"), two, failed("a.py", "b.py"), two, failed("a.py", "b.py")]
    move = next_move(order(), turns, project())
    assert isinstance(move, GaveUp)
    assert move.draft.files == {"a.py": b"1\n"}
    assert "syntax of a.py" in move.reason


def test_an_answer_without_files_is_asked_for_again_and_then_given_up():
    """As often as repairs are allowed, as long as it says something else each time."""
    words = [said(f"Sorry, {number}.") for number in range(4)]
    assert isinstance(next_move(order(), words[:1], project()), Ask)
    assert isinstance(next_move(order(), words[:3], project()), Ask)
    move = next_move(order(), words, project())
    assert isinstance(move, GaveUp)
    assert move.draft is None


def test_the_same_words_again_are_not_asked_for_a_third_time():
    """A model that repeats itself goes on doing so."""
    move = next_move(order(), [said("Sorry."), said("Sorry.")], project())
    assert isinstance(move, GaveUp)


def test_a_try_that_fails_like_an_earlier_one_ends_the_loop():
    """How long it took makes no difference; another failure does."""
    slow = Tried(report=replace(failed("a.py").report, findings=(fails("1 failed in 0.31s"),)))
    quick = Tried(report=replace(failed("a.py").report, findings=(fails("1 failed in 2.5 s"),)))
    other = Tried(report=replace(failed("a.py").report, findings=(fails("2 failed in 0.31s"),)))
    answers = [said(f"=== FILE: a.py ===\nx = {n}\n=== END FILE ===\n") for n in range(3)]
    assert isinstance(next_move(order(), [answers[0], slow, answers[1], quick], project()), GaveUp)
    assert isinstance(next_move(order(), [answers[0], slow, answers[1], other], project()), Ask)


def fails(detail):
    return Finding(check="command", subject="pytest", result=Result.FAILED, detail=detail)


def test_a_cut_answer_that_brought_something_is_gone_on_with_before_it_is_tried():
    """Only what is missing is asked for, and that is no repair."""
    cut = said("=== FILE: a.py ===\n1\n=== END FILE ===\n=== FILE: b.py ===\n2" + CUT)
    move = next_move(replace(order(), repairs=0), [cut], project())
    assert isinstance(move, Ask)
    assert [one.subject for one in move.brief.report.failures] == ["b.py", "the whole"]
    rest = said("=== FILE: b.py ===\n2\n=== END FILE ===\n")
    assert next_move(replace(order(), repairs=0), [cut, rest], project()) == Try(
        files={"a.py": b"1\n", "b.py": b"2\n"}, checks=()
    )


def test_a_file_that_came_broken_and_never_again_is_not_forgotten():
    """Whatever came later, it is missing."""
    elided = said(
        "=== FILE: a.py ===\n# rest of the code unchanged\n=== END FILE ===\n=== FILE: b.py ===\n1\n=== END FILE ===\n"
    )
    other = said("=== FILE: c.py ===\n1\n=== END FILE ===\n")
    move = next_move(order(), [elided, PASSED, other, PASSED], project())
    assert isinstance(move, GaveUp | Ask)
    whole = said("=== FILE: a.py ===\n1\n=== END FILE ===\n")
    assert isinstance(next_move(order(), [elided, PASSED, whole, PASSED], project()), Built)


def test_a_repair_without_files_ends_with_the_draft_that_there_was():
    """What was built once is not lost because the model then said nothing."""
    empty = said("Sorry.")
    move = next_move(order(), [said(), failed("a.py"), empty, empty], project())
    assert isinstance(move, GaveUp)
    assert move.draft.files == {"a.py": b"x = 1\n"}


def test_a_question_of_the_model_is_asked():
    """And what it could do instead is offered."""
    move = next_move(order(), [said("", asks=("Which?",), options=("a", "b"))], project())
    assert move == Asked(questions=("Which?",), options=("a", "b"))


def test_a_question_in_the_answer_is_asked_with_its_default():
    """At most three of them, numbered by the mail; each says what is done without an answer."""
    lines = "".join(f"=== ASK: Where is {n} kept | default: SQLite ===\n" for n in range(9))
    move = next_move(order(), [said(lines)], project())
    assert isinstance(move, Asked)
    assert move.questions == tuple(f"Where is {n} kept? (default: SQLite)" for n in range(3))


def test_after_the_author_answered_nothing_more_is_asked():
    """The choice reaches the model, and it decides the rest itself."""
    chosen = (Chosen(question="Where is the data kept? (default: SQLite)", number=1, answer="Postgres"),)
    move = next_move(order(chosen=chosen), [], project())
    assert isinstance(move, Ask)
    assert (move.brief.chosen, move.brief.may_ask) == (chosen, False)
    assert isinstance(next_move(order(chosen=chosen), [said("=== ASK: Really? ===\n")], project()), Ask)


def test_a_model_that_asks_and_builds_at_once_has_assumed_its_defaults():
    """The files count, and the reply says what was taken for granted."""
    turn = said("=== ASK: Which colour? | default: blue ===\n" + said().text)
    move = next_move(order(), [turn, PASSED], project())
    assert isinstance(move, Built)
    assert move.draft.assumed == ("Which colour? (default: blue)",)


def test_why_did_you_gets_an_answer_and_no_version():
    """In a thread of a program, words that only want to know are a question about it."""
    wanted = replace(order(Kind.REVISE), intent=replace(order(Kind.REVISE).intent, text="Why did you use a table?"))
    move = next_move(wanted, [], project({"a": b"1"}))
    assert isinstance(move, Ask)
    assert (move.brief.kind, move.brief.files) == (Kind.QUESTION, {"a": b"1"})
    assert next_move(wanted, [said("Because.", base=1)], project({"a": b"1"})) == Told(topic="answer", text="Because.")


def test_a_revision_that_nobody_understood_is_asked_about():
    """In the author's own words."""
    turn = said("", not_done=("Sing.",), base=1)
    move = next_move(order(Kind.REVISE), [turn], project({"a": b"1"}))
    assert move == Asked(questions=("I did not understand: Sing.",))


def test_turns_about_an_older_revision_count_for_nothing():
    """Another request of the project was answered meanwhile."""
    turns = [said(base=0), PASSED]
    move = next_move(order(Kind.REVISE), turns, project({"a": b"1"}))
    assert isinstance(move, Ask)
    assert move.brief.files == {"a": b"1"}


def test_a_rollback_tries_the_old_files_and_makes_a_new_revision():
    """v1's files become v3, with nothing carried over of what was not done."""
    wanted = order(Kind.ROLLBACK, revision=1)
    past = project({"a": b"1"}, {"a": b"2"})
    assert next_move(wanted, [], past) == Try(files={"a": b"1"}, checks=())
    move = next_move(wanted, [Tried(report=Report(), base=2)], past)
    assert isinstance(move, Built)
    assert (move.number, move.draft.files, move.draft.not_done, move.draft.assumed) == (3, {"a": b"1"}, (), ())
    assert move.draft.maker.kind == "rollback"


def test_a_rollback_without_a_number_goes_one_back():
    """From v2 to v1."""
    move = next_move(order(Kind.ROLLBACK), [], project({"a": b"1"}, {"a": b"2"}))
    assert move == Try(files={"a": b"1"}, checks=())


def test_a_rollback_to_what_never_was_says_what_there_is():
    """The newest number is named."""
    move = next_move(order(Kind.ROLLBACK, revision=9), [], project({"a": b"1"}))
    assert isinstance(move, GaveUp)
    assert "v9" in move.reason
    assert "v1" in move.reason


def test_a_question_is_asked_about_the_project_and_its_answer_told():
    """The model sees the files that the question is about."""
    wanted = order(Kind.QUESTION)
    move = next_move(wanted, [], project({"a": b"1"}))
    assert isinstance(move, Ask)
    assert move.brief.files == {"a": b"1"}
    assert next_move(wanted, [said("42", base=1)], project({"a": b"1"})) == Told(topic="answer", text="42")
    assert next_move(wanted, [said("", asks=("?",))], project()) == Asked(questions=("?",))


@pytest.mark.parametrize(("kind", "topic"), [(Kind.HELP, "help"), (Kind.STATUS, "status"), (Kind.STOP, "stopped")])
def test_a_command_is_told_at_once(kind, topic):
    """No model is asked."""
    assert next_move(order(kind), [], project()) == Told(topic=topic)


def test_turns_in_an_order_that_cannot_be_are_a_bug():
    """They are not papered over."""
    with pytest.raises(AssertionError, match="out of order"):
        next_move(order(), [PASSED], project())
    with pytest.raises(AssertionError, match="out of order"):
        next_move(order(Kind.ROLLBACK), [said(base=2)], project({"a": b""}, {"b": b""}))
    with pytest.raises(AssertionError, match="out of order"):
        next_move(order(Kind.QUESTION), [PASSED], project())


def test_each_move_waits_in_its_own_queue():
    """Generations by the model's host, checks apart, the rest at once."""
    ask = next_move(order(), [], project())
    moves = [ask, Try(files={}, checks=()), Told(topic="help")]
    assert [queue_of(move, "h") for move in moves] == ["gen:h", "check", "intake"]
