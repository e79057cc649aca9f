"""A list of models in a file of its own."""

from __future__ import annotations

import json

import pytest

from mailbot.domain.errors import Permanent
from mailbot.models import Anthropic, Ollama, OpenAi, Scaffold
from mailbot.models.registry import MAX_TEXT, registry

FILE = """
models:
  coder: {type: ollama, path: "qwen2.5-coder:7b", context_length: 8192, device: cuda, threads: 8}
  large: {type: openai, path: big, url: "https://llm.example.org/v1", price_answer: 15}
  hosted: {type: anthropic, path: some-model}
  none: {type: scaffold}
default_model: large
"""


def test_each_type_is_a_room():
    """By the words of the file, or by those of the settings."""
    found = registry(FILE, "models.yaml")
    assert found.models["coder"] == Ollama(kind="ollama", name="qwen2.5-coder:7b", num_ctx=8192)
    assert found.models["large"] == OpenAi(kind="openai", name="big", url="https://llm.example.org/v1", price_answer=15)
    assert found.models["hosted"] == Anthropic(kind="anthropic", name="some-model")
    assert found.models["none"] == Scaffold()
    assert found.default == "large"


def test_what_the_server_decides_is_noted():
    """Never passed over in silence."""
    assert registry(FILE, "m.yaml").notes == (
        "m.yaml: models.coder.device is decided by the server",
        "m.yaml: models.coder.threads is decided by the server",
    )


def test_json_is_read_too():
    """And the first model builds where none is named."""
    text = json.dumps({"models": {"a": {"type": "ollama", "path": "x"}, "b": {"type": "scaffold"}}})
    assert registry(text, "models.json").default == "a"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must begin with `models:`"),
        ("- a", "must begin"),
        ("models: {", "cannot be read"),
        ("models: {a: {type: scaffold}, a: {type: scaffold}}", "cannot be read: .*duplicate"),
        ("models: []", "one to 100"),
        ("models: {}", "one to 100"),
        ("models: {a: 3}", r"models\.a must have a type"),
        ("models: {a: {type: olama, path: x}}", r"models\.a: .*'ollama', 'openai', 'anthropic', 'scaffold'"),
        ("models: {a: {path: x}}", r"models\.a"),
        ("models: {a: {type: ollama}}", r"models\.a\.name: Field required"),
        ("models: {a: {type: ollama, path: x, contxt: 3}}", r"models\.a\.contxt"),
        ("models: {a: {type: ollama, path: /m/x.gguf}}", r"x\.gguf is a file of weights; .*ollama create"),
        ("models: {a: {type: scaffold}}\ndefault_model: b", "default_model b is none of a"),
        ("a" * (MAX_TEXT + 1), "larger than 200 kB"),
        ("[" * 10_000, "cannot be read"),
        ("models: !!python/object:os.system {}", "cannot be read"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, words):
    """What is wrong, where, and what would be right."""
    with pytest.raises(Permanent, match=words):
        registry(text, "models.yaml")
