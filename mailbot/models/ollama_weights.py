"""Weights of our own, given to an Ollama: GGUF, Safetensors, and LoRA adapters, by its blobs and its create.

A file lies inside of the models folder and nowhere else; it is sent once, under its hash.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from mailbot.domain.errors import Permanent, Temporary
from mailbot.models.refusals import Away, refusal
from mailbot.models.registry import Weights

if TYPE_CHECKING:
    from mailbot.models.ollama_wire import Call

MAX_FILES: Final = 200  #: of one model
PIECE: Final = 1_048_576  #: bytes that are read at once
SENDING: Final = 7_200.0  #: seconds for one file
_SENT: Final = (".safetensors", ".gguf", ".json", ".model", ".txt")


def files_of(folder: Path | None, path: str) -> dict[str, Path]:
    """The files of *path* by their names; raise Permanent when it leads out of *folder*, or to nothing."""
    if folder is None:
        raise Permanent(f"{path} is a file of weights, and no models folder is set; the admin can set [talk] folder")
    root = folder.expanduser().resolve()
    place = (root / path).resolve()
    found = [place] if place.is_file() else sorted(place.iterdir()) if _inside(place, root) and place.is_dir() else []
    files = {one.name: one for one in found if one.name.lower().endswith(_SENT) and one.is_file()}
    if not _inside(place, root) or not all(_inside(one.resolve(), root) for one in files.values()):
        raise Permanent(f"{path} is not inside of the models folder; the admin must move it there")
    if not 1 <= len(files) <= MAX_FILES:
        raise Permanent(f"{path} holds no weights (GGUF or Safetensors) in the models folder, or more than {MAX_FILES}")
    return files


def _inside(place: Path, root: Path) -> bool:
    return place.is_relative_to(root) and place != root


def signature(folder: Path | None, weights: Weights) -> str:
    """By what it is seen that the files are others now."""
    named = [path for path in (weights.path, weights.adapter) if path]
    stats = [one.stat() for path in named for one in files_of(folder, path).values()]
    return repr((weights, [(one.st_size, one.st_mtime_ns) for one in stats]))


async def create(call: Call, weights: Weights, folder: Path | None) -> None:
    """Have the server make the model *call.model* of *weights*; files that it has already are not sent again."""
    async with _client(call) as client:
        body: dict[str, Any] = {"model": call.model, "stream": True, "parameters": dict(weights.parameters)}
        if weights.path:
            body["files"] = await _sent(client, call, await asyncio.to_thread(files_of, folder, weights.path))
        else:
            body["from"] = weights.base
        if weights.adapter:
            body["adapters"] = await _sent(client, call, await asyncio.to_thread(files_of, folder, weights.adapter))
        if weights.quantize:
            body["quantize"] = weights.quantize
        await _made(client, call, body)


@contextlib.asynccontextmanager
async def _client(call: Call) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {call.key}"} if call.key else {}
    timeout = httpx.Timeout(SENDING, connect=call.connect_seconds)
    try:
        async with httpx.AsyncClient(base_url=call.url, headers=headers, timeout=timeout, trust_env=False) as client:
            yield client
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise Away(f"no Ollama answers at {call.url}; is it running there? (`ollama serve`)") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise Temporary(f"{call.model} was not made at {call.url}: {call.place.clean(str(error))}") from error
    except OSError as error:
        raise Permanent(f"the weights of {call.model} cannot be read: {error.strerror}; the admin must look") from error


async def _sent(client: httpx.AsyncClient, call: Call, files: Mapping[str, Path]) -> dict[str, str]:
    """Each file by its name and digest; what the server lacks is sent."""
    names = {}
    for name, path in files.items():
        digest = names[name] = f"sha256:{await asyncio.to_thread(_hash, path)}"
        if (await client.head(f"/api/blobs/{digest}")).status_code != httpx.codes.OK:
            answer = await client.post(f"/api/blobs/{digest}", content=_read(path))
            if answer.status_code not in {httpx.codes.OK, httpx.codes.CREATED}:
                raise refusal(call.place, answer.status_code, answer.text[:1_000])
    return names


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _read(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def _made(client: httpx.AsyncClient, call: Call, body: Mapping[str, Any]) -> None:
    said = ""
    async with client.stream("POST", "/api/create", json=body) as answer:
        if answer.status_code != httpx.codes.OK:
            raise refusal(call.place, answer.status_code, (await answer.aread()).decode("utf-8", "replace")[:1_000])
        async for line in answer.aiter_lines():
            step = _step(line)
            if "error" in step:
                raise Permanent(f"{call.url} cannot make {call.model}: {call.place.clean(str(step['error']))}")
            said = str(step.get("status", said))
    if said != "success":
        raise Temporary(f"{call.url} did not make {call.model} to its end ({call.place.clean(said) or 'silence'})")


def _step(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
