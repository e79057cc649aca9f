"""Take from this process what it does not need: no program, no network, no change to any file, no new privilege.

Each of it is best effort: where the kernel or a container denies one, the limits and the others still hold. The parent
ends a worker that is too slow whatever it does.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import signal
import struct
import sys
from typing import Final

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_DEATH, _DUMPABLE, _SECCOMP, _NO_NEW_PRIVILEGES = 1, 4, 22, 38  #: of prctl
_FILTER: Final = 2
#: Numbers of system calls: those of common kernels; a machine of another kind does without.
_MACHINES: Final = {
    "x86_64": (
        0xC000003E,
        {"open": 2, "openat": 257},
        (
            41, 56, 57, 58, 59, 62, 76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 101, 133, 165, 200, 234,
            250, 258, 259, 260, 263, 264, 265, 266, 268, 272, 285, 298, 308, 310, 311, 316, 321, 322, 323, 425, 434,
        ),
    ),
    "aarch64": (
        0xC00000B7,
        {"openat": 56},
        (
            33, 34, 35, 36, 37, 38, 40, 45, 46, 47, 52, 53, 54, 55, 97, 117, 129, 130, 131, 198, 219, 220, 221, 241,
            268, 270, 271, 276, 280, 281, 282, 425, 434,
        ),
    ),
}  # fmt: skip
_ABSENT: Final = (435, 437)  #: clone3, openat2: their arguments cannot be looked at
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_LOAD, _EQUAL, _ANY, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _DENY = 0x7FFF0000, 0x80000000, 0x00050000


def confine(system: str = sys.platform) -> None:
    """Give up what reading a mail never needs; this cannot be undone. Another kernel than Linux has none of this."""
    if system != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_DEATH, int(signal.SIGKILL), 0, 0, 0)  # it does not outlive mailbot
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.unshare(_NEW_NET) != 0:
        libc.unshare(_NEW_USER | _NEW_NET)
    with contextlib.suppress(KeyError):
        rules = _rules(*_MACHINES[platform.machine()])
        libc.prctl(_SECCOMP, _FILTER, ctypes.byref(_Program.of(rules)), 0, 0)


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("count", ctypes.c_ushort), ("rules", ctypes.c_void_p))

    @classmethod
    def of(cls, rules: bytes) -> _Program:
        """The program; it holds on to its *rules*."""
        kept = ctypes.create_string_buffer(rules, len(rules))
        program = cls(len(rules) // 8, ctypes.addressof(kept))
        program.kept = kept
        return program


def _rules(machine: int, opening: dict[str, int], never: tuple[int, ...]) -> bytes:
    """The filter: which calls fail, as if it were not permitted."""
    denied = _rule(_RETURN, 0, 0, _DENY | errno.EPERM)
    rules = [_rule(_LOAD, 0, 0, 4), _rule(_EQUAL, 1, 0, machine), _rule(_RETURN, 0, 0, _KILL), _rule(_LOAD, 0, 0, 0)]
    rules += [_rule(_AT_LEAST, 0, 1, 0x40000000), denied]  # the calls of another word size
    for number in _ABSENT:
        rules += [_rule(_EQUAL, 0, 1, number), _rule(_RETURN, 0, 0, _DENY | errno.ENOSYS)]
    for number in never:
        rules += [_rule(_EQUAL, 0, 1, number), denied]
    for name, number in opening.items():
        flags = 24 if name == "open" else 32  # where they stand among the arguments
        rules += [_rule(_EQUAL, 0, 3, number), _rule(_LOAD, 0, 0, flags), _rule(_ANY, 0, 1, _WRITING), denied]
        rules += [_rule(_LOAD, 0, 0, 0)]
    return b"".join([*rules, _rule(_RETURN, 0, 0, _ALLOW)])


def _rule(code: int, then: int, otherwise: int, value: int) -> bytes:
    return struct.pack("HBBI", code, then, otherwise, value)
