"""What passes and what never will, by status and words."""

from __future__ import annotations

import json

import pytest

from mailbot.domain.errors import Permanent, Temporary
from mailbot.models.refusals import Place, TooLong, inner, refusal

PLACE = Place(model="m", url="http://h:1", context=4096, key="sk-1")
PASSING = {408, 409, 421, 423, 425, 429, 499}


@pytest.mark.parametrize("status", range(300, 600))
def test_every_status_is_one_of_the_two(status):
    """5xx and what is busy passes; what is wrong with the request or the settings does not."""
    wanted = (
        Temporary if status in PASSING or status >= 500 or (status < 400 and status not in {301, 308}) else Permanent
    )
    error = refusal(PLACE, status, "words of the server")
    assert isinstance(error, wanted)
    assert not isinstance(error, Temporary if wanted is Permanent else Permanent)
    assert "m at http://h:1" in str(error)
    assert "the admin must" in str(error) or "asked again" in str(error)


@pytest.mark.parametrize(
    "words",
    [
        "request (643 tokens) exceeds the available context size (256 tokens), try increasing it",
        "This model's maximum context length is 8192 tokens",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "the prompt is longer than the context",
        "input length and `max_tokens` exceed context limit: too many tokens",
    ],
)
def test_what_does_not_fit_is_known_by_its_words(words):
    """Each server has its own."""
    error = refusal(PLACE, 400, words)
    assert isinstance(error, TooLong)
    assert "num_ctx = 4096" in str(error)


def test_by_how_much_it_is_too_long_is_read():
    """From either form; otherwise it is not known."""
    assert refusal(PLACE, 400, "request (600 tokens) exceeds the available context size (200 tokens)").times == 3
    numbers = json.dumps({"error": {"message": "context size", "n_prompt_tokens": 500, "n_ctx": 250}})
    assert refusal(PLACE, 400, json.dumps({"error": numbers})).times == 2
    assert refusal(PLACE, 400, "context size").times == 0
    assert refusal(PLACE, 400, '"n_prompt_tokens": 1, "n_ctx": 0, context size').times == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("plain", "plain"),
        ('{"error": "plain"}', "plain"),
        ('{"error": {"message": "plain"}}', "plain"),
        (json.dumps({"error": json.dumps({"error": {"message": "plain"}})}), "plain"),
        ("[1]", "[1]"),
        ('{"error": 3}', '{"error": 3}'),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_an_error_inside_of_an_error_is_unwrapped(words, message):
    """As Ollama gives the words of the engine below it."""
    assert inner(words) == message


def test_words_of_a_server_are_one_short_line_without_our_key():
    """Whatever it sends."""
    said = PLACE.clean("a\nb\x00\x1b[31m sk-1 " + "x" * 1_000)
    assert said.startswith("a b [31m (the key) xxx")
    assert len(said) == 300
