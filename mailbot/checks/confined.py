"""The sandbox where there are no namespaces, as a program of its own: Landlock, a filter of system calls, limits.

Stands alone: only the standard library is imported, and of that little, because every run waits for it. It is given
one JSON object, starts the command with nothing but the right to read the system and to write one new folder, outlives
everything that the command leaves behind, ends that, removes the folder and ends as the command did.
"""

# ruff: noqa: PTH102, PTH110, PTH116, PTH123, PTH208  (pathlib takes time to import, and every run waits for it)
from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import stat
import struct
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CREATE, ADD, ENFORCE = 444, 445, 446  #: the calls of Landlock, the same on every machine
DEATH, SUBREAPER, NO_NEW_PRIVILEGES, SECCOMP, FILTER = 1, 36, 38, 22, 2  #: of prctl
EXECUTE, WRITE, READ, LIST = 1, 2, 4, 8
OF_A_FILE = EXECUTE | WRITE | READ | 1 << 14 | 1 << 15
MAKES = 1 << 6 | 1 << 9 | 1 << 11  #: devices and sockets
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random")
TRUNCATE, CONTROL = 1 << 14, 1 << 15
SCOPED = 6  #: the Landlock that keeps signals inside
SETUP_FAILED = 124
QUIET = ((os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0),)
PATIENCE = 10.0  #: seconds for ending what the command left behind


def abi() -> int:
    """Which Landlock the kernel has; under 1: none."""
    return int(LIBC.syscall(CREATE, None, 0, 1))


def main(given: dict[str, object]) -> int:
    """Run the command; the exit code is its own."""
    parent = int(given["parent"])  # type: ignore[call-overload]
    LIBC.prctl(DEATH, int(signal.SIGTERM), 0, 0, 0)
    LIBC.prctl(SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, _stop)
    try:
        if os.getppid() != parent:  # it died before we asked to be told
            return SETUP_FAILED
        code = _wait(_begin(given))
    except Stopped:
        return 128 + signal.SIGKILL
    else:
        _say(given, {"exit-code": code})
        return code
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_all()
        remove(str(given["folder"]))


class Stopped(BaseException):
    """We are told to end."""


def _say(given: dict[str, object], words: dict[str, int]) -> None:
    """To whoever started us, where strangers cannot write."""
    os.write(int(given["status"]), json.dumps(words).encode() + b"\n")  # type: ignore[call-overload]


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


def _begin(given: dict[str, object]) -> int:
    """Start the command; return its process."""
    folder, user = str(given["folder"]), given["user"]
    os.mkdir(folder, 0o700)
    for part in ("box", "tmp"):
        os.mkdir(f"{folder}/{part}", 0o700)
    if isinstance(user, int):
        for place in (folder, f"{folder}/box", f"{folder}/tmp"):  # noqa: S108  (the folder is ours)
            os.chown(place, user, user)
    pid = os.fork()
    if pid:
        os.close(0)
        return pid
    try:
        _become(given, folder, user)
    except BaseException as error:  # noqa: BLE001  (whatever it is, the command must not run)
        _say(given, {"broken": 1})
        os.write(2, f"{error}\n".encode())
    os._exit(SETUP_FAILED)


def _become(given: dict[str, object], folder: str, user: object) -> None:
    """Give up everything, then become the command."""
    for number in (signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ):  # Python would pass on that it ignores some
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    os.chdir(f"{folder}/box")
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    _limit(given["limits"], user)  # type: ignore[arg-type]
    confine(given["read"], folder)  # type: ignore[arg-type]
    if isinstance(user, int):
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    LIBC.prctl(DEATH, 0, 0, 0, 0)
    install(bytes.fromhex(str(given["filter"])))
    status = int(given["status"])  # type: ignore[call-overload]
    os.closerange(3, status)
    os.closerange(status + 1, 1024)
    os.set_inheritable(status, False)  # noqa: FBT003  (the parameter has no name; open until there is a command)
    command, environment = list(given["command"]), dict(given["environment"])  # type: ignore[call-overload]
    os.execve(command[0], command, environment)  # noqa: S606  (this is the point of it all)


def _limit(limits: dict[str, int], user: object) -> None:
    """What the kernel limits, for each process; of a user's processes also those that already run."""
    running = 0 if isinstance(user, int) else threads_of(os.getuid())
    for name, value in limits.items():
        soft = value + (running if name == "RLIMIT_NPROC" else 0)
        hard = soft + 1 if name == "RLIMIT_CPU" else soft
        resource.setrlimit(getattr(resource, name), (soft, hard))


def threads_of(user: int) -> int:
    """How many threads a user has."""
    found = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == user:
                    found += len(os.listdir(f"/proc/{name}/task"))
            except OSError:
                continue
    return found


def confine(read: list[str], folder: str) -> None:
    """From now on only these places can be read, and only *folder* written."""
    version = abi()
    rights = (1 << 13) - 1
    for since, right in ((2, 1 << 13), (3, TRUNCATE), (5, CONTROL)):
        rights |= right if version >= since else 0
    scoped = 3 if version >= SCOPED else 0  # abstract sockets and signals stay inside
    size = 24 if version >= SCOPED else 8  # older ones know the first part only
    rules = LIBC.syscall(CREATE, struct.pack("QQQ", rights, 0, scoped), size, 0)
    if rules < 0:
        raise OSError(ctypes.get_errno(), "Landlock gives no rules")
    for place in read:
        _allow(rules, place, (EXECUTE | READ | LIST) & rights)
    _allow(rules, folder, rights & ~(MAKES | CONTROL))
    for place in DEVICES:
        _allow(rules, place, (READ | WRITE | TRUNCATE) & rights)
    LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if LIBC.syscall(ENFORCE, rules, 0) != 0:
        raise OSError(ctypes.get_errno(), "Landlock is not enforced")
    os.close(rules)


def _allow(rules: int, place: str, rights: int) -> None:
    try:
        at = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(os.fstat(at).st_mode):
        rights &= OF_A_FILE
    failed = LIBC.syscall(ADD, rules, 1, struct.pack("=Qi", rights, at), 0)
    os.close(at)
    if failed:
        raise OSError(ctypes.get_errno(), place)


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("count", ctypes.c_ushort), ("rules", ctypes.c_void_p))


def install(rules: bytes) -> None:
    """From now on the filter of system calls holds."""
    kept = ctypes.create_string_buffer(rules, len(rules))
    program = _Program(len(rules) // 8, ctypes.addressof(kept))
    LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if LIBC.prctl(SECCOMP, FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the filter of system calls is not taken")


def _wait(command: int) -> int:
    """Until the command ends; whatever else ends meanwhile is buried."""
    while True:
        pid, status = os.wait()
        if pid == command:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def end_all() -> None:
    """End everything below us, however it hides: what is orphaned comes to us."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for pid in below(os.getpid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def below(root: int) -> list[int]:
    """Every process under *root*."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(name))
    found, waiting = [], [root]
    while waiting:
        below_it = children.get(waiting.pop(), [])
        found += below_it
        waiting += below_it
    return found


def remove(folder: str) -> None:
    """Remove *folder*, whatever was made in it."""
    for command in (["rm", "-rf"], ["chmod", "-R", "u+rwX"], ["rm", "-rf"]):  # closed folders need all three
        if os.path.exists(folder):
            os.waitpid(os.posix_spawn(f"/bin/{command[0]}", [*command, "--", folder], {}, file_actions=QUIET), 0)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
