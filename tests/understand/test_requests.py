"""Requests as people write them: each mail of tests/mails/requests has its story and what is understood of it."""

from __future__ import annotations

import json
from email import message_from_bytes
from pathlib import Path

import pytest

from mailbot.domain.project import Project, ProjectId
from mailbot.understand.intent import intent_of
from mailbot.understand.parse import parse
from tests.fakes import envelope

MAILS = sorted((Path(__file__).parents[1] / "mails" / "requests").glob("*.eml"))
SALES = Project(id=ProjectId("t7k2m9"), owner="ana@acme.example", title="Sales page", last=2)


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_request(path):
    """The kind, and every detail that its header names."""
    raw = path.read_bytes()
    head = message_from_bytes(raw)
    project = SALES if head["Subject"].startswith("Re:") else None
    intent = intent_of(parse(raw), envelope(), project, {"build": "build"})
    found = {name: _shown(intent, name) for name in json.loads(head["X-Known"])}
    assert head["X-Story"]
    assert (intent.kind, found) == (head["X-Kind"], json.loads(head["X-Known"]))


def _shown(intent, name):
    """A detail as the headers write it: lists by commas, commands and criteria by their number."""
    value = getattr(intent, name) if hasattr(intent, name) else getattr(intent.wants, name)
    if name in {"commands", "criteria"}:
        return str(len(value))
    return ",".join(value) if isinstance(value, tuple) else str(value)
