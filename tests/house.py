"""The parts of a real house that tests stand in: its rules and its letterhead, as they ship."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mailbot.domain.names import Names
from mailbot.reply.compose import Letterhead
from mailbot.reply.content_told import help_lines
from mailbot.rulebook import load_book
from mailbot.shipped import read_catalogs, read_templates

RULES = load_book(Path(__file__).parents[1] / "rules").rules
ADDRESSES = {"build": "build", "ask": "ask"}
NAMES = Names(domain="mailbot.localhost", keys=(b"k" * 32,))


def letterhead(names=NAMES, **changes):
    """Who we are in every mail."""
    words = {"templates": read_templates(), "catalogs": read_catalogs()}
    made = Letterhead(names=names, addresses=ADDRESSES, **words, **changes)
    return replace(made, help=help_lines(made))
