"""The form that arrives is chosen by the receiver's mail system, and can be opened again (rows E15, E16 and E31)."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from mailbot.build.forms import Form, Goods, chain, fits, limit_of, packed
from mailbot.build.forms_made import RESTORE, as_base64, as_text, renamed
from mailbot.build.package import package
from mailbot.build.providers import providers_of
from mailbot.client.found import packages
from mailbot.domain.message import Attachment
from mailbot.domain.project import Draft, Maker, Report
from mailbot.domain.reply import Receiver
from mailbot.shipped import read_providers
from tests.client.letters import letter

PROVIDERS = providers_of(read_providers(Path("/nowhere")))
CLEAN = {"app.py": b"print(1)\n", "README.md": b"# T\n"}
NODE = {"server.js": b"1\n", "run.cmd": b"x\r\n", "lib/a.mjs": b"2\n", "package.json": b"{}\n", "README.md": b"# T\n"}
WEB = {"index.html": b'<meta charset=utf-8><body><script src="a.js"></script></body>\n', "a.js": b"x = 1\n"}
BUNDLE = b"# v2 git bundle\nnot really one"


def goods(files, **more):
    """What could be sent of them."""
    draft = Draft(title="Bees", files=files, report=Report(), maker=Maker(kind="model", name="m"))
    made = package(draft, request="r", at=datetime(2026, 11, 20, tzinfo=UTC), number=2)
    return Goods(package=made, **{"whole": lambda: BUNDLE, **more})


def best(files, operator="google", asked="", allowed=(), goods_=None, **receiver):
    """The chain for somebody there."""
    known = Receiver(operator=operator, **{**receiver, "refused": frozenset(receiver.get("refused", ()))})
    return [str(one) for one in chain(goods_ or goods(files), known, asked, PROVIDERS, allowed)]


@pytest.mark.parametrize(
    ("files", "operator", "first"),
    [
        (CLEAN, "google", "zip"),
        (NODE, "google", "renamed"),
        (NODE, "zoho", "renamed"),
        (WEB, "google", "page"),
        (WEB, "microsoft", "zip"),
        (NODE, "microsoft", "renamed"),
        ({"a.js": b"1\n"}, "microsoft", "zip"),
        (CLEAN, "mimecast", "renamed"),
        (CLEAN, "", "zip"),
        (NODE, "", "renamed"),
        (NODE, "local", "zip"),
    ],
)
def test_e31_the_first_form_passes_what_the_receiver_is_known_to_refuse(files, operator, first):
    """A zip where it is clean; else one page, else other names."""
    assert best(files, operator)[0] == first


def test_a_refused_form_never_comes_again_and_the_next_goes_another_way():
    """Who refuses one zip refuses the next, and never more than three forms are needed."""
    assert best(NODE)[0] == "renamed"
    assert best(NODE, refused={"renamed"})[0] == "bundle"
    assert best(NODE, refused={"renamed", "bundle"})[0] == "base64"
    assert best(CLEAN, refused={"zip"})[:2] == ["bundle", "text"]
    assert best(WEB, refused={"page"})[:2] == ["renamed", "text"]
    assert best(CLEAN, refused=set(Form)) == []
    assert best(CLEAN, refused=set(Form) - {"metadata"}) == ["metadata"]


def test_what_was_asked_for_comes_first_where_it_passes():
    """The wish of this mail, then of the thread, then what that server took last."""
    assert best(CLEAN, asked="bundle")[:2] == ["bundle", "zip"]
    assert best(CLEAN, asked="text", took="bundle")[:3] == ["text", "base64", "bundle"]
    assert best(CLEAN, took="bundle")[0] == "bundle"
    assert best(NODE, asked="zip")[0] == "renamed"
    assert best(CLEAN, asked="bundle", refused={"bundle"})[0] == "zip"
    assert best(CLEAN, asked="fax")[0] == "zip"
    assert best({**CLEAN, "a.png": b"\x89\0"}, asked="text")[0] == "base64"


def test_rules_may_narrow_the_forms():
    """Where none of theirs passes, whatever passes is sent."""
    assert best(CLEAN, allowed=("bundle", "text")) == ["bundle", "text"]
    assert best(NODE, allowed=("zip",))[0] == "renamed"


def test_a_link_and_a_bundle_are_offered_only_where_there_is_one():
    """Nothing is promised that cannot be had."""
    assert "link" not in best(CLEAN)
    assert "bundle" not in best(CLEAN, goods_=goods(CLEAN, whole=None))
    assert best(CLEAN, asked="link", goods_=goods(CLEAN, url="https://x"))[0] == "link"


def test_e16_the_attachments_stand_in_their_order():
    """Patch, package, metadata.json, Dockerfile; what continues the version before goes along."""
    whole = goods(CLEAN, patch=("a.patch", b"p"), thin=("a.bundle", b"t"))
    to = Receiver(operator="google")
    names = {form: [one.name for one in packed(whole, form, to, PROVIDERS)] for form in Form}
    assert names[Form.ZIP] == ["a.patch", "bees-v2.zip", "a.bundle", "metadata.json", "Dockerfile"]
    assert names[Form.BUNDLE] == ["a.patch", "bees-v2.bundle", "metadata.json", "Dockerfile"]
    assert names[Form.TEXT] == ["bees-v2.txt", "metadata.json", "Dockerfile"]
    assert names[Form.BASE64] == ["bees-v2.base64.txt", "metadata.json", "Dockerfile"]
    assert names[Form.LINK] == names[Form.METADATA] == ["metadata.json"]
    first = [one.name for one in packed(goods(NODE), Form.RENAMED, to, PROVIDERS)]
    assert first[:2] == ["bees-v2.zip", "bees-v2.bundle"]
    assert [one.name for one in packed(goods(WEB), Form.PAGE, to, PROVIDERS)][:2] == ["bees-v2.html", "bees-v2.bundle"]


@pytest.mark.parametrize("form", [Form.ZIP, Form.RENAMED, Form.TEXT, Form.BASE64])
def test_e15_every_form_gives_the_same_files_back(form):
    """By the program of the receiver, byte for byte, metadata.json and all that was added with them."""
    files = {**NODE, "run.cmd": b"x\n", "run.cmd.txt": b"another\n"}
    whole = goods(files)
    attached = packed(whole, form, Receiver(operator="google"), PROVIDERS, beside=False)
    [found] = packages([letter(*((one.name, one.content, one.media_type) for one in attached))])
    assert found.files == dict(whole.package.tree)


def test_the_command_of_a_renamed_zip_gives_the_names_back(tmp_path):
    """One line of Python, in the folder that was unpacked."""
    [attached, *_] = packed(goods(NODE), Form.RENAMED, Receiver(operator="google"), PROVIDERS)
    zipfile.ZipFile(BytesIO(attached.content)).extractall(tmp_path)
    folder = tmp_path / "bees-v2"
    said = json.loads((folder / "RENAME.json").read_text("ascii"))
    assert f'"{RESTORE}"' in said["macOS, Linux"]
    assert not (folder / "run.cmd").exists()
    subprocess.run([sys.executable, "-c", RESTORE], cwd=folder, check=True)
    assert {name: (folder / name).read_bytes() for name in NODE} == NODE


def test_only_refused_names_change_and_none_collides():
    """A long name gets a short one, and what is called .txt already stays."""
    long = "d/" + "x" * 97 + ".js"
    files, names = renamed({"a.js": b"1", "a.js.txt": b"2", "A.py": b"3", long: b"4"}, PROVIDERS.of("google"))
    assert names == {"a.js.1.txt": "a.js", "d/file-2.txt": long}
    assert files["a.js.txt"] == b"2"
    assert files["A.py"] == b"3"
    assert len(files) == 4


@pytest.mark.parametrize("content", [b"no end", b"a\r\n", b"\xff\n", b"a\n-- b.txt --\n", b"\0\n"])
def test_a_text_that_would_lose_a_byte_is_none(content):
    """Then letters are sent instead."""
    assert as_text({"a.txt": content}) == b""
    assert as_text({"a.txt": b"", "b.txt": b"x\n"}) == b"-- a.txt --\n-- b.txt --\nx\n"


@pytest.mark.parametrize("length", [*range(1, 40), 56, 57, 58, 59, 113, 114, 115, 227, 228, 229, 999])
def test_letters_end_in_no_short_line(length):
    """A reader could take it for a word below the block."""
    lines = as_base64(bytes(length)).split(b"\n")[:-1]
    assert len(lines) == 1 or len(lines[-1]) >= 16
    assert max(map(len, lines)) <= 76


def test_e31_sizes_are_compared_as_they_are_encoded():
    """Base64 with its line ends takes 1.37 times the bytes; what the server said counts, if it is less."""
    six = Attachment(name="a", media_type="a/b", content=bytes(6_600_000))
    assert fits([six], 9_500_000)
    assert not fits([replace(six, content=bytes(6_900_000))], 9_500_000)
    assert limit_of(Receiver(operator="google"), PROVIDERS) == 25_000_000
    assert limit_of(Receiver(operator="google", limit=10_240_000), PROVIDERS) == 10_240_000
    assert limit_of(Receiver(limit=90_000_000), PROVIDERS) == 9_500_000
