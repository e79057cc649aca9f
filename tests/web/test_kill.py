"""The kill campaign of orders, short; `make campaign-http` runs the long one."""

from __future__ import annotations

import pytest

from tests.campaigns.orders import Campaign


@pytest.mark.campaign
@pytest.mark.timeout(400)
def test_ten_orders_survive_a_kill(tmp_path):
    """Every order that was answered 202 has its one reply and its one end."""
    campaign = Campaign(tmp_path, orders=10, kills=1, seed=7)
    assert campaign.run() == []
    assert campaign.lives == 2
