"""A receiver can verify each form of a package, and one flipped bit anywhere is found. Real ssh-keygen and git."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.build.forms import Form
from mailbot.build.sshsig import new_signer
from mailbot.cli_client import dkim_of
from mailbot.client.found import packages
from mailbot.client.mail import parse
from mailbot.client.trouble import Trouble
from mailbot.client.verify import verdict, verify
from mailbot.reply.keyring import Keyring
from tests.client.letters import one, tool
from tests.client.signed import ALLOWED, HOUSE, KEYS, SENDER, SIGNER, Zone, goods, mailed, mailed_by
from tests.reply.people import NOW

CASES = [(form, number) for form in Form for number in (1, 2)]
#: What bits are flipped in, and how often: git is asked for each that holds a bundle.
FLIPPED = [
    (Form.ZIP, 2, 12), (Form.RENAMED, 1, 12), (Form.PAGE, 2, 2), (Form.BUNDLE, 2, 3), (Form.TEXT, 1, 12),
    (Form.BASE64, 1, 12), (Form.METADATA, 1, 6),
]  # fmt: skip
READ = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References")


@pytest.fixture(scope="module")
def signers(tmp_path_factory):
    """The file of keys that the receiver trusts."""
    tool("ssh-keygen"), tool("git")
    path = tmp_path_factory.mktemp("signers") / "allowed_signers"
    path.write_text(ALLOWED)
    return path


def dkim(raw):
    """The house's verifier, with a DNS of the test."""
    return asyncio.run(dkim_of(raw, Zone(), NOW))


def flipped(raw, at, bit):
    """*raw* with one bit the other way round."""
    return raw[:at] + bytes([raw[at] ^ (1 << bit)]) + raw[at + 1 :]


def seen(raw):
    """All that a person or a program takes from a mail: its files, its words, who, to whom, about what, when."""
    [package] = packages([raw])
    mail = parse(raw)
    words = [part.content for part in mail.parts if not part.name]
    return package.files, package.beside, words, [mail.field(name) for name in READ]


@pytest.mark.parametrize(("form", "number"), CASES)
def test_every_form_is_verified(signers, form, number):
    """The first version and a later one, with patch and bundle: the signature, the sums, the mail."""
    package = one(mailed(form, number))
    found = verify(package, signers, dkim)
    assert {finding.mark for finding in found if finding.what in {"DKIM", "signature", "SHA256SUMS"}} == {"ok"}
    assert [finding for finding in found if finding.mark == "wrong"] == []
    assert verdict(found, strict=False)[1]
    if form not in {Form.LINK, Form.METADATA}:
        assert [finding for finding in found if finding.mark == "?"] == []
        assert verdict(found, strict=True) == ("All of it holds.", True)


def some(count):
    """So many examples."""
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@pytest.mark.parametrize(("form", "number", "count"), FLIPPED)
def test_one_flipped_bit_anywhere_in_the_mail_is_found(signers, form, number, count):
    """Or it changed nothing that anybody takes from it, such as a letter's case in the name of a header."""
    raw = mailed(form, number)
    right = seen(raw)

    @some(count)
    @given(at=st.integers(0, len(raw) - 1), bit=st.integers(0, 7))
    def holds(at, bit):
        changed = flipped(raw, at, bit)
        try:
            well = all(verdict(verify(each, signers, dkim), strict=True)[1] for each in packages([changed]))
            assert not well or seen(changed) == right, (at, raw[max(0, at - 40) : at + 40])
        except Trouble:
            pass

    holds()


@pytest.mark.parametrize(("form", "number", "count"), FLIPPED)
def test_one_flipped_bit_in_what_is_attached_is_found_without_the_mail(signers, form, number, count):
    """By the sums and the signature alone: in files that were saved, forwarded, or put somewhere else."""
    raw = mailed(form, number)
    parts, right = [part for part in parse(raw).parts if part.name], one(raw)

    @some(count)
    @given(data=st.data())
    def holds(data):
        which = data.draw(st.integers(0, len(parts) - 1))
        content = parts[which].content
        changed = flipped(content, data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 7)))
        package = replace(right, files=dict(right.files), beside=dict(right.beside))
        name = parts[which].name
        for kept in (package.files, package.beside):
            if kept.get(name) == content:
                kept[name] = changed
        try:
            if package.packed == content:
                package = replace(one(changed), beside=package.beside, name=package.name)
            found = verify(package, signers)
        except Trouble:
            return
        same = package.files == right.files and name not in package.beside
        assert same or "wrong" in {finding.mark for finding in found}, (name, found)

    holds()


def test_a_renewed_key_still_proves_an_old_mail_and_a_stolen_one_does_not(signers, tmp_path):
    """By the date of the mail; a key that is in no list any more proves nothing."""
    package = one(mailed(Form.ZIP))
    new = new_signer()
    ended = f"{NOW + timedelta(days=2):%Y%m%d}"
    lines = f'{SENDER} namespaces="mailbot",valid-after="{ended}" {new.public}\n'
    for text, mark in (
        (ALLOWED.replace("namespaces", f'valid-before="{ended}",namespaces') + lines, "ok"),
        (ALLOWED.replace("namespaces", 'valid-before="20250101",namespaces') + lines, "wrong"),
        (lines, "wrong"),
    ):
        (tmp_path / "signers").write_text(text)
        [found] = [one for one in verify(package, tmp_path / "signers") if one.what == "signature"]
        assert found.mark == mark, found


def test_what_is_attached_and_not_signed_is_not_passed_over(signers):
    """A file that somebody put beside the package, or sums of which one was taken away."""
    package = one(mailed(Form.ZIP))
    assert "no sum covers" in str(verify(replace(package, beside={**package.beside, "more.bundle": b"x"}), signers))
    later = one(mailed(Form.ZIP, 2))
    for name, mark in (("SHA256SUMS", "wrong"), ("SHA256SUMS.sig", "?")):
        kept = {one: content for one, content in later.beside.items() if one != name}
        assert mark in {one.mark for one in verify(replace(later, beside=kept), signers)}


def test_only_the_first_version_in_a_zip_needs_no_sums_beside_it():
    """Where patch and bundle go along, or no package does, two small files do, too; always last."""
    names = [part.name for part in parse(mailed(Form.ZIP, 2)).parts if part.name]
    assert names == [
        "sales-page-v1-v2.patch", "sales-page-v2.zip", "sales-page-v1-v2.bundle", "metadata.json", "Dockerfile",
        "SHA256SUMS", "SHA256SUMS.sig",
    ]  # fmt: skip
    assert "SHA256SUMS" not in [part.name for part in parse(mailed(Form.ZIP)).parts]


def test_the_header_names_the_key_and_our_key_signs_no_mail_from_elsewhere():
    """Gmail's account as From: Gmail signs; the package is ours all the same."""
    assert parse(mailed(Form.ZIP)).field("X-Mailbot-Key") == SIGNER.fingerprint
    elsewhere = mailed_by(replace(HOUSE, account="me@gmail.com"), Form.ZIP)
    assert b"DKIM-Signature" not in elsewhere
    assert parse(elsewhere).field("From") == "me@gmail.com"
    assert "@mail.example.org" in parse(elsewhere).field("Reply-To")


def test_without_a_key_there_are_no_proofs():
    """As before there were any."""
    bare = goods(1, house=replace(HOUSE, keys=Keyring(dkim=KEYS)))
    assert not {"SHA256SUMS", "SHA256SUMS.sig", "provenance.json"} & set(bare.package.tree)
