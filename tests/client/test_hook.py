"""The status hook: https only, nowhere else, told once."""

from __future__ import annotations

import datetime as dt
import http.server
import ipaddress
import json
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mailbot.client import hook as module
from mailbot.client.hook import checked, post
from mailbot.client.trouble import Trouble


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251  (a certificate that is valid now)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(certificate):
    """An https server that keeps what it is told; its answers are to be set."""

    class Handler(http.server.BaseHTTPRequestHandler):
        heard: list = []  # noqa: RUF012  (one server, one list)
        code = 204

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.heard.append((self.path, json.loads(body)))
            self.send_response(self.code)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_args):
            """Say nothing."""

    Handler.heard = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield Handler, f"https://127.0.0.1:{running.server_port}/told?x=1"
        running.shutdown()


def test_e28_the_hook_is_told_once(server, certificate):
    """{status, request_id}, to the path that was given."""
    handler, url = server
    assert post(url, "opened", "r1", ssl.create_default_context(cafile=certificate)) == ""
    assert handler.heard == [("/told?x=1", {"status": "opened", "request_id": "r1"})]


@pytest.mark.parametrize("code", [302, 307, 400, 500])
def test_a_hook_that_does_not_take_it_is_said_and_not_followed(server, certificate, code):
    """A redirection could lead anywhere."""
    handler, url = server
    handler.code = code
    assert post(url, "opened", "r1", ssl.create_default_context(cafile=certificate)) == f"the hook answered {code}"
    assert len(handler.heard) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_talked_to(server):
    """Nothing is sent to it."""
    handler, url = server
    assert "cannot be told" in post(url, "opened", "r1")
    assert handler.heard == []


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "file:///etc/passwd",
        "ftp://a/",
        "https://",
        "https://u:p@a/",
        "a.example",
        "https://a/\r\nX: y",
        "https://a/ b",
        "https://a:99999/",
        "https://[::1/",
        "https://gr\u00f6\u00dfe/",
        "",
    ],
)
def test_only_https_is_told(url):
    """Anything else ends in words before anything is done."""
    with pytest.raises(Trouble, match="https://"):
        checked(url)


def test_a_hook_that_is_not_there_is_said(monkeypatch):
    """And one that hangs is left after a while."""
    monkeypatch.setattr(module, "_HOOK_SECONDS", 0.2)
    assert "cannot be told" in post("https://127.0.0.1:9/", "opened", "r1")
