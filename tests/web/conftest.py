"""The HTTP door, for tests."""

from __future__ import annotations

import pytest

from tests.servers import postgres_url
from tests.web.world import here

__all__ = ["postgres_url"]


@pytest.fixture
async def web(tmp_path):
    """The application with its ledger, as it ships."""
    async with here(tmp_path) as found:
        yield found
