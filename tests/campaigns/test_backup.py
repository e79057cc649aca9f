"""The short version of the campaign of backups."""

from __future__ import annotations

import pytest

from tests.campaigns.backup import rounds


@pytest.mark.campaign
async def test_nothing_acknowledged_is_lost_in_a_backup_under_load():
    """Two rounds: mail comes in all the time, and every mail from before a backup is in it."""
    told = [line async for line in rounds(2)]
    assert len(told) == 2
