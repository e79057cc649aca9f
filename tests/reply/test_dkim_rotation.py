"""How a record is written for a zone file, and how keys are told to an admin."""

from __future__ import annotations

import re

from mailbot.reply.dkim import new_key
from mailbot.reply.dkim_rotation import Managed, described, fresh_keys, zone_line
from tests.reply.people import NOW


def test_nc13_a_long_record_is_split_at_255_bytes():
    """A TXT record is made of strings of at most 255 bytes; put together they are the record."""
    record = new_key()[1]
    line = zone_line("mb1._domainkey.example.org", record)
    strings = re.findall(r'"([^"]*)"', line)
    assert line.startswith("mb1._domainkey.example.org. IN TXT ( ")
    assert (max(map(len, strings)), "".join(strings)) == (255, record)
    assert zone_line("x", "short") == 'x. IN TXT "short"'


def test_selectors_are_never_used_twice():
    """Not even on the same day: a receiver may still remember the old record."""
    first = fresh_keys((), "example.org", NOW)
    second = fresh_keys(first, "example.org", NOW)
    assert [one.selector for one in (*first, *second)] == [
        "mb20261120r", "mb20261120e", "mb20261120-2r", "mb20261120-2e",
    ]  # fmt: skip


def test_each_key_is_told_with_what_to_do():
    """It waits, signs, or its record has to stay for a while."""
    one = {"domain": "x.org", "kind": "rsa", "made": "2026-11-20T00:00:00Z"}
    known = [
        Managed(selector="a", **one),
        Managed(selector="b", since="2026-11-21T", **one),
        Managed(selector="c", since="2026-11-20T", until="2026-11-28T", **one),
    ]
    assert list(described(known)) == [
        "a (rsa, x.org): waits for its DNS record",
        "b (rsa, x.org): signs since 2026-11-21",
        "c (rsa, x.org): signs no more; leave its DNS record until 2026-11-28",
    ]
