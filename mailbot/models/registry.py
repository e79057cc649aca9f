"""A list of models by name, models.yaml or models.json, as other tools have it: the same settings in other words.

    models:
      coder: {type: ollama, path: "qwen2.5-coder:7b", context_length: 16384}
      large: {type: openai, path: big-model, url: "https://llm.example.org/v1", api_key_file: /run/secrets/llm}
    default_model: coder

Weights are loaded by the server that serves them, so what concerns them (device, quantization ...) is set there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from mailbot.domain.errors import Permanent
from mailbot.models.anthropic import Anthropic
from mailbot.models.ollama import Ollama
from mailbot.models.openai import OpenAi
from mailbot.models.scaffold import Scaffold

MAX_TEXT: Final = 200_000  #: characters of the file
MAX_MODELS: Final = 100
_OURS: Final = {"type": "kind", "path": "name", "context_length": "num_ctx"}
_OF_THE_SERVER: Final = ("format", "device", "quantization", "max_memory", "threads", "adapter")
_FILES: Final = (".gguf", ".safetensors", ".onnx", ".bin", ".pt")
_ROOM: Final[TypeAdapter[Any]] = TypeAdapter(
    Annotated[Ollama | OpenAi | Anthropic | Scaffold, Field(discriminator="kind")]
)


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The models of the file."""

    models: Mapping[str, Ollama | OpenAi | Anthropic | Scaffold]
    default: str  #: the name of the one that builds
    notes: tuple[str, ...] = ()  #: what is set in the file but decided by the server


def registry(text: str, file: str) -> Registry:
    """The models in *text*, the content of *file*; raise Permanent that names what is wrong, and where."""
    value = _parsed(text, file)
    listed = value.get("models")
    if not isinstance(listed, Mapping) or not 1 <= len(listed) <= MAX_MODELS:
        raise Permanent(f"{file}: `models` must name one to {MAX_MODELS} models, each by its name")
    notes: list[str] = []
    models = {str(name): _model(f"{file}: models.{name}", entry, notes) for name, entry in listed.items()}
    default = str(value.get("default_model") or next(iter(models)))
    if default not in models:
        raise Permanent(f"{file}: default_model {default} is none of {', '.join(models)}")
    return Registry(models=models, default=default, notes=tuple(notes))


def _parsed(text: str, file: str) -> Mapping[str, Any]:
    if len(text) > MAX_TEXT:
        raise Permanent(f"{file} is larger than {MAX_TEXT // 1000} kB; it should hold only the list of models")
    try:
        value = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise Permanent(f"{file} cannot be read: {' '.join(str(error).split())[:300]}") from error
    if not isinstance(value, Mapping):
        raise Permanent(f"{file} must begin with `models:`")
    return value


def _model(where: str, entry: object, notes: list[str]) -> Any:  # noqa: ANN401  (one of the rooms)
    if not isinstance(entry, Mapping):
        raise Permanent(f"{where} must have a type and a path")
    given = {_OURS.get(str(key), str(key)): value for key, value in entry.items()}
    path = str(given.get("name", ""))
    if path.lower().endswith(_FILES):
        raise Permanent(
            f"{where}: {path} is a file of weights; give it to a server that runs it (`ollama create NAME`, with "
            "FROM and ADAPTER in the Modelfile), and set path to that NAME"
        )
    notes += [f"{where}.{key} is decided by the server" for key in _OF_THE_SERVER if key in given]
    try:
        return _ROOM.validate_python({key: value for key, value in given.items() if key not in _OF_THE_SERVER})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        raise Permanent(f"{where}{'.' if place else ''}{place}: {first['msg']}") from error
