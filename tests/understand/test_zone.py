"""What the DNS is known to say."""

from __future__ import annotations

import pickle

import pytest

from mailbot.domain.errors import Temporary
from mailbot.understand.zone import Missing, Records, Unsure, Zone


def test_what_is_known_is_said():
    """In whatever letters, with or without the last dot."""
    zone = Zone({("example.org", "A"): Records((b"192.0.2.1",))})
    assert zone("Example.ORG.", "A").values == (b"192.0.2.1",)


def test_what_is_not_known_is_missing():
    """Named as it must be looked up; no ``except Exception`` swallows it, and it crosses to another process."""
    with pytest.raises(Missing) as missing:
        Zone()("Example.ORG.", "TXT")
    again = pickle.loads(pickle.dumps(missing.value))
    assert (again.name, again.kind) == ("example.org", "TXT")
    assert not isinstance(again, Exception)


def test_trouble_is_known_too():
    """Asked again it is the same trouble, in its words, and temporary."""
    zone = Zone({("example.org", "A"): "silent"})
    with pytest.raises(Unsure, match="silent"):
        zone("example.org", "A")
    assert issubclass(Unsure, Temporary)
