"""What the tests of the bench share."""

from __future__ import annotations

import pytest

from tests.servers import missing
from tests.servers_postfix import unavailable


@pytest.fixture(scope="session")
def postfix_here() -> None:
    """Skip where Postfix cannot be started; where everything is required, that is a failure."""
    if reason := unavailable():
        missing(reason)
