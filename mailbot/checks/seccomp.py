"""Which system calls a stranger's program may make: a filter for the kernel, as bytes.

What is refused says EPERM, or ENOSYS where a program then takes an older call. Calls for another kind of machine end
the program. The filter is made here and put on by bubblewrap, or by confined.py where there are no namespaces.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Final

_LOAD, _EQUAL, _BITS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _SAYS = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _MACHINE = 0, 4  #: where they stand in what the filter is shown
_X32: Final = 0x40000000  #: calls of another word size
_NAMESPACES: Final = 0x7E020080  #: of clone
_FAMILIES: Final = (1, 2, 10, 16)  #: unix, IPv4, IPv6, netlink; others reach beyond the namespace, to a host or a card
_OWNING: Final = (8, 10, 15)  #: fcntl: whose process gets a signal
_DEATH: Final = (
    1  #: prctl: whether it dies with its parent; who writes into the sandbox's own first process must not ask
)
_STUFFING: Final = (0x5412, 0x541C, 0x8901, 0x8902)  #: ioctl: keys typed into a terminal, signals of a socket
_Rules = Callable[[int], list[bytes]]
_MACHINES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

#: By group: the numbers on x86_64, and on aarch64; 0 where a machine has no such call.
_NEVER: Final[Mapping[str, tuple[int, int]]] = {
    "acct": (163, 89), "add_key": (248, 217), "adjtimex": (159, 171), "bpf": (321, 280), "chroot": (161, 51),
    "clock_adjtime": (305, 266), "clock_settime": (227, 112), "create_module": (174, 0), "delete_module": (176, 106),
    "fanotify_init": (300, 262), "finit_module": (313, 273), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fsopen": (430, 430), "fspick": (433, 433), "get_robust_list": (274, 100), "init_module": (175, 105),
    "ioperm": (173, 0), "iopl": (172, 0), "ioprio_set": (251, 30), "kcmp": (312, 272), "kexec_file_load": (320, 294),
    "kexec_load": (246, 104), "keyctl": (250, 219), "listmount": (458, 458), "lookup_dcookie": (212, 18),
    "migrate_pages": (256, 238), "modify_ldt": (154, 0), "mount": (165, 40), "mount_setattr": (442, 442),
    "move_mount": (429, 429), "move_pages": (279, 239), "name_to_handle_at": (303, 264), "nfsservctl": (180, 42),
    "open_by_handle_at": (304, 265), "open_tree": (428, 428), "open_tree_attr": (467, 467),
    "perf_event_open": (298, 241), "pidfd_getfd": (438, 438), "pivot_root": (155, 41), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "ptrace": (101, 117), "quotactl": (179, 60), "quotactl_fd": (443, 443), "reboot": (169, 142),
    "request_key": (249, 218), "setdomainname": (171, 162), "sethostname": (170, 161), "setns": (308, 268),
    "settimeofday": (164, 170), "statmount": (457, 457), "swapoff": (168, 225), "swapon": (167, 224),
    "syslog": (103, 116), "umount2": (166, 39), "unshare": (272, 97), "uselib": (134, 0), "userfaultfd": (323, 282),
    "ustat": (136, 0), "vhangup": (153, 58),
}  # fmt: skip
#: Newer ways to what is refused, or to memory that no limit counts: a program that misses them takes another.
_ABSENT: Final[Mapping[str, tuple[int, int]]] = {
    "clone3": (435, 435), "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "io_uring_setup": (425, 425),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
}  # fmt: skip
_CLONE, _FCNTL, _IOCTL, _SOCKET = (56, 220), (72, 25), (16, 29), (41, 198)
_SETPRIORITY, _PRLIMIT, _PRCTL = (141, 140), (302, 261), (157, 167)
#: Their first argument names a process: only the caller's own, which is 0.
_OF_A_PROCESS: Final[Mapping[str, tuple[int, int]]] = {
    "prlimit64": _PRLIMIT, "sched_setaffinity": (203, 122), "sched_setattr": (314, 274), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
}  # fmt: skip
#: Without a namespace what these make would outlive the run.
_LASTING: Final[Mapping[str, tuple[int, int]]] = {
    "mq_open": (240, 180), "msgget": (68, 186), "semget": (64, 190), "shmget": (29, 194),
}  # fmt: skip
#: They change a file by its name, which Landlock does not look at. They do nothing, and say that they did it.
_BY_NAME: Final[Mapping[str, tuple[int, int]]] = {
    "chmod": (90, 0), "chown": (92, 0), "fchmodat": (268, 53), "fchmodat2": (452, 452), "fchownat": (260, 54),
    "futimesat": (261, 0), "lchown": (94, 0), "lremovexattr": (198, 15), "lsetxattr": (189, 6),
    "removexattr": (197, 14), "removexattrat": (466, 466), "setxattr": (188, 5), "setxattrat": (463, 463),
    "file_setattr": (469, 469), "utime": (132, 0), "utimensat": (280, 88), "utimes": (235, 0),
}  # fmt: skip
_SIGNALS: Final[Mapping[str, tuple[int, int]]] = {
    "kill": (62, 129), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "tgkill": (234, 131), "tkill": (200, 130),
}  # fmt: skip


def namespaced(machine: str = "") -> bytes:
    """The filter inside namespaces of one's own; empty where the numbers of this *machine* are not known."""
    return _filter(machine, lambda place: [*_common(place), *_families(place)])


