"""Colours as people name them."""

from __future__ import annotations

import pytest

from mailbot.build.scaffold_colours import COLOURS, colour, ink, mixed


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("blue", "#0000ff"), ("Dark Green", "#006400"), ("light-blue", "#add8e6"), ("#abc", "#aabbcc"), ("#A1B2C3",
        "#a1b2c3"),
        ("rgb(1, 2, 255)", "#0102ff"), ("cream", "#fffdd0"), ("light red", "#ff8080"), ("dark purple", "#4d004d"),
        ("rgb(1,2,256)", None), ("#ab", None), ("blueish", None), ("", None), ("dark", None), ("light nothing", None),
    ],
)  # fmt: skip
def test_a_colour_is_known_by_name_hex_rgb_and_shade(words, value):
    """And what is no colour is none."""
    assert colour(words) == value


def test_every_css_name_is_a_colour():
    """All 148 of them, and a few that people use."""
    assert len(COLOURS) > 148
    assert all(colour(name) == f"#{value}" for name, value in COLOURS.items())


@pytest.mark.parametrize(
    ("paper", "expected"), [("#ffffff", "#000000"), ("#000080", "#ffffff"), ("#ffff00", "#000000")]
)
def test_the_ink_can_be_read_on_the_paper(paper, expected):
    """Black on light, white on dark."""
    assert ink(paper) == expected


def test_two_colours_mix():
    """By share."""
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
