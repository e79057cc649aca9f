"""Archives: what may be taken out of them, and what stays inside and why."""

from __future__ import annotations

import gzip
import io
import tarfile
import warnings
import zipfile

import pytest

from mailbot.understand.inputs import input_of
from mailbot.understand.inputs_found import MAX_FILE, MAX_FILES
from mailbot.understand.inputs_zip import MAX_ENTRIES, MAX_UNPACKED
from tests.understand.attachments import attached, docx, link, locked, tarred, words, zipped


def read(name, content):
    return input_of(attached(name, content))


def names(found):
    return [file.name for file in found.files]


def plain_tar(*members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [zipped, lambda files: tarred({name: text.encode() for name, text in files.items()})])
def test_the_files_of_an_archive(pack):
    """With their paths, their contents and what each is; the junk of computers is not spoken of."""
    files = {"app/main.py": "print(1)", "app/logo.png": "x", ".DS_Store": "x", "__MACOSX/a": "x", "./a.csv": "a"}
    found = read("a.zip", pack(files))
    assert names(found) == ["app/main.py", "app/logo.png", "a.csv"]
    assert [file.media_type for file in found.files] == ["text/plain", "image/png", "text/csv"]
    assert found.files[0].content == b"print(1)"
    assert found.text == "app/main.py (8 bytes)\napp/logo.png (1 bytes)\na.csv (1 bytes)"
    assert found.note.endswith("3 files: app/main.py, app/logo.png, a.csv")


@pytest.mark.parametrize(
    "path",
    [
        *("../x", "a/../../x", "/x", "\\\\host\\x", "..\\x", "C:\\x", "a:b"),
        *("a//b", "a/./b", "~/x", "a\nb", "a\u202eb", " /x", "x" * 300),
    ],
)
@pytest.mark.parametrize("pack", [zipped, lambda files: tarred(dict.fromkeys(files, b"x"))])
def test_names_that_lead_out(pack, path):
    """Upwards, to a disk, to a home, or to what nobody can see: left inside."""
    found = read("a.zip" if pack is zipped else "a.tgz", pack({path: "x", "ok": "x"}))
    assert names(found) == ["ok"]
    assert found.note.endswith("left out: 1 for a name that leads out of it")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped({"a.exe": "x", "b.scr": "x"}), "2 for being a program"),
        (zipped({"a.txt": b"MZ\x90\0\3\0\0\0" + bytes(99), "b": b"\x7fELF"}), "2 for being a program"),
        (zipped({".git/hooks/x": "x", "a/node_modules/b/c": "x"}), "1 for lying in .git, 1 for lying in node_modules"),
        (zipped({}, entries=[link("a", "/etc/passwd")]), "1 for being a link"),
        (locked(zipped({"a": "x"})), "1 for a password (send it without one)"),
        (zipped({"a": bytes(MAX_FILE + 1)}), "1 for their size"),
        (tarred({}, "a"), "1 for being a link"),
    ],
    ids=["programs", "lies", "folders", "link", "locked", "large", "tar"],
)
def test_what_is_left_inside(content, why):
    """It is named by its reason; with nothing left to use, the archive is not used."""
    found = read("a", content)
    assert (found.used, found.files) == (False, ())
    assert found.note == f"nothing in it can be used; left out: {why}"


def test_scripts_in_an_archive_are_source():
    """What a click would run by itself is one file of a project beside others."""
    assert names(read("a.zip", zipped({"app.js": "x", "build.bat": "x"}))) == ["app.js", "build.bat"]


