"""The campaign of hostile subjects, short: three thousand of them."""

from __future__ import annotations

import pytest

from mailbot.reply import mime
from tests.campaigns import subjects
from tests.campaigns.subjects import campaign


@pytest.mark.campaign
@pytest.mark.parametrize("seed", [20_261_121, 20_261_122])
def test_three_thousand_replies_to_hostile_subjects(seed: int) -> None:
    """In two halves: each reply has its fields once, its author alone, and the subject that a person could see."""
    tally = campaign(800, seed)
    assert tally.wrong == []
    assert tally.answered == tally.read + 800
    assert tally.read > 680


@pytest.mark.campaign
def test_it_would_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subject that is written as it came ends its header, or says something else."""
    monkeypatch.setattr(mime, "unstructured", lambda name, value: f"{name}: {value}\r\n".encode("utf-8", "replace"))
    assert len(campaign(60, 7).wrong) > 20
    assert subjects.campaign(0).wrong == []
