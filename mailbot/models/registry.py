"""A list of models by name, models.yaml or models.json, as other tools have it: the same settings in other words.

    models:
      coder: {type: ollama, path: "qwen2.5-coder:7b", context_length: 16384}
      small: {type: ollama, path: small.gguf, format: gguf, threads: 4}
      tuned: {type: ollama, path: "qwen2.5-coder:7b", adapter: tuned-lora}
      large: {type: openai, path: big-model, url: "https://llm.example.org/v1", api_key_file: /run/secrets/llm}
    default_model: coder

Weights (GGUF, Safetensors, LoRA adapters) lie in the models folder and are given to the Ollama that runs them; ONNX and
other formats are run by a server that speaks as OpenAI does. What a server decides by itself is noted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
_WEIGHTS: Final = ("gguf", "llama", "llama.cpp", "safetensors")
#: Words of other tools for what serves a model.
_KINDS: Final = {
    **dict.fromkeys(_WEIGHTS, "ollama"),
    **dict.fromkeys(("onnx", "vllm", "tgi"), "openai"),
}
_OF_THE_SERVER: Final = ("format", "device", "quantization", "max_memory", "threads", "adapter")
_GIVEN: Final = (".gguf", ".safetensors")  #: what an Ollama makes a model of
_FILES: Final = (*_GIVEN, ".onnx", ".bin", ".pt")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
_ROOM: Final[TypeAdapter[Any]] = TypeAdapter(
    Annotated[Ollama | OpenAi | Anthropic | Scaffold, Field(discriminator="kind")]
)


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What a model is made of."""

    path: str = ""  #: a file or a folder, as seen from the models folder
    base: str = ""  #: or a model that the server has
    adapter: str = ""  #: a LoRA adapter: a file or a folder
    quantize: str = ""
    parameters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The models of the file."""

    models: Mapping[str, Ollama | OpenAi | Anthropic | Scaffold]
    default: str  #: the name of the one that builds
    notes: tuple[str, ...] = ()  #: what is set in the file but decided by the server
    about: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  #: of each, as the file says it
    weights: Mapping[str, Weights] = field(default_factory=dict)  #: of those that a server makes from our files


def registry(text: str, file: str) -> Registry:
    """The models in *text*, the content of *file*; raise Permanent that names what is wrong, and where."""
    value = _parsed(text, file)
    listed = value.get("models")
    if not isinstance(listed, Mapping) or not 1 <= len(listed) <= MAX_MODELS:
        raise Permanent(f"{file}: `models` must name one to {MAX_MODELS} models, each by its name")
    found = {str(name): _entry(f"{file}: models.{name}", str(name), entry) for name, entry in listed.items()}
    models = {name: one.room for name, one in found.items()}
    default = str(value.get("default_model") or next(iter(models)))
    if default not in models:
        raise Permanent(f"{file}: default_model {default} is none of {', '.join(models)}")
    return Registry(
        models=models,
        default=default,
        notes=tuple(note for one in found.values() for note in one.notes),
        about={name: one.about for name, one in found.items()},
        weights={name: one.weights for name, one in found.items() if one.weights},
    )


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


@dataclass(frozen=True, kw_only=True)
class _Entry:
    room: Any  #: one of the rooms
    about: Mapping[str, Any]
    weights: Weights | None
    notes: tuple[str, ...]


def _entry(where: str, name: str, entry: object) -> _Entry:
    if not isinstance(entry, Mapping):
        raise Permanent(f"{where} must have a type and a path")
    if not _NAME.fullmatch(name):
        raise Permanent(f"{where}: a name has 1 to 100 letters, digits and . _ : / -")
    given = {_OURS.get(str(key), str(key)): value for key, value in entry.items()}
    kind = str(given.get("kind", "")).lower()
    given["kind"] = _KINDS.get(kind, given.get("kind"))
    about: dict[str, Any] = {key: given.pop(key) for key in _OF_THE_SERVER if key in given}
    weights = _weights(where, given, about, made=kind in _WEIGHTS) if given["kind"] == "ollama" else None
    if weights:
        given["name"] = f"mailbot-{re.sub(r'[^a-z0-9._-]', '-', name.lower())}"
    used = {"format", "adapter", "threads", "quantization"} if weights else {"format"}
    notes = tuple(f"{where}.{key} is decided by the server" for key in about if key not in used)
    return _Entry(room=_room(where, given), about=about, weights=weights, notes=notes)


def _weights(where: str, given: Mapping[str, Any], about: Mapping[str, Any], *, made: bool) -> Weights | None:
    """What the server is to make a model of; None: it has the model already."""
    path, adapter, form = str(given.get("name", "")), str(about.get("adapter") or ""), str(about.get("format") or "")
    folder = form.lower() in {"safetensors", "onnx"} and ":" not in path
    ours = made or folder or path.lower().endswith(_FILES)
    if not ours and not adapter:
        return None
    if path.lower().endswith(tuple(set(_FILES) - set(_GIVEN))) or form.lower() == "onnx":
        raise Permanent(
            f"{where}: an Ollama does not run {path}; give it to a server that speaks as OpenAI does (type: openai)"
        )
    if any(one.startswith(("/", "~")) or "\\" in one or ".." in one.split("/") for one in (path, adapter)):
        raise Permanent(
            f"{where}: {path} is a file of weights; name it as seen from the models folder ([talk] folder), or give it "
            "to the server yourself (`ollama create NAME`) and set path to that NAME"
        )
    threads, half = about.get("threads"), form.lower() == "safetensors" or path.lower().endswith(".safetensors")
    return Weights(
        path=path if ours else "",
        base="" if ours else path,
        adapter=adapter,
        quantize=str(about.get("quantization") or "") if half else "",
        parameters={"num_thread": threads} if isinstance(threads, int) and threads > 0 else {},
    )


def _room(where: str, given: Mapping[str, Any]) -> Any:  # noqa: ANN401  (one of the rooms)
    try:
        return _ROOM.validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        raise Permanent(f"{where}{'.' if place else ''}{place}: {first['msg']}") from error
