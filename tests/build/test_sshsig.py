"""Our SSHSIG is the one of OpenSSH, byte for byte. Real ssh-keygen."""

from __future__ import annotations

import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailbot.build.sshsig import Signer, fingerprint, new_signer, public_of
from mailbot.domain.errors import Permanent
from tests.client.letters import tool

SIGNER = new_signer()


def keygen(*words, data=b""):
    """ssh-keygen, as any receiver has it."""
    command = [tool("ssh-keygen"), *map(str, words)]
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=20)


@pytest.fixture
def key(tmp_path):
    """The private key as a file."""
    path = tmp_path / "key"
    path.write_bytes(SIGNER.pem)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("content", [b"", b"x", b"a  b\n" * 20_000, bytes(range(256))], ids=len)
def test_it_is_what_ssh_keygen_signs_byte_for_byte(key, content):
    """Ed25519 takes no chance: the same key and content, the same file."""
    done = keygen("-q", "-Y", "sign", "-f", key, "-n", "mailbot", data=content)
    assert SIGNER.sign(content) == done.stdout, done.stderr


def test_ssh_keygen_verifies_it_for_its_address_and_its_purpose_only(tmp_path):
    """And no other content, address or purpose."""
    (tmp_path / "signers").write_text(f'build@example.org namespaces="mailbot" {SIGNER.public}\n')
    (tmp_path / "sig").write_bytes(SIGNER.sign(b"sums"))
    (tmp_path / "other").write_bytes(SIGNER.sign(b"sums", "git"))

    def verifies(who, what, signature):
        words = ("-Y", "verify", "-f", tmp_path / "signers", "-I", who, "-n", "mailbot", "-s", tmp_path / signature)
        return keygen(*words, data=what).returncode == 0

    assert verifies("build@example.org", b"sums", "sig")
    assert not verifies("build@example.org", b"sumz", "sig")
    assert not verifies("ana@example.org", b"sums", "sig")
    assert not verifies("build@example.org", b"sums", "other")


def test_its_names_are_those_of_openssh(key):
    """The public line and the fingerprint."""
    assert keygen("-y", "-f", key).stdout.decode().split()[:2] == SIGNER.public.split()
    assert SIGNER.fingerprint in keygen("-l", "-f", key).stdout.decode()
    assert fingerprint(public_of(SIGNER.public + " mailbot since=1")) == SIGNER.fingerprint
    assert public_of("ssh-rsa AAAA") == public_of("") == ""


def test_a_key_that_cannot_sign_is_told_at_once():
    """With what it should be, and without showing it."""
    form = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    with pytest.raises(Permanent, match="must be Ed25519"):
        Signer(rsa.generate_private_key(65537, 2048).private_bytes(*form))
    with pytest.raises(Permanent, match="no private key of OpenSSH"):
        Signer(b"nonsense")
    assert "PRIVATE" not in repr(SIGNER)
