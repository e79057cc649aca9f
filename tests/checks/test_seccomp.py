"""The filter of system calls, read by a small machine like the kernel's, for both kinds of computers."""

from __future__ import annotations

import errno
import struct

import pytest

from mailbot.checks import seccomp

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
ALLOW, KILL, SAYS = 0x7FFF0000, 0x80000000, 0x00050000


def verdict(rules, machine, number, *arguments, mark=None):
    """What the kernel would do with one call."""
    data = struct.pack("<IIQ6Q", number, mark or MACHINES[machine][0], 0, *(*arguments, *[0] * 6)[:6])
    program = list(struct.iter_unpack("HBBI", rules))
    at, value = 0, 0
    while True:
        code, then, otherwise, operand = program[at]
        if code == 0x06:
            return operand
        if code == 0x20:
            value = struct.unpack_from("<I", data, operand)[0]
            at += 1
            continue
        good = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[code]
        at += 1 + (then if good else otherwise)


@pytest.mark.parametrize("machine", MACHINES)
def test_what_no_program_needs_is_refused(machine):
    """By every filter, with the error that it is not permitted, or that there is no such call."""
    place = MACHINES[machine][1]
    for rules in (seccomp.namespaced(machine), seccomp.bare(machine, signals=True)):
        for group, error in ((seccomp._NEVER, errno.EPERM), (seccomp._ABSENT, errno.ENOSYS)):
            numbers = [numbers[place] for numbers in group.values() if numbers[place]]
            assert {verdict(rules, machine, n) for n in numbers} == {SAYS | error}


@pytest.mark.parametrize("machine", MACHINES)
def test_plain_calls_pass(machine):
    """read, write, fork without namespaces, a limit of one's own."""
    place = MACHINES[machine][1]
    read, write, clone = ((0, 63), (1, 64), (56, 220))
    for rules in (seccomp.namespaced(machine), seccomp.bare(machine, signals=True)):
        assert {verdict(rules, machine, call[place]) for call in (read, write)} == {ALLOW}
        assert verdict(rules, machine, clone[place], 17) == ALLOW
        assert verdict(rules, machine, clone[place], 0x10000000 | 17) == SAYS | errno.EPERM
        assert verdict(rules, machine, (302, 261)[place], 0) == ALLOW
        assert verdict(rules, machine, (302, 261)[place], 4711) == SAYS | errno.EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_sockets_are_of_four_families_or_of_none(machine):
    """Those of a namespace; never the host's, the kernel's, or a card's."""
    number = (41, 198)[MACHINES[machine][1]]
    inside, alone = seccomp.namespaced(machine), seccomp.bare(machine, signals=True)
    allowed = [family for family in range(50) if verdict(inside, machine, number, family) == ALLOW]
    assert allowed == [1, 2, 10, 16]
    assert {verdict(alone, machine, number, family) for family in range(50)} == {SAYS | errno.EACCES}


@pytest.mark.parametrize("machine", MACHINES)
def test_without_namespaces_nothing_outside_is_changed_by_its_name(machine):
    """Those calls say that they did it; what would outlive the run is refused; signals only where they are bounded."""
    place = MACHINES[machine][1]
    rules, mute = seccomp.bare(machine, signals=True), seccomp.bare(machine, signals=False)
    names = [numbers[place] for numbers in seccomp._BY_NAME.values() if numbers[place]]
    assert {verdict(rules, machine, number) for number in names} == {SAYS}
    kill = (62, 129)[place]
    assert (verdict(rules, machine, kill), verdict(mute, machine, kill)) == (ALLOW, SAYS | errno.EPERM)


def test_calls_of_another_machine_end_the_program():
    """And those of another word size are not there."""
    rules = seccomp.namespaced("x86_64")
    assert verdict(rules, "x86_64", 0, mark=0x40000003) == KILL
    assert verdict(rules, "x86_64", 0x40000000) == SAYS | errno.ENOSYS


def test_a_machine_that_is_not_known_has_no_filter():
    """And so no sandbox."""
    assert seccomp.namespaced("vax") == b""
