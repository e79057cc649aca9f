"""Fixtures of the sandbox: every kind that this machine has."""

from __future__ import annotations

from tests.checks.cagelike import bare, cage, full

__all__ = ["bare", "cage", "full"]
