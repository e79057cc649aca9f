"""A question about a project of a template, where no model answers questions: the records do (issue 7)."""

from __future__ import annotations

import pytest

from mailbot.models.scaffold import Templates, templates
from tests.test_memory_life import text_of
from tests.world import World, first, reply

SOURCES = templates()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("Track books with title, author, pages: number.", ("It starts with: python3 app.py", "app.py", "README.md")),
        ("A todo list.", ("open index.html in a browser", "index.html")),
    ],
)
async def test_a_question_about_a_template_is_answered_from_the_records(memory_ledgers, wish, words):
    """How it starts, its files, what was checked, the versions; and that no model answers questions."""
    world = World(await memory_ledgers(), model=Templates(sources=SOURCES))
    await world.start()
    await world.say(first(wish), reply("How do I start it?"))
    said = text_of(world)
    assert "No AI model answers questions here; this is what the records say" in said
    assert "A language model wrote this" not in said
    for one in (*words, "There is 1 version."):
        assert one in said
    await world.stop()
