"""How large a model is, and how fast its server writes: what an admin wants to know before the first mail."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from mailbot.build.prompt import Prompt
from mailbot.models.ollama import Client, tags_of
from mailbot.models.remote import Question

FEW: Final = 48  #: tokens by which the speed is told
_COUNT: Final = Prompt(role="user", content="Count from 1 to 40, with a blank between the numbers.")


async def speed_of(client: Client) -> float:
    """The tokens a second that the first server writes; the model is loaded for it as for any question, and stays."""
    from mailbot.models import ollama_wire as wire  # noqa: PLC0415  (memory that only a question needs)

    host, question = client.hosts.all[0], Question(prompt=(_COUNT,))
    await client.ready(host)
    call = client.call(host, client.settings.first_seconds)
    call = replace(call, options={**call.options, "num_predict": FEW})
    begun, tokens = 0.0, 0
    async for piece in wire.pieces(call, question, think=None, shaped=False):
        begun = begun or time.monotonic()  # the first word: until then the question was read
        tokens = piece.usage.answer_tokens if piece.usage else tokens
    return max(tokens, 1) / max(time.monotonic() - begun, 0.001)


def size_of(url: str, name: str, *, seconds: float = 5.0) -> int:
    """The bytes of the model's file, as the Ollama at *url* tells; 0: it does not."""
    try:
        models = tags_of(url, seconds).get("models", [])
        same = [one for one in models if str(one.get("name")).removesuffix(":latest") == name.removesuffix(":latest")]
        return int(same[0].get("size") or 0) if same else 0
    except (OSError, ValueError, AttributeError, TypeError):
        return 0
