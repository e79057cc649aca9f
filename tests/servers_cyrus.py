"""A Cyrus IMAP server of our own on loopback: a second one beside Dovecot, with another idea of IMAP. Needs root.

Debian will not have both installed, so it runs from wherever its packages lie unpacked; `python -m
tests.campaigns.cyrus` fetches them.

with Cyrus(root=folder) as cyrus:
    cyrus.deliver(b"Subject: hello\\r\\n\\r\\n")       # over LMTP, into the INBOX of USER
    ...                                            # IMAP at cyrus.port, with TLS at cyrus.tls_port
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from tests.deliver.certificate import Certificate
from tests.servers import free_port

HOST: Final = "127.0.0.1"
USER: Final = "build@example.org"
PASSWORD: Final = "a good password"
PATIENCE: Final = 20.0
OWNER: Final = "nobody"

CONF: Final = """\
configdirectory: {folder}/config
partition-default: {folder}/mail
defaultpartition: default
cyrus_user: {owner}
admins: admin
servername: cyrus.example
virtdomains: userid
defaultdomain: cyrus.example
unixhierarchysep: 1
altnamespace: 1
allowplaintext: 1
autocreate_quota: 0
autocreate_post: 1
sasl_mech_list: PLAIN
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {folder}/passwords/mux
tls_server_cert: {certificate.file}
tls_server_key: {certificate.key}
imapidlepoll: 1
lmtp_downcase_rcpt: 1
"""
SERVICES: Final = """\
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {conf} -r"
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {conf}" listen="127.0.0.1:{port}" prefork=0
  imaps cmd="{bin}/imapd -C {conf} -s" listen="127.0.0.1:{tls_port}" prefork=0
  lmtp cmd="{bin}/lmtpd -C {conf} -a" listen="127.0.0.1:{lmtp_port}" prefork=0
}}
EVENTS {{
}}
"""


def unavailable(root: Path) -> str:
    """Why there can be no Cyrus here; empty when there can."""
    if not (root / "usr/lib/cyrus/bin/imapd").exists():
        return "there is no Cyrus beside Dovecot; `python -m tests.campaigns.cyrus` fetches one and runs this"
    return "" if os.geteuid() == 0 else "Cyrus can only be started by root"


@dataclass
class Cyrus:
    """One instance."""

    root: Path  #: where its packages are unpacked
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    lmtp_port: int = field(default_factory=free_port)

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="cyrus-"))
        self.folder.chmod(0o755)
        try:
            self._configure()
            self._passwords = _Passwords(self.folder / "passwords" / "mux")
            places = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/cyrus")
            libraries = ":".join(str(self.root / place) for place in places)
            with (self.folder / "log").open("wb") as log:
                words = ("-C", self._conf, "-M", self.folder / "cyrus.conf", "-p", self.folder / "pid", "-D")
                self._process = subprocess.Popen(
                    [self.root / "usr/sbin/cyrmaster", *words],
                    env={"LD_LIBRARY_PATH": libraries, "PATH": os.defpath},
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            self._answering()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        if process := getattr(self, "_process", None):
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if passwords := getattr(self, "_passwords", None):
            passwords.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def deliver(self, *mails: bytes, user: str = USER, sender: str = "ana@acme.example") -> None:
        """Put *mails* into the INBOX of *user*, as a mail server does."""
        with smtplib.LMTP(HOST, self.lmtp_port) as client:
            for raw in mails:
                client.sendmail(sender, [user], raw)

    @contextlib.contextmanager
    def program(self, user: str = USER) -> Iterator[imaplib.IMAP4]:
        """A mail program that has logged in as *user*."""
        with imaplib.IMAP4_SSL(HOST, self.tls_port, ssl_context=self._context, timeout=PATIENCE) as client:
            client.login(f'"{user}"', PASSWORD)
            yield client

    def count(self, folder: str, what: str = "ALL") -> int:
        """The mails in a folder of USER; none where there is no such folder."""
        with self.program() as client:
            kind, _ = client.select(folder, readonly=True)
            return len(client.search(None, what)[1][0].split()) if kind == "OK" else 0

    @property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.certificate.file)

    @property
    def _conf(self) -> Path:
        return self.folder / "imapd.conf"

    def _configure(self) -> None:
        owner = pwd.getpwnam(OWNER)
        for name in ("config", "config/db", "config/proc", "config/socket", "config/log", "mail", "passwords"):
            (self.folder / name).mkdir(mode=0o755)
            os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        self.certificate = Certificate.made(self.folder)
        os.chown(self.certificate.key, owner.pw_uid, owner.pw_gid)
        conf = CONF.format(folder=self.folder, owner=OWNER, certificate=self.certificate)
        self._conf.write_text(conf, "utf-8")
        services = SERVICES.format(bin=self.root / "usr/lib/cyrus/bin", conf=self._conf, **vars(self))
        (self.folder / "cyrus.conf").write_text(services, "utf-8")

    def _answering(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 5) as client:
                if client.recv(4) == b"* OK":
                    return
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(
                    f"Cyrus does not start: {(self.folder / 'log').read_text('utf-8', 'replace')[-2000:]}"
                )
            time.sleep(0.05)


class _Passwords:
    """What Cyrus asks about passwords, as saslauthd would answer."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        path.chmod(0o777)
        self._listener.listen()
        self._listener.settimeout(0.05)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._over.set()
        self._thread.join(PATIENCE)
        self._listener.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                with client, client.makefile("rb") as asked:
                    client.settimeout(PATIENCE)
                    _, password, *_ = [asked.read(struct.unpack("!H", asked.read(2))[0]) for _ in range(4)]
                    answer = b"OK" if password == PASSWORD.encode() else b"NO"
                    client.sendall(struct.pack("!H", len(answer)) + answer)
