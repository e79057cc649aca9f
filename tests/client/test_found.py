"""A package is found in whatever form it came."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.client.found import packages
from mailbot.client.textual import base64_blocks, files_of_txtar, restored
from mailbot.client.trouble import Trouble
from tests.client.letters import FILES, OURS, bundle, commit, ends_well, letter, one, repository, zipped

TXTAR = b"words before\n" + b"".join(b"-- " + name.encode() + b" --\n" + body for name, body in FILES.items())


def test_a_mail_of_ours_brings_its_package():
    """The zip; what is attached beside it is the same once more."""
    found = one(OURS)
    assert (found.form, found.name, found.folder) == ("zip", "sales-page-v1.zip", "sales-page-v1")
    assert {"metadata.json", "README.md", "Dockerfile"} <= set(found.files)
    assert found.extra == {}


@pytest.mark.parametrize("name", ["bees.zip", "bees.zip_", "bees.txt", "bees.z1p", "noname", "bees.pdf"])
def test_a_zip_is_known_by_its_bytes(name):
    """Whatever it had to be called to get through."""
    assert one(letter((name, zipped(FILES)))).files == FILES


def test_files_that_were_renamed_get_their_names_back():
    """By the list in the package, which is then left out."""
    packed = {"app.js.txt": FILES["app.js"], "run.cmd.txt": FILES["run.cmd"], "docs/README.md": FILES["docs/README.md"]}
    names = {"app.js.txt": "app.js", "run.cmd.txt": "run.cmd"}
    found = one(letter(("bees.zip", zipped({**packed, "RENAME.json": json.dumps(names).encode()}))))
    assert found.files == {name: FILES[name] for name in ("app.js", "run.cmd", "docs/README.md")}
    assert found.notes == ("2 files have got their own names back",)


@pytest.mark.parametrize(
    "names",
    [
        {"files": {"a.txt": "a.js"}},
        {"renamed": [{"packed": "a.txt", "path": "a.js"}]},
        [{"from": "a.txt", "to": "a.js"}],
    ],
)
def test_the_list_of_names_has_more_than_one_shape(names):
    """Every one that a mailbot may send."""
    files = {"x/a.txt": b"1", "x/RENAME.json": json.dumps(names).encode()}
    assert restored(files) == ({"x/a.js": b"1"}, 1)


@pytest.mark.parametrize("own", ["../a.js", "/a.js", ".git/config", "b.txt", "B.TXT"])
def test_a_hostile_list_of_names_is_refused(own):
    """A name is looked at after it is restored, too; nothing is overwritten by it."""
    files = {"x/a.txt": b"1", "x/b.txt": b"2", "x/RENAME.json": json.dumps({"a.txt": own}).encode()}
    with pytest.raises(Trouble, match="Nothing is unpacked"):
        restored(files)


@pytest.mark.parametrize("content", [b"\xff", b"[1]x", b"3", b'{"a": 1}', b"[" * 100_000])
def test_a_broken_list_of_names_is_said(content):
    """Else the files would silently keep their wrong names."""
    with pytest.raises(Trouble, match=r"RENAME\.json"):
        restored({"RENAME.json": content})


def test_a_bundle_gives_the_files_of_its_newest_version(tmp_path):
    """By the git of the receiver."""
    repository(tmp_path / "bees", {"app.js": b"old"})
    commit(tmp_path / "bees", FILES, "v2")
    found = one(letter(("bees.bundle", bundle(tmp_path / "bees"))))
    assert (found.form, found.folder, found.files) == ("git bundle", "bees", FILES)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_text_form_is_read_from_an_attachment_and_from_the_words(ends):
    """txtar; what stands before the first file is passed over."""
    plain = {name: body.replace(b"\r\n", b"\n") for name, body in FILES.items()}
    text = TXTAR.replace(b"\r\n", b"\n").replace(b"\n", ends)
    assert one(letter(("bees.txt", text, "text/plain"))).files == plain
    assert one(letter(text=TXTAR.decode().replace("\r\n", "\n"), subject="Re: Bees")).files == plain


def test_a_text_form_with_a_file_of_crlf_keeps_it():
    """Only what the mail has done to every line is undone."""
    assert files_of_txtar(TXTAR) == FILES


@pytest.mark.parametrize("text", ["-- v1 --\nRegards\n", "> -- a.py --\n", "--a.py--\n", "-- \nAna\n"])
def test_a_line_between_dashes_is_no_package(text):
    """People write such lines."""
    with pytest.raises(Trouble, match="only words"):
        packages([letter(text=text)])


def test_base64_in_the_words_is_found():
    """Between sentences, and quoted."""
    packed = base64.encodebytes(zipped(FILES)).decode()
    assert one(letter(text=f"Save this:\n\n{packed}\nThat was it.\n")).files == FILES
    assert one(letter(text="".join(f"> {line}\n" for line in packed.splitlines()))).form == "base64 text"


def test_base64_in_an_attached_text_is_found():
    """A file that holds nothing else."""
    found = one(letter(("bees.b64.txt", base64.encodebytes(zipped(FILES)), "text/plain")))
    assert (found.form, found.files) == ("base64 text", FILES)


def test_the_zip_counts_before_the_bundle_and_the_bundle_stays_beside():
    """Who uses git finds it next to the files."""
    found = one(letter(("bees.bundle", b"# v2 git bundle\nx"), ("bees.zip", zipped(FILES))))
    assert (found.form, sorted(found.extra)) == ("zip", ["bees.bundle"])


def test_where_one_form_is_damaged_the_next_is_taken_and_it_is_said():
    """A gateway may have emptied the zip."""
    found = one(letter(("bees.zip", zipped(FILES)[:200]), ("bees.txt", TXTAR, "text/plain")))
    assert (found.form, found.files) == ("text", FILES)
    assert "damaged" in found.notes[0]


def test_a_damaged_zip_alone_is_trouble():
    """Nothing is made of its rest."""
    with pytest.raises(Trouble, match="damaged"):
        packages([letter(("bees.zip", zipped(FILES)[:200]), ("note.txt", b"x"))])


def test_loose_parts_are_a_package_too():
    """A page that came as it is; pictures of the html are none."""
    found = one(letter(("page.html", b"<p>", "text/html"), ("a.csv", b"1", "text/csv")))
    assert (found.form, found.folder, found.files) == ("attached files", "Bees", {"page.html": b"<p>", "a.csv": b"1"})
    with pytest.raises(Trouble, match="only words"):
        packages([letter(("logo.png", b"x", "image/png"), inline=True)])


def test_loose_parts_with_unsafe_names_get_safe_ones():
    """They are not lost, and cannot do harm."""
    found = one(letter((".bashrc", b"1"), ("con", b"2"), ("A.txt", b"3"), ("a.txt", b"4")))
    assert found.files == {"attachment-1.bin": b"1", "attachment-2.bin": b"2", "A.txt": b"3", "attachment-4.bin": b"4"}


def test_several_mails_bring_several_packages():
    """An mbox of two revisions, or two files."""
    first, second = letter(("a.zip", zipped(FILES))), letter(("a.zip", zipped(FILES, folder="bees-v2")))
    box = b"From a\n" + first.replace(b"\r\n", b"\n") + b"\nFrom b\n" + second.replace(b"\r\n", b"\n")
    assert [found.folder for found in packages([first, second])] == ["bees-v1", "bees-v2"]
    assert [found.files for found in packages([box])] == [FILES, FILES]


def test_a_project_in_two_mails_is_put_together():
    """Some files in each; the same file in both must be the same."""
    big, rest = {"weights.bin": b"w" * 1000}, {"app.py": b"1"}
    assert one(letter(("1.zip", zipped(rest))), letter(("2.zip", zipped(big)))).files == {**rest, **big}
    with pytest.raises(Trouble, match="different"):
        packages([letter(("1.zip", zipped(rest))), letter(("2.zip", zipped({"app.py": b"2"})))])


def test_a_package_by_itself_needs_no_mail():
    """Saved from the mail program."""
    found = one(zipped(FILES))
    assert (found.folder, found.mail, found.files) == ("bees-v1", None, FILES)


def test_a_forwarded_mail_brings_what_it_brought():
    """Attached as a whole mail."""
    inner = letter(("bees.zip", zipped(FILES)))
    raw = b"From: bob@x\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n"
    assert one(raw + inner + b"\r\n--o--\r\n").files == FILES


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}\.[a-z]{1,3}", fullmatch=True), st.binary(max_size=80), min_size=1))
def test_any_files_come_back_from_a_zip(files):
    """Whatever they hold, also renamed."""
    assert one(letter(("x.zip", zipped(files)))).files == files


@given(st.text(max_size=300))
def test_no_words_are_taken_for_a_package_by_accident(text):
    """Whatever is written, it ends in files or in words."""
    assert ends_well(packages, [letter(text=text)])


def test_base64_blocks_need_three_long_lines():
    """A key, a token or a word is none."""
    assert base64_blocks(b"c3NoLWVkMjU1MTk=\n" * 5) == []
    assert base64_blocks(b"QUJD" * 19 + b"\n" + b"QUJD" * 19 + b"\n") == []
