"""Whether an answer in JSON has the shape that was asked for: the part of JSON Schema that our schemas use."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

MAX_JSON: Final = 200_000  #: characters
_FENCE: Final = re.compile(r"```[a-zA-Z]*\s*\n(.*?)\n?\s*```", re.DOTALL)
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def shaped(text: str, schema: Mapping[str, Any]) -> str | None:
    """The JSON in *text*, without fences and words around it, if it keeps *schema*; None where it does not."""
    for candidate in _candidates(text[:MAX_JSON]):
        try:
            value = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        return candidate if not trouble(value, schema) else None
    return None


def _candidates(text: str) -> Sequence[str]:
    fenced = _FENCE.search(text)
    between = text[text.find("{") : text.rfind("}") + 1]
    return [one for one in (text.strip(), fenced[1].strip() if fenced else "", between) if one]


def trouble(value: object, schema: Mapping[str, Any], where: str = "it") -> str:
    """How *value* breaks *schema*, in words; empty where it keeps it."""
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} is none of {', '.join(map(str, schema['enum']))}"
    if "const" in schema and value != schema["const"]:
        return f"{where} is not {schema['const']}"
    if said := _wrong_type(value, schema, where):
        return said
    if isinstance(value, dict):
        return _in_object(value, schema, where)
    if isinstance(value, list):
        return _in_array(value, schema, where)
    return _in_plain(value, schema, where)


def _wrong_type(value: object, schema: Mapping[str, Any], where: str) -> str:
    wanted = schema.get("type")
    kinds = [wanted] if isinstance(wanted, str) else list(wanted or ())
    fits = any(
        isinstance(value, _TYPES.get(kind, ())) and (kind == "boolean" or not isinstance(value, bool)) for kind in kinds
    )
    return "" if fits or not kinds else f"{where} is not of type {' or '.join(kinds)}"


def _in_object(value: Mapping[str, object], schema: Mapping[str, Any], where: str) -> str:
    known: Mapping[str, Any] = schema.get("properties", {})
    if missing := [key for key in schema.get("required", ()) if key not in value]:
        return f"{where} lacks {missing[0]}"
    if schema.get("additionalProperties") is False and (extra := [key for key in value if key not in known]):
        return f"{where} has an unknown {extra[0]}"
    found = (trouble(value[key], known[key], f"{where}.{key}") for key in value if key in known)
    return next((said for said in found if said), "")


def _in_array(value: Sequence[object], schema: Mapping[str, Any], where: str) -> str:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return f"{where} has {len(value)} entries"
    found = (trouble(one, schema.get("items", {}), f"{where}[{at}]") for at, one in enumerate(value))
    return next((said for said in found if said), "")


def _in_plain(value: object, schema: Mapping[str, Any], where: str) -> str:
    if isinstance(value, str) and not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return f"{where} has {len(value)} characters"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        return f"{where} is out of range"
    return ""
