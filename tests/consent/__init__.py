"""Tests of consent instead of a password."""
