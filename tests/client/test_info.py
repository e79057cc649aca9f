"""What is in a mail, on one screen."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.client.info import info
from tests.client.letters import FILES, OURS, letter, one, zipped


def test_a_mail_of_ours_says_who_what_and_which_version():
    """From its header and from metadata.json."""
    lines = info(one(OURS))
    assert lines[0].startswith("From:     build@")
    assert any(line.startswith("Project:  ") and line.endswith("version 1") for line in lines)
    assert any(line.startswith("Program:  Sales page") for line in lines)
    assert "Checked, as its maker says:" in lines
    assert any(line.endswith("  metadata.json") for line in lines)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b"{" * 50_000, b'{"checks": 3, "app_metadata": [], "files": {}}']
)
def test_whatever_metadata_says_it_is_read_without_harm(content):
    """Wrong shapes are passed over."""
    lines = info(one(letter(("b.zip", zipped({**FILES, "metadata.json": content})))))
    assert any(line.startswith("Package:  bees-v1, 5 files") for line in lines)


def test_nothing_in_it_gives_orders_to_a_terminal():
    """Escapes, line ends and letters that turn the direction of writing."""
    evil = "a\x1b[2J\rb\u202ec\n"
    finding = {"check": evil, "subject": evil, "result": evil, "detail": evil}
    about = {"app_metadata": {"name": evil, "dependencies": [evil]}, "checks": {"findings": [finding]}, "status": evil}
    raw = letter(("b.zip", zipped({"metadata.json": json.dumps(about).encode()})), subject="=?utf-8?B?G1sySg==?=")
    assert all(line.isprintable() for line in info(one(raw)))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["app_metadata", "name", "checks", "findings", "result", "deployment"]), inner
        )
    ),
    max_leaves=9,
)


@given(JSON)
def test_any_json_is_read(value):
    """And every line can be shown."""
    package = one(zipped({"metadata.json": json.dumps(value).encode()}))
    assert all(line.isprintable() for line in info(package))
