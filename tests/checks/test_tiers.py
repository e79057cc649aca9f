"""Which sandbox this server can have is found out by making one, and by trying to get out of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs

from mailbot.checks import Sandboxed, bubblewrap, confined, seccomp, tiers
from mailbot.checks.environment import Kit
from mailbot.checks.sandbox import Running
from mailbot.checks.static import Reading
from mailbot.domain.errors import Permanent
from tests.checks.cagelike import Open
from tests.fakes import site


@pytest.fixture
def no_bubblewrap(monkeypatch):
    """A server where it is not installed."""
    monkeypatch.setattr(bubblewrap, "_found", lambda program: f"/nowhere/{program}")


@pytest.fixture
def no_landlock(monkeypatch):
    """A kernel that has none."""
    monkeypatch.setattr(confined, "abi", lambda: -1)


def test_the_self_test_sees_what_does_not_hold():
    """Everything that gets out is named."""
    said = tiers.why_not(Open())
    for words in ("a server outside answers", "a file outside can be read", "the users of the machine", "namespaces"):
        assert words in said


def test_a_sandbox_that_cannot_be_made_says_why(no_bubblewrap):
    """With the system's own words."""
    assert "No such file" in tiers.why_not(bubblewrap.Bubblewrap())


def test_a_sandbox_whose_program_says_nothing_is_none():
    """Silence is no proof."""

    @dataclass(frozen=True, kw_only=True)
    class Silent(Open):
        program: str = "/bin/true"

    assert tiers.why_not(Silent()) == "it says nothing"


def test_the_best_is_taken(full):
    """Bubblewrap, where it may."""
    assert tiers.best().cage == full
    assert tiers.best("bubblewrap").cage == full


def test_the_next_best_is_taken_and_the_reason_kept(bare, no_bubblewrap):
    """For whoever runs this server."""
    found = tiers.best()
    assert found.cage == bare
    assert all("No such file" in why for why in found.why_not)
    assert tiers.best("bubblewrap").cage is None


def test_without_any_files_are_only_read(no_bubblewrap, no_landlock):
    """And the log says so."""
    with capture_logs() as logs:
        room = Sandboxed().open(site()).room
    assert isinstance(room, Reading)
    assert logs[0]["event"] == "sandbox.none"


@pytest.mark.parametrize("tier", ["bubblewrap", "landlock"])
def test_a_sandbox_that_is_asked_for_must_be_there(tier, no_bubblewrap, no_landlock):
    """Mailbot does not start with less than it was told."""
    with pytest.raises(Permanent, match=f'checks.tier = "{tier}": there is no such sandbox'):
        Sandboxed(tier=tier).open(site())


def test_a_machine_without_a_filter_has_no_sandbox(monkeypatch):
    """Namespaces alone do not hold."""
    monkeypatch.setattr(seccomp, "_MACHINES", {})
    assert "no filter of system calls is known" in tiers.why_not(bubblewrap.Bubblewrap())


def test_an_environment_that_does_not_start_is_named_at_once(full, tmp_path):
    """Not in the middle of the first check."""
    with pytest.raises(Permanent, match=r"checks\.environments cannot be used"):
        Sandboxed(environments={"python": str(tmp_path / "gone")}).open(site())
    assert tiers.starts(full, Kit()) == ""


def test_the_settings_become_the_limits(bare):
    """In bytes and seconds."""
    room = Sandboxed(tier="landlock", seconds=5, memory=100, processes=9, disk=3).open(site()).room
    assert isinstance(room, Running)
    limits = room.limits
    assert (limits.wall, limits.cpu, limits.memory, limits.processes, limits.disk) == (5, 5, 100 << 20, 9, 3 << 20)


@pytest.mark.parametrize("system", ["darwin", "freebsd14"])
def test_where_the_kernel_is_no_linux_nothing_is_run(system):
    """The sandboxes are made of what Linux has; the words name the container."""
    found = tiers.best(system=system)
    assert found.cage is None
    assert found.why_not == (f"{system} has none that mailbot knows; run mailbot in its container",)
