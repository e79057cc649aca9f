"""The campaign around the final dot, short: the real server, killed there."""

from __future__ import annotations

import pytest

from tests.campaigns.dot import Campaign


@pytest.mark.campaign
@pytest.mark.timeout(300)
def test_kills_at_the_dot_lose_and_double_nothing(tmp_path):
    """With the copy route each reply arrives once; the copy comes in by our own SMTP."""
    campaign = Campaign(folder=tmp_path, kills=3, seed=1)
    assert campaign.run() == []
    assert campaign.lives > 1
    assert len(campaign.answered) == 3
