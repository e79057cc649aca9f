"""A Dovecot of our own on loopback: its own folder, users and ports, gone at the end. Needs root and Debian's package.

with Dovecot() as dovecot:
    dovecot.deliver(b"Subject: hello\\r\\n\\r\\n")       # over LMTP, into the INBOX of USER
    ...                                              # IMAP at dovecot.port, with TLS at dovecot.tls_port
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from tests.deliver.certificate import Certificate
from tests.servers import free_port

HOST: Final = "127.0.0.1"
USER: Final = "build@example.org"
OTHER: Final = "ask@example.org"
PASSWORD: Final = 'a good + "strange\\ pässword'
PATIENCE: Final = 20.0

CONF: Final = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_login_user = nobody
default_internal_user = dovecot
default_internal_group = dovecot
first_valid_uid = 1
mail_location = {format}:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
auth_mechanisms = plain login
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate.file}
ssl_key = <{certificate.key}
mail_fsync = never
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service stats {{
  chroot =
}}
{extra}
"""


def unavailable() -> str:
    """Why there can be no Dovecot here; empty when there can."""
    if shutil.which("dovecot", path=_path()) is None:
        return "Dovecot is not installed (apt-get install dovecot-imapd dovecot-lmtpd)"
    return "" if os.geteuid() == 0 else "Dovecot with users of its own can only be started by root"


@dataclass
class Dovecot:
    """One instance."""

    format: str = "mdbox"
    extra: str = ""  #: further lines of its configuration
    users: Sequence[str] = (USER, OTHER)  #: all with the same password
    password: str = PASSWORD
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    lmtp_port: int = field(default_factory=free_port)
    folder: Path = field(init=False)
    certificate: Certificate = field(init=False)

    def __enter__(self) -> Self:
        if reason := unavailable():
            raise RuntimeError(reason)
        # Not below a test's own folder: Dovecot works as another user, who must get through to it.
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.folder.chmod(0o755)
        try:
            self._configure()
            self._process = subprocess.Popen(
                [shutil.which("dovecot", path=_path()), "-F", "-c", str(self.folder / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
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
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def log(self) -> str:
        """What it logged so far."""
        file = self.folder / "dovecot.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def deliver(self, *mails: bytes, user: str = USER, sender: str = "ana@acme.example") -> None:
        """Put *mails* into the INBOX of *user*, as a mail server does."""
        with smtplib.LMTP(HOST, self.lmtp_port) as client:
            for raw in mails:
                client.sendmail(sender, [user], raw)

    def mails(self, user: str) -> list[bytes]:
        """What *user* finds in the INBOX, as a mail program gets it."""
        with self._program(user) as client:
            client.select("INBOX", readonly=True)
            _, (found,) = client.search(None, "ALL")
            return [client.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in found.decode().split()]

    def keep(self, raw: bytes, at: datetime, user: str = USER) -> None:
        """Put *raw* into the INBOX of *user* as if it had lain there since *at*."""
        with self._program(user) as client:
            kind, said = client.append("INBOX", None, imaplib.Time2Internaldate(at), raw)
            assert kind == "OK", said

    @contextlib.contextmanager
    def _program(self, user: str) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(HOST, self.port, timeout=PATIENCE) as client:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{self.password}".encode())
            yield client

    def doveadm(self, *command: str, user: str = USER, given: bytes = b"") -> str:
        """Run one of its own commands."""
        doveadm = shutil.which("doveadm", path=_path())
        words = 2 if command[0] in {"mailbox", "flags"} else 1
        done = subprocess.run(
            [doveadm, "-c", str(self.folder / "dovecot.conf"), *command[:words], "-u", user, *command[words:]],
            input=given,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def kick(self) -> None:
        """End every session of every user."""
        subprocess.run(
            [shutil.which("doveadm", path=_path()), "-c", str(self.folder / "dovecot.conf"), "kick", "*"],
            capture_output=True,
            check=False,
            timeout=60,
        )

    def _configure(self) -> None:
        owner = pwd.getpwnam("nobody")
        for name in ("run", "state", "mail"):
            (self.folder / name).mkdir(mode=0o755)
        os.chown(self.folder / "mail", owner.pw_uid, owner.pw_gid)
        self.certificate = Certificate.made(self.folder)
        users = "".join(f"{user}:{{PLAIN}}{self.password}\n" for user in self.users)
        (self.folder / "users").write_text(users, "utf-8")
        (self.folder / "dovecot.conf").write_text(
            CONF.format(
                folder=self.folder,
                format=self.format,
                certificate=self.certificate,
                port=self.port,
                tls_port=self.tls_port,
                lmtp_port=self.lmtp_port,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                extra=self.extra,
            ),
            "utf-8",
        )

    def _answering(self) -> None:
        end = time.monotonic() + PATIENCE
        for port in (self.port, self.tls_port, self.lmtp_port):
            while True:
                try:
                    socket.create_connection((HOST, port), 1).close()
                    break
                except OSError:
                    if self._process.poll() is not None or time.monotonic() > end:
                        raise RuntimeError(f"Dovecot does not start; its log ends:\n{self.log[-2000:]}") from None
                    time.sleep(0.02)


def _path() -> str:
    return f"/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin:{os.defpath}"
