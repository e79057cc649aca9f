"""The campaign of broken IMAP connections, short: each answer breaks, and breaks in each way."""

from __future__ import annotations

import pytest

from tests.campaigns import imap


@pytest.mark.campaign
async def test_every_place_breaks_and_each_mail_is_stored_once(tmp_path):
    """Before, inside and after each answer: nothing is lost, doubled, damaged or passed over."""
    server, inbox, faults = await imap.run(120, 0.1, 20_261_121, str(tmp_path))
    assert imap.judged(server, inbox) == []
    assert len(faults) >= 36
    assert len(inbox.mails) >= 120
