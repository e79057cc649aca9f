"""The bytes of a mail, in memory or of a mapped file: what the pure reading of a mail asks of them."""

from __future__ import annotations

from typing import Protocol


class Octets(Protocol):
    """Bytes that are found and cut: a bytes value, or a large file that is mapped and never in memory as a whole."""

    def __len__(self) -> int: ...

    def __getitem__(self, key: slice, /) -> bytes: ...

    def find(self, sub: bytes, start: int = ..., end: int = ..., /) -> int:
        """Where *sub* begins between *start* and *end*; -1: nowhere."""
        ...
