"""Nobody is taken for somebody else: a table of known tricks, through the whole of what finds out who wrote a mail."""

from __future__ import annotations

import pytest

from mailbot.understand.gate import gate
from tests.understand.spoof_world import proven
from tests.understand.spoofs import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_spoofed_mail_gets_its_level(case):
    """Its level and no other; where anything may be sent at all, to the one who really wrote it."""
    found = await proven(case)
    assert found.proof is case.level, found.authentic.why
    assert found.authentic.why
    if found.proof.answerable:
        assert gate(case.raw).author == case.author


def test_the_table_is_large_and_has_no_name_twice():
    """Each trick can be named, and enough of them are."""
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 100
