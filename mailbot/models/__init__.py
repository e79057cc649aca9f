"""Who builds: language models, or the templates. To add one: one file here, one name in AnyModel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mailbot.models.anthropic import Anthropic
from mailbot.models.ollama import Ollama
from mailbot.models.openai import OpenAi
from mailbot.models.scaffold import Scaffold
from mailbot.models.talk import Talking

AnyModel = Annotated[Ollama | OpenAi | Anthropic | Scaffold, Field(discriminator="kind")]

__all__ = ["Anthropic", "AnyModel", "Ollama", "OpenAi", "Scaffold", "Talking"]
