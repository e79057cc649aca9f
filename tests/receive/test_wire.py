"""The answers of workers: values of ours and nothing else, whatever a worker says."""

from __future__ import annotations

import json
import sys

import pytest

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Message, Proof
from mailbot.receive.wire import HEAD, packed, unpacked
from mailbot.understand.mime import Walk

PROOF = "mailbot.domain.message:Proof"
MESSAGE = "mailbot.domain.message:Message"


@pytest.mark.parametrize(
    "plain",
    [
        ["c", "subprocess:Popen", {"args": "true"}],
        ["x", "builtins:SystemExit", "1"],
        ["x", "builtins:eval", "1"],
        ["c", "mailbot.domain.message:dataclass", {}],
        ["c", "mailbot.domain.message.Message", {}],
        ["c", "mailbot.domain.message:Message.__init__", {}],
        ["c", "mailbot.domain.message:datetime", {}],
        ["c", "mailbot.understand.mime:Walk", {"raw": ["b", 0]}],
        ["c", "mailbot.receive.workers:Limits", {}],
        ["c", "mailbot.domain.nowhere:Message", {}],
        ["c", MESSAGE, {"id": "", "author": "", "rank": 1}],
        ["c", MESSAGE, {"id": ""}],
        ["c", MESSAGE],
        ["c", PROOF, {}],
        ["x", MESSAGE, "1"],
        ["x", "mailbot.domain.errors:Unreadable", 1],
        ["e", PROOF, "king"],
        ["e", "mailbot.domain.errors:Unreadable", "x"],
        ["b", -1],
        ["b", 1],
        ["b", "0"],
        ["d", 1],
        ["d", [["l"], 1]],
        ["s", ["l"]],
        ["w", "tomorrow"],
        ["?"],
        [],
        [1, 2],
        [["t"]],
    ],
    ids=json.dumps,
)
def test_an_evil_answer_is_no_value(plain):
    """No class but frozen values, enums and errors of the pure folders is made, and only with what they take."""
    with pytest.raises(ValueError, match=r"cross|king|isoformat"):
        unpacked(json.dumps(plain).encode(), [b"only"])


def test_nothing_is_imported_for_a_worker():
    """A class of a module that is not loaded is unknown."""
    name = "mailbot.build.scaffold_parts"
    kept = sys.modules.pop(name, None)
    with pytest.raises(ValueError, match="cross"):
        unpacked(json.dumps(["c", f"{name}:Anything", {}]).encode(), [])
    assert name not in sys.modules
    if kept:
        sys.modules[name] = kept


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 10_000, b'["t",' * 50_000 + b"1"])
def test_text_that_is_no_answer(text):
    """Cut off, nested without end or no JSON at all: one error."""
    with pytest.raises(ValueError, match=r"."):
        unpacked(text, [])


@pytest.mark.parametrize(
    "value", [object(), Walk(raw=b""), Message, ValueError("x"), print], ids=lambda value: type(value).__name__
)
def test_what_may_not_cross_is_not_packed(value):
    """The side of the worker says so too."""
    with pytest.raises(TypeError, match="may not cross"):
        packed((1, value))


def test_contents_stand_behind_the_words():
    """Bytes are not encoded: a large file crosses as it is."""
    head, sizes, text, first, second = packed({"a": b"one", "b": (b"three", Proof.SPF, Unreadable("why"))})
    assert HEAD.unpack(head) == (len(text), 2)
    assert (len(sizes), first, second) == (16, b"one", b"three")
    back = unpacked(text, [first, second])
    assert (back["a"], back["b"][:2]) == (b"one", (b"three", Proof.SPF))
    assert isinstance(back["b"][2], Unreadable)
