"""Which kind of sandbox this server can have: found out by making one, and by trying to get out of it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

from mailbot.checks import confined
from mailbot.checks.bubblewrap import Bubblewrap
from mailbot.checks.cage import Cage, Order, packed, python_inside
from mailbot.checks.environment import Kit
from mailbot.checks.landlock import Landlock
from mailbot.checks.limits import Limits
from mailbot.domain.project import Path as Name

PATIENCE: Final = 20.0  #: seconds for one look
LIMITS: Final = Limits(wall=PATIENCE, cpu=5)
HELD: Final = "held"
#: What must not be possible inside. It prints what was, and at last that it came to the end.
SELF_TEST: Final = """\
import ctypes, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
keyctl = 250 if os.uname().machine == "x86_64" else 219

def read(path):
    with open(path, "rb") as file:
        return file.read()

def connect(port):
    with socket.socket() as line:
        line.settimeout(2)
        line.connect(("127.0.0.1", port))
    return True

def write(path):
    open(path, "w").close()
    return True

tries = {
    "its own files cannot be read": lambda: read("there") != b"yes",
    "a server outside answers": lambda: connect(int(sys.argv[1])),
    "a file outside can be read": lambda: read(sys.argv[2]),
    "the users of the machine can be read": lambda: read("/etc/passwd"),
    "the system can be written": lambda: write("/usr/mailbot-was-here"),
    "the environment outside can be read": lambda: read("/proc/1/environ"),
    "another process can be traced": lambda: libc.ptrace(16, 1, 0, 0) == 0,
    "keys of the kernel can be had": lambda: libc.syscall(keyctl, 0, -3, 1) >= 0,
    "namespaces can be made": lambda: libc.unshare(0x10000000) == 0,
}
for words, attempt in tries.items():
    try:
        if attempt():
            print(words)
    except OSError:
        pass
write("written")
print("held")
"""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best sandbox, and why each better one is not to be had."""

    cage: Cage | None
    why_not: tuple[str, ...] = ()


def best(wanted: str = "auto", system: str = sys.platform) -> Found:
    """Try each kind, the strongest first; *wanted* is auto, or the only kind that may be taken."""
    if system != "linux":
        return Found(cage=None, why_not=(f"{system} has none that mailbot knows; run mailbot in its container",))
    reasons: list[str] = []
    for cage in candidates():
        if wanted in ("auto", cage.name.split()[0].lower()):
            why = why_not(cage)
            if not why:
                return Found(cage=cage, why_not=tuple(reasons))
            reasons.append(f"{cage.name}: {why}")
    return Found(cage=None, why_not=tuple(reasons))


def candidates() -> Sequence[Cage]:
    """Every kind, the strongest first."""
    plain, hidden = Bubblewrap(), Bubblewrap(proc=False, name="bubblewrap without /proc")
    found: list[Cage] = [plain, hidden]
    if os.geteuid() == 0:  # where only root may have namespaces
        found += [Bubblewrap(modest=False), Bubblewrap(proc=False, modest=False, name=hidden.name)]
    version = confined.abi()
    return [*found, Landlock(version=version)] if version >= 1 else found


def starts(cage: Cage, kit: Kit) -> str:
    """Why the interpreter of *kit* does not start in *cage*; empty where it does."""
    seen, command = kit.seen, (kit.python, "-c", f"print('{HELD}')")
    words = said(cage, Order(command=command, limits=LIMITS, environment=kit.variables, seen=seen)).strip()
    return "" if words == HELD else words[-300:] or "it says nothing"


def why_not(cage: Cage) -> str:
    """Run the real command with a program that tries to get out; what is wrong, or nothing."""
    with socket.create_server(("127.0.0.1", 0)) as outside, tempfile.NamedTemporaryFile() as secret:
        secret.write(b"secret")
        secret.flush()
        Path(secret.name).chmod(0o644)
        python, seen = python_inside()
        port = str(outside.getsockname()[1])
        order = Order(command=(python, "-I", "-c", SELF_TEST, port, secret.name), limits=LIMITS, seen=seen)
        words = said(cage, order)
    lines = words.splitlines()
    return "" if lines == [HELD] else "; ".join(line for line in lines if line != HELD)[-300:] or "it says nothing"


def said(cage: Cage, order: Order) -> str:
    """What a command prints in a new sandbox; in words why there is none."""
    files = packed({Name("there"): b"yes"})
    with contextlib.ExitStack() as held:
        stdin, rules, status = (held.enter_context(FileIO(os.memfd_create("box"), "w+")) for _ in range(3))
        start = cage.start(order, status=status.fileno(), filter=rules.fileno(), number=0)
        if not start.filter:
            return "no filter of system calls is known for this kind of machine"
        for file, content in ((stdin, files), (rules, start.filter)):
            file.write(content)
            file.seek(0)
        return _done(start.arguments, stdin, (status.fileno(), rules.fileno()))


def _done(arguments: Sequence[str], stdin: FileIO, handed: tuple[int, ...]) -> str:
    pipe = subprocess.PIPE
    try:
        with subprocess.Popen(  # noqa: S603  (our own command)
            arguments, stdin=stdin, stdout=pipe, stderr=subprocess.STDOUT, pass_fds=handed, env={}, cwd="/",
            start_new_session=True,
        ) as process:  # fmt: skip
            try:
                return process.communicate(timeout=PATIENCE)[0].decode("utf-8", "replace")
            except subprocess.TimeoutExpired:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(5)
                process.kill()
                return "it does not end"
    except OSError as error:
        return str(error)
