"""The campaign of forged mails, short: four thousand of them."""

from __future__ import annotations

import pytest

from mailbot.domain.errors import Unreadable
from mailbot.understand.gate import gate
from tests.campaigns import forged
from tests.campaigns.forged import batch, examined


@pytest.mark.campaign
@pytest.mark.parametrize("seed", [20_261_121, 20_261_122])
def test_two_thousand_forged_mails(seed):
    """Nobody is taken for somebody else, and the mails are worth the trial: half get past the gate."""
    found = batch(seed, 2_000)
    assert found.wrong == ""
    assert found.counts["refused"] <= 1_000
    assert found.counts["mallory's"] >= 300
    assert found.counts["none"] >= 300


@pytest.mark.campaign
def test_it_would_notice(monkeypatch):
    """A gate that takes the first of two authors, or a proof that believes every domain, is found out at once."""

    def first_of_two(raw):
        try:
            return gate(raw)
        except Unreadable:
            return gate(b"From: ana@acme.example\r\n\r\n")

    monkeypatch.setattr(forged, "gate", first_of_two)
    assert "email reads" in batch(1, 2_000).wrong
    monkeypatch.setattr(forged, "gate", gate)
    monkeypatch.setattr(forged, "proof", lambda headers, signatures: forged.Proof.DKIM)
    assert "which is not of evil.example" in batch(1, 2_000, examined).wrong
