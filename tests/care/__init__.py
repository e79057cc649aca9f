"""Tests of what an admin does now and then."""
