"""text/enriched."""

from __future__ import annotations

import pytest

from mailbot.understand.enriched import enriched_text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<bold>Make</bold> it\nblue.\n\nThanks", "Make it blue.\nThanks"),
        ("<color><param>red</param>red</color> a << b > c", "red a < b > c"),
        ("<nofill>one\ntwo</nofill>\nthree", "one\ntwo three"),
        ("<paragraph>one</paragraph>two<nl>three<lt>", "\none\ntwo\nthree<"),
        ("<comment>no</comment>yes", "yes"),
        ("</param></nofill>yes <", "yes <"),
        ("", ""),
    ],
)
def test_the_words_of_enriched_text(text, words):
    """No markup, no parameters; lines as they are meant."""
    assert enriched_text(text) == words
