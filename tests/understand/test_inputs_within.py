"""All that came with one mail: its words and files together have a limit."""

from __future__ import annotations

from mailbot.domain.message import Input
from mailbot.understand.inputs_found import MAX_FILES_BYTES
from mailbot.understand.inputs_within import MAX_ALL_TEXT, MAX_NOTE, unread, within
from tests.understand.attachments import attached


def test_words_have_a_limit_together():
    """Those that came first are whole; of the one that does not fit a part is kept, and it is said."""
    inputs = [Input(name=f"{number}", used=True, note="x", text="w" * 20_000) for number in range(4)]
    found = within(inputs)
    assert [len(one.text) for one in found] == [20_000, 20_000, MAX_ALL_TEXT - 40_000, 0]
    assert found[:2] == tuple(inputs[:2])
    assert [one.note for one in found[2:]] == ["x; cut short, the files before it hold so many words"] * 2
    assert all(one.used for one in found)
    assert len(within([*inputs, Input(name="a", text="w", note="n" * MAX_NOTE)])[-1].note) <= MAX_NOTE


def test_files_have_a_limit_together():
    """An archive that does not fit beside those before it is left out whole; the next may fit."""
    sizes = (MAX_FILES_BYTES - 10, 20, 10)
    inputs = [Input(name=f"{size}", used=True, text="t", files=(attached("a", bytes(size)),)) for size in sizes]
    found = within(inputs)
    assert [one.used for one in found] == [True, False, True]
    assert (found[1].files, found[1].text) == ((), "")
    assert found[1].note == "its files do not fit beside those before it: send it by itself"
    many = Input(name="many", used=True, files=(attached("a", b""),) * 500)
    assert [one.used for one in within([many, many])] == [True, False]


def test_what_was_not_read():
    """It is named, with its size and what its name promises."""
    found = unread(attached("a.xlsx", b"abc"), "it is late", private=True)
    assert (found.kind, found.size, found.used, found.note, found.private) == ("xlsx", 3, False, "it is late", True)
