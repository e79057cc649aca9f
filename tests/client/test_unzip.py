"""Hostile zips of every kind, and the honest one."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.client import unzip as module
from mailbot.client.trouble import Trouble
from mailbot.client.unzip import unzipped
from tests.client.letters import FILES, zipped


def test_an_honest_zip_comes_out():
    """Byte for byte."""
    assert unzipped(zipped(FILES)) == {f"bees-v1/{name}": body for name, body in FILES.items()}


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a\\..\\b", "C:x", ".git/hooks/x", "con.txt", "a\x1b[2J"])
def test_a_zip_with_an_unsafe_name_is_refused_as_a_whole(name):
    """One is enough, and nothing of it is taken."""
    with pytest.raises(Trouble, match="Nothing is unpacked"):
        unzipped(zipped([("good.txt", b"x"), (name, b"x")], folder=""))


@pytest.mark.parametrize("pair", [("a", "A"), ("a/b", "a"), ("a", "a/b")])
def test_names_that_collide_are_refused(pair):
    """Those that some file system cannot tell apart."""
    with pytest.raises(Trouble, match="collides"):
        unzipped(zipped([(name, b"x") for name in pair]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused():
    """Which of them would a person see?"""
    with pytest.raises(Trouble, match="collides"):
        unzipped(zipped([("a", b"1"), ("a", b"2")]))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind):
    """By what the entry says that it is."""
    with pytest.raises(Trouble, match="link or a device"):
        unzipped(zipped({"a": b"/etc/passwd"}, modes={"a": kind | 0o777}))


def test_a_name_with_a_nul_is_refused():
    """The library would cut it there, and other programs not."""
    content = zipped({"safe.txt0.exe": b"x"}, folder="").replace(b"safe.txt0", b"safe.txt\0")
    with pytest.raises(Trouble, match="Nothing is unpacked"):
        unzipped(content)


def test_an_encrypted_zip_is_refused():
    """No package of ours is."""
    content = bytearray(zipped({"a": b"x"}))
    content[content.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(Trouble, match="encrypted"):
        unzipped(bytes(content))


def test_a_way_of_packing_that_stock_tools_lack_is_refused():
    """Only what everybody can open."""
    content = zipped({"a": b"x"}).replace(struct.pack("<H", 8) + b"\0\0\x21\0", struct.pack("<H", 12) + b"\0\0\x21\0")
    with pytest.raises(Trouble, match="packed in a way"):
        unzipped(content)


def test_a_bomb_is_stopped_by_what_it_says(monkeypatch):
    """By its own header, before anything is unpacked."""
    monkeypatch.setattr(module, "MAX_PLAIN", 1_000_000)
    with pytest.raises(Trouble, match="MB"):
        unzipped(zipped({"a": b"\0" * 1_000_001}))


def test_a_bomb_that_lies_about_its_size_is_stopped():
    """The library counts what comes, and it does not agree with what was said."""
    content = zipped({"a": b"\0" * 1_000_000})
    with pytest.raises(Trouble, match="damaged"):
        unzipped(content.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10)))


def test_entries_that_share_bytes_are_refused():
    """An overlapping bomb: one entry's content is the next entry, whole. Every sum is right."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("b", b"x" * 5_000)
        data = inner.getvalue()[: inner.tell()]
        shared = archive.filelist[0]
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("a", data)
        shared.header_offset = outer.tell() - len(data)
        archive.filelist.append(shared)
    with zipfile.ZipFile(outer) as archive:
        assert archive.testzip() is None
    with pytest.raises(Trouble, match="a trap"):
        unzipped(outer.getvalue())


def test_too_many_files_are_refused_before_they_are_read(monkeypatch):
    """By the count at its end, and by the list itself."""
    monkeypatch.setattr(module, "MAX_FILES", 10)
    content = bytearray(zipped({str(number): b"" for number in range(11)}))
    with pytest.raises(Trouble, match="11 files"):
        unzipped(bytes(content))


def test_a_zip_is_cut_off_anywhere_and_that_is_said():
    """At every place; never a traceback."""
    content = zipped(FILES)
    for end in range(0, len(content), 7):
        with pytest.raises(Trouble):
            unzipped(content[:end])


def test_every_flipped_bit_of_the_contents_is_found_or_changes_nothing():
    """A zip has sums of its own; what they do not cover is no content."""
    content = zipped(FILES)
    good = unzipped(content)
    for at in range(len(content)):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        try:
            found = unzipped(changed)
        except Trouble:
            continue
        assert list(found.values()) == list(good.values()) or len(found) < len(good)


@given(st.binary(max_size=200))
def test_junk_behind_the_mark_of_a_zip_ends_in_words(junk):
    """Whatever it is."""
    with pytest.raises(Trouble):
        unzipped(module.ZIP + junk)
