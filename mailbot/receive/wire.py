"""What a worker may answer: the house's frozen values as JSON, with their bytes behind it.

A worker has read strangers' bytes, so nothing that it says is trusted to do more than be a value. No pickle: only
frozen values, enums and errors of the pure folders come out, of modules that this process has loaded itself.
"""

from __future__ import annotations

import dataclasses
import json
import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Final

from mailbot.domain.errors import MailbotError
from mailbot.understand.zone import Missing

HEAD: Final = struct.Struct("!II")  #: bytes of the JSON, number of contents behind it
VERSION_BYTES: Final = 32  #: the first thing a worker says is the version of the code that it runs
SIZE: Final = struct.Struct("!Q")  #: bytes of one content
_FOLDERS: Final = ("mailbot.domain.", "mailbot.understand.", "mailbot.decide.", "mailbot.build.", "mailbot.reply.")
_MANY: Final[dict[str, Callable[[Iterable[Any]], object]]] = {"t": tuple, "l": list, "s": frozenset}
_PLAIN: Final = (type(None), bool, int, float, str)


def packed(value: object) -> list[bytes]:
    """*value* as pieces to be written in their order; raise TypeError when it holds what may not cross."""
    contents: list[bytes] = []
    text = json.dumps(_plain(value, contents), separators=(",", ":")).encode("ascii")
    sizes = b"".join(SIZE.pack(len(content)) for content in contents)
    return [HEAD.pack(len(text), len(contents)), sizes, text, *contents]


def unpacked(text: bytes, contents: Sequence[bytes]) -> Any:  # noqa: ANN401  (whatever was packed)
    """The value that packed() made *text* and *contents* of; raise ValueError when it is none."""
    try:
        return _value(json.loads(text), contents)
    except (TypeError, LookupError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"no value that may cross: {type(error).__name__}") from error


def _plain(value: object, contents: list[bytes]) -> object:
    """JSON of *value*: every list begins with the letter of its kind."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return ["e", _name(type(value)), value.value]
    if isinstance(value, datetime):
        return ["w", value.isoformat()]
    if isinstance(value, bytes | bytearray | memoryview):
        contents.append(bytes(value))
        return ["b", len(contents) - 1]
    return _many(value, contents)


def _many(value: object, contents: list[bytes]) -> object:
    if isinstance(value, dict):
        return ["d", *([_plain(key, contents), _plain(item, contents)] for key, item in value.items())]
    for kind, known in (("t", tuple), ("l", list), ("s", frozenset), ("s", set)):
        if isinstance(value, known):
            return [kind, *(_plain(item, contents) for item in value)]
    if isinstance(value, BaseException) and may_cross(type(value)):
        return ["x", _name(type(value)), *map(str, value.args)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type) and may_cross(type(value)):
        fields = {name: _plain(getattr(value, name), contents) for name in _fields(type(value))}
        return ["c", _name(type(value)), fields]
    raise TypeError(f"a {type(value).__name__} may not cross")


def _value(plain: Any, contents: Sequence[bytes]) -> Any:  # noqa: ANN401  (whatever it is)
    if not isinstance(plain, list):
        return plain  # an object of JSON is no value: it stands in no place where it would be one
    kind, rest = plain[0], plain[1:]
    if kind in _MANY:
        return _MANY[kind](_value(item, contents) for item in rest)
    match kind, rest:
        case "b", [int(at)] if at >= 0:
            return contents[at]
        case "d", pairs:
            return {_value(key, contents): _value(item, contents) for key, item in pairs}
        case "w", [str(when)]:
            return datetime.fromisoformat(when)
        case str(), [str(name), *inside]:
            return _of_ours(kind, _class(name), inside, contents)
        case _:
            raise TypeError


def _of_ours(kind: str, known: type[Any], rest: list[Any], contents: Sequence[bytes]) -> object:
    match kind, rest:
        case "e", [value] if issubclass(known, Enum):
            return known(value)
        case "x", [*args] if issubclass(known, BaseException) and all(isinstance(arg, str) for arg in args):
            return known(*args)
        case "c", [dict(fields)] if dataclasses.is_dataclass(known):
            return known(**{name: _value(item, contents) for name, item in fields.items()})
        case _:
            raise TypeError


def _name(known: type) -> str:
    return f"{known.__module__}:{known.__qualname__}"


@cache
def _fields(known: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(known) if field.init)


def may_cross(known: type) -> bool:
    """Whether *known* is a frozen value, an enum or an error of the pure folders."""
    if not known.__module__.startswith(_FOLDERS):
        return False
    frozen = dataclasses.is_dataclass(known) and known.__dataclass_params__.frozen  # type: ignore[attr-defined]
    return bool(frozen) or issubclass(known, Enum | MailbotError | Missing)


def _class(name: str) -> type:
    """The class of that name, if it is one of ours and loaded; nothing is imported for a worker."""
    module, _, inner = name.partition(":")
    found = getattr(sys.modules.get(module), inner, None) if module.startswith(_FOLDERS) else None
    if not isinstance(found, type) or found.__module__ != module or not may_cross(found):
        raise TypeError
    return found
