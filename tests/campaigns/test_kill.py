"""The kill campaign, short: ten kills of the real server."""

from __future__ import annotations

import pytest

from tests.campaigns.kill import Campaign


@pytest.mark.campaign
@pytest.mark.timeout(400)
def test_ten_kills_lose_and_double_nothing(tmp_path):
    """Every mail answered 250 has exactly one reply; the ledger counts right afterwards."""
    campaign = Campaign(folder=tmp_path, kills=10, mails=60, seed=20_261_121)
    assert campaign.run() == []
    assert campaign.lives == 11
    assert len(campaign.accepted) >= 30
