"""XML, as office files hold it: a stream of beginnings, ends and words. No entities, no references, bounded depth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol
from xml.parsers import expat

from mailbot.domain.errors import Unreadable

MAX_DEPTH: Final = 300


class Enough(Exception):
    """Whoever listens has heard all that it wants."""


class Listener(Protocol):
    """What is told of each element, by its name without its namespace."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, words: str) -> None: ...


class Silent:
    """Listens to nothing."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, words: str) -> None: ...


def read_xml(pieces: Iterable[bytes], listener: Listener) -> None:
    """Tell *listener* what is in *pieces*; raise Unreadable when they are no plain XML."""
    parser = _parser(listener)
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003  (it is not the last one)
        parser.Parse(b"", True)  # noqa: FBT003  (it is)
    except Enough:
        return
    except (expat.ExpatError, ValueError) as error:
        raise Unreadable("its XML is broken; open it and save it again") from error


def _parser(listener: Listener) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Unreadable("it is nested deeper than an office program would make it")
        listener.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(_local(name))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = listener.text
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_: object) -> None:
    """A document type can make a small file huge; no office program writes one."""
    raise Unreadable("its XML defines words of its own, which no office program does; open it and save it again")
