"""A Postfix of our own on loopback: its own folder, queue and ports, gone at the end. Needs root and Debian's package.

with Postfix(relay=sink_port) as postfix:                          # takes mail at postfix.port, hands it to the sink
    ...
with Postfix(relay=sink_port, routes={"old.example": "discard:"}): # one domain goes another way
    ...
with Postfix(relay=port, routes={"s.example": "script:"}, script=Script(program=file, arguments=("{port}",))): ...
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from tests.servers import free_port

HOST: Final = "127.0.0.1"
PATIENCE: Final = 20.0  #: seconds for its start, its stop, and an empty queue
NOBODY: Final = "nobody"  #: pipe(8) runs nothing as root or as Postfix itself

MAIN: Final = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_tls_security_level = none
smtpd_tls_security_level = none
relayhost = [127.0.0.1]:{relay}
transport_maps = inline:{{ {routes} }}
message_size_limit = 40000000
biff = no
notify_classes =
"""

#: name, type, private, unprivileged, chroot, wake up, processes, command
SERVICES: Final = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""

PIPE: Final = """\
script unix - n n - - pipe
  flags=Rq user=nobody argv={argv} ${{sender}} ${{recipient}}
"""


def unavailable() -> str:
    """Why there can be no Postfix here; empty when there can."""
    if shutil.which("postfix", path=_path()) is None:
        return "Postfix is not installed (apt-get install postfix)"
    return "" if os.geteuid() == 0 else "Postfix can only be started by root"


def everybodys_python() -> str:
    """A Python that any user may start: ours, or, where that lies in somebody's home, the system's."""
    ours = Path(sys.executable).resolve()
    if all(parent.stat().st_mode & 0o001 for parent in (ours, *ours.parents)):
        return str(ours)
    return shutil.which("python3", path=_path()) or str(ours)


@dataclass(frozen=True, kw_only=True)
class Script:
    """What the transport ``script:`` runs for each mail; its last arguments are sender and recipient."""

    program: Path
    arguments: Sequence[str] = ()  #: {port}: where this Postfix takes mail; {folder}: where the files lie
    files: Sequence[Path] = ()  #: laid beside the program


@dataclass
class Postfix:
    """One instance."""

    relay: int  #: the port on loopback that gets all mail that no route takes
    routes: Mapping[str, str] = field(default_factory=dict)  #: domain or address -> transport
    script: Script | None = None
    extra: str = ""  #: further lines of main.cf
    port: int = 0
    folder: Path = field(init=False)

    def __enter__(self) -> Self:
        if reason := unavailable():
            raise RuntimeError(reason)
        self.port = self.port or free_port()
        # Not below a test's own folder: Postfix and the script run as other users, who must get through to it.
        self.folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        self.folder.chmod(0o755)
        try:
            self._configure()
            self._run("start")
            self._answering()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        if (self.folder / "queue" / "pid" / "master.pid").exists():
            self._run("stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def log(self) -> str:
        """What it logged so far."""
        file = self.folder / "log" / "mail.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def waiting(self) -> int:
        """The mails in its queue."""
        places = (self.folder / "queue" / name for name in ("maildrop", "incoming", "active", "deferred"))
        return sum(len(files) for place in places for _, _, files in os.walk(place))

    def empty(self, patience: float = PATIENCE) -> None:
        """Wait until the queue is empty."""
        end = time.monotonic() + patience
        while left := self.waiting():
            if time.monotonic() > end:
                raise TimeoutError(f"{left} mails are still in the queue; the log ends:\n{self.log[-2000:]}")
            time.sleep(0.02)

    def flush(self) -> None:
        """Try at once whatever waits in its queue."""
        self._run("flush")

    @property
    def bounced(self) -> str:
        """The lines of its log that tell of a mail which it gave back to its sender; it tells nobody else."""
        signs = ("status=bounced", "status=undeliverable", "non-delivery", "delay notification", "from=<>")
        return "\n".join(line for line in self.log.splitlines() if any(sign in line for sign in signs))

    def _configure(self) -> None:
        for name in ("queue", "data", "log", "etc", "bin"):
            (self.folder / name).mkdir(mode=0o755)
        owner = pwd.getpwnam("postfix")
        for name in ("data", "log"):
            os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        routes = ", ".join(f"{{ {domain} = {transport} }}" for domain, transport in self.routes.items())
        routes = routes or "{ none.invalid = discard: }"  # an empty inline table is an error
        main = MAIN.format(folder=self.folder, relay=self.relay, routes=routes) + self.extra
        (self.folder / "etc" / "main.cf").write_text(main, "utf-8")
        services = SERVICES.format(port=self.port) + self._pipe()
        (self.folder / "etc" / "master.cf").write_text(services, "utf-8")

    def _pipe(self) -> str:
        if self.script is None:
            return ""
        place = self.folder / "bin"
        for file in (self.script.program, *self.script.files):
            shutil.copy(file, place)
            (place / file.name).chmod(0o644)
        given = (text.format(port=self.port, folder=place) for text in self.script.arguments)
        return PIPE.format(argv=" ".join([everybodys_python(), str(place / self.script.program.name), *given]))

    def _run(self, command: str, *, check: bool = True) -> None:
        """Run ``postfix``; it tells what is wrong to a terminal only."""
        postfix = shutil.which("postfix", path=_path()) or "postfix"
        ours, its = os.openpty()
        try:
            done = subprocess.run(
                [postfix, "-c", str(self.folder / "etc"), command], stdout=its, stderr=its, check=False, timeout=60
            )
            said = _unread(ours)
        finally:
            os.close(ours)
            os.close(its)
        if check and done.returncode != 0:
            raise RuntimeError(f"postfix {command} failed: {said}{self.log[-2000:]}")

    def _answering(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with socket.create_connection((HOST, self.port), 2) as client:
                    if client.recv(4) == b"220 " and "daemon started" in self.log:
                        return
            except OSError:
                pass
            if time.monotonic() > end:
                raise TimeoutError(f"Postfix does not answer; the log ends:\n{self.log[-2000:]}")
            time.sleep(0.05)


def _unread(terminal: int) -> str:
    """What was said to a terminal so far."""
    os.set_blocking(terminal, False)
    try:
        return os.read(terminal, 4096).decode("utf-8", "replace")
    except BlockingIOError:
        return ""


def _path() -> str:
    return f"/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin:{os.defpath}"
