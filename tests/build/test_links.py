"""A link of ours leads to one package for a week, and nobody else can make one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from mailbot.build.links import LIFETIME, MAX_DOWNLOADS, link, verified

AT = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
REQUEST, KEY = "abcdefghijklmnopqrst", b"k" * 32


def asked(url, now=AT, keys=(KEY,), **changes):
    """What the web door is asked."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    given = {"path": parts.path, **query} | changes
    return verified(given["path"], given["until"], given["sign"], now=now, keys=keys)


def made(name="bees-v2.zip"):
    return link("https://build.example.org/", REQUEST, 2, name, at=AT, key=KEY)


def test_a_link_leads_to_its_package_until_it_ends():
    """For a week, by older keys, too."""
    found = asked(made(), now=AT + LIFETIME - timedelta(seconds=1), keys=(b"new", KEY))
    assert (found.request, found.revision, found.name, found.until) == (REQUEST, 2, "bees-v2.zip", AT + LIFETIME)
    assert asked(made(), now=AT + LIFETIME) is None
    assert made().startswith(f"https://build.example.org/get/{REQUEST}/2/bees-v2.zip?until=")
    assert MAX_DOWNLOADS == 20


@pytest.mark.parametrize(
    "changes",
    [
        {"path": f"/get/{REQUEST}/3/bees-v2.zip"},
        {"path": f"/get/{REQUEST}/2/other.zip"},
        {"path": f"/get/{REQUEST}/2/../x"},
        {"path": "/get/" + "a" * 5_000},
        {"until": "99999999999"},
        {"until": "-1"},
        {"until": "1" * 5_000},
        {"sign": "a" * 26},
        {"sign": "é" * 26},
        {"sign": ""},
    ],
)
def test_whatever_is_changed_leads_nowhere(changes):
    """Path, end and signature hold together."""
    assert asked(made(), **changes) is None
    assert asked(made(), keys=(b"other",)) is None


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a b", "x" * 200])
def test_a_name_that_is_no_file_of_ours_is_not_linked(name):
    """The path is one name."""
    with pytest.raises(ValueError, match="cannot be linked to"):
        made(name)
