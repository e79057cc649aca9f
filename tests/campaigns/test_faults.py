"""The fault campaign, short: a dozen faults of the real server, while mails come in."""

from __future__ import annotations

import pytest

from tests.campaigns.faults import Campaign, Fault, check_strace

FAULTS = [
    ("pwrite64", "EIO", "small", 2),
    ("fdatasync", "EIO", "small", 1),
    ("fdatasync", "KILL", "small", 1),
    ("pwrite64", "ENOSPC", "small", 1),
    ("pwrite64", "ENOSPC", "large", 2),
    ("write", "EDQUOT", "large", 2),
    ("fsync", "EIO", "large", 1),
    ("fsync", "EIO", "large", 2),
    ("rename", "ENOSPC", "large", 1),
    ("rename", "KILL", "large", 1),
    ("fsync", "KILL", "large", 2),
    ("openat", "EIO", "large", 1),
]


@pytest.mark.campaign
@pytest.mark.timeout(300)
def test_a_dozen_faults_lose_and_double_nothing(tmp_path):
    """Every mail answered 250 has exactly one reply, nobody is told a 5xx, and nothing is left over or told."""
    check_strace()
    campaign = Campaign(folder=tmp_path)
    with campaign.running():
        hit = [fault for fault in FAULTS if campaign.bite(Fault(*fault), whole_life=False)]
        assert campaign.rest(120) == []
    assert len(hit) >= 10
    assert len(campaign.accepted) >= 8
