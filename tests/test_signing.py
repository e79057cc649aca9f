"""docs/signing.md tells the truth: each of its commands is run as it stands, by stock tools, on a mail of ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.build.forms import Form
from mailbot.client.found import packages
from mailbot.client.mail import parse
from tests.client.letters import tool
from tests.client.signed import ALLOWED, SENDER, goods, mailed

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "signing.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def desk(tmp_path):
    """What a receiver has: the package, the mail, the file of keys, the program."""
    for name in ("ssh-keygen", "unzip", "sha256sum"):
        tool(name)
    (tmp_path / "sales-page-v1.zip").write_bytes(goods().package.zip)
    (tmp_path / "reply.eml").write_bytes(mailed(Form.ZIP, 2))
    (tmp_path / "allowed_signers").write_text(ALLOWED.replace(SENDER, f"{SENDER},build@example.org"))
    shutil.copy(ROOT / "docs" / "mailbot-open.py", tmp_path)
    return tmp_path


def typed(words, folder):
    """What a person pastes into a shell."""
    shell = ["/bin/sh", "-e", "-c", words.replace("python3 ", f"{sys.executable} ")]
    done = subprocess.run(shell, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_the_three_commands_of_a_receiver_verify_a_package(desk):
    """unzip, ssh-keygen, sha256sum, as they stand on the page."""
    code, said = typed(BLOCKS[0], desk)
    assert (code, 'Good "mailbot" signature for build@example.org' in said) == (0, True), said


@pytest.mark.parametrize("name", ["a.js", "SHA256SUMS", "SHA256SUMS.sig", "provenance.json", "metadata.json"])
def test_the_three_commands_find_one_flipped_bit(desk, name):
    """In any file of the package."""
    typed(BLOCKS[0].split("\n")[0], desk)
    path = desk / "sales-page-v1" / name
    content = path.read_bytes()
    path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    code, said = typed("cd sales-page-v1\n" + "\n".join(BLOCKS[0].split("\n")[1:]), desk)
    assert code != 0, said


def test_one_command_verifies_the_whole_mail(desk):
    """The downloaded program: a later version, with patch and bundle."""
    code, said = typed(BLOCKS[1], desk)
    assert (code, "What could be verified holds" in said) == (0, True), said
    assert "ok     signature: by build@mail.example.org" in said
    raw = (desk / "reply.eml").read_bytes()
    at = raw.index(b"sales-page-v1-v2.patch") + 400
    (desk / "reply.eml").write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    assert typed(BLOCKS[1], desk)[0] == 1


def test_saved_attachments_are_verified_by_the_sums_beside_them(desk):
    """As the table of forms says: the last two commands, where the attachments were saved."""
    for part in parse((desk / "reply.eml").read_bytes()).parts:
        if part.name:
            (desk / part.name).write_bytes(part.content)
    two = "\n".join(BLOCKS[0].split("\n")[1:]).replace("../", "")
    assert typed(two, desk)[0] == 0
    (desk / "sales-page-v1-v2.bundle").write_bytes(b"# v2 git bundle\n")
    assert typed(two, desk)[0] != 0


def test_a_renamed_zip_is_verified_once_its_names_are_restored(desk):
    """unzip -t finds it whole; the line in RENAME.json, then the sums."""
    [part] = [one for one in parse(mailed(Form.RENAMED)).parts if one.name.endswith(".zip")]
    (desk / "renamed.zip").write_bytes(part.content)
    code, said = typed("unzip -t renamed.zip && unzip -q renamed.zip -d there && cd there/*", desk)
    assert (code, "No errors detected" in said) == (0, True)
    [folder] = (desk / "there").iterdir()
    restore = (
        re.search(r'"macOS, Linux": "(.*)"', (folder / "RENAME.json").read_text())[1].encode().decode("unicode_escape")
    )
    assert typed(f"{restore}\nsha256sum -c --quiet SHA256SUMS", folder) == (0, "")


def test_e17_a_package_that_was_forwarded_is_still_ours(desk):
    """Signed sums live in the package: whoever sends it on changes nothing."""
    [package] = packages([goods().package.zip])
    assert {"SHA256SUMS", "SHA256SUMS.sig", "provenance.json", "sbom.cdx.json"} <= set(package.files)
    assert package.files["SHA256SUMS"].count(b"\n") == len(package.files) - 2
