"""What the rules give to a request."""

from __future__ import annotations

from dataclasses import fields

import pytest

from mailbot.domain.grants import HONOURED, Grants, Quota
from mailbot.domain.request import Admitted
from mailbot.store.codec import dump, load
from tests.fakes import order

FULL = Grants(
    model="big",
    local_only=False,
    timeout=900,
    checks=("syntax",),
    quotas=(Quota(per="sender", max=3, every="day"),),
    tags=("x",),
)


def test_later_wins_key_by_key():
    """A no and a zero are values; what is empty says nothing."""
    later = Grants(local_only=True, max_repairs=0, tags=("x", "y"))
    both = later.over(FULL)
    assert (both.model, both.local_only, both.max_repairs, both.tags) == ("big", True, 0, ("x", "y"))
    assert Grants(local_only=False).over(later).local_only is False
    assert Grants().over(FULL) is FULL


@pytest.mark.parametrize("given", [Grants(), FULL])
def test_it_is_stored_with_the_order(given):
    """And an order from before there were any is read as one without."""
    kept = order(set=given, rules="abc")
    assert load(Admitted, dump(kept)) == kept
    older = dump(kept).replace('"set":', '"unknown":')
    assert load(Admitted, older).set == Grants()


def test_what_is_honoured_exists():
    """The list of what the house acts on cannot name what nobody can set."""
    assert {field.name for field in fields(Grants)} >= HONOURED
