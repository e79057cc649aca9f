"""The parts of a real house that tests stand in: its rules and its letterhead, as they ship."""

from __future__ import annotations

from mailbot.app import read_rules, read_templates
from mailbot.decide.rules import rules_from
from mailbot.domain.names import Names
from mailbot.reply.compose import Letterhead

RULES = rules_from(read_rules(None))
ADDRESSES = {"build": "build", "ask": "ask"}
NAMES = Names(domain="mailbot.localhost", keys=(b"k" * 32,))


def letterhead(names=NAMES, **changes):
    """Who we are in every mail."""
    return Letterhead(names=names, addresses=ADDRESSES, templates=read_templates(), **changes)
