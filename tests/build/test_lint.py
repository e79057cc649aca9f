"""Names that a mail system refuses are found wherever it finds them."""

from __future__ import annotations

import bz2
import gzip

import pytest

from mailbot.build.lint import MOST_NAMES, ending_of, lint
from mailbot.build.providers import Provider
from tests.deliver.projects import packed, tarred

KINDS = frozenset({"zip", "gz", "bz2", "tar"})
GMAIL = Provider(
    name="g", title="G", endings=frozenset({"js", "com", "ex", "cmd"}), inside=KINDS, top=frozenset({"py"})
)
INNER = packed({"deep/app.js": b"1"})


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("run.cmd", "cmd"), ("gradlew.BAT", "bat"), ("sites/example.com", "com"), ("lib/app.ex", "ex"),
        ("a.b/readme", ""), ("a.js ", "js"), ("a.js.", "js"), (".js", "js"), ("app.js.txt", "txt"),
        ("js", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_what_stands_behind_the_last_point_counts(name, ending):
    """As a gateway reads a name."""
    assert ending_of(name) == ending


@pytest.mark.parametrize(
    "content",
    [INNER, packed({"x.zip": INNER}), tarred({"app.js": b"1"}), gzip.compress(INNER), bz2.compress(INNER),
     packed({"x": tarred({"x.cmd": b""})})],
    ids=["zip", "zip-in-zip", "tgz", "zip.gz", "zip.bz2", "tgz-in-zip"],
)  # fmt: skip
def test_archives_within_archives_are_looked_into(content):
    """By their bytes, whatever they are called."""
    [hit] = lint({"data.txt": content}, GMAIL)
    assert (hit.name, hit.ending in GMAIL.endings, hit.within.rpartition(".")[2]) == ("data.txt", True, hit.ending)
    assert not lint({"data.txt": content}, Provider(name="s", title="S", endings=GMAIL.endings))


def test_what_is_refused_only_as_an_attachment_passes_in_a_package():
    """Outlook hides a .py that is attached, and none in a zip."""
    assert not lint({"a.py": b""}, GMAIL)
    assert [hit.ending for hit in lint({"a.py": b""}, GMAIL, attached=True)] == ["py"]


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04", INNER[:40], b"\x1f\x8b\x08broken", b"BZhbroken", b"x" * 257 + b"ustar", INNER[:-10], b""],
)
def test_a_broken_archive_holds_no_names_and_breaks_nothing(content):
    """It is sent as it is."""
    assert lint({"a.bin": content}, GMAIL) == ()


def test_a_bomb_is_not_unpacked_whole():
    """Time and memory have an end: entries, bytes, depth."""
    many = packed({f"{number}": b"" for number in range(MOST_NAMES)} | {"z.js": b""})
    zeros = gzip.compress(gzip.compress(bytes(80_000_000)))
    assert lint({"a": many, "b": zeros}, GMAIL) == ()
    nested = INNER
    for _ in range(6):
        nested = packed({"x.zip": nested})
    assert lint({"c": nested}, GMAIL) == ()
