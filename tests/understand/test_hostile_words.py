"""Texts that are meant to cost time: each is read once, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mailbot.domain.message import Message
from mailbot.domain.project import Project, ProjectId
from mailbot.understand.inline import between, patch_in
from mailbot.understand.intent import intent_of
from tests.fakes import envelope

BEES = Project(id=ProjectId("t7k2m9"), owner="ana@acme.example", title="Bees", last=2)
PIECES = (
    " ",
    "\n",
    "x",
    "word ",
    "stop\n",
    "hi\n",
    "#mailbot stop\n",
    "#mb rolback 1\n",
    "1. it must hold\n",
    "It must be. ",
    "must ",
    "s\u200btop\n",
    "\u202estop\n",
    "\u200b",
    "e\u0301",
    "a@",
    "share with a@b.co, ",
    "- x\n",
    "```\n",
    "|",
    "\t",
    "A. ",
    "a.b ",
    "a/",
    "-",
    "1 ",
    "1",
    "1.",
    "> 1. What?\nx\n",
    "> ",
    "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
    "--- a/x\n",
    "diff --git a b\n",
    "a:",
    "stack: python\n",
    "python, ",
    "the total of ",
    " and ",
    "also ",
    "no python ",
    "don't touch a.py ",
    "GET /a/",
    "[",
    "{",
    '"',
    "\u30d7",
)


def read(text, project=BEES):
    message = Message(
        id="",
        author="ana@acme.example",
        text=text,
        quoted=text,
        between=between(text, text),
        patch=patch_in(text, text),
    )
    return intent_of(message, envelope(), project, {})


@pytest.mark.parametrize("piece", PIECES)
def test_a_million_characters(piece):
    """Of anything: it ends (the limit of the suite would see to it), and what it found is bounded."""
    text = piece * (1_000_000 // len(piece))
    intent = read(text + "\n@@ -")
    assert len(intent.commands) <= 21
    assert len(intent.wants.criteria) <= 40
    assert len(intent.chosen) <= 50


@settings(max_examples=150, deadline=None)
@given(some.lists(some.sampled_from(PIECES) | some.text(max_size=20), max_size=30))
def test_never_an_error(pieces):
    """Whatever stands there, something is understood of it, with a project and without."""
    text = "".join(pieces)
    assert read(text).project in {BEES.id, None}
    assert read(text, None).project is None
