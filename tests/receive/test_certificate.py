"""The certificate of our listeners: real handshakes while its files change."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from structlog.testing import capture_logs

from mailbot.domain.errors import Permanent
from mailbot.receive.certificate import Certificate


def made(serial, *, kind="ec", passphrase=b""):
    """The PEM of a certificate that its serial number tells from others, and of its key."""
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    hidden = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)
    return built.public_bytes(serialization.Encoding.PEM), secret


def put(path, content):
    """As a renewing program does: a new file in the place of the old one."""
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.rename(path)


@contextlib.asynccontextmanager
async def listening(certificate):
    async def talk(_reader, writer):
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=certificate.context())
    async with server:
        yield server.sockets[0].getsockname()[1]


async def served(port, *, name=None, **limits):
    """The serial number of what a client is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for limit, value in limits.items():
        context.set_ciphers(value) if limit == "ciphers" else setattr(context, limit, value)
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name or "")
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return x509.load_der_x509_certificate(shown).serial_number


@pytest.fixture
def files(tmp_path):
    cert, key = tmp_path / "tls.pem", tmp_path / "tls.key"
    chain, secret = made(1)
    cert.write_bytes(chain)
    key.write_bytes(secret)
    return cert, key


async def test_a_new_certificate_serves_the_next_connection(files):
    """Before, after; with and without a name of the host, by TLS 1.2 and 1.3."""
    cert, key = files
    certificate = Certificate(cert, key, every=0)
    async with listening(certificate) as port:
        assert await served(port) == 1
        chain, secret = made(2)
        put(cert, chain)
        put(key, secret)
        with capture_logs() as logs:
            certificate.refresh()
            certificate.refresh()
        assert [line["event"] for line in logs] == ["certificate.renewed"]
        assert await served(port) == 2
        assert await served(port, name="localhost") == 2
        assert await served(port, maximum_version=ssl.TLSVersion.TLSv1_2) == 2


@pytest.mark.parametrize("broken", ["half", "empty", "gone", "no PEM", "other key", "folder"])
async def test_a_broken_certificate_changes_nothing_and_is_told_once(files, broken):
    """The old one keeps serving; the whole one serves as soon as it is there."""
    cert, key = files
    certificate = Certificate(cert, key, every=0)
    chain, secret = made(2)
    async with listening(certificate) as port:
        if broken in {"gone", "folder"}:
            cert.unlink()
            cert.mkdir() if broken == "folder" else None
        else:
            put(cert, {"half": chain[: len(chain) // 2], "empty": b"", "no PEM": b"hello\n"}.get(broken, chain))
        with capture_logs() as logs:
            for _ in range(3):
                certificate.refresh()
                assert await served(port) == 1
        assert [line["event"] for line in logs] == ["certificate.broken"]
        cert.rmdir() if broken == "folder" else None
        put(cert, chain)
        put(key, secret)
        certificate.refresh()
        assert await served(port) == 2


async def test_another_kind_of_key_leaves_nothing_of_the_old(files):
    """A client that can do RSA only is not shown the RSA certificate of last year."""
    cert, key = files
    chain, secret = made(1, kind="rsa")
    put(cert, chain)
    put(key, secret)
    certificate = Certificate(cert, key, every=0)
    rsa_only = {"maximum_version": ssl.TLSVersion.TLSv1_2, "ciphers": "aRSA"}
    async with listening(certificate) as port:
        assert await served(port, **rsa_only) == 1
        chain, secret = made(2)
        put(cert, chain)
        put(key, secret)
        certificate.refresh()
        assert await served(port) == 2
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await served(port, **rsa_only)


async def test_the_old_files_put_back_end_the_trouble(files):
    """Somebody undoes their mistake: nothing is loaded, the next mistake is told again."""
    cert, key = files
    certificate = Certificate(cert, key, every=0)
    old, stat = cert.with_suffix(".old"), cert.stat()
    os.link(cert, old)
    with capture_logs() as logs:
        for _ in range(2):
            put(cert, b"")
            certificate.refresh()
            os.link(old, cert.with_suffix(".back"))
            cert.with_suffix(".back").rename(cert)
            assert cert.stat().st_ino == stat.st_ino
            certificate.refresh()
    assert [line["event"] for line in logs] == ["certificate.broken", "certificate.back"] * 2


async def test_a_link_that_moves_is_followed(files, tmp_path):
    """Renewing programs keep the files elsewhere and move a link."""
    chain, secret = made(2)
    (tmp_path / "2.pem").write_bytes(chain + secret)
    first, _ = files
    first.write_bytes(first.read_bytes() + files[1].read_bytes())
    link = tmp_path / "live.pem"
    link.symlink_to(first)
    certificate = Certificate(link, every=0)
    async with listening(certificate) as port:
        assert await served(port) == 1
        link.unlink()
        link.symlink_to(tmp_path / "2.pem")
        certificate.refresh()
        assert await served(port) == 2


async def test_the_files_are_not_looked_at_for_every_connection(files):
    """Within the pause nothing is read."""
    cert, _ = files
    certificate = Certificate(*files, every=3600)
    cert.unlink()
    with capture_logs() as logs:
        certificate.refresh()
    assert logs == []


async def test_old_tls_is_refused(files):
    """TLS 1.1 and older have been broken for years."""
    certificate = Certificate(*files)
    assert certificate.context().minimum_version is ssl.TLSVersion.TLSv1_2
    async with listening(certificate) as port:
        with pytest.warns(DeprecationWarning, match="TLSv1"), pytest.raises((ssl.SSLError, ConnectionError)):
            await served(port, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "no whole PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n", "no whole PEM"),
        (made(1)[0], "tls_key"),
        (made(1)[0] + made(2)[1], "not the one of this certificate"),
        (b"".join(made(1, passphrase=b"secret")), "passphrase"),
    ],
    ids=["missing", "empty", "broken", "no key", "other key", "passphrase"],
)
def test_what_cannot_serve_is_told_at_the_start(tmp_path, content, said):
    """The words name the setting, the file, what is wrong and what it must be."""
    cert = tmp_path / "tls.pem"
    if content is not None:
        cert.write_bytes(content)
    with pytest.raises(Permanent, match=f"tls_cert {cert}") as caught:
        Certificate(cert)
    assert said in str(caught.value)