def test_names_that_stand_twice():
    """The first counts, on every file system alike."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings(action="ignore"):
        for name, text in (("a.txt", "1"), ("a.txt", "2"), ("A.TXT", "3")):
            archive.writestr(name, text)
    found = read("a.zip", buffer.getvalue())
    assert [(file.name, file.content) for file in found.files] == [("a.txt", b"1")]
    assert found.note.endswith("left out: 2 for a name that is in it twice")


def test_an_archive_in_an_archive_stays_closed():
    """It is a file like others; a packed file in a packed file is refused."""
    inner = zipped({"a.txt": "x"})
    assert read("a.zip", zipped({"inner.zip": inner})).files[0].content == inner
    assert read("a.gz", gzip.compress(inner)).note == "it is packed twice; send it packed once"
    assert read("a.gz", gzip.compress(gzip.compress(b"x"))).note == "it is packed twice; send it packed once"


def test_too_many_entries():
    """Counted before any is read; the first ones of fewer are taken."""
    many = zipped(dict.fromkeys((f"{number}" for number in range(MAX_ENTRIES + 1)), ""))
    assert read("a.zip", many).note == "it has more than 5,000 entries; send the files that matter"
    flood = tarred(dict.fromkeys((f"{number}" for number in range(MAX_ENTRIES + 1)), b""))
    assert read("a.tgz", flood).note == "it has more than 5,000 entries; send the files that matter"
    some = read("a.zip", zipped(dict.fromkeys((f"{number}" for number in range(MAX_FILES + 1)), "")))
    assert (len(some.files), some.note.rpartition("; ")[2]) == (MAX_FILES, "left out: 1 for being behind the first 800")


def test_what_unpacks_to_too_much():
    """All entries together have a limit; those that fit are taken."""
    large = bytes(4_900_000)
    found = read("a.zip", zipped({f"{number}": large for number in range(5)}))
    assert (len(found.files), found.note.rpartition("; ")[2]) == (4, "left out: 1 for their size")


def test_entries_that_lie_about_their_size():
    """A small number over a large content is a broken archive, and nothing of it is kept."""
    content = bytearray(zipped({"a": bytes(100_000)}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.find(mark) + at
        content[place : place + 4] = (10).to_bytes(4, "little")
    assert read("a.zip", bytes(content)).note == "it is broken: a ZIP program cannot read it; send it again"


def test_a_rare_way_of_packing():
    """Only what every program packs is unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", "x")
    assert "1 for a rare way of packing" in read("a.zip", buffer.getvalue()).note


def test_a_tar_that_is_not_packed():
    """Folders are no files; devices, links and holes are no content."""
    folder, file, device, hole = (tarfile.TarInfo(name) for name in ("d", "d/a.txt", "tty", "hole"))
    folder.type, device.type = tarfile.DIRTYPE, tarfile.CHRTYPE
    file.size = 3
    hole.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "99999999999"}
    found = read("a.tar", plain_tar(folder, file, device))
    assert (names(found), found.kind) == (["d/a.txt"], "tar")
    assert "1 for being a link" in found.note
    assert read("a.tar", plain_tar(file) + b"x" * 999).used
    assert not read("a.tar", plain_tar(hole)).used
    assert not read("a.tar", plain_tar(file)[:600]).used


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (gzip.compress(b""), "it is empty; send it again"),
        (gzip.compress(b"hello")[:-4], "it is cut short; send it again"),
        (b"\x1f\x8bxxxxxxxxxxxx", "it is broken: a gzip program cannot read it; send it again"),
        (gzip.compress(b"a\n") + gzip.compress(b"b\n"), "2 lines"),
        (gzip.compress(b"a\n") + bytes(99), "1 line"),
        (gzip.compress(bytes(MAX_UNPACKED + 1)), "it unpacks to more than 50 MB; send the files that matter"),
    ],
    ids=["empty", "cut", "broken", "two", "padded", "large"],
)
def test_a_packed_file(content, note):
    """One file in a gzip is read as what it is."""
    assert read("a.txt.gz", content).note == note


def test_programs_and_pictures_in_a_packed_file():
    """Packing changes nothing about what is read."""
    assert read("a.exe.gz", gzip.compress(b"MZ")).note.startswith("what a click would run")
    assert read("a.js.gz", gzip.compress(b"alert()")).kind == "program"
    assert read("a.py.gz", gzip.compress(b"x = 1\n")).note == "Python, 1 line"


def test_a_document_in_a_zip_is_a_file():
    """It is handed on as it is."""
    inner = docx(words("Hello"))
    assert read("a.zip", zipped({"a.docx": inner})).files[0].content == inner
