"""The templates behind the door of models."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from mailbot.build.answer import applied
from mailbot.build.plan import Brief
from mailbot.domain.intent import Kind
from mailbot.models import AnyModel, Ollama, Scaffold
from mailbot.models.scaffold import templates
from tests.fakes import site

SITE = site()


async def test_the_door_answers_with_files():
    """In the same format as every model."""
    model = Scaffold().open(SITE)
    said = await model.ask(Brief(kind=Kind.CREATE, title="Bees", text="One page about bees."))
    assert "index.html" in applied(said.text, {})
    assert (model.host, said.maker.kind, said.maker.name) == ("scaffold", "scaffold", "static page")


async def test_the_same_brief_is_answered_alike_by_every_door():
    """Nothing is kept between two questions."""
    brief = Brief(kind=Kind.CREATE, title="", text="Track jobs with name, price: number")
    assert await Scaffold().open(SITE).ask(brief) == await Scaffold().open(SITE).ask(brief)


def test_the_templates_come_with_the_package():
    """Every archetype."""
    names = {name.partition("/")[0] for name in templates()}
    assert names == {"tracker", "page", "tool", "viewer", "form", "cli", "api", "common", "parts"}


def test_the_settings_choose_by_kind():
    """A typo is told with the choices."""
    adapter = TypeAdapter(AnyModel)
    assert adapter.validate_python({"kind": "scaffold"}) == Scaffold()
    assert isinstance(adapter.validate_python({"kind": "ollama", "name": "m"}), Ollama)
    with pytest.raises(ValidationError, match="'ollama', 'openai', 'anthropic', 'scaffold'"):
        adapter.validate_python({"kind": "olama", "name": "m"})
