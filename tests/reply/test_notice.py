"""When somebody is told that it takes a while, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailbot.build.moves import Said, Tried
from mailbot.domain.intent import Kind
from mailbot.domain.message import Proof
from mailbot.domain.project import Finding, Report, Result
from mailbot.domain.work import Waited
from mailbot.reply.mime import seal
from mailbot.reply.notice import Wait, due, notice
from tests.reply.people import FIRST, LETTERHEAD, MESSAGE, MODEL, NOW, project, request
from tests.reply.snapshots import agreed

SLOW = Said(text="x", maker=replace(MODEL, seconds=400.0))
FAILED = Tried(
    report=Report(
        findings=(
            *(Finding(check="js", subject=f"check {number}", result=Result.PASSED) for number in range(5)),
            Finding(check="js", subject="PDF totals", result=Result.FAILED, detail="off by one row"),
            Finding(check="prose", subject="it is pretty", result=Result.UNCHECKED),
        )
    )
)


def wait(minutes: float = 0.0, turns: Any = (), usual: float | None = 720.0, told: float | None = None) -> Wait:
    """Ana has waited for so many *minutes*; she was *told* at that one."""
    at = None if told is None else NOW + timedelta(minutes=told)
    known = Waited(usual=usual, noticed_at=at)
    return Wait(request=request(), turns=turns, known=known, now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("usual", "told", "kind"),
    [(None, None, ""), (30.0, None, ""), (240.0, None, ""), (241.0, None, "arrived"), (720.0, 0.0, "")],
)
def test_an_arrival_is_told_only_where_the_answer_is_far(usual: float | None, told: float | None, kind: str) -> None:
    """Beyond four minutes as measured; where nothing was measured, nobody is told; once is enough."""
    assert due(wait(usual=usual, told=told)) == kind


@pytest.mark.parametrize(
    ("minutes", "told", "seconds", "kind"),
    [
        (14.9, None, 400.0, ""), (15.0, None, 400.0, "progress"), (20.0, 6.0, 400.0, ""),
        (21.0, 6.0, 400.0, "progress"), (60.0, None, 120.0, ""), (60.0, None, 121.0, "progress"),
    ],
)  # fmt: skip
def test_progress_is_seldom_and_never_just_before_the_answer(
    minutes: float, told: float | None, seconds: float, kind: str
) -> None:
    """A quarter of an hour apart, and none within two minutes of what comes next, by what this model took so far."""
    turns = (replace(SLOW, maker=replace(MODEL, seconds=seconds)),)
    assert due(wait(minutes, turns, told=told)) == kind


@pytest.mark.parametrize("change", ["channel", "proof", "kind"])
def test_only_people_who_mailed_an_order_are_told(change: str) -> None:
    """No program that ordered by HTTP, nobody unproven, and nobody whose answer takes no model."""
    one = wait()
    known, order = one.request, one.request.order
    other = {
        "channel": replace(known, envelope=replace(known.envelope, channel="http")),
        "proof": replace(known, admitted=replace(order, proof=Proof.NONE)),
        "kind": replace(known, admitted=replace(order, intent=replace(order.intent, kind=Kind.ROLLBACK))),
    }[change]
    assert due(one) == "arrived"
    assert due(replace(one, request=other)) == ""


@pytest.mark.parametrize("language", ["en", "pl", "fr", "de"])
def test_j3_the_words_of_a_wait(language: str) -> None:
    """What has arrived, what is being mended, by when, and how to stop it: on one screen."""
    order = request(language=language).order
    for name, one in (("arrived", wait()), ("progress", wait(30, (SLOW, FAILED)))):
        told = replace(one, request=replace(one.request, admitted=order))
        reply = notice(name, told, MESSAGE, project(FIRST), LETTERHEAD)
        agreed(f"J3-{name}", reply.text, language)


def test_a_notice_is_no_answer() -> None:
    """It has a kind of its own, stands in the thread, and goes to the author alone."""
    reply = notice("arrived", wait(), replace(MESSAGE, cc=("bob@acme.example",)), project(), LETTERHEAD)
    assert (reply.kind, reply.revision, reply.cc, reply.attachments) == ("notice", 0, (), ())
    assert seal(reply, "email", NOW, LETTERHEAD, "notice-1").id != seal(reply, "email", NOW, LETTERHEAD, "notice-2").id
