"""The format of rules/*.yaml as a JSON Schema, for editors; `mailbot rules schema` prints it."""

from __future__ import annotations

from mailbot.decide.grammar import IF, RULE
from mailbot.decide.grammar_tests import TEST
from mailbot.decide.rules import ABOUT, ADMINS, LIST_NAME, MAX_RULES, MAX_TESTS
from mailbot.decide.shapes import Items, Schema
from mailbot.decide.values import PATTERNS


def schema() -> Schema:
    """All that a schema can say. It knows no CEL, no ids that stand twice, no lists; `mailbot rules check` does."""
    lists: Schema = {
        "description": "groups of addresses, named as @name under from and to",
        "type": "object",
        "propertyNames": {"pattern": f"^{LIST_NAME}$", "not": {"const": ADMINS}},
        "additionalProperties": PATTERNS.schema(),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rules of a mailbot, version 1",
        "type": "object",
        "additionalProperties": False,
        "required": ["version"],
        "properties": {
            "version": {"const": 1},
            "about": ABOUT.schema() | {"description": "what this file is for"},
            "lists": lists,
            "rules": Items(of=RULE, most=MAX_RULES).schema(),
            "tests": Items(of=TEST, most=MAX_TESTS).schema(),
        },
        "$defs": {"if": IF.schema()},
    }
