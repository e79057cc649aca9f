"""Who builds: language models, or the templates. To add one: one file here, one name in AnyModel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mailbot.models.ollama import Ollama
from mailbot.models.scaffold import Scaffold

AnyModel = Annotated[Ollama | Scaffold, Field(discriminator="kind")]

__all__ = ["AnyModel", "Ollama", "Scaffold"]
