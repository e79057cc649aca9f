"""The house's frozen values as JSON, and back.

Every field is written. What is read may lack fields that came later (they take their defaults) and may have fields
that a newer version wrote (they are passed over), so that an older mailbot can be put back.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar, cast

from mailbot.build.plan import Said, Tried, Turn
from mailbot.domain.errors import Permanent
from mailbot.domain.request import Admitted, Event, Held, Ignored, Merged, Withdrawn

T = TypeVar("T")
_Plain = Callable[[Any], Any]

_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode
_AS_THEY_ARE: Final = (str, int, float, type(None))
_TURNS: Final[Mapping[str, type[Turn]]] = {"said": Said, "tried": Tried}


def dump(value: object) -> str:
    """*value* as JSON text, in ASCII: a lone surrogate of a broken mail survives."""
    return _ENCODE(_plain(value))


def load(wanted: type[T], text: str | bytes) -> T:
    """The value of type *wanted* that dump() made *text* of."""
    try:
        return cast("T", _reader(cast("Any", wanted))(json.loads(text)))
    except (ValueError, TypeError, AttributeError) as error:
        raise Permanent(f"a stored {wanted.__name__} cannot be read: {error}") from error


def dump_turn(turn: Turn) -> tuple[str, bytes]:
    """The kind of a turn, and its JSON."""
    return type(turn).__name__.lower(), dump(turn).encode("ascii")


def load_turn(kind: str, body: bytes) -> Turn:
    """The turn that dump_turn() wrote."""
    return load(_TURNS[kind], body)


def summary(event: Event) -> str:
    """What the audit keeps of an event: small, nothing that is empty, and never the files or the words of a mail."""
    names = (field.name for field in dataclasses.fields(event) if field.name not in _LARGE)
    kept = {name: value for name in names if (value := getattr(event, name)) not in ("", (), None)}
    if isinstance(event, Admitted):
        kept["kind"], kept["project"] = event.intent.kind, event.intent.project
    return dump(kept)


_LARGE: Final = frozenset({"draft", "text", "intent", "admitted", "inputs", "set", "meters", "errands", "attached"})


def why_closed(event: Event) -> str:
    """Under which reason a request that is closed by *event* is counted."""
    match event:
        case Ignored(rule=rule):
            return rule
        case Merged() | Withdrawn():
            return type(event).__name__.lower()
        case _:
            raise AssertionError(f"{type(event).__name__} closes nothing")


def would_admit(event: Event) -> Admitted | None:
    """What stands ready to be built once a person lets it in."""
    return event.admitted if isinstance(event, Held) else None


def _plain(value: object) -> object:
    if isinstance(value, _AS_THEY_ARE):  # most are, and a mail waits for this
        return value
    match value:
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case datetime():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            return {name: _plain(getattr(value, name)) for name in _names(cast("Any", type(value)))}
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


@cache
def _names(wanted: Any) -> tuple[str, ...]:  # noqa: ANN401  (a dataclass)
    return tuple(field.name for field in dataclasses.fields(wanted))


@cache
def _reader(wanted: Any) -> _Plain:  # noqa: ANN401  (an annotation, of any form)
    """What turns plain JSON into *wanted*; made once for each type."""
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in {types.UnionType, typing.Union}:
        return _optional(_reader(next(arg for arg in args if arg is not type(None))))
    if origin is typing.Literal:
        return lambda plain: plain
    if origin is tuple:
        return _sequence(_reader(args[0]))
    if origin is not None:
        return _mapping(_reader(args[1]))
    if isinstance(wanted, typing.NewType):
        return _reader(wanted.__supertype__)
    return _simple(wanted)


def _simple(wanted: type) -> _Plain:
    if wanted is bytes:
        return lambda plain: base64.b64decode(plain, validate=True)
    if wanted is datetime:
        return datetime.fromisoformat
    if issubclass(wanted, StrEnum):
        return wanted
    if dataclasses.is_dataclass(wanted):
        return _record(wanted)
    return lambda plain: plain


def _optional(read: _Plain) -> _Plain:
    return lambda plain: None if plain is None else read(plain)


def _sequence(read: _Plain) -> _Plain:
    return lambda plain: tuple(map(read, plain))


def _mapping(read: _Plain) -> _Plain:
    return lambda plain: {key: read(item) for key, item in plain.items()}


def _record(wanted: type) -> _Plain:
    readers: dict[str, _Plain] = {}

    def read(plain: Mapping[str, Any]) -> object:
        known = {key: readers[key](item) for key, item in plain.items() if key in readers}
        return wanted(**known)

    hints = typing.get_type_hints(wanted)
    readers.update({field.name: _reader(hints[field.name]) for field in dataclasses.fields(wanted)})
    return read
