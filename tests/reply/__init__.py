"""Tests of what is said, and of its bytes."""
