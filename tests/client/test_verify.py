"""Every claim is looked at; what cannot be is said. Real ssh-keygen."""

from __future__ import annotations

import json
import subprocess

import pytest

from mailbot.client.found import packages
from mailbot.client.trouble import Trouble
from mailbot.client.verify import Finding, verdict, verify
from tests.client.letters import FILES, OURS, letter, metadata, one, sha256, sums, tool, zipped


def marks(package, *args):
    """What was looked at -> what came of it."""
    return {found.what: found.mark for found in verify(package, *args)}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A key of build@example.org, and the file that says so."""
    folder = tmp_path_factory.mktemp("keys")
    command = [tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", str(folder / "key")]
    subprocess.run(command, check=True, timeout=20)
    public = " ".join((folder / "key.pub").read_text().split()[:2])
    (folder / "signers").write_text(f'build@example.org namespaces="mailbot" {public}\n')
    return folder


def signed(folder, content, namespace="mailbot"):
    """What stock ssh-keygen makes of it."""
    command = [tool("ssh-keygen"), "-q", "-Y", "sign", "-f", str(folder / "key"), "-n", namespace]
    return subprocess.run(command, input=content, capture_output=True, check=True, timeout=20).stdout


def whole(folder, **changes):
    """A package with all that proves it."""
    files = {**FILES, "metadata.json": metadata(FILES)}
    subjects = [{"name": name, "digest": {"sha256": sha256(body)}} for name, body in FILES.items()]
    files["provenance.json"] = json.dumps({"_type": "https://in-toto.io/Statement/v1", "subject": subjects}).encode()
    files["SHA256SUMS"] = sums(files)
    files["SHA256SUMS.sig"] = signed(folder, files["SHA256SUMS"])
    return {**files, **changes}


def test_all_of_it_holds(keys):
    """By a key that the receiver trusts, for the address that the mail says."""
    found = marks(one(letter(("bees.zip", zipped(whole(keys))))), keys / "signers")
    assert found == {"metadata.json": "ok", "SHA256SUMS": "ok", "signature": "ok", "provenance.json": "ok", "DKIM": "?"}


def test_a_mail_of_today_is_whole_and_says_what_it_lacks():
    """The sums of metadata.json; no signature yet."""
    found = marks(one(OURS))
    assert found["metadata.json"] == "ok"
    assert found["signature"] == "?"
    assert "wrong" not in found.values()


def test_one_flipped_bit_in_any_file_is_found(keys):
    """In the files, in the sums, in the signature, in what it says about itself."""
    files = whole(keys)
    for name, body in files.items():
        for at in {0, len(body) // 2, len(body) - 2}:
            changed = {**files, name: body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]}
            found = marks(one(zipped(changed)), keys / "signers")
            assert "wrong" in found.values(), (name, at)


def test_one_flipped_bit_in_the_mail_is_found_or_changes_nothing(keys):
    """Every 37th byte of the attachment, as it travels."""
    files = whole(keys)
    raw = letter(("bees.zip", zipped(files)))
    start = raw.index(b"UEsD")
    found_out = 0
    for at in range(start, len(raw) - 12, 37):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        try:
            package = one(changed)
        except Trouble:
            found_out += 1
            continue
        if package.files != files:
            assert not verdict(verify(package, keys / "signers"), strict=False)[1], at
            found_out += 1
    assert found_out > 20


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"more.txt": b"x"}, "SHA256SUMS"),
        ({"SHA256SUMS": b""}, "SHA256SUMS"),
        ({"SHA256SUMS": b"no sum\n"}, "SHA256SUMS"),
        ({"SHA256SUMS.sig": b"x"}, "signature"),
        ({"metadata.json": b"[]"}, "metadata.json"),
        ({"metadata.json": b"{}"}, "metadata.json"),
        ({"provenance.json": b"{}"}, "provenance.json"),
        (
            {"provenance.json": b'{"subject":[{"name":"app.js","digest":{"sha256":"' + b"0" * 64 + b'"}}]}'},
            "provenance.json",
        ),
    ],
)
def test_what_does_not_fit_is_wrong(keys, changes, what):
    """A file more, a list that is none, a sum of something else."""
    assert marks(one(zipped(whole(keys, **changes))), keys / "signers")[what] == "wrong"


def test_a_file_that_is_missing_is_named(keys):
    """By its name."""
    files = whole(keys)
    del files["app.js"]
    words = [found.words for found in verify(one(zipped(files))) if found.mark == "wrong"]
    assert words
    assert all("app.js: missing" in one for one in words[:2])


def test_a_signature_of_somebody_else_is_wrong(keys, tmp_path):
    """Another key, another address in the mail, another purpose."""
    subprocess.run(
        [tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True, timeout=20
    )
    files = whole(keys)
    other = {**files, "SHA256SUMS.sig": signed(tmp_path, files["SHA256SUMS"])}
    elsewhere = {**files, "SHA256SUMS.sig": signed(keys, files["SHA256SUMS"], "git")}
    for mail in (letter(("b.zip", zipped(other))), letter(("b.zip", zipped(elsewhere)))):
        assert marks(one(mail), keys / "signers")["signature"] == "wrong"
    spoofed = letter(("b.zip", zipped(files)), sender="build@example.net")
    assert marks(one(spoofed), keys / "signers")["signature"] == "wrong"


def test_a_signature_that_nobody_vouches_for_is_not_called_good(keys, tmp_path, monkeypatch):
    """Without a file of keys, and without ssh-keygen."""
    package = one(zipped(whole(keys)))
    assert marks(package)["signature"] == "?"
    assert marks(package, tmp_path / "none")["signature"] == "?"
    monkeypatch.setenv("PATH", "/nowhere")
    assert marks(package, keys / "signers")["signature"] == "?"


def test_an_attachment_that_differs_from_the_package_is_wrong():
    """The metadata.json that a person sees is the one that was packed."""
    files = {**FILES, "metadata.json": metadata(FILES)}
    raw = letter(("bees.zip", zipped(files)), ("metadata.json", metadata(FILES, status="complete"), "application/json"))
    assert marks(one(raw))["metadata.json"] == "ok"
    assert [found.words for found in verify(one(raw)) if found.mark == "wrong"]


def test_the_sum_of_the_zip_itself_covers_all_of_it():
    """SHA256SUMS beside the zip, as it may come, too."""
    content = zipped(FILES)
    good = letter(("bees.zip", content), ("SHA256SUMS", sums({"bees.zip": content}), "text/plain"))
    bad = letter(("bees.zip", content), ("SHA256SUMS", sums({"bees.zip": content + b"x"}), "text/plain"))
    assert (marks(one(good))["SHA256SUMS"], marks(one(bad))["SHA256SUMS"]) == ("ok", "wrong")


def test_the_verifier_of_the_mail_is_asked_if_there_is_one():
    """The house's, by its command line."""
    asked = []
    dkim = lambda raw: asked.append(raw) or Finding("ok", "DKIM", "x")  # noqa: E731  (one line)
    assert marks(one(OURS), None, dkim)["DKIM"] == "ok"
    assert asked == [OURS]


def test_a_mail_that_is_cut_off_is_wrong():
    """Even where its package can still be read."""
    raw = letter(("a.zip", zipped({**FILES, "metadata.json": metadata(FILES)})), ("z.csv", b"1" * 500, "text/csv"))
    [package] = packages([raw[:-300]])
    assert marks(package)["mail"] == "wrong"
