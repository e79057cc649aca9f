"""Sandboxes for tests: whichever this machine has, and one that holds nothing."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pytest

from mailbot.checks import seccomp, tiers
from mailbot.checks.cage import BEGIN, Order, Start
from tests.checks.arena import cages
from tests.servers import missing

KINDS = ("bubblewrap", "hidden", "landlock")


@functools.cache
def _why_not(kind):
    return tiers.why_not(cages()[kind])


def held(kind):
    """A sandbox of this kind, or a test that is skipped."""
    if why := _why_not(kind):
        missing(f"no sandbox of this kind here: {kind}: {why}")
    return cages()[kind]


@pytest.fixture(params=KINDS)
def cage(request):
    """Every kind in turn."""
    return held(request.param)


@pytest.fixture
def full():
    """The kind that has everything."""
    return held("bubblewrap")


@pytest.fixture
def bare():
    """The kind without namespaces."""
    return held("landlock")


@dataclass(frozen=True, kw_only=True)
class Open:
    """Holds nothing: what a program gets here it may not get elsewhere."""

    name: str = "open"
    loopback: bool = True
    program: str = "/bin/sh"

    def start(self, order: Order, *, status, filter, number):
        said = f"echo '{{\"exit-code\": '$?'}}' >/proc/self/fd/{status}"
        begin = f"folder=$(mktemp -d); cd $folder; ({BEGIN}); {said}; cd /; rm -rf $folder"
        arguments = (self.program, "-c", begin, "sh", *order.command)
        return Start(arguments=arguments, filter=seccomp.namespaced())


__all__ = ["KINDS", "Open", "bare", "cage", "full", "held"]