def bare(machine: str = "", *, signals: bool) -> bytes:
    """The filter where there are no namespaces: no sockets, nothing that lasts; *signals* if the kernel bounds them."""

    def rules(place: int) -> list[bytes]:
        made = [*_common(place), *_says(_numbers((_SOCKET,), place), errno.EACCES)]
        made += _says(_numbers(_LASTING.values(), place), errno.EPERM)
        made += _says(_numbers(_BY_NAME.values(), place), 0)
        return made if signals else [*made, *_says(_numbers(_SIGNALS.values(), place), errno.EPERM)]

    return _filter(machine, rules)


def _filter(machine: str, rules: _Rules) -> bytes:
    known = _MACHINES.get(machine or platform.machine())
    if known is None:
        return b""
    mark, place = known
    head = [_rule(_LOAD, 0, 0, _MACHINE), _rule(_EQUAL, 1, 0, mark), _rule(_RETURN, 0, 0, _KILL)]
    head += [_rule(_LOAD, 0, 0, _NUMBER)]
    if place == 0:
        head += [_rule(_AT_LEAST, 0, 1, _X32), _rule(_RETURN, 0, 0, _SAYS | errno.ENOSYS)]
    return b"".join([*head, *rules(place), _rule(_RETURN, 0, 0, _ALLOW)])


def _common(place: int) -> list[bytes]:
    """What is refused everywhere."""
    rules = _says(_numbers(_NEVER.values(), place), errno.EPERM)
    rules += _says(_numbers(_ABSENT.values(), place), errno.ENOSYS)
    rules += _when(_CLONE[place], 0, [_rule(_BITS, 0, 1, _NAMESPACES), _denied()])
    rules += _when(_PRCTL[place], 0, _any_of((_DEATH,)))
    rules += _when(_FCNTL[place], 1, _any_of(_OWNING))
    rules += _when(_IOCTL[place], 1, _any_of(_STUFFING))
    for argument in (0, 1):
        rules += _when(_SETPRIORITY[place], argument, _only((0,), errno.EPERM))
    for numbers in _OF_A_PROCESS.values():
        rules += _when(numbers[place], 0, _only((0,), errno.EPERM))
    return rules


def _families(place: int) -> list[bytes]:
    return _when(_SOCKET[place], 0, _only(_FAMILIES, errno.EAFNOSUPPORT))


def _numbers(group: Iterable[tuple[int, int]], place: int) -> list[int]:
    return [numbers[place] for numbers in group if numbers[place]]


def _says(numbers: Iterable[int], error: int) -> list[bytes]:
    """These calls only ever answer *error*."""
    return [rule for n in numbers for rule in (_rule(_EQUAL, 0, 1, n), _rule(_RETURN, 0, 0, _SAYS | error))]


def _when(number: int, argument: int, then: list[bytes]) -> list[bytes]:
    """Look at the lower half of an *argument* of one call, then at its number again."""
    load, again = _rule(_LOAD, 0, 0, 16 + 8 * argument), _rule(_LOAD, 0, 0, _NUMBER)
    return [_rule(_EQUAL, 0, len(then) + 2, number), load, *then, again]


def _any_of(values: Iterable[int]) -> list[bytes]:
    return [rule for value in values for rule in (_rule(_EQUAL, 0, 1, value), _denied())]


def _only(values: tuple[int, ...], error: int) -> list[bytes]:
    passed = [_rule(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [*passed, _rule(_RETURN, 0, 0, _SAYS | error)]


def _denied() -> bytes:
    return _rule(_RETURN, 0, 0, _SAYS | errno.EPERM)


def _rule(code: int, then: int, otherwise: int, value: int) -> bytes:
    return struct.pack("HBBI", code, then, otherwise, value)
